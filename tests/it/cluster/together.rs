//! What goes through one instance reaches the clients of all, and nothing is done twice.

use std::time::Duration;

use serde_json::json;

use super::{load::Load, pair::Pair};
use crate::support::{CLEAR, GitHub, Node};

#[tokio::test(flavor = "multi_thread")]
async fn a_change_through_one_instance_reaches_dashboard_and_room_on_the_other() {
    let pair = Pair::start(&[]);
    let task = &pair.quiet_tasks(1).await[0];
    let node = Node::start();
    let token = &pair.alice;
    node.connect("client", &pair.other.url, token, json!({ "transports": ["websocket"] })).await;
    node.ask("client", "dashboard:join", json!([{}])).await;
    node.ask("client", "task:join", json!([{ "taskId": task }])).await;

    let path = format!("/api/tasks/{task}/comments");
    pair.one.post(&path, token, &json!({ "text": "Heard next door?" })).await;
    let new = pair.one.create(token, "From the other side", "?").await;

    let said = |event: &serde_json::Value| event["event"]["data"]["text"] == "Heard next door?";
    let heard = node.event("client", "task:event_added", said).await;
    node.event("client", "dashboard:task_list_updated", |row| row["change"] == "comment").await;
    node.event("client", "task:created", |created| created["taskId"] == new).await;
    let told = pair.other.timeline(task, &pair.alice).await;
    assert_eq!(told.last().unwrap(), &heard["event"]);
    assert_eq!(told, pair.one.timeline(task, &pair.alice).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn five_writers_on_each_instance_leave_one_timeline_that_everybody_has() {
    const CHANGES: usize = 3_000;
    let pair = Pair::start(&[]);
    let tasks = pair.quiet_tasks(30).await;
    let node = Node::start();
    pair.follow_both(&node, &tasks).await;
    let load = Load::new(&pair, &tasks, CHANGES);

    load.run().await;

    eprintln!("{CHANGES} changes, {} refused by a store that was too slow", load.refused());
    load.is_kept(&pair, &[(&node, "one"), (&node, "other")]).await;
    for id in ["one", "other"] {
        let report = node.report(id).await;
        assert_eq!(report["gaps"], json!([]), "{id} had a gap");
        assert_eq!(report["events"]["resync_required"], json!(null), "{id}");
        for task in &tasks {
            let told: Vec<u64> = serde_json::from_value(report["timeline"][task].clone()).unwrap();
            let first = told[0];
            let all: Vec<_> = (first..first + told.len() as u64).collect();
            assert_eq!(told, all, "{id}: each once and in order");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_file_each_task_once() {
    const TASKS: usize = 40;
    let github = GitHub::start().await;
    let pair = Pair::start(&github.env());
    let mut tasks = Vec::new();
    for n in 0..TASKS {
        let server = pair.both()[n % 2];
        tasks.push(server.create(&pair.alice, &format!("Fix the cart {n}"), CLEAR).await);
    }

    for task in &tasks {
        pair.one.task_in(task, &pair.alice, "dispatched").await;
        assert_eq!(github.issues_of(task).len(), 1, "{task}");
        let events = pair.other.timeline(task, &pair.alice).await;
        let kinds: Vec<_> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["created", "analyzing", "dispatched"], "each step once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_instance_was_doing_another_does_once() {
    let github = GitHub::start().await;
    let mut pair = Pair::start(&github.env());
    // GitHub takes the issues but keeps its answers: the worker is killed in the middle of its POST.
    let gate = github.hold_answers();
    let mut tasks = Vec::new();
    for n in 0..6 {
        tasks.push(pair.one.create(&pair.alice, &format!("Caught {n}"), CLEAR).await);
    }
    for task in &tasks {
        github.issue_of(task).await;
    }
    pair.one.kill();
    gate.release();

    for task in &tasks {
        pair.other.task_in(task, &pair.alice, "dispatched").await;
        assert_eq!(github.issues_of(task).len(), 1, "{task}");
    }
    tokio::time::timeout(Duration::from_secs(30), async {
        pair.other.create(&pair.alice, "And it goes on", "?").await
    })
    .await
    .unwrap();
}
