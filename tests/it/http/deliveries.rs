//! What GitHub tells, at the door.

use futures_util::{
    future::{join, join_all},
    stream,
};
use reqwest::{Body, StatusCode};
use serde_json::{Value, json};
use taskwire::github::sign;
use tokio::time::timeout;
use tower::ServiceExt as _;

use super::support::{Answer, TestApp, WEBHOOK_SECRET, send};
use crate::support::{PATIENCE, Request};

fn deliver(app: &TestApp, event: &str, id: &str, body: &[u8], signature: &str) -> Request {
    app.http
        .post(app.url("/api/webhooks/github"))
        .header("X-GitHub-Event", event)
        .header("X-GitHub-Delivery", id)
        .header("X-Hub-Signature-256", signature)
        .header("Content-Type", "application/json")
        .body(body.to_vec())
}

async fn tells(app: &TestApp, event: &str, id: &str, payload: &Value) -> Answer {
    let body = serde_json::to_vec(payload).unwrap();
    let signature = sign(&WEBHOOK_SECRET.into(), &body);
    send(deliver(app, event, id, &body, &signature)).await
}

fn issue_closed(number: u64) -> Value {
    json!({
        "action": "closed",
        "issue": {
            "number": number,
            "html_url": format!("https://github.com/acme/shop/issues/{number}"),
            "state": "closed",
            "state_reason": "not_planned",
            "updated_at": "2026-11-20T17:24:00Z",
            "closed_at": "2026-11-20T17:24:00Z",
        },
        "repository": { "id": 1, "full_name": "acme/shop" },
        "sender": { "login": "octocat" },
    })
}

#[tokio::test]
async fn a_genuine_delivery_is_applied_once() {
    let app = TestApp::start().await;
    let alice = app.user("alice");
    let id = alice.creates("Fix payment bug").await;
    app.files(&id, 42).await;

    let applied = tells(&app, "issues", "delivery-1", &issue_closed(42)).await;
    assert_eq!(applied.status, StatusCode::ACCEPTED, "{}", applied.body);
    assert_eq!(applied.body, json!({ "outcome": "applied", "taskIds": [id] }));
    assert_eq!(alice.task(&id).await["status"], "cancelled");
    let again = tells(&app, "issues", "delivery-1", &issue_closed(42)).await;
    assert_eq!(again.body, json!({ "outcome": "duplicate", "taskIds": [id] }));
    let unknown = tells(&app, "issues", "delivery-2", &issue_closed(43)).await;
    assert_eq!(unknown.body, json!({ "outcome": "ignored", "taskIds": [] }));
    let unused = tells(&app, "star", "delivery-3", &json!({ "anything": true })).await;
    assert_eq!((unused.status, &unused.body["outcome"]), (StatusCode::ACCEPTED, &json!("ignored")));
    app.stop().await;
}

#[tokio::test]
async fn a_ping_is_answered() {
    let app = TestApp::start().await;
    let answer = tells(&app, "ping", "delivery", &json!({ "zen": "Design for failure." })).await;
    assert_eq!(answer.status, StatusCode::OK);
    app.stop().await;
}

#[tokio::test]
async fn what_is_not_signed_with_our_secret_is_not_looked_at() {
    let app = TestApp::start().await;
    let body = br#"{"zen":"Design for failure."}"#;
    let other = sign(&"another secret".into(), body);
    let of_other_bytes = sign(&WEBHOOK_SECRET.into(), b"{}");
    for signature in [other.as_str(), &of_other_bytes, "sha256=", "sha1=0000", ""] {
        let answer = send(deliver(&app, "ping", "d", body, signature)).await;
        answer.is_problem(401, "bad_signature");
    }
    let unsigned = app.http.post(app.url("/api/webhooks/github")).body(&body[..]);
    send(unsigned).await.is_problem(401, "bad_signature");
    // A body that does not even parse is refused for its signature.
    send(deliver(&app, "ping", "d", b"{", &other)).await.is_problem(401, "bad_signature");
    app.stop().await;
}

#[tokio::test]
async fn what_is_signed_and_makes_no_sense_is_malformed() {
    let app = TestApp::start().await;
    let signature = sign(&WEBHOOK_SECRET.into(), b"{");
    send(deliver(&app, "issues", "d", b"{", &signature)).await.is_problem(400, "malformed");
    let signature = sign(&WEBHOOK_SECRET.into(), b"{}");
    send(deliver(&app, "", "d", b"{}", &signature)).await.is_problem(400, "malformed");
    send(deliver(&app, "issues", "", b"{}", &signature)).await.is_problem(400, "malformed");
    app.stop().await;
}

#[tokio::test]
async fn a_body_larger_than_github_sends_is_refused() {
    let app = TestApp::start().await;
    let chunk = vec![b' '; 1024 * 1024];
    let chunks = stream::iter((0..26).map(move |_| Ok::<_, std::io::Error>(chunk.clone())));
    let request = deliver(&app, "issues", "d", b"", "sha256=00").body(Body::wrap_stream(chunks));
    send(request).await.is_problem(413, "body_too_large");
    app.stop().await;
}

#[tokio::test]
async fn many_deliveries_at_once_all_get_their_turn() {
    let app = TestApp::start().await;
    let alice = app.user("alice");
    let mut ids = Vec::new();
    for number in 1..=30 {
        let id = alice.creates(&format!("Task {number}")).await;
        app.files(&id, number).await;
        ids.push(id);
    }
    let answers = join_all((1..=30).map(async |number| {
        tells(&app, "issues", &format!("delivery-{number}"), &issue_closed(number)).await
    }))
    .await;
    for (answer, id) in answers.iter().zip(&ids) {
        assert_eq!(answer.body, json!({ "outcome": "applied", "taskIds": [id] }));
    }
    app.stop().await;
}

#[tokio::test]
async fn without_a_secret_no_delivery_is_taken() {
    let app = TestApp::builder().with("GITHUB_WEBHOOK_SECRET", "").start().await;
    let answer = tells(&app, "ping", "d", &json!({})).await;
    answer.is_problem(503, "unavailable");
    app.stop().await;
}

#[tokio::test]
async fn a_store_that_is_gone_is_a_reason_to_redeliver() {
    let app = TestApp::start().await;
    let id = app.user("alice").creates("Fix payment bug").await;
    app.files(&id, 42).await;
    app.store.close().await;
    let answer = tells(&app, "issues", "delivery", &issue_closed(42)).await;
    answer.is_problem(503, "store_unavailable");
    app.stop().await;
}

/// Delivers a ping without a connection; what it is answered.
async fn pings(app: &TestApp, body: axum::body::Body, signature: &str) -> Answer {
    let request = axum::http::Request::post("/api/webhooks/github")
        .header("X-GitHub-Event", "ping")
        .header("X-GitHub-Delivery", "delivery")
        .header("X-Hub-Signature-256", signature)
        .header("Content-Type", "application/json")
        .body(body);
    let response = app.router.clone().oneshot(request.unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    Answer::read(axum::http::Response::from_parts(parts, bytes).into()).await
}

/// Delivers a body that does not end.
async fn pings_for_ever(app: &TestApp) -> Answer {
    let endless = stream::pending::<Result<Vec<u8>, std::io::Error>>();
    pings(app, axum::body::Body::from_stream(endless), "sha256=00").await
}

#[tokio::test]
async fn eight_bodies_are_read_at_once_and_who_waits_too_long_is_told_to_come_back() {
    let app = TestApp::start().await;
    let eight = || join_all((0..8).map(|_| pings_for_ever(&app)));
    let signature = sign(&WEBHOOK_SECRET.into(), b"{}");
    // The second eight get the places of the first when these have had their time: too late for one
    // who came after them.
    let after_eight = async {
        tokio::select! {
            biased;
            _ = eight() => panic!("they have their places no longer than the first"),
            last = pings(&app, "{}".into(), &signature) => last,
        }
    };
    let (first, last) = timeout(PATIENCE, join(eight(), after_eight)).await.expect("an end");
    for answer in &first {
        answer.is_problem(400, "malformed");
    }
    last.is_problem(503, "unavailable");
    assert_eq!(last.header("retry-after"), Some("10"));
    let next = pings(&app, "{}".into(), &signature).await;
    assert_eq!(next.status, StatusCode::OK, "there is room again");
    app.stop().await;
}
