//! What is heard by whom.

use serde_json::{Value, json};

use crate::support::{Node, Program};

async fn patch(server: &Program, token: &str, task: &str, body: &Value) -> Value {
    let path = format!("/api/tasks/{task}");
    let version = server.get(&path, token).await["version"].clone();
    let answer = server.request("PATCH", &path, token).header("If-Match", format!("\"{version}\""));
    let answer = answer.json(body).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_hears_of_a_task_that_they_may_not_see() {
    let server = Program::start::<&str>(&[]);
    let alice = server.token("alice", &["--team", "payments"]);
    let bob = server.token("bob", &["--team", "search"]);
    let node = Node::start();
    for (id, token) in [("alice", &alice), ("bob", &bob)] {
        node.connect(id, &server.url, token, json!({})).await;
        assert_eq!(node.ask(id, "dashboard:join", json!([{}])).await["ok"], true);
    }

    let body = json!({ "title": "A secret", "visibility": "private" });
    let secret = server.post("/api/tasks", &alice, &body).await["taskId"].clone();
    let open = server.create(&alice, "In the open", "?").await;
    node.event("alice", "task:created", |event| event["taskId"] == secret).await;
    node.event("bob", "task:created", |event| event["taskId"] == open).await;
    let ack = node.ask("bob", "task:join", json!([{ "taskId": secret }])).await;
    assert_eq!(ack["error"]["code"], "not_found");
    let ack = node.ask("bob", "resync_requested", json!([{ "taskIds": [secret] }])).await;
    assert_eq!(ack, json!({ "ok": true, "sent": [], "current": [], "missing": [secret] }));

    // What bob follows is taken from his sight, and nothing more of it is heard.
    assert_eq!(node.ask("bob", "task:join", json!([{ "taskId": open }])).await["ok"], true);
    server.task_in(&open, &alice, "clarification_needed").await;
    patch(&server, &alice, &open, &json!({ "visibility": "private" })).await;
    node.event("bob", "task:removed", |event| event["taskId"] == open).await;
    let comment = json!({ "text": "Between us" });
    server.post(&format!("/api/tasks/{open}/comments"), &alice, &comment).await;
    patch(&server, &alice, &open, &json!({ "visibility": "everyone" })).await;
    node.nth_event_where("bob", "task:created", 1, |event| event["taskId"] == open).await;

    let heard = node.events("bob");
    assert!(heard.iter().all(|(_, payload)| payload["taskId"] != secret), "{heard:#?}");
    assert!(!serde_json::to_string(&heard).unwrap().contains("Between us"));
    let of_open = heard.iter().filter(|(_, payload)| payload["taskId"] == open);
    let names: Vec<&str> = of_open.map(|(event, _)| event.as_str()).collect();
    let removed = names.iter().position(|name| *name == "task:removed").unwrap();
    assert_eq!(names[removed + 1], "task:created");
    let row = node
        .event("bob", "dashboard:task_list_updated", |row| {
            row["taskId"] == open && row["change"] == "edited"
        })
        .await;
    assert_eq!(row["previousStatus"], Value::Null, "it is new to bob");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_hears_rows_alone_and_each_says_what_the_last_one_was() {
    let server = Program::start::<&str>(&[]);
    let alice = server.token("alice", &[]);
    let node = Node::start();
    node.connect("list", &server.url, &alice, json!({})).await;
    assert_eq!(node.ask("list", "dashboard:join", json!([{ "mode": "list" }])).await["ok"], true);

    let mut tasks = Vec::new();
    for n in 0..10 {
        tasks.push(server.create(&alice, &format!("Task {n}"), "?").await);
    }
    for task in &tasks {
        server.task_in(task, &alice, "clarification_needed").await;
        let path = format!("/api/tasks/{task}/cancel");
        let task = server.post(&path, &alice, &json!({})).await;
        node.event("list", "dashboard:task_list_updated", |row| {
            row["taskId"] == task["taskId"] && row["version"] == task["version"]
        })
        .await;
    }

    let heard = node.events("list");
    let of_tasks = heard.iter().filter(|(_, payload)| payload["taskId"].is_string());
    for (event, _) in of_tasks {
        assert!(
            ["task:created", "dashboard:task_list_updated"].contains(&event.as_str()),
            "{event}"
        );
    }
    for task in &tasks {
        let rows = heard.iter().filter(|(event, payload)| {
            event == "dashboard:task_list_updated" && payload["taskId"] == *task
        });
        let mut last = Value::Null;
        for (_, row) in rows {
            assert_eq!(row["previousStatus"], last, "{row}");
            last = row["status"].clone();
        }
        assert_eq!(last, "cancelled");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resync_sends_what_differs_and_names_the_rest() {
    let server = Program::start::<&str>(&[]);
    let alice = server.token("alice", &[]);
    let node = Node::start();
    node.connect("a", &server.url, &alice, json!({})).await;
    let old = server.create(&alice, "Old", "?").await;
    let new = server.create(&alice, "New", "?").await;
    let gone = "0198c5b2-0000-7000-8000-000000000000";
    let old_version = server.task_in(&old, &alice, "clarification_needed").await["version"].clone();
    server.task_in(&new, &alice, "clarification_needed").await;

    let request = json!([{
        "taskIds": [old, new, gone], "versions": { (&old): old_version, (&new): 1 }, "dashboard": true,
    }]);
    let ack = node.ask("a", "resync_requested", request).await;

    assert_eq!(ack, json!({ "ok": true, "sent": [new], "current": [old], "missing": [gone] }));
    let state = node.event("a", "task:state", |_| true).await;
    assert_eq!(state, server.get(&format!("/api/tasks/{new}"), &alice).await);
    let dashboard = node.event("a", "dashboard:state", |_| true).await;
    let counted = server.get("/api/tasks/stats", &alice).await;
    assert_eq!(dashboard["counts"], counted["counts"]);
    assert_eq!(dashboard["tasks"].as_array().unwrap().len(), 2);
    let states = node.events("a").iter().filter(|(event, _)| event == "task:state").count();
    assert_eq!(states, 1);
}
