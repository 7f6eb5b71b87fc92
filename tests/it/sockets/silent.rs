//! A client that takes nothing at all.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use crate::support::{Node, Program, RawSocket};

/// Thirty seconds of patience, and what it takes to notice.
const CUT_OFF_WITHIN: Duration = Duration::from_mins(1);

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_nothing_is_cut_off_and_others_notice_nothing() {
    const CHANGES: usize = 300;
    let server = Program::start(&[
        ("TASKWIRE__LIMITS__HTTP_WRITES_PER_MINUTE_PER_USER", "1000000"),
        ("TASKWIRE__LIMITS__HTTP_WRITES_BURST", "100000"),
        ("TASKWIRE__LIMITS__SOCKET_EVENTS_BURST", "1000"),
        // It answers no ping, either: the heartbeat is not what ends it here.
        ("TASKWIRE__SOCKET__PING_TIMEOUT_MS", "600000"),
    ]);
    let (alice, bob) = (server.token("alice", &[]), server.token("bob", &[]));
    let task = server.create(&alice, "Long", &"x".repeat(20_000)).await;
    server.task_when(&task, &alice, |task| task["version"].as_u64() > Some(2)).await;
    let mut silent = RawSocket::connect(&server, &bob).await;
    let node = Node::start();
    let more = json!({ "transports": ["websocket"], "quiet": true, "autoResync": true });
    node.connect("alive", &server.url, &alice, more).await;
    assert_eq!(node.ask("alive", "task:join", json!([{ "taskId": task }])).await["ok"], true);

    // More than all buffers on the way can take.
    let wanted = json!({ "taskIds": vec![&task; 200] });
    silent.say_all((0..10).map(|_| format!("42[\"resync_requested\",{wanted}]"))).await;
    let path = format!("/api/tasks/{task}/comments");
    for n in 0..CHANGES {
        server.post(&path, &alice, &json!({ "text": format!("{n}") })).await;
    }
    let gone = async {
        while server.sockets().await > 1 {
            sleep(Duration::from_millis(200)).await; // between two looks
        }
    };
    timeout(CUT_OFF_WITHIN, gone).await.expect("its place is free again");
    let patience = lifetime(&server.log(), "bob").unwrap();
    assert!(patience >= 30_000, "it was cut off after {patience} ms");
    let report = node.report("alive").await;
    assert_eq!(report["events"]["task:event_added"], CHANGES);
    assert_eq!(report["events"]["resync_required"], Value::Null);
    assert_eq!(node.count("alive", "disconnect"), 0);
}

/// How long the socket of `user` lived, in milliseconds, as the log has it.
fn lifetime(log: &str, user: &str) -> Option<u64> {
    let user = format!("socket actor.id={user} ");
    let line = log.lines().find(|line| line.contains(&user))?;
    line.split_once("duration_ms=")?.1.split(' ').next()?.parse().ok()
}
