//! One task, live, without a hole.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::support::{Frame, Stream, TestApp, eventually, send};

/// The entries in what was heard, by version.
fn entries(frames: &[Frame]) -> Vec<Value> {
    let added = frames.iter().filter(|frame| frame.event == "task:event_added");
    added.map(|frame| frame.data()["event"].clone()).collect()
}

#[tokio::test]
async fn a_stream_begins_with_who_you_are_and_the_task_and_goes_on_with_every_entry() {
    let app = TestApp::start().await;
    let alice = app.user("alice");
    let id = alice.creates("Fix payment bug").await;

    let mut stream = alice.stream(&format!("/api/tasks/{id}/stream?until=end")).await;
    let ack = stream.hears("connection_ack").await;
    assert_eq!(ack.data()["user"]["id"], "alice");
    assert_eq!(
        (&ack.data()["instanceId"], &ack.data()["protocolVersion"]),
        (&"under-test".into(), &1.into())
    );
    let state = stream.hears("task:state").await;
    assert_eq!((state.id, state.data()), (Some(1), &alice.task(&id).await));

    app.files(&id, 42).await;
    alice.comments(&id, "Hello").await;
    app.opens_pull(&id, 57).await;
    app.merges_pull(&id, 57).await;
    let frames = stream.rest().await;

    // The state and the entries together are the task as REST has it.
    let task = alice.task(&id).await;
    let mut timeline = state.data()["events"].as_array().unwrap().clone();
    timeline.extend(entries(&frames));
    assert_eq!(Value::Array(timeline), task["events"]);
    let heard: Vec<_> = frames.iter().map(|frame| (frame.event.as_str(), frame.id)).collect();
    assert_eq!(
        heard,
        [
            ("task:event_added", None),
            ("task:analyzing", Some(2)),
            ("task:event_added", None),
            ("task:dispatched", Some(3)),
            ("task:event_added", Some(4)),
            ("task:event_added", None),
            ("task:pr_opened", Some(5)),
            ("task:event_added", None),
            ("task:pr_merged", Some(6)),
        ]
    );
    assert_eq!(frames.last().unwrap().data()["status"], task["status"]);
    app.stop().await;
}

#[tokio::test]
async fn a_client_that_was_away_gets_what_it_missed_once_and_what_comes() {
    let app = TestApp::builder().with("TASKWIRE__LIMITS__HTTP_WRITES_BURST", "1000").start().await;
    let alice = app.user("alice");
    let id = alice.creates("Fix payment bug").await;
    let path = format!("/api/tasks/{id}/stream");
    for n in 2..=40 {
        alice.comments(&id, &format!("comment {n}")).await;
    }

    for last in [1, 20, 39, 40] {
        // Others write while the stream is being resumed.
        let (response, ()) = tokio::join!(alice.resume(&path, last), async {
            for _ in 0..5 {
                alice.comments(&id, "meanwhile").await;
            }
        });
        let newest = alice.task(&id).await["version"].as_u64().unwrap();
        let mut stream = Stream::of(response);
        stream.hears("connection_ack").await;
        for version in last + 1..=newest {
            let frame = stream.hears("task:event_added").await;
            assert_eq!((frame.id, &frame.data()["version"]), (Some(version), &version.into()));
        }
        alice.comments(&id, "afterwards").await;
        assert_eq!(stream.hears("task:event_added").await.id, Some(newest + 1));
    }
    app.stop().await;
}

#[tokio::test]
async fn resumed_after_its_end_there_is_nothing_more() {
    let app = TestApp::start().await;
    let alice = app.user("alice");
    let id = alice.creates("Fix payment bug").await;
    alice.post(&format!("/api/tasks/{id}/cancel"), &json!({})).await;
    alice.comments(&id, "A pity").await;
    let path = format!("/api/tasks/{id}/stream?until=end");

    let frames = alice.stream(&path).await.rest().await;
    let heard: Vec<_> = frames.iter().map(|frame| frame.event.as_str()).collect();
    assert_eq!(heard, ["connection_ack", "task:state"]);
    assert_eq!(frames[1].id, Some(3));
    for last in [2, 3] {
        assert_eq!(alice.resume(&path, last).await.status(), StatusCode::NO_CONTENT);
    }
    let frames = Stream::of(alice.resume(&path, 1).await).rest().await;
    assert_eq!(frames.last().unwrap().event, "task:cancelled");

    // Without `until=end` it goes on.
    let mut stream = Stream::of(alice.resume(&format!("/api/tasks/{id}/stream"), 3).await);
    stream.hears("connection_ack").await;
    alice.post(&format!("/api/tasks/{id}/retry"), &json!({})).await;
    assert_eq!(stream.hears("task:event_added").await.data()["event"]["type"], "retried");
    app.stop().await;
}

#[tokio::test]
async fn a_last_event_id_that_is_none_is_refused_and_a_future_one_starts_anew() {
    let app = TestApp::start().await;
    let alice = app.user("alice");
    let id = alice.creates("Fix payment bug").await;
    let path = format!("/api/tasks/{id}/stream");
    let request = alice.request(reqwest::Method::GET, &path).header("Last-Event-ID", "one");
    send(request).await.refuses("Last-Event-ID");
    let mut stream = Stream::of(alice.resume(&path, 99).await);
    stream.hears("connection_ack").await;
    assert_eq!(stream.hears("task:state").await.id, Some(1));
    app.stop().await;
}

#[tokio::test]
async fn progress_is_heard_and_a_change_of_status_ends_it() {
    let app = TestApp::start().await;
    let alice = app.user("alice");
    let agent = app.user("agent").role(taskwire::domain::Role::Agent);
    let id = alice.creates("Fix payment bug").await;
    app.files(&id, 42).await;
    let mut stream = alice.stream(&format!("/api/tasks/{id}/stream")).await;
    stream.hears("connection_ack").await;
    stream.hears("task:state").await;

    let report = json!({ "step": "coding", "phase": "running", "current": 1, "total": 3, "message": "Writing" });
    agent.post(&format!("/api/tasks/{id}/progress"), &report).await;
    let progress = stream.hears("task:progress").await;
    assert_eq!(progress.id, None);
    assert_eq!(
        (&progress.data()["step"], &progress.data()["version"]),
        (&"coding".into(), &3.into())
    );
    app.opens_pull(&id, 57).await;
    stream.hears("task:event_added").await;
    assert_eq!(alice.task(&id).await["progress"], Value::Null);
    app.stop().await;
}

#[tokio::test]
async fn who_may_no_longer_see_the_task_hears_so_and_no_more() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.user("alice"), app.user("bob"));
    let id = alice.creates("Fix payment bug").await;
    let mut stream = bob.stream(&format!("/api/tasks/{id}/stream")).await;
    stream.hears("connection_ack").await;
    stream.hears("task:state").await;
    let private = json!({ "visibility": "private" });
    alice.patch(&format!("/api/tasks/{id}"), "\"1\"", &private).await;
    let rest: Vec<_> = stream.rest().await.into_iter().map(|frame| frame.event).collect();
    assert_eq!(rest, ["task:removed"]);
    app.stop().await;
}

#[tokio::test]
async fn a_stream_ends_with_its_token() {
    let app = TestApp::start().await;
    let alice = app.user("alice");
    let id = alice.creates("Fix payment bug").await;
    let brief = alice.clone().ttl(Duration::from_secs(1));
    let frames = brief.stream(&format!("/api/tasks/{id}/stream")).await.rest().await;
    let last = frames.last().unwrap();
    assert_eq!((last.event.as_str(), &last.data()["code"]), ("error", &"token_expired".into()));
    app.stop().await;
}

#[tokio::test]
async fn a_user_has_so_many_streams_and_gets_a_place_back_by_leaving() {
    let app = TestApp::builder().with("TASKWIRE__LIMITS__MAX_SOCKETS_PER_USER", "2").start().await;
    let alice = app.user("alice");
    let id = alice.creates("Fix payment bug").await;
    let path = format!("/api/tasks/{id}/stream");
    let mut first = alice.stream(&path).await;
    let mut second = alice.stream("/api/events").await;
    first.hears("connection_ack").await;
    second.hears("connection_ack").await;
    let third = alice.get(&path).await;
    third.is_problem(429, "too_many_connections");
    assert!(third.header("retry-after").is_some());
    drop(first);
    eventually(async || {
        let response = alice.request(reqwest::Method::GET, &path).send().await.unwrap();
        (response.status() == StatusCode::OK).then_some(())
    })
    .await;
    app.stop().await;
}
