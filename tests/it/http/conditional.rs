//! `ETag`, `If-Match`, `If-None-Match`.

use reqwest::{Method, StatusCode};
use serde_json::json;
use taskwire::domain::Role;

use super::support::{TestApp, send};

#[tokio::test]
async fn an_edit_needs_the_version_it_was_made_on() {
    let app = TestApp::start().await;
    let alice = app.user("alice");
    let id = alice.creates("Fix payment bug").await;
    let path = format!("/api/tasks/{id}");
    let edit = json!({ "title": "Fix the payment bug" });

    let unconditional = send(alice.request(Method::PATCH, &path).json(&edit)).await;
    unconditional.is_problem(428, "precondition_required");
    for stale in ["\"7\"", "W/\"1\"", "1", "*", "\"01\"", "\"1\", \"2\"", "\"\""] {
        alice.patch(&path, stale, &edit).await.is_problem(412, "version_conflict");
    }
    assert_eq!(alice.task(&id).await["version"], 1);

    let edited = alice.patch(&path, "\"1\"", &edit).await;
    assert_eq!(edited.status, StatusCode::OK);
    assert_eq!(edited.header("etag"), Some("\"2\""));
    assert_eq!(edited.body["title"], "Fix the payment bug");
    assert_eq!(edited.body["events"][1]["data"], edit);
    alice.patch(&path, "\"1\"", &edit).await.is_problem(412, "version_conflict");

    let same = alice.patch(&path, "\"2\"", &edit).await;
    assert_eq!((same.status, &same.body["version"]), (StatusCode::OK, &json!(2)));
    app.stop().await;
}

#[tokio::test]
async fn who_has_the_task_does_not_get_it_again_unless_it_is_being_worked_on() {
    let app = TestApp::start().await;
    let alice = app.user("alice");
    let id = alice.creates("Fix payment bug").await;
    let path = format!("/api/tasks/{id}");
    let ask = async |tags: &str| {
        send(alice.request(Method::GET, &path).header("If-None-Match", tags)).await
    };

    for known in ["\"1\"", "W/\"1\"", "\"0\", \"1\"", "*"] {
        let answer = ask(known).await;
        assert_eq!(answer.status, StatusCode::NOT_MODIFIED, "{known}");
        assert_eq!(answer.header("etag"), Some("\"1\""));
    }
    assert_eq!(ask("\"2\"").await.status, StatusCode::OK);

    app.files(&id, 42).await;
    let progress = json!({ "step": "coding", "phase": "running", "current": 1, "total": 3 });
    let agent = app.user("agent").role(Role::Agent);
    let told = agent.post(&format!("{path}/progress"), &progress).await;
    assert_eq!(told.status, StatusCode::NO_CONTENT);
    let answer = ask("\"3\"").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.body["progress"]["step"], "coding");
    app.stop().await;
}

#[tokio::test]
async fn a_compressed_task_keeps_its_entity_tag() {
    let app = TestApp::start().await;
    let alice = app.user("alice");
    let id = alice.creates("Fix payment bug").await;
    let path = format!("/api/tasks/{id}");
    let answer = alice.request(Method::GET, &path).header("Accept-Encoding", "gzip").send().await;
    let answer = answer.unwrap();
    assert_eq!(answer.headers()["content-encoding"], "gzip");
    assert_eq!(answer.headers()["etag"], "\"1\"");
    app.stop().await;
}
