//! A client that does not read harms nobody, and misses nothing in the end.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Node, PATIENCE, Program, StoreUnderTest, digest};

const OTHERS: usize = 50;
/// A stand-in for MongoDB manages a hundred a second.
fn changes() -> usize {
    match StoreUnderTest::chosen() {
        StoreUnderTest::Sqlite => 5_000,
        StoreUnderTest::MongoDb => 1_000,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_reads_nothing_for_a_while_ends_equal_to_rest_and_nobody_else_notices() {
    let server = Program::start(&[
        ("TASKWIRE__LIMITS__HTTP_WRITES_PER_MINUTE_PER_USER", "1000000"),
        ("TASKWIRE__LIMITS__HTTP_WRITES_BURST", "100000"),
        ("TASKWIRE__LIMITS__HTTP_READS_PER_SECOND_PER_USER", "10000"),
        ("TASKWIRE__LIMITS__HTTP_READS_BURST", "10000"),
        ("TASKWIRE__LIMITS__MAX_SOCKETS_PER_USER", "100"),
    ]);
    let alice = server.token("alice", &[]);
    let mut tasks = Vec::new();
    for n in 0..10 {
        tasks.push(server.create(&alice, &format!("Busy {n}"), "?").await);
    }
    for task in &tasks {
        server.task_in(task, &alice, "clarification_needed").await;
    }
    let (slow, others) = (Node::start(), Node::start());
    let options = json!({ "transports": ["websocket"], "quiet": true, "autoResync": true });
    let ids: Vec<String> = (0..OTHERS).map(|n| format!("other{n}")).collect();
    join_all(&slow, "slow", &server, &alice, &options, &tasks).await;
    for id in &ids {
        join_all(&others, id, &server, &alice, &options, &tasks).await;
    }

    let began = Instant::now();
    slow.command(&json!({ "cmd": "pause", "id": "slow" }));
    let writers = (0..8).map(|writer| {
        let (server, alice, tasks) = (&server, &alice, &tasks);
        async move {
            for n in (writer..changes()).step_by(8) {
                let task = &tasks[n % tasks.len()];
                let text = format!("{n}: {}", "words ".repeat(40));
                let path = format!("/api/tasks/{task}/comments");
                server.post(&path, alice, &json!({ "text": text })).await;
            }
        }
    });
    futures_util::future::join_all(writers).await;
    tokio::time::sleep(Duration::from_secs(20).saturating_sub(began.elapsed())).await;
    slow.command(&json!({ "cmd": "resume", "id": "slow" }));

    let mut rest = Vec::new();
    for task in &tasks {
        rest.push(server.get(&format!("/api/tasks/{task}"), &alice).await);
    }
    for id in &ids {
        let report = equal_to_rest(&others, id, &rest).await;
        let heard = |event: &str| report["events"][event].as_u64().unwrap_or(0);
        assert_eq!(heard("resync_required"), 0, "{id} noticed");
        assert_eq!(heard("task:event_added"), changes() as u64, "{id} missed something");
        assert_eq!(others.count(id, "disconnect"), 0, "{id} was cut off");
    }
    equal_to_rest(&slow, "slow", &rest).await;
}

async fn join_all(
    node: &Node,
    id: &str,
    server: &Program,
    token: &str,
    options: &Value,
    tasks: &[String],
) {
    node.connect(id, &server.url, token, options.clone()).await;
    assert_eq!(node.ask(id, "dashboard:join", json!([{}])).await["ok"], true);
    for task in tasks {
        assert_eq!(node.ask(id, "task:join", json!([{ "taskId": task }])).await["ok"], true);
    }
}

/// What a client tells, once its copies are what REST says.
async fn equal_to_rest(node: &Node, id: &str, rest: &[Value]) -> Value {
    let began = Instant::now();
    loop {
        let report = node.report(id).await;
        let differs = rest.iter().find(|task| {
            let copy = &report["tasks"][task["taskId"].as_str().unwrap()];
            let digest = digest(task["events"].as_array().unwrap());
            let told = (&copy["version"], &copy["status"], &copy["digest"]);
            told != (&task["version"], &task["status"], &json!(digest))
        });
        let Some(task) = differs else { return report };
        assert!(began.elapsed() < PATIENCE, "{id}: {}, not {task}", report["tasks"]);
        tokio::time::sleep(Duration::from_millis(50)).await; // between two looks
    }
}
