//! Many who write to one task at the same moment.

use futures_util::future::join_all;
use serde_json::json;

use crate::support::Program;

const WRITERS: usize = 40;

#[tokio::test(flavor = "multi_thread")]
async fn many_who_write_to_one_task_at_once_all_succeed_and_do_not_try_in_vain_for_long() {
    let server = Program::start(&[("TASKWIRE__LIMITS__HTTP_WRITES_BURST", "1000")]);
    let alice = server.token("alice", &["--role", "admin"]);
    let task = server.create(&alice, "Popular", "?").await;
    let version = server.task_in(&task, &alice, "clarification_needed").await["version"].clone();

    let path = &format!("/api/tasks/{task}/comments");
    let comments = (0..WRITERS).map(async |n| {
        server.post(path, &alice, &json!({ "text": format!("{n}") })).await;
    });
    join_all(comments).await;

    let after = server.get(&format!("/api/tasks/{task}"), &alice).await["version"].clone();
    assert_eq!(after.as_u64().unwrap(), version.as_u64().unwrap() + WRITERS as u64);
    // If all tried again at once, half the square of their number would be in vain.
    let conflicts = server.metric("taskwire_store_conflicts_total").await;
    assert!(conflicts <= 3 * WRITERS, "{conflicts} tries in vain");
}
