//! Progress while other things are written.

use reqwest::StatusCode;
use serde_json::{Value, json};
use taskwire::domain::Role;

use super::support::{Stream, TestApp, User};

/// Two reports, so close together that the second has to wait.
async fn reports_twice(agent: &User<'_>, id: &str) {
    for current in [1, 2] {
        let report =
            json!({ "step": "coding", "phase": "running", "current": current, "total": 2 });
        let told = agent.post(&format!("/api/tasks/{id}/progress"), &report).await;
        assert_eq!(told.status, StatusCode::NO_CONTENT);
    }
}

/// Reads up to the progress of `id` that says `current`; what was heard, with it.
async fn hears_progress(stream: &mut Stream, id: &str, current: u64) -> Vec<(String, Value)> {
    let mut heard = Vec::new();
    loop {
        let frame = stream.next().await.expect("the stream goes on");
        let data = frame.data().clone();
        let is_it = frame.event == "task:progress"
            && data["taskId"] == id
            && data["current"] == json!(current);
        heard.push((frame.event, data));
        if is_it {
            return heard;
        }
    }
}

#[tokio::test]
async fn the_last_report_is_heard_as_of_the_version_that_came_while_it_waited() {
    let app = TestApp::start().await;
    let (alice, agent) = (app.user("alice"), app.user("agent").role(Role::Agent));
    let id = alice.creates("Fix payment bug").await;
    app.files(&id, 42).await;
    let mut stream = alice.stream(&format!("/api/tasks/{id}/stream")).await;
    stream.hears("connection_ack").await;
    stream.hears("task:state").await;

    reports_twice(&agent, &id).await;
    alice.comments(&id, "Go on").await;

    let heard = hears_progress(&mut stream, &id, 2).await;
    let entry = heard.iter().rfind(|(event, _)| event == "task:event_added");
    let version = entry.map_or(json!(3), |(_, entry)| entry["event"]["version"].clone());
    assert_eq!(heard.last().unwrap().1["version"], version, "{heard:#?}");
    app.stop().await;
}

#[tokio::test]
async fn a_report_that_waits_is_not_told_to_those_who_may_see_the_task_no_longer() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.user("alice"), app.user("bob"));
    let agent = app.user("agent").role(Role::Agent);
    let (hidden, other) = (alice.creates("Turning").await, alice.creates("Other").await);
    app.files(&hidden, 42).await;
    app.files(&other, 43).await;
    let mut bobs = bob.stream("/api/events").await;
    bobs.hears("connection_ack").await;
    bobs.hears("dashboard:state").await;

    reports_twice(&agent, &hidden).await;
    let private = json!({ "visibility": "private" });
    let edited = alice.patch(&format!("/api/tasks/{hidden}"), "\"3\"", &private).await;
    assert_eq!(edited.status, StatusCode::OK);
    // What waits goes out in the order in which it came.
    reports_twice(&agent, &other).await;

    let heard = hears_progress(&mut bobs, &other, 2).await;
    let gone = heard.iter().position(|(event, _)| event == "task:removed").unwrap();
    let later = &heard[gone + 1..];
    assert!(later.iter().all(|(_, data)| data["taskId"] != hidden), "{heard:#?}");
    app.stop().await;
}
