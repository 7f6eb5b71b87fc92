//! Bad input gets its code, and nobody else notices.

use serde_json::{Value, json};

use crate::support::{Node, Program};

fn bad_messages() -> Vec<(&'static str, Value, &'static str)> {
    let nobody = "0198c5b2-0000-7000-8000-000000000000";
    let too_many: Vec<&str> = vec![nobody; 201];
    vec![
        ("dashboard:join", json!([]), "validation_failed"),
        ("dashboard:join", json!([null]), "validation_failed"),
        ("dashboard:join", json!([{}, {}]), "validation_failed"),
        ("dashboard:join", json!([{ "limit": "ten" }]), "validation_failed"),
        ("dashboard:join", json!([{ "limit": 0 }]), "validation_failed"),
        ("dashboard:join", json!([{ "limit": 201 }]), "validation_failed"),
        ("dashboard:join", json!([{ "status": "lost" }]), "validation_failed"),
        ("dashboard:join", json!([{ "sort": "title" }]), "validation_failed"),
        ("dashboard:join", json!([{ "mode": "some" }]), "validation_failed"),
        ("dashboard:join", json!([{ "limits": 5 }]), "validation_failed"),
        ("dashboard:leave", json!([{ "now": true }]), "validation_failed"),
        ("task:join", json!([]), "validation_failed"),
        ("task:join", json!([{}]), "validation_failed"),
        ("task:join", json!([{ "taskId": 7 }]), "validation_failed"),
        ("task:join", json!([{ "taskId": "seven" }]), "validation_failed"),
        ("task:join", json!([nobody]), "validation_failed"),
        ("task:join", json!([{ "taskId": nobody }]), "not_found"),
        ("task:leave", json!([{ "taskId": nobody, "why": "" }]), "validation_failed"),
        ("resync_requested", json!([{}]), "validation_failed"),
        ("resync_requested", json!([{ "taskIds": nobody }]), "validation_failed"),
        ("resync_requested", json!([{ "taskIds": too_many }]), "validation_failed"),
        (
            "resync_requested",
            json!([{ "taskIds": [], "versions": { "x": 1 } }]),
            "validation_failed",
        ),
        ("auth:refresh", json!([{}]), "validation_failed"),
        ("auth:refresh", json!([{ "token": "not.a.token" }]), "unauthenticated"),
        ("task:explode", json!([{}]), "validation_failed"),
        ("constructor", json!([{}]), "validation_failed"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_bad_message_gets_its_code_with_and_without_an_acknowledgement() {
    let server = Program::start(&[("TASKWIRE__LIMITS__SOCKET_EVENTS_BURST", "10000")]);
    let alice = server.token("alice", &[]);
    let node = Node::start();
    for transport in ["websocket", "polling"] {
        let id = transport;
        node.connect(id, &server.url, &alice, json!({ "transports": [transport] })).await;
        for (event, args, code) in bad_messages() {
            let ack = node.ask(id, event, args.clone()).await;
            assert_eq!(
                (&ack["ok"], &ack["error"]["code"]),
                (&json!(false), &json!(code)),
                "{event} {args}"
            );
            assert!(ack["error"]["detail"].as_str().is_some_and(|detail| !detail.is_empty()));

            let before = node.events(id).len();
            node.say(id, event, &args);
            let error = node.nth_event(id, "error", before).await;
            assert_eq!((&error["code"], &error["event"]), (&json!(code), &json!(event)), "{args}");
        }
        assert_eq!(node.count(id, "disconnect"), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn null_is_as_good_as_absent() {
    let server = Program::start::<&str>(&[]);
    let node = Node::start();
    node.connect("a", &server.url, &server.token("alice", &[]), json!({})).await;
    let wishes = json!([{ "limit": null, "status": null, "sort": null, "mode": null }]);
    assert_eq!(node.ask("a", "dashboard:join", wishes).await["ok"], true);
    let wishes = json!([{ "taskIds": [], "versions": null, "dashboard": null }]);
    assert_eq!(node.ask("a", "resync_requested", wishes).await["ok"], true);
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_ends_at_most_its_own_connection() {
    let server = Program::start::<&str>(&[]);
    let alice = server.token("alice", &[]);
    let node = Node::start();
    let websocket = json!({ "transports": ["websocket"] });
    node.connect("calm", &server.url, &alice, websocket.clone()).await;
    assert_eq!(node.ask("calm", "dashboard:join", json!([{}])).await["ok"], true);
    let oversize = format!("42[\"task:join\",{{\"taskId\":\"{}\"}}]", "x".repeat(300_000));
    let garbage = [
        "42[\"task:join\",{\"taskId\":",
        "42[\"task:join\"",
        "42[7]",
        "42[]",
        "42{}",
        "42",
        "4",
        "9",
        "x",
        "",
        "451-[\"task:join\",{\"_placeholder\":true,\"num\":0}]",
        "43[]",
        "40{\"token\":1}",
        "42/other,[\"task:join\",{}]",
        &oversize,
    ];
    for (n, frame) in garbage.into_iter().enumerate() {
        let id = format!("noisy{n}");
        node.connect(&id, &server.url, &alice, websocket.clone()).await;
        node.command(&json!({ "cmd": "raw", "id": id, "data": frame }));
        // Whatever became of that one, the server and the others are well.
        let title = format!("After {n}");
        let task = server.create(&alice, &title, "?").await;
        node.event("calm", "task:created", |event| event["taskId"] == task).await;
    }
    // Bytes that are no text, in the body of a poll.
    let path = "/socket.io/?EIO=4&transport=polling";
    let handshake = server.request("GET", path, &alice).send().await.unwrap().text().await.unwrap();
    let handshake: Value = serde_json::from_str(handshake.strip_prefix('0').unwrap()).unwrap();
    let path = format!("{path}&sid={}", handshake["sid"].as_str().unwrap());
    let answer = server.request("POST", &path, &alice).body(vec![b'4', 0xff, 0xfe]);
    assert!(!answer.send().await.unwrap().status().is_server_error());

    let task = server.create(&alice, "After all", "?").await;
    node.event("calm", "task:created", |event| event["taskId"] == task).await;
    assert_eq!(node.count("calm", "disconnect"), 0);
    assert_eq!(node.count("calm", "connect"), 1);
}
