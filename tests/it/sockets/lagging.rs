//! A client that reads too slowly.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use serde_json::json;
use tokio::time::sleep;

use crate::support::{Program, RawSocket};

const CHANGES: usize = 3_000;
const TASKS: usize = 100;

#[tokio::test(flavor = "multi_thread")]
async fn who_lags_too_far_is_told_to_resync_and_what_it_then_gets_is_whole() {
    let server = Program::start(&[
        ("TASKWIRE__LIMITS__HTTP_WRITES_PER_MINUTE_PER_USER", "1000000"),
        ("TASKWIRE__LIMITS__HTTP_WRITES_BURST", "100000"),
        ("TASKWIRE__LIMITS__MAX_WAITING_MESSAGES", "64"),
        // A ping waits behind the messages, too: this client would seem dead.
        ("TASKWIRE__SOCKET__PING_INTERVAL_MS", "600000"),
    ]);
    let (alice, bob) = (server.token("alice", &[]), server.token("bob", &[]));
    let mut slow = RawSocket::connect_narrow(&server, &bob).await;
    slow.say(r#"42["dashboard:join",{}]"#).await;
    slow.event("dashboard:state").await.unwrap();
    let mut tasks = Vec::new();
    for n in 0..TASKS {
        let task = server.create(&alice, &format!("Busy {n}"), "?").await;
        server.task_in(&task, &alice, "clarification_needed").await;
        slow.say(&format!("42[\"task:join\",{}]", json!({ "taskId": task }))).await;
        slow.event("task:state").await.unwrap();
        tasks.push(task);
    }

    // Two messages each: more than the inbox, the engine and the kernel hold together.
    let next = AtomicUsize::new(0);
    let text = "words ".repeat(700);
    let write = async || {
        loop {
            let n = next.fetch_add(1, Ordering::Relaxed);
            if n >= CHANGES {
                return;
            }
            let path = format!("/api/tasks/{}/comments", tasks[n % TASKS]);
            server.post(&path, &alice, &json!({ "text": text })).await;
        }
    };
    let writing = futures_util::future::join_all((0..16).map(|_| write()));
    tokio::pin!(writing);
    let pause = async |slow: &mut RawSocket| {
        sleep(Duration::from_millis(40)).await; // this is how slowly it reads
        slow.heard(|_| true).await.expect("it is not cut off");
    };
    // Cancelling a read between two frames loses nothing.
    loop {
        tokio::select! {
            _ = &mut writing => break,
            () = pause(&mut slow) => {}
        }
    }

    let told = slow.event("resync_required").await.expect("it is told, not cut off");
    assert_eq!(told["reason"], "slow_consumer");
    slow.say(&format!("42[\"resync_requested\",{}]", json!({ "taskIds": tasks }))).await;
    for task in &tasks {
        let state = slow.event("task:state").await.unwrap();
        assert_eq!(&state["taskId"], task);
        let rest = server.get(&format!("/api/tasks/{task}"), &alice).await;
        assert_eq!(state, rest);
    }

    let admin = server.token("operator", &["--role", "admin"]);
    let shown = server.request("GET", "/metrics", &admin).send().await.unwrap();
    let shown = shown.text().await.unwrap();
    let counted = |name: &str| {
        let line = shown.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.rsplit(' ').next().and_then(|value| value.parse::<f64>().ok()).unwrap_or(0.0)
    };
    assert!(counted("taskwire_store_writes_total") >= CHANGES as f64, "{shown}");
    assert!(counted("taskwire_feed_lag_seconds_count") >= CHANGES as f64, "{shown}");
    assert_eq!(counted("taskwire_resyncs_required_total{reason=\"slow_consumer\"}"), 1.0);
}
