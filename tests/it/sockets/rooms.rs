//! What is heard from a join on, until one leaves.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Node, Program};

const CALM: &str = "clarification_needed";

#[tokio::test(flavor = "multi_thread")]
async fn a_join_is_acknowledged_the_state_comes_once_and_then_each_change_once() {
    let server = Program::start::<&str>(&[]);
    let alice = server.token("alice", &[]);
    let task = server.create(&alice, "Followed twice", "?").await;
    let calm = server.task_in(&task, &alice, CALM).await;
    let node = Node::start();
    node.connect("a", &server.url, &alice, json!({})).await;

    let joined = node.ask("a", "task:join", json!([{ "taskId": task }])).await;
    assert_eq!(joined, json!({ "ok": true, "version": calm["version"] }));
    assert_eq!(node.event("a", "task:state", |_| true).await, calm);
    let joined = node.ask("a", "dashboard:join", json!([{}])).await;
    let state = node.event("a", "dashboard:state", |_| true).await;
    assert_eq!(joined, json!({ "ok": true, "serverTime": state["serverTime"] }));

    comment(&server, &alice, &task, "once").await;
    node.event("a", "dashboard:task_list_updated", |_| true).await;
    server.post(&format!("/api/tasks/{task}/cancel"), &alice, &json!({})).await;
    node.event("a", "dashboard:task_list_updated", |row| row["status"] == "cancelled").await;
    let heard = [
        &["connection_ack", "task:state", "dashboard:state"][..],
        &["task:event_added", "dashboard:task_list_updated"],
        &["task:event_added", "task:cancelled", "dashboard:task_list_updated"],
    ];
    let names: Vec<String> = node.events("a").into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, heard.concat());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_hears_no_more() {
    let server = Program::start::<&str>(&[]);
    let alice = server.token("alice", &[]);
    let (left, kept) =
        (server.create(&alice, "Left", "?").await, server.create(&alice, "Kept", "?").await);
    let node = Node::start();
    node.connect("a", &server.url, &alice, json!({})).await;
    for task in [&left, &kept] {
        server.task_in(task, &alice, CALM).await;
        node.ask("a", "task:join", json!([{ "taskId": task }])).await;
    }
    node.ask("a", "dashboard:join", json!([{}])).await;
    let done = json!({ "ok": true });
    assert_eq!(node.ask("a", "task:leave", json!([{ "taskId": left }])).await, done);
    assert_eq!(node.ask("a", "dashboard:leave", json!([{}])).await, done);

    comment(&server, &alice, &left, "to nobody").await;
    comment(&server, &alice, &kept, "to somebody").await;
    node.event("a", "task:event_added", |added| added["taskId"] == kept).await;
    let since: Vec<String> = node.events("a").into_iter().skip(4).map(|(name, _)| name).collect();
    assert_eq!(since, ["task:event_added"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_turns_private_leaves_the_room_empty() {
    let server = Program::start::<&str>(&[]);
    let (alice, bob) = (server.token("alice", &[]), server.token("bob", &[]));
    let task = server.create(&alice, "Turning", "?").await;
    let other = server.create(&alice, "Other", "?").await;
    let version = server.task_in(&task, &alice, CALM).await["version"].clone();
    let calm = server.task_in(&other, &alice, CALM).await["version"].clone();
    let node = Node::start();
    node.connect("bob", &server.url, &bob, json!({})).await;
    for task in [&task, &other] {
        node.ask("bob", "task:join", json!([{ "taskId": task }])).await;
    }
    let mut version = version;
    for visibility in ["private", "everyone"] {
        let path = format!("/api/tasks/{task}");
        let edit =
            server.request("PATCH", &path, &alice).header("If-Match", format!("\"{version}\""));
        let edited = edit.json(&json!({ "visibility": visibility })).send().await.unwrap();
        version = edited.json::<Value>().await.unwrap()["version"].take();
    }
    comment(&server, &alice, &task, "for all to read again").await;
    comment(&server, &alice, &other, "and this, too").await;
    node.event("bob", "task:event_added", |added| added["version"] == calm.as_u64().unwrap() + 1)
        .await;
    let heard = node.events("bob").into_iter().filter(|(_, payload)| payload["taskId"] == task);
    let names: Vec<String> = heard.map(|(name, _)| name).collect();
    assert_eq!(names, ["task:state", "task:removed"], "who is let in again joins again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_hears_of_a_burst_in_fewer_rows_and_ends_up_knowing_the_same() {
    const CHANGES: usize = 40;
    let server = Program::start(&[("TASKWIRE__LIMITS__HTTP_WRITES_BURST", "1000")]);
    let alice = server.token("alice", &[]);
    let task = server.create(&alice, "Busy", "?").await;
    server.task_in(&task, &alice, CALM).await;
    let node = Node::start();
    for (id, join) in [("all", json!([{}])), ("list", json!([{ "mode": "list" }]))] {
        node.connect(id, &server.url, &alice, json!({})).await;
        node.ask(id, "dashboard:join", join).await;
    }
    let (server, alice, task) = (&server, &alice, &task);
    let burst = (1..CHANGES).map(|n| async move {
        comment(server, alice, task, &format!("{n}")).await;
    });
    join_all(burst).await;
    let path = format!("/api/tasks/{task}/cancel");
    let last = server.post(&path, alice, &json!({})).await["version"].clone();

    let mut rows = Vec::new();
    for id in ["all", "list"] {
        let row = node.event(id, "dashboard:task_list_updated", |row| row["version"] == last).await;
        assert_eq!((&row["status"], &row["change"]), (&json!("cancelled"), &json!("cancelled")));
        let events = node.events(id);
        rows.push(events.iter().filter(|(name, _)| name == "dashboard:task_list_updated").count());
    }
    assert_eq!(rows[0], CHANGES);
    assert!(rows[1] < CHANGES, "{rows:?}");
}

async fn comment(server: &Program, token: &str, task: &str, text: &str) {
    server.post(&format!("/api/tasks/{task}/comments"), token, &json!({ "text": text })).await;
}
