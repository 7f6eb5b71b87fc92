//! `ETag`, `If-Match`, `If-None-Match`.

use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::json;
use taskwire::domain::Role;

use super::support::{Answer, TestApp, send};

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

#[tokio::test(flavor = "multi_thread")]
async fn of_edits_made_on_one_version_at_once_one_is_applied_and_the_others_are_refused() {
    const EDITORS: usize = 6;
    let app = TestApp::start().await;
    let alice = app.user("alice");
    let id = alice.creates("Fix payment bug").await;
    let path = format!("/api/tasks/{id}");

    for round in 1..=5 {
        let tag = format!("\"{round}\"");
        let edits: Vec<_> = (0..EDITORS)
            .map(|editor| json!({ "title": format!("{editor} in round {round}") }))
            .collect();
        let answers = join_all(edits.iter().map(|edit| alice.patch(&path, &tag, edit))).await;

        let applied = |answer: &Answer| answer.status == StatusCode::OK;
        let winner = answers.iter().position(applied).expect("one is the first");
        for (editor, answer) in answers.iter().enumerate().filter(|(editor, _)| *editor != winner) {
            assert!(!applied(answer), "{editor} as well as {winner}");
            answer.is_problem(412, "version_conflict");
        }
        let task = alice.task(&id).await;
        assert_eq!(
            (&task["version"], &task["title"]),
            (&json!(round + 1), &edits[winner]["title"])
        );
        let newest = task["events"].as_array().unwrap().last().unwrap();
        assert_eq!(newest["data"], edits[winner], "what was applied is in the timeline");
    }
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
