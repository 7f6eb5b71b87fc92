//! All visible tasks, live.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use taskwire::protocol::socket::{Draining, ServerMessage};

use super::support::{Stream, TestApp};

async fn dashboard(stream: &mut Stream) -> Value {
    stream.hears("connection_ack").await;
    let state = stream.hears("dashboard:state").await;
    assert_eq!(state.id, None);
    state.data().clone()
}

#[tokio::test]
async fn the_state_and_the_changes_together_are_the_list() {
    let app = TestApp::start().await;
    let alice = app.user("alice");
    let old = alice.creates("Old").await;
    let mut stream = alice.stream("/api/events").await;
    let state = dashboard(&mut stream).await;
    assert_eq!(state["tasks"], alice.get("/api/tasks").await.body["tasks"]);
    assert_eq!(state["counts"], alice.get("/api/tasks/stats").await.body["counts"]);

    let new = alice.creates("New").await;
    alice.comments(&old, "Still there").await;
    alice.post(&format!("/api/tasks/{new}/cancel"), &json!({})).await;

    let mut rows: BTreeMap<String, Value> = BTreeMap::new();
    let mut heard = Vec::new();
    for row in state["tasks"].as_array().unwrap() {
        rows.insert(row["taskId"].as_str().unwrap().into(), row.clone());
    }
    while rows.get(&new).is_none_or(|row| row["status"] != "cancelled") {
        let frame = stream.next().await.unwrap();
        assert_eq!(frame.id, None);
        if frame.event == "dashboard:task_list_updated" {
            let mut row = frame.data().clone();
            let row_fields = row.as_object_mut().unwrap();
            for about_the_change in ["change", "previousStatus", "at", "actor"] {
                row_fields.remove(about_the_change).unwrap();
            }
            rows.insert(row["taskId"].as_str().unwrap().into(), row);
        }
        heard.push(frame.event);
    }
    assert_eq!(
        heard,
        [
            "task:created",
            "dashboard:task_list_updated",
            "dashboard:task_list_updated",
            "task:cancelled",
            "dashboard:task_list_updated",
        ]
    );
    for listed in alice.get("/api/tasks").await.body["tasks"].as_array().unwrap() {
        assert_eq!(&rows[listed["taskId"].as_str().unwrap()], listed);
    }
    app.stop().await;
}

#[tokio::test]
async fn nobody_hears_of_a_task_that_is_not_for_them() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.user("alice"), app.user("bob"));
    let mut bobs = bob.stream("/api/events").await;
    dashboard(&mut bobs).await;

    let private = json!({ "title": "Mine", "visibility": "private" });
    let id = alice.creates_with(private).await;
    alice.comments(&id, "A secret").await;
    let path = format!("/api/tasks/{id}");
    for (version, visibility) in [(2, "everyone"), (3, "private")] {
        let edit = json!({ "visibility": visibility });
        let edited = alice.patch(&path, &format!("\"{version}\""), &edit).await;
        assert_eq!(edited.body["version"], version + 1);
    }
    alice.comments(&id, "Another one").await;
    bob.creates("The end").await;

    let appeared = bobs.hears("task:created").await;
    assert_eq!((&appeared.data()["taskId"], &appeared.data()["version"]), (&json!(id), &json!(3)));
    assert_eq!(
        bobs.hears("dashboard:task_list_updated").await.data()["previousStatus"],
        Value::Null
    );
    assert_eq!(bobs.hears("task:removed").await.data()["taskId"], json!(id));
    assert_eq!(bobs.hears("task:created").await.data()["title"], "The end");
    app.stop().await;
}

#[tokio::test]
async fn a_stream_that_may_have_missed_something_says_so_and_ends() {
    let app = TestApp::start().await;
    let alice = app.user("alice");
    let mut stream = alice.stream("/api/events").await;
    dashboard(&mut stream).await;
    app.hub.require_resync("feed_gap");
    let rest = stream.rest().await;
    assert_eq!(rest.len(), 1);
    assert_eq!(
        (rest[0].event.as_str(), &rest[0].data()["reason"]),
        ("resync_required", &json!("feed_gap"))
    );

    // Whoever comes back gets the state.
    dashboard(&mut alice.stream("/api/events").await).await;
    app.stop().await;
}

#[tokio::test]
async fn a_server_that_stops_says_so_ends_its_streams_and_takes_no_more() {
    let app = TestApp::start().await;
    let alice = app.user("alice");
    let mut stream = alice.stream("/api/events").await;
    dashboard(&mut stream).await;
    app.hub.tell_all(|| ServerMessage::Draining(Draining { reconnect_in_ms: 250 }));
    app.draining.cancel();
    let rest = stream.rest().await;
    assert_eq!(rest.len(), 1);
    assert_eq!(
        (rest[0].event.as_str(), &rest[0].data()["reconnectInMs"]),
        ("server:draining", &json!(250))
    );
    let late = alice.get("/api/events").await;
    late.is_problem(503, "unavailable");
    assert!(late.header("retry-after").is_some());
    app.stop().await;
}
