//! A connection lives as long as its token, unless it is refreshed in time.

use serde_json::json;

use crate::support::{Node, Program};

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ends_is_announced_and_then_ends_the_connection() {
    let server = Program::start::<&str>(&[]);
    let node = Node::start();
    let (short, long) = (server.token("alice", &["--ttl", "3s"]), server.token("alice", &[]));
    let bob = server.token("bob", &[]);
    for id in ["ends", "stays"] {
        node.connect(id, &server.url, &short, json!({ "transports": ["websocket"] })).await;
    }

    let expiring = node.event("ends", "auth:expiring", |_| true).await;
    assert!((1..=1_500).contains(&expiring["expiresInMs"].as_u64().unwrap()), "{expiring}");
    let ack = node.ask("stays", "auth:refresh", json!([{ "token": bob }])).await;
    assert_eq!(ack["error"]["code"], "forbidden", "a connection never changes hands");
    assert_eq!(node.ask("stays", "auth:refresh", json!([{ "token": long }])).await["ok"], true);
    let error = node.event("ends", "error", |_| true).await;
    assert_eq!(error["code"], "token_expired");
    let late = node.ask("ends", "auth:refresh", json!([{ "token": long }])).await;
    assert_ne!(late["ok"], true, "{late}");
    let end = node.line("ends", "disconnect", |_| true).await;
    assert_eq!(end["reason"], "io server disconnect");

    assert_eq!(node.ask("stays", "dashboard:join", json!([{}])).await["ok"], true);
    assert_eq!(node.count("stays", "disconnect"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_with_fewer_rights_takes_what_can_no_longer_be_seen() {
    let server = Program::start::<&str>(&[]);
    let bob = server.token("bob", &["--team", "payments"]);
    let in_team = server.token("alice", &["--team", "payments"]);
    let alone = server.token("alice", &[]);
    let node = Node::start();
    node.connect("alice", &server.url, &in_team, json!({})).await;
    let body = json!({ "title": "For us", "team": "payments", "visibility": "team" });
    let task = server.post("/api/tasks", &bob, &body).await["taskId"].clone();
    let join = json!([{ "taskId": task }]);
    assert_eq!(node.ask("alice", "task:join", join.clone()).await["ok"], true);

    assert_eq!(node.ask("alice", "auth:refresh", json!([{ "token": alone }])).await["ok"], true);
    node.event("alice", "resync_required", |_| true).await;
    let path = format!("/api/tasks/{}/comments", task.as_str().unwrap());
    server.post(&path, &bob, &json!({ "text": "Without her" })).await;
    assert_eq!(node.ask("alice", "task:join", join).await["error"]["code"], "not_found");

    let heard = serde_json::to_string(&node.events("alice")).unwrap();
    assert!(!heard.contains("Without her"));
}
