//! A request under a key happens once.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use reqwest::StatusCode;
use serde_json::json;

use super::support::TestApp;

#[tokio::test]
async fn twenty_creations_at_once_under_one_key_make_one_task() {
    let app = TestApp::start().await;
    let alice = app.user("alice");
    let body = json!({ "title": "Fix payment bug" });

    let answers =
        join_all((0..20).map(|_| alice.post_with_key("/api/tasks", "key-1", &body))).await;

    let created = answers.iter().filter(|answer| answer.status == StatusCode::CREATED).count();
    assert_eq!(created, 1);
    for answer in &answers {
        let replayed = answer.header("idempotent-replayed") == Some("true");
        assert_eq!(replayed, answer.status == StatusCode::OK, "{answer:?}");
    }
    let ids: BTreeSet<_> = answers.iter().map(|answer| answer.body["taskId"].as_str()).collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(alice.get("/api/tasks").await.body["tasks"].as_array().unwrap().len(), 1);
    app.stop().await;
}

#[tokio::test]
async fn the_same_change_at_once_under_one_key_is_never_refused_for_its_own_effect() {
    let app = TestApp::start().await;
    let alice = app.user("alice");
    let task = alice.creates("One").await;
    app.asks(&task, &["Which provider?"]).await;
    let answers = json!({ "answers": [{ "questionId": "q1", "answer": "Stripe" }] });
    for (operation, body) in [("answers", answers), ("cancel", json!({})), ("retry", json!({}))] {
        let path = format!("/api/tasks/{task}/{operation}");

        let all = join_all((0..10).map(|_| alice.post_with_key(&path, operation, &body))).await;

        for answer in &all {
            assert_eq!(answer.status, StatusCode::OK, "{operation}: {}", answer.body);
        }
        let first = all.iter().filter(|answer| answer.header("idempotent-replayed").is_none());
        assert_eq!(first.count(), 1, "{operation}");
    }
    app.stop().await;
}

#[tokio::test]
async fn a_replay_shows_the_task_as_it_is_now() {
    let app = TestApp::start().await;
    let alice = app.user("alice");
    let body = json!({ "title": "Fix payment bug", "labels": ["bug", "a"] });
    let first = alice.post_with_key("/api/tasks", "key", &body).await;
    let id = first.body["taskId"].as_str().unwrap();
    alice.comments(id, "Any news?").await;

    // The decoded body counts, not its spelling.
    let same = json!({ "labels": ["a", "bug"], "title": " Fix payment bug ", "team": null });
    let replay = alice.post_with_key("/api/tasks", "key", &same).await;
    assert_eq!(replay.status, StatusCode::OK);
    assert_eq!(replay.header("idempotent-replayed"), Some("true"));
    assert_eq!((&replay.body["taskId"], &replay.body["version"]), (&json!(id), &json!(2)));

    let other = json!({ "title": "Something else" });
    let reused = alice.post_with_key("/api/tasks", "key", &other).await;
    reused.is_problem(422, "idempotency_key_reused");
    let bobs = app.user("bob").post_with_key("/api/tasks", "key", &other).await;
    assert_eq!(bobs.status, StatusCode::CREATED);
    app.stop().await;
}

#[tokio::test]
async fn every_change_under_a_key_happens_once_on_its_task() {
    let app = TestApp::start().await;
    let alice = app.user("alice");
    let (one, two) = (alice.creates("One").await, alice.creates("Two").await);
    app.asks(&one, &["Which provider?"]).await;
    let answers = json!({ "answers": [{ "questionId": "q1", "answer": "Stripe" }] });

    for (operation, body) in [
        ("comments", json!({ "text": "Hello" })),
        ("answers", answers),
        ("cancel", json!({ "reason": "Done by hand" })),
        ("retry", json!({})),
    ] {
        let path = format!("/api/tasks/{one}/{operation}");
        let first = alice.post_with_key(&path, operation, &body).await;
        assert_eq!(first.status, StatusCode::OK, "{}", first.body);
        assert_eq!(first.header("idempotent-replayed"), None);
        let again = alice.post_with_key(&path, operation, &body).await;
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
        assert_eq!(again.body["version"], first.body["version"]);
    }
    // The same key does something else: a reuse on this task, a first use on another one.
    let hello = json!({ "text": "Hello" });
    let reused = alice.post_with_key(&format!("/api/tasks/{one}/comments"), "cancel", &hello).await;
    reused.is_problem(422, "idempotency_key_reused");
    let fresh = alice.post_with_key(&format!("/api/tasks/{two}/comments"), "cancel", &hello).await;
    assert_eq!(fresh.status, StatusCode::OK);
    app.stop().await;
}

#[tokio::test]
async fn a_key_that_is_none_is_refused_by_its_name() {
    let app = TestApp::start().await;
    let alice = app.user("alice");
    let body = json!({ "title": "Fix payment bug" });
    for bad in ["", &"k".repeat(129)] {
        alice.post_with_key("/api/tasks", bad, &body).await.refuses("Idempotency-Key");
    }
    let longest = alice.post_with_key("/api/tasks", &"k".repeat(128), &body).await;
    assert_eq!(longest.status, StatusCode::CREATED);
    app.stop().await;
}
