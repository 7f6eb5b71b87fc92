//! An instance whose line to the database goes silent without a word, while the others write on.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::json;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::{
    failover::{
        LIVE_WITHIN, all_are_live, are_filed_once, file_until, is_told_to_come_back, some_more,
    },
    load::Load,
    pair::Pair,
};
use crate::support::{CLEAR, DatabaseServer, GitHub, Line, Node, Program, TestDatabase};

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_was_cut_off_goes_on_when_what_was_under_way_arrives_late() {
    is_cut_off_and_goes_on_after(Line::revive).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_was_cut_off_goes_on_when_its_old_connections_stay_dead() {
    is_cut_off_and_goes_on_after(Line::revive_anew).await;
}

async fn is_cut_off_and_goes_on_after(revive: impl FnOnce(&Line)) {
    let (server, github) = (DatabaseServer::start(), GitHub::start().await);
    let line = Line::to(&server.uri()).await;
    let mut pair = behind(&line, &server, &github.env());
    let tasks = pair.quiet_tasks(5).await;
    let node = Node::start();
    pair.follow_both(&node, &tasks).await;
    let load = Load::new(&pair, &tasks, 400);
    let urls = pair.both().map(|server| server.url.clone());
    let (token, over) = (pair.alice.clone(), CancellationToken::new());

    let cutting = async {
        tokio::join!(load.run(), async {
            some_more(&load, 100).await;
            line.die();
            let cut = Instant::now();
            is_told_to_come_back(&pair.one, &pair.alice).await;
            assert!(cut.elapsed() < LIVE_WITHIN, "{:?}", cut.elapsed());
        });
        assert_ne!(load.refused(), 0, "the one that is cut off takes nothing");
        assert_eq!(readiness(&pair.one).await, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(readiness(&pair.other).await, StatusCode::OK);

        revive(&line);
        let back = Instant::now();
        let going_on = async {
            while readiness(&pair.one).await != StatusCode::OK {
                sleep(Duration::from_millis(50)).await; // between two looks
            }
            all_are_live(&pair, &node, "live again").await;
        };
        timeout(LIVE_WITHIN, going_on).await.expect("it goes on by itself");
        eprintln!("live again {:?} after the line's return", back.elapsed());
        over.cancel();
    };
    let (filed, ()) = tokio::join!(file_until(&over, &urls, &token), cutting);

    load.is_kept(&pair, &[(&node, "one"), (&node, "other")]).await;
    for id in ["one", "other"] {
        assert_eq!(node.count(id, "disconnect"), 0, "{id} was cut off");
        let report = node.report(id).await;
        assert_eq!(report["gaps"], json!([]), "{id} missed something");
        assert_eq!(report["events"]["resync_required"], json!(null), "{id}: nothing is lost");
    }
    assert_ne!(filed, [""; 0], "there was work to do");
    are_filed_once(&filed, &github, &pair).await;
    // Its workers waited, and work again without anybody's help.
    pair.other.kill();
    let alone = pair.one.create(&pair.alice, "Nobody else is left", CLEAR).await;
    pair.one.task_in(&alone, &pair.alice, "dispatched").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_keeps_changes_to_itself_is_found_out_and_its_clients_read_again() {
    let server = DatabaseServer::start();
    let line = Line::to(&server.uri()).await;
    let pair = behind(&line, &server, &[]);
    let tasks = pair.quiet_tasks(3).await;
    let node = Node::start();
    pair.follow_both(&node, &tasks).await;

    line.keep_changes();
    let load = Load::new(&pair, &tasks, 50);
    load.run().await;
    assert_eq!(node.report("one").await["events"]["task:event_added"], json!(null));
    let is_it = |line: &serde_json::Value| line["event"] == "resync_required";
    let told = node.line("one", "sample", is_it).await;
    assert_eq!(told["payload"][0]["reason"], "feed_silent");
    line.tell_changes();

    load.is_kept(&pair, &[(&node, "one"), (&node, "other")]).await;
    timeout(LIVE_WITHIN, all_are_live(&pair, &node, "told again")).await.expect("it is live");
    assert_eq!(node.report("one").await["events"]["resync_required"], 1);
    assert_eq!(node.report("other").await["events"]["resync_required"], json!(null));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_keeps_what_only_others_wrote_to_itself_is_found_out() {
    let server = DatabaseServer::start();
    let line = Line::to(&server.uri()).await;
    let pair = behind(&line, &server, &[]);
    let tasks = pair.quiet_tasks(1).await;
    let node = Node::start();
    pair.follow_both(&node, &tasks).await;

    line.keep_changes();
    let path = format!("/api/tasks/{}/comments", tasks[0]);
    pair.other.post(&path, &pair.alice, &json!({ "text": "Does nobody hear?" })).await;
    let is_it = |line: &serde_json::Value| line["event"] == "resync_required";
    let told = node.line("one", "sample", is_it).await;
    assert_eq!(told["payload"][0]["reason"], "feed_silent");
    line.tell_changes();

    timeout(LIVE_WITHIN, all_are_live(&pair, &node, "told again")).await.expect("it is live");
    assert_eq!(node.report("other").await["events"]["resync_required"], json!(null));
}

/// Two instances on one database: `one` reaches it over the line, the other has its own way.
fn behind(line: &Line, server: &DatabaseServer, env: &[(&str, String)]) -> Pair {
    let over_the_line = [env, &[("MONGODB_URI", line.uri())]].concat();
    Pair::each(TestDatabase::on(&server.uri()), [&over_the_line, env])
}

async fn readiness(instance: &Program) -> StatusCode {
    instance.request("GET", "/readyz", "").send().await.unwrap().status()
}
