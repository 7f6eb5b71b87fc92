//! The same for every transport, and on the way from one to the other.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Node, PATIENCE, Program, RawPolling, RawSocket};

const FAST: &[(&str, &str)] = &[
    ("TASKWIRE__LIMITS__HTTP_WRITES_PER_MINUTE_PER_USER", "1000000"),
    ("TASKWIRE__LIMITS__HTTP_WRITES_BURST", "100000"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_transport_hears_the_same_in_the_same_order() {
    const CHANGES: usize = 200;
    let server = Program::start(FAST);
    let alice = server.token("alice", &[]);
    let tasks = calm_tasks(&server, &alice, 4).await;
    let node = Node::start();
    let clients = [
        ("ws", json!({ "transports": ["websocket"] })),
        ("http", json!({ "transports": ["polling"] })),
        // On its way from polling to a WebSocket meanwhile.
        ("both", json!({})),
    ];
    for (id, options) in &clients {
        node.connect(id, &server.url, &alice, options.clone()).await;
        for task in &tasks {
            node.ask(id, "task:join", json!([{ "taskId": task }])).await;
        }
        node.ask(id, "dashboard:join", json!([{}])).await;
    }
    comment(&server, &alice, &tasks, CHANGES).await;
    let path = format!("/api/tasks/{}/cancel", tasks[0]);
    server.post(&path, &alice, &json!({})).await;
    let mut heard = Vec::new();
    for (id, _) in &clients {
        node.event(id, "dashboard:task_list_updated", |row| row["status"] == "cancelled").await;
        let events = node.events(id).into_iter();
        heard.push(events.skip_while(|(name, _)| name != "task:event_added").collect::<Vec<_>>());
    }
    node.line("both", "upgrade", |_| true).await;
    assert_eq!(heard[0].len(), 2 * CHANGES + 3, "entry and row each, and the last one's status");
    assert_eq!(heard[0], heard[1]);
    assert_eq!(heard[0], heard[2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn bursts_lose_nothing_for_polling_clients() {
    const CHANGES: usize = 1_000;
    let server = Program::start(FAST);
    let alice = server.token("alice", &[]);
    let tasks = calm_tasks(&server, &alice, 10).await;
    let node = Node::start();
    for id in ["one", "two"] {
        let more = json!({ "transports": ["polling"], "quiet": true, "autoResync": true });
        node.connect(id, &server.url, &alice, more).await;
        node.ask(id, "dashboard:join", json!([{}])).await;
        for task in &tasks {
            node.ask(id, "task:join", json!([{ "taskId": task }])).await;
        }
    }
    comment(&server, &alice, &tasks, CHANGES).await;
    for id in ["one", "two"] {
        let all = async {
            loop {
                let report = node.report(id).await;
                if report["events"]["dashboard:task_list_updated"] == CHANGES {
                    return report;
                }
            }
        };
        let report = tokio::time::timeout(PATIENCE, all).await.expect("every row is heard");
        assert_eq!(report["events"]["task:event_added"], CHANGES);
        assert_eq!(report["gaps"], json!([]));
        assert_eq!(report["events"]["resync_required"], Value::Null);
        assert_eq!(node.count(id, "disconnect"), 0);
    }
}

/// A poll is answered with as much as fits; the engine keeps one packet that did not, and forgets
/// it if the client is upgraded before its next poll.
#[tokio::test(flavor = "multi_thread")]
async fn what_an_upgrade_loses_is_asked_for_again() {
    const TASKS: usize = 8;
    let server = Program::start(FAST);
    let alice = server.token("alice", &[]);
    let mut tasks = Vec::new();
    for n in 0..TASKS {
        tasks.push(server.create(&alice, &format!("Long {n}"), &"x".repeat(20_000)).await);
    }
    let node = Node::start();
    node.connect("bystander", &server.url, &alice, json!({})).await;
    let polling = RawPolling::connect(&server, &alice).await;
    for task in &tasks {
        polling.post(&format!("42[\"task:join\",{}]", json!({ "taskId": task }))).await;
    }
    // More than one poll's worth waits when somebody else has been served meanwhile.
    for task in &tasks {
        node.ask("bystander", "task:join", json!([{ "taskId": task }])).await;
    }
    let mut states = polling.get().await.matches("\"task:state\"").count();

    let mut ws = RawSocket::open(&server, &format!("&sid={}", polling.sid)).await;
    ws.say("2probe").await;
    assert_eq!(ws.heard(|_| true).await.unwrap(), "3probe");
    ws.say("5").await;
    let told = loop {
        let packet = ws.heard(|packet| packet.starts_with("42")).await.expect("it goes on");
        states += packet.matches("\"task:state\"").count();
        if packet.starts_with("42[\"resync_required\"") {
            break packet;
        }
    };
    assert!(told.contains("upgraded"), "{told}");
    assert!(states < TASKS, "the engine loses nothing any more: the cure can go");
    ws.say(&format!("421[\"resync_requested\",{}]", json!([{ "taskIds": tasks }])[0])).await;
    let done = ws.heard(|packet| packet.starts_with("431")).await.unwrap();
    let done: Value = serde_json::from_str(done.strip_prefix("431").unwrap()).unwrap();
    assert_eq!(done[0]["sent"], json!(tasks));
}

/// Tasks in which nothing happens by itself any more.
async fn calm_tasks(server: &Program, token: &str, count: usize) -> Vec<String> {
    let mut tasks = Vec::new();
    for n in 0..count {
        tasks.push(server.create(token, &format!("Busy {n}"), "?").await);
    }
    for task in &tasks {
        server.task_in(task, token, "clarification_needed").await;
    }
    tasks
}

/// `count` comments, the same number on each of `tasks`, side by side.
async fn comment(server: &Program, token: &str, tasks: &[String], count: usize) {
    join_all(tasks.iter().map(|task| async move {
        for n in 0..count / tasks.len() {
            let body = json!({ "text": format!("{n}: some words about it") });
            server.post(&format!("/api/tasks/{task}/comments"), token, &body).await;
        }
    }))
    .await;
}
