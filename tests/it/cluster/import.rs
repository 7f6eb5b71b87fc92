//! Tasks that are imported while others look on.

use std::time::Instant;

use serde_json::{Value, json};
use tempfile::tempdir;

use super::pair::Pair;
use crate::support::{Node, Program, Store};

#[tokio::test(flavor = "multi_thread")]
async fn an_import_makes_clients_ask_anew_once_a_second_and_throws_nobody_off() {
    const TASKS: usize = 150;
    let limits = [("TASKWIRE__LIMITS__HTTP_WRITES_BURST", "1000")];
    let source = Program::start_in(tempdir().unwrap(), Store::sqlite(), &limits);
    let token = source.token("alice", &[]);
    for n in 0..TASKS {
        source.create(&token, &format!("Moved {n}"), "?").await;
    }
    let lines = source.print("export");
    let pair = Pair::start(&[]);
    let node = Node::start();
    node.connect("client", &pair.other.url, &pair.alice, json!({})).await;
    node.ask("client", "dashboard:join", json!([{}])).await;

    let began = Instant::now();
    let imported = pair.one.import(&lines);
    let took = began.elapsed();
    assert!(imported.status.success(), "{imported:?}");
    node.event("client", "resync_required", |required| required["reason"] == "import").await;
    // Behind the last gap, which may still wait: what is asked from then on has all of them.
    let marker = pair.one.create(&pair.alice, "Afterwards", "?").await;
    node.event("client", "task:created", |created| created["taskId"] == marker).await;
    let stats = pair.other.get("/api/tasks/stats", &pair.alice).await;
    let counts = stats["counts"].as_object().unwrap().values().filter_map(Value::as_u64);
    assert_eq!(counts.sum::<u64>(), TASKS as u64 + 1);

    let events = node.events("client");
    let asked = events.iter().filter(|(name, _)| name == "resync_required").count();
    assert!(asked <= 2 + usize::try_from(took.as_secs()).unwrap(), "{asked} in {took:?}");
    assert_eq!(node.count("client", "disconnect"), 0);
}
