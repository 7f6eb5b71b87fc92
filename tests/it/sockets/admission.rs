//! What stands before the handshake, and what is left of who was refused or has gone.

use std::time::Duration;

use serde_json::json;
use tokio::time::{sleep, timeout};

use crate::support::{Node, PATIENCE, Program, RawPolling, RawSocket};

const HANDSHAKE: &str = "/socket.io/?EIO=4&transport=polling";

#[tokio::test(flavor = "multi_thread")]
async fn nothing_in_the_query_makes_a_new_session_look_like_an_old_one() {
    let server = Program::start(&[
        ("TASKWIRE__LIMITS__CONNECTS_PER_SECOND_PER_IP", "1"),
        ("TASKWIRE__LIMITS__CONNECTS_BURST_PER_IP", "2"),
    ]);
    // The engine, which does not decode, opens a session for each of these.
    let hidden = format!("{HANDSHAKE}&%73id=AAAAAAAAAAAAAAHs");
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(status(&server, &hidden).await);
    }
    assert!(statuses.contains(&429), "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_server_says_so_over_http_and_who_waits_gets_the_next_place() {
    let server = Program::start(&[("TASKWIRE__LIMITS__MAX_SOCKETS", "1")]);
    let alice = server.token("alice", &[]);
    let node = Node::start();
    for id in ["anonymous", "wrong"] {
        let token = (id == "wrong").then_some("not.a.token");
        node.open(id, &server.url, token, json!({}));
        node.line(id, "connect_error", |_| true).await;
    }
    // Those who were refused take no place.
    node.connect("first", &server.url, &alice, json!({})).await;
    let answer = server.request("GET", HANDSHAKE, &alice).send().await.unwrap();
    assert_eq!(answer.status(), 503);
    assert!(answer.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap() >= 1);

    node.open("second", &server.url, Some(&alice), json!({ "transports": ["polling"] }));
    let refused = node.line("second", "connect_error", |_| true).await;
    assert_eq!((&refused["detail"], &refused["retrying"]), (&json!(503), &json!(true)));
    node.command(&json!({ "cmd": "disconnect", "id": "first" }));
    node.line("second", "connect", |_| true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_left_and_stays_connected_is_hung_up_on() {
    let server = Program::start::<&str>(&[]);
    let alice = server.token("alice", &[]);
    let mut raw = RawSocket::connect(&server, &alice).await;
    raw.event("connection_ack").await.unwrap();
    raw.say("41").await;
    let ended = raw.heard(|_| false).await;
    assert_eq!(ended, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_left_and_goes_on_polling_is_refused_and_its_session_ends() {
    let server = Program::start(&[
        ("TASKWIRE__SOCKET__PING_INTERVAL_MS", "500"),
        ("TASKWIRE__SOCKET__PING_TIMEOUT_MS", "500"),
    ]);
    let alice = server.token("alice", &[]);
    let polling = RawPolling::connect(&server, &alice).await;
    polling.post("41").await;
    let refusals = async {
        let first = loop {
            if let Err(status) = polling.try_get().await {
                break status;
            }
        };
        // Nobody answers its pings any more: in the end the engine knows it no longer.
        while polling.try_post("3").await != 400 {
            sleep(Duration::from_millis(50)).await; // between two looks
        }
        first
    };
    assert_eq!(timeout(PATIENCE, refusals).await.expect("it is refused, and ends"), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_gives_its_place_back_and_comes_back_by_itself() {
    let server = Program::start::<&str>(&[]);
    let alice = server.token("alice", &[]);
    let node = Node::start();
    for id in ["one", "two"] {
        node.connect(id, &server.url, &alice, json!({ "transports": ["websocket"] })).await;
    }
    let first = node.line("one", "connect", |_| true).await["sid"].clone();
    node.command(&json!({ "cmd": "drop", "id": "one" }));
    node.line("one", "connect", |line| line["sid"] != first).await;
    let wait = async {
        while server.sockets().await != 2 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.expect("two sockets are counted");
}

async fn status(server: &Program, path: &str) -> u16 {
    server.request("GET", path, "").send().await.unwrap().status().as_u16()
}
