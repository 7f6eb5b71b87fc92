//! What was acknowledged survives `kill -9`, and nothing is filed twice.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::{CLEAR, GitHub, Program};

/// Two tasks in each status that something follows on.
async fn tasks_in_every_open_status(
    server: &Program,
    github: &GitHub,
    alice: &str,
) -> BTreeMap<String, &'static str> {
    let mut tasks = BTreeMap::new();
    for round in 0..2 {
        let asked = server.create(alice, &format!("Something is off {round}"), "?").await;
        server.task_in(&asked, alice, "clarification_needed").await;
        tasks.insert(asked, "clarification_needed");

        let dispatched = server.create(alice, &format!("Fix the cart {round}"), CLEAR).await;
        server.task_in(&dispatched, alice, "dispatched").await;
        tasks.insert(dispatched, "dispatched");

        let opened = server.create(alice, &format!("Fix the receipt {round}"), CLEAR).await;
        let task = server.task_in(&opened, alice, "dispatched").await;
        github.open_pull(task["issue"]["number"].as_u64().unwrap(), server).await;
        server.task_in(&opened, alice, "pr_opened").await;
        tasks.insert(opened, "pr_opened");

        let failed = server.create(alice, &format!("Fix the stock {round}"), CLEAR).await;
        server.task_in(&failed, alice, "dispatched").await;
        let agent = server.token("agent", &["--role", "agent"]);
        let why = json!({ "code": "no_tests", "message": "Nothing to go by" });
        server.post(&format!("/api/tasks/{failed}/fail"), &agent, &why).await;
        server.task_in(&failed, alice, "failed").await;
        tasks.insert(failed, "failed");

        let cancelled = server.create(alice, &format!("Something else is off {round}"), "?").await;
        server.task_in(&cancelled, alice, "clarification_needed").await;
        server.post(&format!("/api/tasks/{cancelled}/cancel"), alice, &json!({})).await;
        tasks.insert(cancelled, "cancelled");
    }
    tasks
}

#[tokio::test(flavor = "multi_thread")]
async fn every_task_continues_after_a_kill_and_has_exactly_one_issue() {
    let github = GitHub::start().await;
    let mut server = Program::start(&github.env());
    let alice = server.token("alice", &[]);
    let tasks = tasks_in_every_open_status(&server, &github, &alice).await;

    // GitHub takes the issues but keeps its answers: these are killed in the middle of their POST.
    let gate = github.hold_answers();
    let mut caught = Vec::new();
    for round in 0..3 {
        caught.push(server.create(&alice, &format!("Caught in the middle {round}"), CLEAR).await);
    }
    for task in &caught {
        github.issue_of(task).await;
    }
    // More than there are workers: some are still `created`.
    for round in 0..6 {
        caught.push(server.create(&alice, &format!("Not looked at yet {round}"), CLEAR).await);
    }
    server.kill();
    gate.release();
    server.restart();

    for (task, status) in &tasks {
        assert_eq!(server.get(&format!("/api/tasks/{task}"), &alice).await["status"], **status);
    }
    for task in &caught {
        server.task_in(task, &alice, "dispatched").await;
        assert_eq!(github.issues_of(task).len(), 1, "{task}");
    }
    // Those that waited for somebody go on as well: all of them to the end.
    for (task, status) in &tasks {
        if matches!(*status, "failed" | "cancelled") {
            server.post(&format!("/api/tasks/{task}/retry"), &alice, &json!({})).await;
        }
        if matches!(*status, "clarification_needed" | "cancelled") {
            server.task_in(task, &alice, "clarification_needed").await;
            is_answered(&server, task, &alice).await;
        }
    }
    for task in tasks.keys().chain(&caught) {
        is_merged(&server, &github, task, &alice).await;
        assert_eq!(github.issues_of(task).len(), 1, "{task}");
    }
}

/// Somebody answers what was asked, all of it.
async fn is_answered(server: &Program, task: &str, token: &str) {
    let asked = server.get(&format!("/api/tasks/{task}"), token).await;
    let questions = asked["questions"].as_array().unwrap().iter();
    let answers: Vec<Value> = questions
        .map(|question| json!({ "questionId": question["id"], "answer": CLEAR }))
        .collect();
    let path = format!("/api/tasks/{task}/answers");
    server.post(&path, token, &json!({ "answers": answers })).await;
    server.task_in(task, token, "dispatched").await;
}

/// The pull request of the task is opened, if it is not there, and merged; GitHub tells of both.
async fn is_merged(server: &Program, github: &GitHub, task: &str, token: &str) {
    let filed = server.get(&format!("/api/tasks/{task}"), token).await;
    let pull = match filed["pullRequest"]["number"].as_u64() {
        Some(pull) => pull,
        None => github.open_pull(filed["issue"]["number"].as_u64().unwrap(), server).await,
    };
    github.merge(pull, server).await;
    let merged = server.task_in(task, token, "merged").await;
    assert_eq!(merged["pullRequest"]["number"], pull, "{task}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_is_there_after_a_kill() {
    let mut server = Program::start::<&str>(&[]);
    let alice = server.token("alice", &["--role", "admin"]);
    let task = server.create(&alice, "Count to many", "?").await;
    let mut acknowledged = Vec::new();
    for round in 0..5 {
        let path = format!("/api/tasks/{task}/comments");
        let comments =
            (0..30).map(|n| {
                let text = format!("{round}.{n}");
                let request = server.request("POST", &path, &alice).json(&json!({ "text": text }));
                async move {
                    request.send().await.ok().filter(|a| a.status().is_success()).map(|_| text)
                }
            });
        let comments = futures_util::future::join_all(comments).await;
        acknowledged.extend(comments.into_iter().flatten());
        server.kill();
        server.restart();
    }

    let events = server.timeline(&task, &alice).await;
    let versions: Vec<u64> = events.iter().map(|e| e["version"].as_u64().unwrap()).collect();
    assert_eq!(versions, (1..=versions.len() as u64).collect::<Vec<_>>());
    assert!(!acknowledged.is_empty());
    for text in acknowledged {
        let found = events.iter().filter(|event| event["data"]["text"] == text).count();
        assert_eq!(found, 1, "{text}");
    }
}
