//! Frames that no stock client sends.

use serde_json::json;

use crate::support::{Node, Program, RawSocket};

#[tokio::test(flavor = "multi_thread")]
async fn a_binary_event_is_refused_and_the_connection_goes_on() {
    let server = Program::start::<&str>(&[]);
    let mut raw = RawSocket::connect(&server, &server.token("alice", &[])).await;
    raw.say(r#"451-["task:join",{"_placeholder":true,"num":0}]"#).await;
    raw.say_bytes(&[1, 2, 3]).await;
    assert_eq!(raw.event("error").await.unwrap()["code"], "validation_failed");
    raw.say(r#"421["dashboard:leave",{}]"#).await;
    let ack = raw.heard(|packet| packet.starts_with("43")).await.unwrap();
    assert_eq!(ack, r#"431[{"ok":true}]"#);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payload_that_is_not_one_object_is_refused_and_the_connection_goes_on() {
    let server = Program::start::<&str>(&[]);
    let mut raw = RawSocket::connect(&server, &server.token("alice", &[])).await;
    let payloads = ["7", "\"text\"", "[{}]", "null", "true", "{\"taskId\":{\"taskId\":{}}}"];
    for payload in payloads {
        raw.say(&format!("421[\"task:join\",{payload}]")).await;
        let ack = raw.heard(|packet| packet.starts_with("431")).await.expect("it goes on");
        assert!(ack.contains("validation_failed"), "{ack}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_that_are_no_packets_end_the_connection_they_came_on_and_no_other() {
    let server = Program::start::<&str>(&[]);
    let alice = server.token("alice", &[]);
    let node = Node::start();
    node.connect("calm", &server.url, &alice, json!({})).await;

    let deep = format!("42[\"task:join\",{}", "[".repeat(50_000));
    let texts = [
        "",
        "x",
        "9",
        "47",
        "42[7]",
        "42[null]",
        "42[\"task:join\",{\"taskId\":]",
        "42[\"task:join\",nul]",
        "44\"no\"",
        "45-[]",
        "4599999999999-[]",
        &deep,
    ];
    for text in texts {
        let mut raw = RawSocket::connect(&server, &alice).await;
        raw.say(text).await;
        assert_eq!(raw.heard(|_| false).await, None, "after {:?}", text.get(..40));
    }
    let mut raw = RawSocket::connect(&server, &alice).await;
    raw.say_as_text(&[b'4', b'2', b'[', b'"', 0xff, 0xfe, b'"', b']']).await;
    assert_eq!(raw.heard(|_| false).await, None, "after text that is none");
    let mut raw = RawSocket::connect(&server, &alice).await;
    raw.say_bytes(&[0; 64]).await;
    assert_eq!(raw.heard(|_| false).await, None, "after bytes that nobody announced");
    let mut raw = RawSocket::connect(&server, &alice).await;
    raw.say(&format!("42[\"task:join\",{{\"taskId\":\"{}\"}}]", "x".repeat(300_000))).await;
    assert_eq!(raw.heard(|_| false).await, None, "after a message too large");

    assert_eq!(node.ask("calm", "dashboard:leave", json!([{}])).await["ok"], true);
    assert_eq!(node.count("calm", "disconnect"), 0);
}
