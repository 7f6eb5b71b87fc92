//! From a POST to a merged pull request, as every kind of client sees it.

use serde_json::{Value, json};

use crate::support::{CLEAR, Frame, GitHub, Node, Program, Stream};

/// What a client that follows the dashboard and the task hears of one entry.
const OF_A_STATUS: [&str; 3] = ["task:event_added", "task:<status>", "dashboard:task_list_updated"];

/// The entries that make no status.
const WITHOUT_STATUS: [&str; 10] = [
    "clarification_answered",
    "comment",
    "edited",
    "retried",
    "pr_updated",
    "pr_review",
    "checks",
    "issue_filed",
    "issue_closed",
    "issue_reopened",
];

fn transports() -> [(&'static str, Value); 3] {
    [
        ("websocket", json!({ "transports": ["websocket"] })),
        ("polling", json!({ "transports": ["polling"] })),
        ("upgrade", json!({ "transports": ["polling", "websocket"] })),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_travels_from_created_to_merged_before_every_kind_of_client() {
    let github = GitHub::start().await;
    let server = Program::start(&github.env());
    let alice = server.token("alice", &["--name", "Alice"]);
    let node = Node::start();
    for (id, transport) in transports() {
        node.connect(id, &server.url, &alice, transport).await;
        let ack = node.ask(id, "dashboard:join", json!([{}])).await;
        assert_eq!(ack["ok"], true, "{ack}");
        node.event(id, "dashboard:state", |_| true).await;
    }

    let mut dashboard = stream(&server, "/api/events", &alice).await;
    dashboard.hears("connection_ack").await;
    dashboard.hears("dashboard:state").await;

    let task = server.create(&alice, "Fix payment bug", "It fails.").await;
    let path = format!("/api/tasks/{task}/stream?until=end");
    let mut timeline = stream(&server, &path, &alice).await;
    timeline.hears("connection_ack").await;
    let state = timeline.hears("task:state").await;
    for (id, _) in transports() {
        let created = node.event(id, "task:created", |event| event["taskId"] == task).await;
        assert_eq!(created["title"], "Fix payment bug");
        let ack = node.ask(id, "task:join", json!([{ "taskId": task }])).await;
        assert_eq!(ack["ok"], true, "{ack}");
    }
    for (id, _) in transports() {
        node.event(id, "task:clarification_needed", |event| event["taskId"] == task).await;
    }
    let asked = server.task_in(&task, &alice, "clarification_needed").await;
    let answers: Vec<Value> = asked["questions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|question| json!({ "questionId": question["id"], "answer": CLEAR }))
        .collect();
    assert!((1..=3).contains(&answers.len()), "{asked}");
    let path = format!("/api/tasks/{task}/answers");
    server.post(&path, &alice, &json!({ "answers": answers })).await;

    let dispatched = server.task_in(&task, &alice, "dispatched").await;
    let issue = dispatched["issue"]["number"].as_u64().unwrap();
    assert_eq!(github.issues_of(&task), [issue]);
    let pull = github.open_pull(issue, &server).await;
    server.task_in(&task, &alice, "pr_opened").await;
    github.merge(pull, &server).await;
    let merged = server.task_in(&task, &alice, "merged").await;

    let version = merged["version"].as_u64().unwrap();
    let timeline: Vec<Frame> =
        timeline.rest().await.into_iter().filter(|frame| frame.event != "task:progress").collect();
    check_timeline(&timeline, state.data()["version"].as_u64().unwrap(), &merged);
    let rows = rows_up_to(&mut dashboard, version).await;
    assert_eq!(rows, (1..=version).collect::<Vec<_>>());
    for (id, _) in transports() {
        node.event(id, "dashboard:task_list_updated", |row| {
            row["taskId"] == task && row["version"] == version
        })
        .await;
        check_story(id, &node.events(id), &task, &merged);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_failed_for_want_of_github_is_filed_once_there_is_one() {
    let github = GitHub::start().await;
    let mut server = Program::start::<&str>(&[]);
    let alice = server.token("alice", &[]);
    let task = server.create(&alice, "Fix payment bug", CLEAR).await;
    let failed = server.task_in(&task, &alice, "failed").await;
    assert_eq!(failed["error"]["code"], "github_not_configured");

    server.kill();
    server.restart_with(&github.env());
    server.post(&format!("/api/tasks/{task}/retry"), &alice, &json!({})).await;

    let dispatched = server.task_in(&task, &alice, "dispatched").await;
    assert_eq!(dispatched["repo"], "acme/shop");
    assert_eq!(github.issues_of(&task), [dispatched["issue"]["number"].as_u64().unwrap()]);
}

/// Every entry came once and in order: since the room's snapshot the entry itself, always its status and
/// its row; and the last row is what REST says.
fn check_story(client: &str, heard: &[(String, Value)], task: &str, rest: &Value) {
    let of_task = |payload: &Value| payload["taskId"] == task;
    let snapshot = heard.iter().find(|(event, payload)| event == "task:state" && of_task(payload));
    let from = snapshot.expect("the join sent the task's state").1["version"].as_u64();
    let events = rest["events"].as_array().unwrap();
    let mut story = heard.iter().filter(|(event, payload)| {
        of_task(payload) && !["task:state", "task:progress"].contains(&event.as_str())
    });
    for entry in events {
        let (version, kind) = (&entry["version"], entry["type"].as_str().unwrap());
        for expected in OF_A_STATUS {
            let is_due = match expected {
                "task:event_added" => version.as_u64() > from,
                "task:<status>" => !WITHOUT_STATUS.contains(&kind),
                _ => true,
            };
            if !is_due {
                continue;
            }
            let expected = expected.replace("<status>", kind);
            let (event, payload) = story.next().unwrap_or_else(|| {
                panic!("{client}: nothing came where {expected} of version {version} was due")
            });
            assert_eq!((event, &payload["version"]), (&expected, version), "{client}");
            if expected == "task:event_added" {
                assert_eq!(payload["event"], *entry, "{client}");
            }
            assert_eq!(payload["at"], entry["at"], "{client}");
            assert_eq!(payload["actor"], entry["actor"], "{client}");
        }
    }
    assert_eq!(story.next(), None, "{client}: nothing more is due");
    let versions: Vec<u64> = events.iter().map(|e| e["version"].as_u64().unwrap()).collect();
    let all: Vec<u64> = (1..=rest["version"].as_u64().unwrap()).collect();
    assert_eq!(versions, all);
    let (_, row) = heard
        .iter()
        .rfind(|(event, payload)| event == "dashboard:task_list_updated" && of_task(payload))
        .unwrap();
    for field in ["title", "status", "issue", "pullRequest", "labels", "updatedAt", "error"] {
        assert_eq!(row[field], rest[field], "{client}: {field}");
    }
}

async fn stream(server: &Program, path: &str, token: &str) -> Stream {
    Stream::of(server.request("GET", path, token).send().await.unwrap())
}

/// A task's own stream tells every entry since its state, each version closed by an id.
fn check_timeline(frames: &[Frame], from: u64, rest: &Value) {
    let entries = frames.iter().filter(|frame| frame.event == "task:event_added");
    let entries: Vec<&Value> = entries.map(|frame| &frame.data()["event"]).collect();
    let all = rest["events"].as_array().unwrap();
    let since: Vec<&Value> = all.iter().filter(|e| e["version"].as_u64() > Some(from)).collect();
    assert_eq!(entries, since);
    let ids: Vec<u64> = frames.iter().filter_map(|frame| frame.id).collect();
    assert_eq!(ids, since.iter().map(|e| e["version"].as_u64().unwrap()).collect::<Vec<_>>());
    let mut statuses = frames.iter().rev().filter(|frame| frame.event != "task:event_added");
    let merged = statuses.next().unwrap();
    assert_eq!((merged.event.as_str(), merged.id), ("task:pr_merged", rest["version"].as_u64()));
}

/// The versions of the rows that the dashboard's stream tells, up to `last`.
async fn rows_up_to(dashboard: &mut Stream, last: u64) -> Vec<u64> {
    let mut rows = Vec::new();
    while rows.last() != Some(&last) {
        let frame = dashboard.next().await.expect("the stream goes on");
        if frame.event == "dashboard:task_list_updated" {
            rows.push(frame.data()["version"].as_u64().unwrap());
        }
    }
    rows
}
