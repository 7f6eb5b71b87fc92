//! Who is let in, and the name of every refusal.

use serde_json::json;

use crate::support::{Node, Program};

const WEBSOCKET: &str = "websocket";

async fn refused(node: &Node, id: &str) -> String {
    let line = node.line(id, "connect_error", |_| true).await;
    assert_eq!(line["retrying"], false, "waiting would not mend it: {line}");
    line["message"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waiting_cannot_mend_is_a_connect_error_by_name() {
    let server = Program::start(&[
        ("FEATURE_WEBSOCKET_ROLLOUT_PERCENT", "0"),
        ("FEATURE_WEBSOCKET_ALLOW_USERS", "alice"),
        ("TASKWIRE__LIMITS__MAX_SOCKETS_PER_USER", "1"),
    ]);
    let (alice, bob) = (server.token("alice", &[]), server.token("bob", &[]));
    let node = Node::start();
    for transport in [WEBSOCKET, "polling"] {
        let with = |more: serde_json::Value| {
            let mut options = json!({ "transports": [transport] });
            options.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            options
        };
        let id = |name: &str| format!("{name} by {transport}");
        let (anonymous, wrong, foreign, late) =
            (id("anonymous"), id("wrong"), id("foreign"), id("bob is not in"));
        node.open(&anonymous, &server.url, None, with(json!({})));
        assert_eq!(refused(&node, &anonymous).await, "unauthenticated");
        node.open(&wrong, &server.url, Some("not.a.token"), with(json!({})));
        assert_eq!(refused(&node, &wrong).await, "unauthenticated");
        let headers = json!({ "extraHeaders": { "Origin": "https://evil.example" } });
        node.open(&foreign, &server.url, Some(&alice), with(headers));
        assert_eq!(refused(&node, &foreign).await, "origin_not_allowed");
        node.open(&late, &server.url, Some(&bob), with(json!({})));
        assert_eq!(refused(&node, &late).await, "feature_disabled");

        let (first, second, third) = (id("first"), id("second"), id("third"));
        node.connect(&first, &server.url, &alice, with(json!({}))).await;
        node.open(&second, &server.url, Some(&alice), with(json!({})));
        assert_eq!(refused(&node, &second).await, "too_many_connections");
        node.command(&json!({ "cmd": "disconnect", "id": first }));
        node.line(&first, "disconnect", |_| true).await;
        // The place is free again as soon as the server has heard of it.
        let came = async {
            for attempt in 0.. {
                let id = format!("{third} {attempt}");
                node.open(&id, &server.url, Some(&alice), with(json!({})));
                let line = node.any(&id, &["connect", "connect_error"]).await;
                if line["kind"] == "connect" {
                    return id;
                }
            }
            unreachable!()
        };
        let id = tokio::time::timeout(crate::support::PATIENCE, came).await.unwrap();
        node.command(&json!({ "cmd": "disconnect", "id": id }));
        node.line(&id, "disconnect", |_| true).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_token_is_named_as_such_and_a_bearer_header_is_as_good() {
    let server = Program::start::<&str>(&[]);
    let node = Node::start();
    let expired = Program::expired_token("alice");
    node.open("late", &server.url, Some(&expired), json!({ "transports": [WEBSOCKET] }));
    assert_eq!(refused(&node, "late").await, "token_expired");

    let bearer = format!("Bearer {}", server.token("alice", &["--name", "Alice"]));
    let headers = json!({ "extraHeaders": { "Authorization": bearer } });
    node.open("header", &server.url, None, headers);
    let ack = node.event("header", "connection_ack", |_| true).await;
    assert_eq!(ack["user"]["id"], "alice");
    assert_eq!(ack["user"]["name"], "Alice");
    assert_eq!(ack["protocolVersion"], 1);
    for field in ["instanceId", "serverTime", "expiresAt"] {
        assert!(ack[field].is_string(), "{field} of {ack}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_token_reaches_the_log_however_much_is_logged() {
    let server = Program::start(&[("RUST_LOG", "trace")]);
    let (first, second) = (server.token("alice", &[]), server.token("alice", &["--ttl", "2h"]));
    let node = Node::start();
    for transport in [WEBSOCKET, "polling"] {
        let options = json!({ "transports": [transport] });
        node.connect(transport, &server.url, &first, options).await;
        let refresh = json!([{ "token": second }]);
        assert_eq!(node.ask(transport, "auth:refresh", refresh).await["ok"], true);
    }
    server.get("/api/me", &first).await;

    let log = server.log();
    assert!(log.contains("/api/me"), "it is logged at all");
    for token in [first, second] {
        let signature = token.rsplit('.').next().unwrap();
        assert!(!log.contains(signature), "a token is in the log");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waiting_can_mend_is_refused_as_http_and_stock_clients_come_back() {
    let server = Program::start(&[
        ("TASKWIRE__LIMITS__CONNECTS_PER_SECOND_PER_IP", "2"),
        ("TASKWIRE__LIMITS__CONNECTS_BURST_PER_IP", "2"),
    ]);
    let alice = server.token("alice", &[]);
    let node = Node::start();
    for id in ["a", "b", "c", "d", "e"] {
        node.open(id, &server.url, Some(&alice), json!({ "transports": ["polling"] }));
    }
    let refused = loop {
        let path = "/socket.io/?EIO=4&transport=polling";
        let answer = server.request("GET", path, &alice).send().await.unwrap();
        if answer.status() != 200 {
            break answer;
        }
    };
    assert_eq!(refused.status(), 429);
    assert!(refused.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap() >= 1);
    let problem: serde_json::Value = refused.json().await.unwrap();
    assert_eq!(problem["code"], "rate_limited");
    // However it is spelled: what the engine takes for a new session counts as one.
    let mut statuses = Vec::new();
    for _ in 0..8 {
        let path = "/socket.io/?EIO=4&transport=polling&%73id=old";
        statuses.push(server.request("GET", path, &alice).send().await.unwrap().status().as_u16());
    }
    assert!(statuses.contains(&429), "{statuses:?}");
    for id in ["a", "b", "c", "d", "e"] {
        node.line(id, "connect", |_| true).await;
    }
}
