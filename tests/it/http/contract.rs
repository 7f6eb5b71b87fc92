//! The document says what the server does.

use std::collections::BTreeSet;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use taskwire::{domain::Role, protocol::Code};

use super::support::{Answer, TestApp, eventually, send};

#[tokio::test]
async fn every_route_takes_just_the_documented_methods() {
    let app = TestApp::builder().demo().start().await;
    let document = app.get("/api/openapi.json").await.body;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    for (path, operations) in document["paths"].as_object().unwrap() {
        let real = path.replace("{id}", "0198c5b2-0000-7000-8000-000000000000");
        let refused = send(app.http.request(Method::PUT, app.url(&real))).await;
        refused.is_problem(405, "method_not_allowed");
        let allowed = refused.header("allow").unwrap().to_lowercase();
        let allowed: BTreeSet<_> = allowed.split(',').filter(|method| *method != "head").collect();
        let documented: BTreeSet<_> =
            operations.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(allowed, documented, "{path}");
    }
    app.stop().await;
}

#[tokio::test]
async fn the_document_names_each_operation_once_and_the_codes_as_they_are_sent() {
    let app = TestApp::start().await;
    let document = app.get("/api/openapi.json").await.body;
    let paths = document["paths"].as_object().unwrap().values();
    let operations = paths.flat_map(|path| path.as_object().unwrap().values());
    let names: Vec<_> = operations.map(|one| one["operationId"].as_str().unwrap()).collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{names:?}");
    let codes = &document["components"]["schemas"]["ErrorCode"]["enum"];
    let sent: Vec<_> = Code::ALL.iter().map(|code| json!(code)).collect();
    assert_eq!(codes, &Value::Array(sent));
    app.stop().await;
}

#[tokio::test]
async fn every_reference_in_the_document_leads_somewhere() {
    let app = TestApp::start().await;
    let document = app.get("/api/openapi.json").await.body;
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(!references.is_empty());
    for reference in references {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    app.stop().await;
}

fn collect<'a>(value: &'a Value, references: &mut Vec<&'a str>) {
    match value {
        Value::Object(object) => {
            references.extend(object.get("$ref").and_then(Value::as_str));
            object.values().for_each(|value| collect(value, references));
        }
        Value::Array(array) => array.iter().for_each(|value| collect(value, references)),
        _ => {}
    }
}

#[tokio::test]
async fn the_caller_is_told_who_they_are_and_what_they_get() {
    let app = TestApp::builder().with("FEATURE_WEBSOCKET_ROLLOUT_PERCENT", "0");
    let app = app.with("FEATURE_WEBSOCKET_ALLOW_USERS", "alice").start().await;
    let alice = app.user("alice").team("payments");

    let me = alice.get("/api/me").await.body;
    assert_eq!((&me["id"], &me["name"]), (&"alice".into(), &"ALICE".into()));
    assert_eq!(me["teams"][0], "payments");
    assert_eq!(me["roles"][0], "member");
    assert!(me["expiresAt"].is_string() && me["repos"].is_null());

    let websocket = |answer: Answer| answer.body["websocket"].as_bool().unwrap();
    assert!(websocket(alice.get("/api/features").await));
    assert!(!websocket(app.user("bob").get("/api/features").await));
    let anyone = app.get("/api/features").await.body;
    assert_eq!((&anyone["sse"], &anyone["protocolVersion"]), (&true.into(), &1.into()));
    let bad = app.http.get(app.url("/api/features")).bearer_auth("not-a-token");
    send(bad).await.is_problem(401, "unauthenticated");
    app.stop().await;
}

#[tokio::test]
async fn the_server_says_whether_it_lives_and_whether_it_is_ready() {
    let app = TestApp::start().await;
    assert_eq!(app.get("/healthz").await.status, StatusCode::OK);
    let ready = app.get("/readyz").await;
    assert_eq!((ready.status, &ready.body["status"]), (StatusCode::OK, &"ready".into()));

    app.draining.cancel();
    let draining = app.get("/readyz").await;
    assert_eq!(draining.status, StatusCode::SERVICE_UNAVAILABLE);
    let Value::Object(body) = draining.body else { panic!("no object") };
    assert_eq!(
        (&body["draining"], &body["store"], &body["feed"]),
        (&true.into(), &true.into(), &true.into())
    );

    app.store.close().await;
    eventually(async || {
        let body = app.get("/readyz").await.body;
        (body["store"] == false && body["feed"] == false).then_some(())
    })
    .await;
    assert_eq!(app.get("/healthz").await.status, StatusCode::OK);
    app.stop().await;
}

#[tokio::test]
async fn the_metrics_are_for_admins() {
    let app = TestApp::start().await;
    app.get("/metrics").await.is_problem(401, "unauthenticated");
    app.user("alice").get("/metrics").await.is_problem(403, "forbidden");
    let admin = app.user("root").role(Role::Admin);
    let shown = admin.request(Method::GET, "/metrics").send().await.unwrap().text().await.unwrap();
    assert!(
        shown.contains(
            "taskwire_http_requests_total{method=\"GET\",route=\"/metrics\",status=\"403\"}"
        ),
        "{shown}"
    );
    app.stop().await;
}

#[tokio::test]
async fn the_page_about_the_documents_is_whole_and_loads_nothing() {
    let app = TestApp::start().await;
    let page = app.http.get(app.url("/api/docs")).send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    let page = page.text().await.unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("script"), "{policy}");
    for foreign in ["<script", "http://", "https://", "url(", "@import", " style="] {
        assert!(!page.contains(foreign), "{foreign}");
    }

    for code in Code::ALL {
        let anchor = format!("<article id=\"{}\">", code.as_str());
        assert_eq!(page.matches(&anchor).count(), 1, "{anchor}");
        assert!(!code.meaning().is_empty() && !code.advice().is_empty());
    }
    let openapi = app.get("/api/openapi.json").await.body;
    for path in openapi["paths"].as_object().unwrap().keys() {
        assert!(page.contains(&format!("<code>{path}</code>")), "{path}");
    }
    let asyncapi = app.get("/api/asyncapi.json").await.body;
    for message in asyncapi["channels"]["socket"]["messages"].as_object().unwrap().values() {
        let name = message["name"].as_str().unwrap();
        assert!(name == "ack" || page.contains(&format!("<code>{name}</code>")), "{name}");
    }
    let ids: Vec<_> =
        page.split(" id=\"").skip(1).map(|id| id.split('"').next().unwrap()).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "an id is there twice");
    for link in page.split("href=\"#").skip(1).map(|link| link.split('"').next().unwrap()) {
        assert!(ids.contains(&link), "#{link} leads nowhere");
    }
    app.stop().await;
}
