//! A server that is told to stop while everybody is busy: nothing that it has said is untrue
//! afterwards, and everybody finds the next one.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Mutex,
    time::{Duration, Instant},
};

use futures_util::future::{join, join_all, join3};
use serde_json::{Value, json};
use tokio::{sync::mpsc, time::sleep};

use crate::support::{CLEAR, Client, GitHub, Node, PATIENCE, Program, RawSocket, digest};

/// How long the whole of stopping may take.
const STOP_WITHIN: Duration = Duration::from_secs(10);
const TASKS: usize = 5;
const WRITERS: usize = 8;

const ROOMY: &[(&str, &str)] = &[
    ("TASKWIRE__LIMITS__HTTP_WRITES_PER_MINUTE_PER_USER", "1000000"),
    ("TASKWIRE__LIMITS__HTTP_WRITES_BURST", "100000"),
    ("TASKWIRE__LIMITS__HTTP_READS_PER_SECOND_PER_USER", "10000"),
    ("TASKWIRE__LIMITS__HTTP_READS_BURST", "10000"),
    ("TASKWIRE__LIMITS__MAX_SOCKETS_PER_USER", "1000"),
];

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_under_load_loses_nothing_and_two_hundred_clients_come_back() {
    stops_under_load("TERM", 200).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_is_as_gentle() {
    stops_under_load("INT", 20).await;
}

async fn stops_under_load(signal: &str, count: usize) {
    let mut server = Program::start(ROOMY);
    let alice = server.token("alice", &["--ttl", "1h"]);
    let tasks = calm_tasks(&server, &alice).await;
    let node = Node::start();
    let clients = connect_all(&node, &server, &alice, &tasks, count).await;

    let acknowledged = Mutex::new(Vec::new());
    let writers = (0..WRITERS).map(|writer| write(&server, &alice, &tasks, writer, &acknowledged));
    let stop = async {
        while acknowledged.lock().unwrap().len() < 100 {
            sleep(Duration::from_millis(10)).await; // between two looks
        }
        server.signal(signal);
        Instant::now()
    };
    let (_, saw_red, began) = join3(join_all(writers), sees_red(&server), stop).await;
    assert!(saw_red, "readiness turns red before the listener closes");
    server.ends_within(STOP_WITHIN.saturating_sub(began.elapsed()));

    server.restart();
    let mut rest = BTreeMap::new();
    for task in &tasks {
        rest.insert(task.clone(), server.timeline(task, &alice).await);
    }
    for (task, text) in acknowledged.into_inner().unwrap() {
        let found = rest[&task].iter().filter(|event| event["data"]["text"] == text).count();
        assert_eq!(found, 1, "{text} was acknowledged");
    }
    let mut slots = BTreeSet::new();
    for id in &clients {
        come_back_and_agree(&node, id, &rest).await;
        let told = node.lines(id, "sample");
        let told = told.iter().find(|line| line["event"] == "server:draining");
        let slot = told.unwrap_or_else(|| panic!("{id} was not told"))["payload"][0].clone();
        slots.insert(slot["reconnectInMs"].as_u64().unwrap());
    }
    assert!(slots.len() > count / 2, "not everybody at once: {slots:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_never_reads_delays_nobody() {
    let mut server = Program::start(ROOMY);
    let (alice, bob) = (server.token("alice", &[]), server.token("bob", &[]));
    let long = server.create(&alice, "Long", &"x".repeat(20_000)).await;
    server.task_when(&long, &alice, |task| task["version"].as_u64() > Some(2)).await;
    let mut silent = RawSocket::connect(&server, &bob).await;
    // More than all buffers on the way can take.
    let wanted = json!({ "taskIds": vec![&long; 200] });
    silent.say_all((0..10).map(|_| format!("42[\"resync_requested\",{wanted}]"))).await;
    for n in 0..300 {
        let path = format!("/api/tasks/{long}/comments");
        server.post(&path, &alice, &json!({ "text": format!("{n}") })).await;
    }
    let node = Node::start();
    let tasks = [long.clone()];
    let clients = connect_all(&node, &server, &alice, &tasks, 3).await;

    server.signal("TERM");
    server.ends_within(STOP_WITHIN);
    server.restart();
    let rest = BTreeMap::from([(long.clone(), server.timeline(&long, &alice).await)]);
    for id in &clients {
        come_back_and_agree(&node, id, &rest).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_under_way_is_finished() {
    let mut server = Program::start(ROOMY);
    let alice = server.token("alice", &[]);
    let (send, receive) = mpsc::channel::<Result<&str, std::io::Error>>(2);
    let parts = futures_util::stream::unfold(receive, async |mut receive| {
        Some((receive.recv().await?, receive))
    });
    let body = reqwest::Body::wrap_stream(parts);
    let request = server.request("POST", "/api/tasks", &alice);
    let request = request.header("Content-Type", "application/json").body(body).send();
    let stop = async {
        send.send(Ok(r#"{"title": "Said while "#)).await.unwrap();
        // The request is under way for sure when another that came later has been answered.
        server.get("/api/me", &alice).await;
        let (saw_red, ()) = join(sees_red(&server), async { server.signal("TERM") }).await;
        assert!(saw_red);
        send.send(Ok(r#"it stopped"}"#)).await.unwrap();
        drop(send);
    };
    let (answer, ()) = join(request, stop).await;
    let answer = answer.expect("it is answered");
    assert_eq!(answer.status(), 201);
    let task: Value = answer.json().await.unwrap();
    server.ends_within(STOP_WITHIN);

    server.restart();
    let path = format!("/api/tasks/{}", task["taskId"].as_str().unwrap());
    assert_eq!(server.get(&path, &alice).await["title"], "Said while it stopped");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issue_that_is_being_filed_is_written_down_before_the_end() {
    let github = GitHub::start().await;
    let mut env = github.env();
    // Whatever was not written down would not be found before the test's patience ends.
    env.retain(|(name, _)| !name.ends_with("SECONDS"));
    env.push(("TASKWIRE__GITHUB__SETTLE_SECONDS", "600".into()));
    let mut server = Program::start(&env);
    let alice = server.token("alice", &[]);
    let gate = github.hold_answers();
    let task = server.create(&alice, "Filed at the last moment", CLEAR).await;
    let issue = github.issue_of(&task).await;

    let (saw_red, ()) = join(sees_red(&server), async { server.signal("TERM") }).await;
    assert!(saw_red);
    gate.release();
    server.ends_within(STOP_WITHIN);
    server.restart();

    let task = server.get(&format!("/api/tasks/{task}"), &alice).await;
    assert_eq!((&task["status"], &task["issue"]["number"]), (&json!("dispatched"), &json!(issue)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_github_that_does_not_answer_delays_no_end() {
    let github = GitHub::start().await;
    let mut env = github.env();
    // GitHub may take ten seconds, as by default.
    env.retain(|(name, _)| !name.ends_with("SECONDS"));
    env.push(("TASKWIRE__GITHUB__SETTLE_SECONDS", "10".into()));
    // It has outlived its process where the store is shared.
    env.push(("TASKWIRE__WORKER__LEASE_SECONDS", "15".into()));
    let mut server = Program::start(&env);
    let alice = server.token("alice", &[]);
    let gate = github.hold_answers();
    let task = server.create(&alice, "Filed, or not?", CLEAR).await;
    github.issue_of(&task).await;

    server.signal("TERM");
    server.ends_within(STOP_WITHIN);
    gate.release();
    server.restart();
    server.task_in(&task, &alice, "dispatched").await;
    assert_eq!(github.issues_of(&task).len(), 1);
}

/// Tasks in which nothing happens by itself any more.
async fn calm_tasks(server: &Program, token: &str) -> Vec<String> {
    let mut tasks = Vec::new();
    for n in 0..TASKS {
        tasks.push(server.create(token, &format!("Busy {n}"), "?").await);
    }
    for task in &tasks {
        server.task_in(task, token, "clarification_needed").await;
    }
    tasks
}

/// Stock clients that follow the dashboard and every task: most by WebSocket, some by polling, some
/// on their way from one to the other.
async fn connect_all(
    node: &Node,
    server: &Program,
    token: &str,
    tasks: &[String],
    count: usize,
) -> Vec<String> {
    let transports = [json!(["websocket"]), json!(["websocket"]), json!(["polling", "websocket"])];
    let ids: Vec<_> = (0..count).map(|n| format!("client{n}")).collect();
    for (n, id) in ids.iter().enumerate() {
        let transports = if n % 10 == 9 { &json!(["polling"]) } else { &transports[n % 3] };
        let more = json!({ "transports": transports, "quiet": true, "autoResync": true });
        node.open(id, &server.url, Some(token), more);
    }
    for id in &ids {
        node.line(id, "connect", |_| true).await;
        assert_eq!(node.ask(id, "dashboard:join", json!([{}])).await["ok"], true);
        for task in tasks {
            assert_eq!(node.ask(id, "task:join", json!([{ "taskId": task }])).await["ok"], true);
        }
    }
    ids
}

/// Comments on one task after the other until the server is gone; notes what was acknowledged.
async fn write(
    server: &Program,
    token: &str,
    tasks: &[String],
    writer: usize,
    acknowledged: &Mutex<Vec<(String, String)>>,
) {
    for n in 0.. {
        let (task, text) = (&tasks[n % tasks.len()], format!("{writer}.{n}"));
        let path = format!("/api/tasks/{task}/comments");
        let request = server.request("POST", &path, token).json(&json!({ "text": text }));
        match request.send().await {
            Ok(answer) if answer.status().is_success() => {
                acknowledged.lock().unwrap().push((task.clone(), text));
            }
            Ok(answer) => assert_eq!(answer.status(), 503, "it is refused as what is gone"),
            Err(_) => return,
        }
    }
}

/// Asks, over one connection, until the server is not ready or gone; whether it said so first.
async fn sees_red(server: &Program) -> bool {
    let client = Client::new();
    while let Ok(answer) = client.get(format!("{}/readyz", server.url)).send().await {
        if answer.status() == 503 {
            return true;
        }
        sleep(Duration::from_millis(10)).await; // between two looks
    }
    false
}

/// Waits until a client, whom nobody touches, has found the server and knows what REST knows.
async fn come_back_and_agree(node: &Node, id: &str, rest: &BTreeMap<String, Vec<Value>>) {
    let began = Instant::now();
    loop {
        let report = node.report(id).await;
        let rows = report["dashboard"].as_object().map(serde_json::Map::len);
        let agrees = rest.iter().all(|(task, events)| {
            let (copy, row) = (&report["tasks"][task], &report["dashboard"][task]);
            let is_whole = copy["version"] == events.len() && copy["digest"] == digest(events);
            is_whole && row["version"] == events.len() && row["status"] == copy["status"]
        });
        if agrees && rows == Some(rest.len()) && node.count(id, "connect") >= 2 {
            let ends = node.lines(id, "disconnect");
            assert!(ends.iter().all(|line| line["retrying"] == true), "{id}: {ends:#?}");
            return;
        }
        assert!(began.elapsed() < PATIENCE, "{id} does not agree: {report}");
        sleep(Duration::from_millis(50)).await; // between two looks
    }
}
