//! A server that stops, and its clients, who come back by themselves.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Node, Program};

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_is_announced_does_not_wait_for_clients_and_they_come_back_by_themselves() {
    let mut server = Program::start::<&str>(&[]);
    let alice = server.token("alice", &[]);
    let task = server.create(&alice, "Kept", "?").await;
    server.task_in(&task, &alice, "clarification_needed").await;
    let node = Node::start();
    let clients = [
        ("ws", json!({ "transports": ["websocket"], "autoResync": true })),
        ("http", json!({ "transports": ["polling"], "autoResync": true })),
        ("both", json!({ "autoResync": true })),
    ];
    for (id, options) in &clients {
        node.connect(id, &server.url, &alice, options.clone()).await;
        assert_eq!(node.ask(id, "task:join", json!([{ "taskId": task }])).await["ok"], true);
        assert_eq!(node.ask(id, "dashboard:join", json!([{}])).await["ok"], true);
    }
    node.line("both", "upgrade", |_| true).await;

    let began = Instant::now();
    server.terminate();
    assert!(began.elapsed() < Duration::from_secs(4), "it took {:?}", began.elapsed());
    for (id, _) in &clients {
        let draining = node.event(id, "server:draining", |_| true).await;
        assert!(draining["reconnectInMs"].as_u64().unwrap() <= 5_000);
        let ended = node.line(id, "disconnect", |_| true).await;
        assert_eq!(ended["retrying"], true, "{id}: {ended}");
    }

    server.restart();
    let body = json!({ "text": "while they were coming back" });
    let path = format!("/api/tasks/{task}/comments");
    let version = server.post(&path, &alice, &body).await["version"].clone();
    for (id, _) in &clients {
        let first = node.line(id, "connect", |_| true).await["sid"].clone();
        node.line(id, "connect", |line| line["sid"] != first).await;
        let knows = async { while node.report(id).await["tasks"][&task]["version"] != version {} };
        tokio::time::timeout(crate::support::PATIENCE, knows).await.expect("it is up to date");
        let refusals = node.lines(id, "connect_error");
        assert!(refusals.iter().all(|line| line["retrying"] == true), "{refusals:#?}");
    }
}
