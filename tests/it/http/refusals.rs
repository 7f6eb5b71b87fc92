//! Every way to get a request wrong has its code.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use taskwire::domain::{ManualClock, Role, Task, Timestamp};

use super::support::{Answer, TestApp, send};

#[tokio::test]
async fn without_a_good_token_there_is_nothing() {
    let clock = ManualClock::new(Timestamp::from_millis(1_800_000_000_000));
    let app = TestApp::builder().clock(&clock).start().await;
    let paths = ["/api/tasks", "/api/tasks/stats", "/api/me", "/api/events"];
    let bearer = app.user("alice").ttl(Duration::from_mins(1)).token();
    for path in paths {
        let answer = app.get(path).await;
        answer.is_problem(401, "unauthenticated");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        for header in ["Bearer", "Bearer nonsense", "Basic YTpi", &format!("Bearer {bearer}x")] {
            let request = app.http.get(app.url(path)).header("Authorization", header);
            send(request).await.is_problem(401, "unauthenticated");
        }
    }
    let ask = async || send(app.http.get(app.url("/api/me")).bearer_auth(&bearer)).await;
    assert_eq!(ask().await.status, StatusCode::OK);
    clock.advance(Duration::from_secs(64));
    assert_eq!(ask().await.status, StatusCode::OK, "five seconds of leeway");
    clock.advance(Duration::from_secs(1));
    let expired = ask().await;
    expired.is_problem(401, "token_expired");
    assert_eq!(expired.header("www-authenticate"), Some("Bearer"));
    app.stop().await;
}

#[tokio::test]
async fn an_address_that_is_none_is_not_found() {
    let app = TestApp::start().await;
    let alice = app.user("alice");
    for path in [
        "/api/nowhere",
        "/api/tasks/no-uuid",
        "/api/tasks/%FF",
        "/api/tasks/0198c5b2-0000-7000-8000-000000000000",
        "/api/tasks/0198c5b2-0000-7000-8000-000000000000/stream",
    ] {
        alice.get(path).await.is_problem(404, "not_found");
    }
    let delete = send(alice.request(Method::DELETE, "/api/tasks")).await;
    delete.is_problem(405, "method_not_allowed");
    app.stop().await;
}

#[tokio::test]
async fn a_body_is_json_and_no_larger_than_allowed() {
    let app = TestApp::builder().with("TASKWIRE__LIMITS__MAX_BODY_BYTES", "2048").start().await;
    let alice = app.user("alice");
    let post = || alice.request(Method::POST, "/api/tasks");
    let title = r#"{"title":"Fix payment bug"}"#;

    send(post().body(title)).await.is_problem(415, "unsupported_media_type");
    for media in ["text/plain", "application/jsonx", "multipart/form-data"] {
        let answer = send(post().header("Content-Type", media).body(title)).await;
        answer.is_problem(415, "unsupported_media_type");
    }
    let media = "Application/JSON; charset=utf-8";
    let answer = send(post().header("Content-Type", media).body(title)).await;
    assert_eq!(answer.status, StatusCode::CREATED);

    let large = json!({ "title": "x", "description": "y".repeat(2048) });
    alice.post("/api/tasks", &large).await.is_problem(413, "body_too_large");
    // Without a length known beforehand.
    let chunks =
        futures_util::stream::iter([1, 2].map(|_| Ok::<_, std::io::Error>(vec![b' '; 1500])));
    let body = reqwest::Body::wrap_stream(chunks);
    let answer = send(post().header("Content-Type", "application/json").body(body)).await;
    answer.is_problem(413, "body_too_large");
    app.stop().await;
}

#[tokio::test]
async fn a_body_that_is_not_as_described_is_refused_by_field() {
    let app = TestApp::builder().with("TASKWIRE__LIMITS__HTTP_WRITES_BURST", "100").start().await;
    let alice = app.user("alice");
    let with = |field: &str, value: Value| {
        let mut body = json!({ "title": "Fix payment bug" });
        body[field] = value;
        body
    };
    for (field, bad) in [
        ("title", json!("   ")),
        ("title", json!("x".repeat(201))),
        ("title", json!(7)),
        ("title", Value::Null),
        ("title", json!("bell \u{7}")),
        ("description", json!("x".repeat(20_001))),
        ("description", json!(7)),
        ("repo", json!("no-slash")),
        ("repo", json!("other/repo")),
        ("labels", json!("bug")),
        (
            "labels",
            json!(
                vec!["a"; 21]
                    .iter()
                    .enumerate()
                    .map(|(n, a)| format!("{a}{n}"))
                    .collect::<Vec<_>>()
            ),
        ),
        ("visibility", json!("nobody")),
        ("visibility", json!(5)),
        ("visibility", json!([])),
        ("colour", json!("red")),
    ] {
        alice.post("/api/tasks", &with(field, bad)).await.refuses(field);
    }
    alice.post("/api/tasks", &with("labels", json!(["ok", ""]))).await.refuses("labels[1]");
    alice.post("/api/tasks", &json!({})).await.refuses("title");
    for absent in ["description", "repo", "labels", "team", "visibility"] {
        let answer = alice.post("/api/tasks", &with(absent, Value::Null)).await;
        assert_eq!(answer.status, StatusCode::CREATED, "null is absent: {absent}");
    }
    alice.post("/api/tasks", &json!(["Fix payment bug"])).await.refuses("body");

    let id = alice.creates("Fix payment bug").await;
    let path = |operation: &str| format!("/api/tasks/{id}/{operation}");
    alice.comments(&id, " ").await.refuses("text");
    alice.comments(&id, &"x".repeat(10_001)).await.refuses("text");
    let answer = json!({ "answers": [{ "questionId": "q1" }] });
    alice.post(&path("answers"), &answer).await.refuses("answers[0].answer");
    let answer = json!({ "answers": [{ "questionId": "q1", "answer": "x", "by": "me" }] });
    alice.post(&path("answers"), &answer).await.refuses("answers[0].by");
    alice.post(&path("cancel"), &json!({ "why": "x" })).await.refuses("why");
    let agent = app.user("agent").role(Role::Agent);
    for field in ["current", "total", "itemsCount"] {
        let mut report = json!({ "step": "coding", "phase": "running", "current": 1, "total": 2 });
        report[field] = json!(9_007_199_254_740_992_u64);
        agent.post(&path("progress"), &report).await.refuses(field);
    }
    let made = alice.get("/api/tasks").await.body["tasks"].as_array().unwrap().len();
    assert_eq!(made, 6, "those above that were taken, and no other");
    app.stop().await;
}

#[tokio::test]
async fn text_that_is_no_json_is_refused() {
    let app = TestApp::start().await;
    let alice = app.user("alice");
    let post = async |body: &'static [u8]| -> Answer {
        let request = alice.request(Method::POST, "/api/tasks");
        send(request.header("Content-Type", "application/json").body(body)).await
    };
    for body in [
        &b""[..],
        b"{",
        b"{\"title\":\"x\"",
        b"{\"title\":\"x\"} {}",
        b"{\"title\":\"\xff\xfe\"}",
        b"{\"title\":\"x\",\"title\":\"y\"}",
        b"null",
        b"\"x\"",
    ] {
        post(body).await.is_problem(422, "validation_failed");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_parameter_that_is_wrong_or_unknown_is_refused_by_name() {
    let app = TestApp::start().await;
    let alice = app.user("alice");
    for (query, name) in [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=ten", "limit"),
        ("limit=1&limit=2", "limit"),
        ("status=done", "status"),
        ("status=created&status=", "status"),
        ("sort=updatedAt", "sort"),
        ("cursor=nonsense", "cursor"),
        ("cursor=", "cursor"),
        ("updatedSince=yesterday", "updatedSince"),
        ("repo=nobody", "repo"),
        ("team=", "team"),
        ("page=2", "page"),
    ] {
        alice.get(&format!("/api/tasks?{query}")).await.refuses(name);
    }
    alice.get(&format!("/api/tasks?q={}", "x".repeat(201))).await.refuses("q");
    let id = alice.creates("Fix payment bug").await;
    for (query, name) in [("after=-1", "after"), ("limit=201", "limit"), ("before=3", "before")] {
        alice.get(&format!("/api/tasks/{id}/events?{query}")).await.refuses(name);
    }
    alice.get(&format!("/api/tasks/{id}/stream?until=soon")).await.refuses("until");
    alice.get("/api/events?until=end").await.refuses("until");
    alice.get("/api/tasks/stats?team=payments").await.refuses("team");
    alice.get(&format!("/api/tasks/{id}?fields=title")).await.refuses("fields");
    app.stop().await;
}

#[tokio::test]
async fn what_the_tasks_status_does_not_allow_is_refused() {
    let app = TestApp::start().await;
    let alice = app.user("alice");
    let id = alice.creates("Fix payment bug").await;
    let path = |operation: &str| format!("/api/tasks/{id}/{operation}");
    alice.post(&path("retry"), &json!({})).await.is_problem(409, "invalid_transition");
    app.files(&id, 42).await;
    app.merges_pull(&id, 57).await;
    alice.post(&path("cancel"), &json!({})).await.is_problem(409, "invalid_transition");
    assert_eq!(alice.task(&id).await["pullRequest"]["state"], "merged");
    app.stop().await;
}

#[tokio::test]
async fn a_full_timeline_takes_no_more_comments_but_can_be_cancelled() {
    let app = TestApp::start().await;
    let alice = app.user("alice");
    let id = app.carries("alice", Task::TIMELINE_LIMIT - 200_000).await;
    let long = "🦀".repeat(10_000);
    let mut said = 0;
    let refused = loop {
        let answer = alice.comments(&id, &long).await;
        if answer.status != StatusCode::OK {
            break answer;
        }
        said += 1;
    };
    refused.is_problem(409, "timeline_full");
    assert!(said > 0, "there was room before");
    let task = alice.task(&id).await;
    assert!(task["events"].as_array().unwrap().len() < 104);
    assert!(task["eventsFrom"].as_u64().unwrap() > 1);
    let cancelled = alice.post(&format!("/api/tasks/{id}/cancel"), &json!({})).await;
    assert_eq!(cancelled.body["status"], "cancelled");
    app.stop().await;
}

#[tokio::test]
async fn a_timeline_twice_as_long_takes_a_change_of_status_and_no_more_retries() {
    let app = TestApp::start().await;
    let alice = app.user("alice");
    let id = app.carries("alice", Task::STATUS_ONLY).await;
    let path = |operation: &str| format!("/api/tasks/{id}/{operation}");

    alice.comments(&id, "Too late").await.is_problem(409, "timeline_full");
    let cancelled = alice.post(&path("cancel"), &json!({})).await;
    assert_eq!(cancelled.body["status"], "cancelled");
    alice.post(&path("retry"), &json!({})).await.is_problem(409, "timeline_full");

    app.merges_pull(&id, 57).await;
    assert_eq!(alice.task(&id).await["status"], "merged");
    app.stop().await;
}

#[tokio::test]
async fn a_store_that_is_gone_is_said_to_be_without_its_reasons() {
    let app = TestApp::start().await;
    app.store.close().await;
    let answer = app.user("alice").post("/api/tasks", &json!({ "title": "Fix it" })).await;
    answer.is_problem(503, "store_unavailable");
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert!(!answer.body["detail"].as_str().unwrap().contains("clos"), "{}", answer.body);
    app.stop().await;
}
