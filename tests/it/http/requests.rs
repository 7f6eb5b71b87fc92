//! What surrounds every request.

use reqwest::{Method, StatusCode};
use serde_json::json;
use taskwire::domain::{Role, TaskId};

use super::support::{TestApp, send};

#[tokio::test]
async fn every_answer_has_a_request_id_the_clients_own_if_it_is_one() {
    let app = TestApp::start().await;
    let ask = async |id: &str, path: &str| {
        let answer = send(app.http.get(app.url(path)).header("X-Request-Id", id)).await;
        answer.header("x-request-id").unwrap().to_owned()
    };
    for path in ["/healthz", "/api/tasks", "/api/nowhere", "/api/tasks/no-uuid", "/"] {
        assert_eq!(ask("My-Own-Id-1", path).await, "My-Own-Id-1");
        for bad in ["", "with space", "a_b", &"x".repeat(65)] {
            let given = ask(bad, path).await;
            assert_ne!(given, bad);
            assert!((1..=64).contains(&given.len()));
            assert!(given.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'), "{given}");
        }
    }
    assert_ne!(
        app.get("/healthz").await.header("x-request-id"),
        app.get("/healthz").await.header("x-request-id")
    );
    app.stop().await;
}

#[tokio::test]
async fn pages_of_allowed_origins_may_use_the_api_and_no_others() {
    let app = TestApp::start().await;
    let own = format!("http://{}", app.address);
    for origin in ["https://app.example", &own] {
        let preflight = app.http.request(Method::OPTIONS, app.url("/api/tasks"));
        let preflight = preflight
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "POST")
            .header("Access-Control-Request-Headers", "authorization,content-type,idempotency-key");
        let answer = send(preflight).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
        assert_eq!(answer.header("access-control-allow-credentials"), None);
        let headers = answer.header("access-control-allow-headers").unwrap();
        assert!(headers.contains("idempotency-key"), "{headers}");

        let request = app.user("alice").request(Method::GET, "/api/tasks").header("Origin", origin);
        let answer = send(request).await;
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
        let exposed = answer.header("access-control-expose-headers").unwrap().to_lowercase();
        for name in ["etag", "retry-after", "x-request-id", "idempotent-replayed"] {
            assert!(exposed.contains(name), "{exposed}");
        }
        // A page can read why it was refused, too.
        let refused = send(app.http.get(app.url("/api/tasks")).header("Origin", origin)).await;
        assert_eq!(refused.header("access-control-allow-origin"), Some(origin));
    }
    let foreign = app.http.get(app.url("/api/features")).header("Origin", "https://evil.example");
    assert_eq!(send(foreign).await.header("access-control-allow-origin"), None);
    app.stop().await;
}

#[tokio::test]
async fn every_answer_tells_browsers_to_be_careful() {
    let app = TestApp::start().await;
    for path in ["/", "/tasks/some-page", "/api/features", "/api/nowhere"] {
        let answer = app.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'self'; connect-src 'self' ws: wss:;"), "{policy}");
    }
    app.stop().await;
}

#[tokio::test]
async fn the_web_apps_addresses_lead_to_its_page_or_say_how_to_build_it() {
    let app = TestApp::start().await;
    let page = app.http.get(app.url("/tasks/some-page")).send().await.unwrap();
    let is_built = page.status() == StatusCode::OK;
    let text = page.text().await.unwrap();
    assert!(if is_built { text.contains("<html") } else { text.contains("make run") }, "{text}");
    for path in ["/api", "/api/nowhere", "/assets/gone-0123abcd.js", "/socket.io/"] {
        app.get(path).await.is_problem(404, "not_found");
    }
    send(app.http.post(app.url("/nowhere"))).await.is_problem(404, "not_found");
    app.stop().await;
}

#[tokio::test]
async fn who_is_too_fast_is_told_how_long_to_wait() {
    let app = TestApp::builder()
        .with("TASKWIRE__LIMITS__HTTP_WRITES_PER_MINUTE_PER_USER", "1")
        .with("TASKWIRE__LIMITS__HTTP_WRITES_BURST", "2")
        .with("TASKWIRE__LIMITS__HTTP_READS_PER_SECOND_PER_USER", "1")
        .with("TASKWIRE__LIMITS__HTTP_READS_BURST", "3")
        .start()
        .await;
    let alice = app.user("alice");
    let id = alice.creates("One").await;
    alice.comments(&id, "Two").await;
    let third = alice.comments(&id, "Three").await;
    third.is_problem(429, "rate_limited");
    let wait: u64 = third.header("retry-after").unwrap().parse().unwrap();
    assert!((50..=60).contains(&wait), "{wait}");

    // Reading has a quota of its own, and so has everybody else.
    let read = async || alice.get("/api/me").await.status;
    let mut statuses = Vec::new();
    while statuses.last() != Some(&StatusCode::TOO_MANY_REQUESTS) && statuses.len() < 100 {
        statuses.push(read().await);
    }
    assert!(statuses.iter().filter(|status| **status == StatusCode::OK).count() >= 3);
    assert_eq!(statuses.last(), Some(&StatusCode::TOO_MANY_REQUESTS));
    app.user("bob").creates("Bob's").await;
    app.stop().await;
}

#[tokio::test]
async fn a_tasks_progress_has_a_quota_of_its_own() {
    let app = TestApp::builder()
        .with("TASKWIRE__LIMITS__HTTP_WRITES_BURST", "3")
        .with("TASKWIRE__LIMITS__PROGRESS_PER_SECOND_PER_TASK", "5")
        .start()
        .await;
    let id = app.user("alice").creates("Fix payment bug").await;
    app.files(&id, 42).await;
    let agent = app.user("agent").role(Role::Agent);
    let path = format!("/api/tasks/{id}/progress");
    let mut taken = 0;
    let refused = loop {
        let progress =
            json!({ "step": "coding", "phase": "running", "current": taken, "total": 9 });
        let answer = agent.post(&path, &progress).await;
        if answer.status != StatusCode::NO_CONTENT {
            break answer;
        }
        taken += 1;
    };
    assert!(taken >= 5, "{taken}");
    refused.is_problem(429, "rate_limited");
    assert_eq!(refused.header("retry-after"), Some("1"));
    app.stop().await;
}

#[tokio::test]
async fn who_does_not_see_a_task_uses_up_nothing_of_its_progress() {
    let app = TestApp::builder()
        .with("TASKWIRE__LIMITS__PROGRESS_PER_SECOND_PER_TASK", "1")
        .start()
        .await;
    let id = app.user("alice").creates("Fix payment bug").await;
    let agent = app.user("agent").role(Role::Agent);
    let progress = json!({ "step": "coding", "phase": "running", "current": 1, "total": 2 });
    let nowhere = TaskId::new(app.now()).to_string();
    // An agent sees a task only once it is filed.
    for unseen in [&nowhere, &id] {
        for _ in 0..3 {
            let answer = agent.post(&format!("/api/tasks/{unseen}/progress"), &progress).await;
            answer.is_problem(404, "not_found");
        }
    }

    app.files(&id, 42).await;

    let answer = agent.post(&format!("/api/tasks/{id}/progress"), &progress).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.body);
    app.stop().await;
}
