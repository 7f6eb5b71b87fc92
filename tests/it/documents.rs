//! The documents, and the tests' own way of holding the server to them.

use serde_json::{Value, json};
use taskwire::{http::openapi, protocol::asyncapi};

use crate::support::{
    Program,
    contract::{Seen, check_ack, check_answer, check_event, check_frame, check_refusal},
};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_served_is_what_is_printed_and_what_the_tests_hold_the_server_to() {
    let server = Program::start::<&str>(&[]);
    for (path, command, ours) in [
        ("/api/openapi.json", "openapi", json!(openapi())),
        ("/api/asyncapi.json", "asyncapi", asyncapi()),
    ] {
        assert_eq!(server.get(path, "").await, ours);
        let printed: Value = serde_json::from_str(&server.print(command)).unwrap();
        assert_eq!(printed, ours);
    }
}

fn task() -> Value {
    json!({
        "taskId": "0198c5b2-0000-7000-8000-000000000000", "version": 1, "title": "Fix it",
        "repo": null, "labels": [], "creator": { "id": "alice", "name": "Alice" }, "team": null,
        "visibility": "everyone", "status": "created",
        "createdAt": "2026-11-20T17:24:00.123Z", "updatedAt": "2026-11-20T17:24:00.123Z",
        "issue": null, "pullRequest": null, "progress": null, "error": null,
        "description": "", "questions": [], "eventsFrom": 1,
        "events": [{
            "version": 1, "at": "2026-11-20T17:24:00.123Z", "type": "analyzing", "data": {},
            "actor": { "id": "taskwire", "name": "Taskwire", "kind": "system" },
        }],
    })
}

/// `task` with the value at `pointer` replaced, or its field `field` added or taken away.
fn wrong_tasks() -> Vec<(&'static str, Value)> {
    let change = |pointer: &str, value: Value| {
        let mut task = task();
        *task.pointer_mut(pointer).unwrap() = value;
        task
    };
    let mut without = task();
    without.as_object_mut().unwrap().remove("error");
    let mut with = task();
    with["surprise"] = json!(1);
    let mut deep = task();
    deep["creator"]["mail"] = json!("alice@example.com");
    let mut data = task();
    data["events"][0]["data"]["surprise"] = json!(1);
    let mut later = task();
    let wrong = data["events"][0].clone();
    later["events"].as_array_mut().unwrap().push(wrong);
    vec![
        ("a field that is missing", without),
        ("a field that nobody knows", with),
        ("such a field deeper down", deep),
        ("such a field in an entry without any", data),
        ("another type", change("/version", json!("1"))),
        ("a word that is none", change("/status", json!("lost"))),
        ("null where there must be something", change("/title", Value::Null)),
        ("an id that is none", change("/taskId", json!("42"))),
        ("a time without milliseconds", change("/createdAt", json!("2026-11-20T17:24:00Z"))),
        ("an entry of an unknown type", change("/events/0/type", json!("vanished"))),
        ("a wrong entry after a good one", later),
    ]
}

fn answer<'a>(method: &'a str, path: &'a str, status: u16, body: &'a [u8]) -> Seen<'a> {
    let kind = if status < 400 { "application/json" } else { "application/problem+json" };
    Seen { method, path, status, content_type: Some(kind), body: Some(body) }
}

#[test]
fn an_answer_that_is_not_as_documented_is_found_out() {
    let path = "/api/tasks/0198c5b2-0000-7000-8000-000000000000";
    let good = task().to_string();
    check_answer(&answer("GET", path, 200, good.as_bytes())).unwrap();
    for (what, wrong) in wrong_tasks() {
        let wrong = wrong.to_string();
        assert!(check_answer(&answer("GET", path, 200, wrong.as_bytes())).is_err(), "{what}");
    }
    let good = good.as_bytes();
    let plain = Seen { content_type: Some("text/plain"), ..answer("GET", path, 200, good) };
    check_answer(&plain).unwrap_err();
    for (method, path, status) in
        [("GET", path, 201), ("PUT", path, 200), ("GET", "/api/other", 200), ("GET", path, 304)]
    {
        check_answer(&answer(method, path, status, good)).unwrap_err();
    }
}

#[test]
fn a_problem_that_a_route_does_not_name_is_found_out() {
    let problem = |code: &str, status: u16| {
        let kind = format!("/api/docs#{code}");
        json!({
            "type": kind, "title": "T", "status": status, "code": code, "detail": "d",
            "requestId": "r",
        })
        .to_string()
    };
    let check = |path: &str, code: &str, status: u16| {
        check_answer(&answer("GET", path, status, problem(code, status).as_bytes()))
    };
    check("/api/me", "token_expired", 401).unwrap();
    check("/api/me", "bad_signature", 401).unwrap_err();
    check("/api/me", "not_found", 404).unwrap_err();
    check("/api/nowhere", "not_found", 404).unwrap();
}

#[test]
fn a_message_that_is_not_as_documented_is_found_out() {
    let frame = |data: &Value| json!({ "type": "task:state", "timestamp": "2026-11-20T17:24:00.123Z", "data": data });
    let stream = "/api/tasks/0198c5b2-0000-7000-8000-000000000000/stream";
    check_event("task:state", &[task()]).unwrap();
    check_frame(stream, "task:state", &frame(&task())).unwrap();
    for (what, wrong) in wrong_tasks() {
        assert!(check_event("task:state", std::slice::from_ref(&wrong)).is_err(), "{what}");
        assert!(check_frame(stream, "task:state", &frame(&wrong)).is_err(), "{what}");
    }
    check_event("task:vanished", &[task()]).unwrap_err();
    check_event("task:join", &[task()]).unwrap_err();
    check_event("task:state", &[task(), task()]).unwrap_err();
    check_event("task:state", &[]).unwrap_err();
    check_frame("/api/events", "task:state", &frame(&task())).unwrap_err();
    check_frame(stream, "task:removed", &frame(&task())).unwrap_err();
}

#[test]
fn a_status_is_told_under_its_own_name_only() {
    let change = |status: &str| {
        json!({
            "taskId": "0198c5b2-0000-7000-8000-000000000000", "status": status, "prNumber": 57,
            "version": 7, "at": "2026-11-20T17:24:00.123Z",
            "actor": { "id": "octocat", "name": "octocat", "kind": "github" },
        })
    };
    check_event("task:pr_closed", &[change("dispatched")]).unwrap();
    check_event("task:pr_closed", &[change("merged")]).unwrap_err();
    check_event("task:dispatched", &[change("dispatched")]).unwrap_err();
}

#[test]
fn an_acknowledgement_or_a_refusal_that_is_not_as_documented_is_found_out() {
    let error = json!({ "code": "not_found", "detail": "no such task" });
    check_ack("task:join", &json!({ "ok": true, "version": 3 })).unwrap();
    check_ack("task:join", &json!({ "ok": false, "error": error })).unwrap();
    check_ack("no:such:event", &json!({ "ok": false, "error": error })).unwrap();
    check_ack("task:join", &json!({ "ok": true })).unwrap_err();
    check_ack("task:join", &json!({ "ok": false, "version": 3 })).unwrap_err();
    check_ack("task:leave", &json!({ "ok": true, "version": 3 })).unwrap_err();
    check_ack("task:join", &json!({ "ok": false, "error": { "code": "odd", "detail": "" } }))
        .unwrap_err();
    check_ack("no:such:event", &json!({ "ok": true })).unwrap_err();
    check_refusal("token_expired").unwrap();
    check_refusal("go away").unwrap_err();
}
