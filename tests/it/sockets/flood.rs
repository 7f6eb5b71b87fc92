//! Clients that say more than can be handled.

use std::{collections::BTreeSet, time::Duration};

use serde_json::{Value, json};
use tokio::time::sleep;

use crate::support::{Node, Program, RawSocket};

#[tokio::test(flavor = "multi_thread")]
async fn a_large_resync_costs_more_and_what_is_refused_is_not_done() {
    let server = Program::start(&[
        ("TASKWIRE__LIMITS__SOCKET_EVENTS_PER_SECOND", "1"),
        ("TASKWIRE__LIMITS__SOCKET_EVENTS_BURST", "3"),
    ]);
    let alice = server.token("alice", &[]);
    let mut tasks = Vec::new();
    for n in 0..20 {
        tasks.push(server.create(&alice, &format!("Task {n}"), "?").await);
    }
    let node = Node::start();
    node.connect("a", &server.url, &alice, json!({})).await;
    // Twenty tasks cost all three, so three seconds may pass until the next question.
    let large = json!([{ "taskIds": tasks }]);
    let granted = node.ask("a", "resync_requested", large.clone()).await;
    assert_eq!(granted["sent"].as_array().unwrap().len(), 20);
    let refused = node.ask("a", "resync_requested", large.clone()).await;
    assert_eq!(refused["error"]["code"], "rate_limited");
    let wait = refused["error"]["retryAfterMs"].as_u64().unwrap();
    assert!((1..=3_000).contains(&wait), "{wait}");
    tokio::time::sleep(Duration::from_millis(wait)).await; // as it was told
    assert_eq!(node.ask("a", "resync_requested", large).await["ok"], true);
    node.nth_event_where("a", "task:state", 39, |_| true).await;
    let states = node.events("a").iter().filter(|(event, _)| event == "task:state").count();
    assert_eq!(states, 40);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_goes_on_saying_too_much_hears_why_it_is_ended() {
    let server = Program::start(&[
        ("TASKWIRE__LIMITS__SOCKET_EVENTS_PER_SECOND", "1"),
        ("TASKWIRE__LIMITS__SOCKET_EVENTS_BURST", "1"),
    ]);
    let node = Node::start();
    let websocket = json!({ "transports": ["websocket"] });
    node.connect("loud", &server.url, &server.token("alice", &[]), websocket).await;
    // It takes its answers: who does not is cut off without a word.
    let is_ended = || node.count("loud", "disconnect") > 0;
    for said in (20..=1_000).step_by(20) {
        (0..20).for_each(|_| node.say("loud", "dashboard:leave", &json!([{}])));
        while node.count("loud", "event") < said - 1 && !is_ended() {
            sleep(Duration::from_millis(5)).await; // between two looks
        }
    }
    node.line("loud", "disconnect", |_| true).await;
    let errors = node.events("loud").into_iter().filter(|(event, _)| event == "error");
    let reasons: Vec<Value> = errors.map(|(_, error)| error).filter(about_no_message).collect();
    assert_eq!(reasons.len(), 1, "{reasons:?}");
    assert_eq!(reasons[0]["code"], "rate_limited");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_waits_in_line_is_answered_busy_and_every_message_is_answered_once() {
    const MESSAGES: usize = 3_000;
    let server = Program::start(&[
        ("TASKWIRE__LIMITS__SOCKET_EVENTS_PER_SECOND", "100000"),
        ("TASKWIRE__LIMITS__SOCKET_EVENTS_BURST", "100000"),
    ]);
    let alice = server.token("alice", &[]);
    let task = server.create(&alice, "A task", "?").await;
    let version = server.task_in(&task, &alice, "clarification_needed").await["version"].clone();
    let wanted = json!({ "taskIds": vec![&task; 20], "versions": { (&task): version } });
    let mut raw = RawSocket::connect(&server, &alice).await;
    raw.say_all((0..MESSAGES).map(|n| format!("42{n}[\"resync_requested\",{wanted}]"))).await;

    let (mut answered, mut done) = (BTreeSet::new(), Vec::new());
    for _ in 0..MESSAGES {
        let packet = raw.heard(|packet| packet.starts_with("43")).await.expect("it goes on");
        let (id, answer) = packet.strip_prefix("43").unwrap().split_once('[').unwrap();
        let id: usize = id.parse().unwrap();
        let answer: Value = serde_json::from_str(answer.strip_suffix(']').unwrap()).unwrap();
        if answer["ok"] == true {
            done.push(id);
        } else {
            assert_eq!(answer["error"]["code"], "busy");
        }
        assert!(answered.insert(id), "{id} was answered twice");
    }
    assert!((64..MESSAGES).contains(&done.len()), "{} found room", done.len());
    assert!(done.is_sorted(), "those done were done in order");
}

fn about_no_message(error: &Value) -> bool {
    error["event"].is_null()
}
