//! What an operator sets, and what is run beside the server.

use std::net::TcpListener;

use taskwire::github::sign;

use crate::support::{Client, Program, Request, WEBHOOK_SECRET};

const HANDSHAKE: &str = "/socket.io/?EIO=4&transport=polling";
const OLD: &str = "the secret of last year, which is longer than thirty-two bytes";
const NEW: &str = "the secret of this year, which is longer than thirty-two bytes";

#[tokio::test(flavor = "multi_thread")]
async fn the_health_check_tells_a_server_that_lives_from_one_that_does_not() {
    let mut server = Program::start::<&str>(&[]);
    let port = server.url.rsplit(':').next().unwrap().to_owned();
    for host in ["127.0.0.1", "0.0.0.0"] {
        let alive = server.run("healthcheck", &[("PORT", &port), ("HOST", host)]);
        assert_eq!(alive.status.code(), Some(0), "{alive:?}");
    }
    server.terminate();
    let gone = server.run("healthcheck", &[("PORT", &port)]);
    assert_eq!(gone.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&gone.stderr).contains("does not answer"), "{gone:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_is_checked_without_a_start_and_each_bad_key_is_named() {
    let server = Program::start::<&str>(&[]);
    let good = server.run("check-config", &[]);
    assert_eq!(good.status.code(), Some(0), "{good:?}");

    let bad = [
        ("PORT", "many"),
        ("FEATURE_WEBSOCKET_ROLLOUT_PERCENT", "101"),
        ("TASKWIRE__LIMITS__NO_SUCH_LIMIT", "1"),
    ];
    let refused = server.run("check-config", &bad);
    assert_eq!(refused.status.code(), Some(1));
    let said = String::from_utf8_lossy(&refused.stderr).to_lowercase();
    for key in ["port", "rollout_percent", "no_such_limit"] {
        assert!(said.contains(key), "{key} is not named: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_have_an_address_of_their_own_and_without_it_nothing_begins() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = taken.local_addr().unwrap().to_string();
    let mut server = Program::start::<&str>(&[]);
    server.terminate();
    let refused = server.run("serve", &[("TASKWIRE__SERVER__METRICS_ADDR", &addr)]);
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    assert!(String::from_utf8_lossy(&refused.stderr).contains(&addr), "{refused:?}");

    drop(taken);
    server.restart_with(&[("TASKWIRE__SERVER__METRICS_ADDR", &addr)]);
    // On the main address they stay an admin's.
    let alice = server.token("alice", &[]);
    assert_eq!(status(server.request("GET", "/metrics", &alice)).await, 403);
    let alone = Client::new().get(format!("http://{addr}/metrics")).send().await.unwrap();
    assert_eq!(alone.status(), 200);
    assert!(alone.text().await.unwrap().contains("taskwire_http_requests_total"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_trusted_proxy_is_believed_whose_request_it_is() {
    let limits = [
        ("TASKWIRE__LIMITS__CONNECTS_PER_SECOND_PER_IP", "1"),
        ("TASKWIRE__LIMITS__CONNECTS_BURST_PER_IP", "1"),
    ];
    let connect = async |server: &Program, client: u8| {
        let from = format!("203.0.113.{client}");
        let request = server.request("GET", HANDSHAKE, "").header("X-Forwarded-For", from);
        request.send().await.unwrap().status().as_u16()
    };
    let trusting = Program::start(
        &[&limits[..], &[("TASKWIRE__SERVER__TRUSTED_PROXIES", "127.0.0.0/8")]].concat(),
    );
    for client in 1..=4 {
        assert_eq!(connect(&trusting, client).await, 200, "each client has a limit of its own");
    }
    assert_eq!(connect(&trusting, 4).await, 429);

    let wary = Program::start(&limits);
    let mut answers = Vec::new();
    for client in 1..=4 {
        answers.push(connect(&wary, client).await);
    }
    assert!(answers.contains(&429), "{answers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_secret_signs_and_the_previous_one_still_verifies() {
    let mut server = Program::start(&[("JWT_SECRET", OLD)]);
    let old = server.token("alice", &[]);
    assert_eq!(status(server.request("GET", "/api/me", &old)).await, 200);

    server.terminate();
    server.restart_with(&[("JWT_SECRET", NEW), ("JWT_SECRET_PREVIOUS", OLD)]);
    let new = server.token("alice", &[]);
    for token in [&old, &new] {
        assert_eq!(status(server.request("GET", "/api/me", token)).await, 200);
    }

    server.terminate();
    server.restart_with(&[("JWT_SECRET_PREVIOUS", NEW)]);
    assert_eq!(status(server.request("GET", "/api/me", &old)).await, 401);
    assert_eq!(status(server.request("GET", "/api/me", &new)).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_is_signed_with_the_webhook_secret_or_the_previous_one() {
    let secrets = [("GITHUB_WEBHOOK_SECRET", NEW), ("GITHUB_WEBHOOK_SECRET_PREVIOUS", OLD)];
    let server = Program::start(&secrets);
    for (secret, answer) in [(NEW, 200), (OLD, 200), (WEBHOOK_SECRET, 401)] {
        let body = r#"{"zen":"Design for failure."}"#;
        let ping = server
            .request("POST", "/api/webhooks/github", "")
            .header("X-GitHub-Event", "ping")
            .header("X-GitHub-Delivery", "delivery")
            .header("X-Hub-Signature-256", sign(&secret.into(), body.as_bytes()))
            .header("Content-Type", "application/json")
            .body(body);
        assert_eq!(status(ping).await, answer, "{secret}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_for_whom_and_from_whom_it_must_be() {
    let mut server = Program::start::<&str>(&[]);
    let anyones = server.token("alice", &[]);
    server.terminate();
    server.restart_with(&[("JWT_ISSUER", "https://login.example"), ("JWT_AUDIENCE", "taskwire")]);
    assert_eq!(status(server.request("GET", "/api/me", &anyones)).await, 401);
    let ours = server.token("alice", &[]);
    assert_eq!(status(server.request("GET", "/api/me", &ours)).await, 200);

    server.terminate();
    server.restart_with(&[("JWT_AUDIENCE", "another")]);
    assert_eq!(status(server.request("GET", "/api/me", &ours)).await, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_the_public_address_is_the_servers_own_origin() {
    let server = Program::start(&[("PUBLIC_URL", "https://tasks.example")]);
    let alice = server.token("alice", &[]);
    for (origin, is_ours) in [("https://tasks.example", true), (&server.url, false)] {
        let asked = server.request("GET", "/api/me", &alice).header("Origin", origin);
        let answer = asked.send().await.unwrap();
        let allowed = answer.headers().get("access-control-allow-origin");
        assert_eq!(allowed.is_some_and(|allowed| allowed == origin), is_ours, "{origin}");
    }
}

async fn status(request: Request) -> u16 {
    request.send().await.unwrap().status().as_u16()
}
