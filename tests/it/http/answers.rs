//! The first answer to a question wins.

use futures_util::future::join_all;
use reqwest::StatusCode;
use serde_json::json;

use super::support::TestApp;

#[tokio::test]
async fn of_twenty_answers_at_once_one_wins_and_the_others_are_told_so() {
    let app = TestApp::start().await;
    let alice = app.user("alice");
    let id = alice.creates("Fix payment bug").await;
    app.asks(&id, &["Which provider?"]).await;

    let path = format!("/api/tasks/{id}/answers");
    let users: Vec<_> = (0..20).map(|n| app.user(&format!("user-{n}"))).collect();
    let answers = join_all(users.iter().map(async |user| {
        let body = json!({ "answers": [{ "questionId": "q1", "answer": "Stripe" }] });
        user.post(&path, &body).await
    }))
    .await;

    let (won, lost): (Vec<_>, Vec<_>) =
        answers.iter().partition(|answer| answer.status == StatusCode::OK);
    assert_eq!((won.len(), lost.len()), (1, 19));
    for answer in lost {
        answer.is_problem(409, "already_answered");
    }
    let task = alice.task(&id).await;
    assert_eq!(task["status"], "analyzing");
    assert_eq!(task["questions"][0]["answer"], "Stripe");
    assert!(task["questions"][0]["answeredBy"]["id"].as_str().unwrap().starts_with("user-"));
    app.stop().await;
}

#[tokio::test]
async fn the_last_of_several_answers_sends_the_task_back_to_analysis() {
    let app = TestApp::start().await;
    let alice = app.user("alice");
    let id = alice.creates("Fix payment bug").await;
    app.asks(&id, &["Which provider?", "Since when?"]).await;
    let path = format!("/api/tasks/{id}/answers");
    let answer = |question: &str| json!({ "answers": [{ "questionId": question, "answer": "x" }] });

    let first = alice.post(&path, &answer("q2")).await;
    assert_eq!(first.body["status"], "clarification_needed");
    let unknown = alice.post(&path, &answer("q9")).await;
    unknown.refuses("answers[0].questionId");
    alice.post(&path, &json!({ "answers": [] })).await.refuses("answers");
    let last = alice.post(&path, &answer("q1")).await;
    assert_eq!(last.body["status"], "analyzing");
    app.stop().await;
}
