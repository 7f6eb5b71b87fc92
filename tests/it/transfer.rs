//! `taskwire export` and `taskwire import`: every task, from one store to another.

use std::process::Output;

use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use crate::support::{CLEAR, GitHub, Program, Store, run_in};

/// What a command that succeeds says on stdout.
fn stdout(output: Output) -> String {
    assert!(output.status.success(), "{}", stderr(&output));
    String::from_utf8(output.stdout).unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Where tasks can be kept: a data directory, and the database that is used instead of it, if any.
struct Place {
    folder: TempDir,
    store: Store,
}

impl Place {
    /// An empty one of the kind under test.
    fn fresh() -> Self {
        Self { folder: tempdir().unwrap(), store: Store::fresh() }
    }

    /// An empty data directory.
    fn sqlite() -> Self {
        Self { folder: tempdir().unwrap(), store: Store::sqlite() }
    }

    fn import(&self, lines: &str) -> Output {
        run_in(self.folder.path(), &self.store, &["import"], lines)
    }

    fn export(&self) -> String {
        stdout(run_in(self.folder.path(), &self.store, &["export"], ""))
    }
}

/// A server with tasks in every status, and their ids.
async fn story(github: &GitHub) -> (Program, Vec<String>) {
    let server = Program::start(&github.env());
    let alice = server.token("alice", &["--name", "Alice"]);
    let mut ids = Vec::new();
    for (title, description, status) in [
        ("Something is off", "?", "clarification_needed"),
        ("Fix the cart", CLEAR, "dispatched"),
        ("Fix the receipt", CLEAR, "pr_opened"),
        ("Fix the total", CLEAR, "merged"),
        ("Fix nothing", "?", "cancelled"),
        ("Fix too much", CLEAR, "failed"),
    ] {
        let id = server.create(&alice, title, description).await;
        let path = format!("/api/tasks/{id}");
        match status {
            "clarification_needed" => {}
            "cancelled" => {
                server.task_in(&id, &alice, "clarification_needed").await;
                server.post(&format!("{path}/cancel"), &alice, &json!({})).await;
            }
            _ => {
                let task = server.task_in(&id, &alice, "dispatched").await;
                let issue = task["issue"]["number"].as_u64().unwrap();
                match status {
                    "pr_opened" => {
                        github.open_pull(issue, &server).await;
                    }
                    "merged" => {
                        let pull = github.open_pull(issue, &server).await;
                        github.merge(pull, &server).await;
                    }
                    "failed" => {
                        let agent = server.token("agent", &["--role", "agent"]);
                        let why = json!({ "code": "too_hard", "message": "It is \"too\" hard" });
                        server.post(&format!("{path}/fail"), &agent, &why).await;
                    }
                    _ => {}
                }
            }
        }
        server.task_in(&id, &alice, status).await;
        let comment = server
            .request("POST", &format!("{path}/comments"), &alice)
            .header("Idempotency-Key", "once")
            .json(&json!({ "text": "Größer,\n\"besser\" \u{2028} 🦀" }));
        assert!(comment.send().await.unwrap().status().is_success());
        ids.push(id);
    }
    (server, ids)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_exported_beside_a_server_is_the_same_wherever_it_is_imported() {
    let github = GitHub::start().await;
    let (server, ids) = story(&github).await;
    let there = Place::fresh();

    let lines = server.print("export");
    let first = there.import(&lines);
    let again = there.import(&lines);

    assert_eq!(lines.lines().count(), ids.len());
    assert!(stderr(&first).contains("imported 6 tasks; 0 were here already"), "{}", stderr(&first));
    assert!(first.status.success() && again.status.success());
    assert!(stderr(&again).contains("imported 0 tasks; 6 were here already"), "{}", stderr(&again));
    assert_eq!(there.export(), lines, "byte for byte");
    let home = Place::sqlite();
    assert!(home.import(&lines).status.success());
    assert_eq!(home.export(), lines, "and back");

    let other = Program::start_in(there.folder, there.store, &github.env());
    let alice = server.token("alice", &[]);
    for id in &ids {
        let path = format!("/api/tasks/{id}");
        assert_eq!(other.get(&path, &alice).await, server.get(&path, &alice).await);
        let replay = other
            .request("POST", &format!("{path}/comments"), &alice)
            .header("Idempotency-Key", "once")
            .json(&json!({ "text": "Größer,\n\"besser\" \u{2028} 🦀" }));
        let replay = replay.send().await.unwrap();
        assert_eq!(replay.headers()["Idempotent-Replayed"], "true", "the key came along");
    }
    let lists = ["/api/tasks?limit=200", "/api/tasks/stats"];
    for path in lists {
        assert_eq!(other.get(path, &alice).await, server.get(path, &alice).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_is_refused_is_named_and_the_others_are_taken() {
    let server = Program::start::<&str>(&[]);
    let alice = server.token("alice", &[]);
    for title in ["One", "Two", "Three"] {
        let id = server.create(&alice, title, "?").await;
        server.task_in(&id, &alice, "clarification_needed").await;
    }
    let lines = server.print("export");
    let lines: Vec<&str> = lines.lines().collect();
    let changed = |line: &str, key: &str, value: Value| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        *line.pointer_mut(key).unwrap() = value;
        line.to_string()
    };
    let input = [
        lines[0].to_owned(),
        "{ \"secret words\"".to_owned(),
        changed(lines[1], "/format", json!(9)),
        changed(lines[1], "/task/status", json!("merged")),
        changed(lines[1], "/events/0/data/title", json!("x".repeat(201))),
        changed(lines[0], "/events/0/at", json!("2020-01-01T00:00:00.000Z"))
            .replace("\"createdAt\":", "\"was\":"),
        lines[2].to_owned(),
    ];
    let there = Place::fresh();

    let done = there.import(&input.join("\n"));

    assert_eq!(done.status.code(), Some(1));
    let said = stderr(&done);
    for expected in [
        "line 2 is refused",
        "line 3 is refused: format 9 is not known",
        "line 4 is refused: the task is not the fold of its events",
        "line 5 is refused: events[0]",
        "line 6 is refused: task",
        "imported 2 tasks; 0 were here already; refused 5 lines",
    ] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    assert!(!said.contains("secret"), "{said}");
    let expected: Vec<&str> = vec![lines[0], lines[2]];
    assert_eq!(there.export().lines().collect::<Vec<_>>(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_with_another_past_is_refused_and_stays_as_it_is() {
    let server = Program::start::<&str>(&[]);
    let alice = server.token("alice", &[]);
    let id = server.create(&alice, "One", "?").await;
    server.task_in(&id, &alice, "clarification_needed").await;
    let there = Place::fresh();
    let before = server.print("export");
    assert!(there.import(&before).status.success());
    server.post(&format!("/api/tasks/{id}/comments"), &alice, &json!({ "text": "Later" })).await;

    let refused = there.import(&server.print("export"));

    assert_eq!(refused.status.code(), Some(1));
    let said = stderr(&refused);
    assert!(said.contains(&format!("line 1 is refused: task {id}: a task of this id")), "{said}");
    assert_eq!(there.export(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_wants_the_data_directory_for_itself_and_an_export_wants_one() {
    let server = Program::start::<&str>(&[]);
    let empty = tempdir().unwrap();

    let held = run_in(server.folder(), &Store::sqlite(), &["import"], "");
    let nothing = run_in(empty.path(), &Store::sqlite(), &["export"], "");

    assert_eq!((held.status.code(), nothing.status.code()), (Some(1), Some(1)));
    assert!(stderr(&held).contains("is in use by another taskwire"), "{}", stderr(&held));
    assert!(stderr(&nothing).contains("there is no "), "{}", stderr(&nothing));
    assert_eq!(std::fs::read_dir(empty.path()).unwrap().count(), 0, "nothing is made by looking");
}
