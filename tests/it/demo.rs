//! `serve --demo`: a stranger's first five minutes.

use std::{
    collections::BTreeSet,
    os::unix::fs::PermissionsExt as _,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::support::{Client, PATIENCE, Program};

/// Twenty seconds of the demo pass in one.
const FAST: (&str, &str) = ("TASKWIRE__DEMO__SPEED", "20");
/// Every task is read again and again.
const READS: (&str, &str) = ("TASKWIRE__LIMITS__HTTP_READS_PER_SECOND_PER_USER", "10000");
const FIRST: &str = "Cards with 3-D Secure are declined at the last step";

/// What stands in the dozen's timelines: every status, and how it was reached.
const EVERYTHING: [&str; 11] = [
    "created",
    "analyzing",
    "clarification_needed",
    "clarification_answered",
    "dispatched",
    "pr_opened",
    "pr_closed",
    "pr_merged",
    "issue_closed",
    "failed",
    "cancelled",
];

/// A token of one of the demo's users.
async fn token_of(demo: &Program, user: &str) -> String {
    let body = json!({ "user": user });
    let answer = demo.post("/api/demo/token", &demo.linked_token(), &body).await;
    answer["token"].as_str().unwrap().to_owned()
}

/// Every task, whole, as the admin sees them.
async fn tasks(demo: &Program, admin: &str) -> Vec<Value> {
    let list = demo.get("/api/tasks?limit=200&sort=-createdAt", admin).await;
    let mut tasks = Vec::new();
    for row in list["tasks"].as_array().unwrap() {
        let path = format!("/api/tasks/{}", row["taskId"].as_str().unwrap());
        tasks.push(demo.get(&path, admin).await);
    }
    tasks
}

/// All tasks once `is` holds of them.
async fn tasks_when(demo: &Program, admin: &str, is: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    tasks_within(2 * PATIENCE, demo, admin, is).await
}

/// All tasks once `is` holds of them, which it must within `limit`.
async fn tasks_within(
    limit: Duration,
    demo: &Program,
    admin: &str,
    is: impl Fn(&[Value]) -> bool,
) -> Vec<Value> {
    let wait = async {
        loop {
            let tasks = tasks(demo, admin).await;
            if is(&tasks) {
                return tasks;
            }
            tokio::time::sleep(Duration::from_millis(100)).await; // between two looks
        }
    };
    let Ok(tasks) = tokio::time::timeout(limit, wait).await else {
        panic!("it never came true of {:#?}", tasks(demo, admin).await)
    };
    tasks
}

fn titled<'a>(tasks: &'a [Value], title: &str) -> Option<&'a Value> {
    tasks.iter().find(|task| task["title"] == title)
}

/// The types of all entries of all timelines.
fn kinds(tasks: &[Value]) -> BTreeSet<&str> {
    let events = tasks.iter().flat_map(|task| task["events"].as_array().unwrap());
    events.map(|event| event["type"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_link_on_stdout_logs_in_and_stands_in_no_log() {
    let demo = Program::start_demo(&[FAST]);
    assert!(demo.link.starts_with(&format!("{}/#token=", demo.url)), "{}", demo.link);

    let me = demo.get("/api/me", &demo.linked_token()).await;
    assert_eq!((&me["id"], &me["name"]), (&json!("alice"), &json!("Alice")));
    let features = demo.get("/api/features", &demo.linked_token()).await;
    assert_eq!(features["demo"], true);
    let log = demo.log();
    assert!(log.contains("demo mode: GitHub is simulated"), "{log}");
    let token = demo.linked_token();
    let signature = token.rsplit('.').next().unwrap();
    assert!(!log.contains(signature), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_the_link_may_be_anybody_and_nobody_else() {
    let demo = Program::start_demo(&[FAST]);
    let without = Client::new().get(format!("{}/api/demo/users", demo.url)).send().await.unwrap();
    assert_eq!(without.status(), 401);
    let choice = json!({ "user": "bob" });
    for token in ["", "not.a.token"] {
        let refused = demo.request("POST", "/api/demo/token", token).json(&choice).send().await;
        assert_eq!(refused.unwrap().status(), 401, "{token:?}");
    }

    let listed = demo.get("/api/demo/users", &demo.linked_token()).await;
    let expected = json!([
        { "id": "alice", "name": "Alice", "roles": ["member"], "teams": [] },
        { "id": "bob", "name": "Bob", "roles": ["member"], "teams": ["payments"] },
        { "id": "admin", "name": "Admin", "roles": ["admin"], "teams": [] },
        { "id": "agent", "name": "Agent", "roles": ["agent"], "teams": [] },
    ]);
    assert_eq!(listed["users"], expected);
    for user in expected.as_array().unwrap() {
        let token = token_of(&demo, user["id"].as_str().unwrap()).await;
        let me = demo.get("/api/me", &token).await;
        for claim in ["id", "name", "roles", "teams"] {
            assert_eq!(me[claim], user[claim]);
        }
    }
    let nobody = json!({ "user": "mallory" });
    let link = demo.linked_token();
    let answer = demo.request("POST", "/api/demo/token", &link).json(&nobody).send().await.unwrap();
    assert_eq!(answer.status(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_no_demo_has_no_users_to_choose_from() {
    let server = Program::start::<&str>(&[]);
    let alice = server.token("alice", &[]);
    assert_eq!(server.get("/api/features", &alice).await["demo"], false);
    for (method, path) in [("GET", "/api/demo/users"), ("POST", "/api/demo/token")] {
        let answer = server.request(method, path, &alice).json(&json!({ "user": "admin" }));
        assert_eq!(answer.send().await.unwrap().status(), 404, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dozen_passes_through_every_status_and_every_link_leads_somewhere() {
    let demo = Program::start_demo(&[FAST, READS]);
    let admin = token_of(&demo, "admin").await;
    let has_ended = |tasks: &[Value], status: &str, count: usize| {
        tasks.iter().filter(|task| task["status"] == status).count() >= count
    };
    let tasks = tasks_when(&demo, &admin, |tasks| {
        let kinds = kinds(tasks);
        tasks.len() >= 12
            && EVERYTHING.iter().all(|kind| kinds.contains(kind))
            && has_ended(tasks, "merged", 3)
            && has_ended(tasks, "cancelled", 2)
            && has_ended(tasks, "failed", 1)
    })
    .await;

    for failed in tasks.iter().filter(|task| task["status"] == "failed") {
        assert_eq!(failed["error"]["code"], "agent_gave_up", "{failed:#}");
    }
    let visibilities: BTreeSet<_> =
        tasks.iter().map(|task| task["visibility"].as_str().unwrap()).collect();
    assert_eq!(visibilities, BTreeSet::from(["everyone", "private", "team"]));
    let alice = token_of(&demo, "alice").await;
    let bobs = titled(&tasks, "Rotate the keys of the payment provider").unwrap();
    let path = format!("/api/tasks/{}", bobs["taskId"].as_str().unwrap());
    assert_eq!(demo.request("GET", &path, &alice).send().await.unwrap().status(), 404);

    let links = tasks.iter().flat_map(|task| [&task["issue"]["url"], &task["pullRequest"]["url"]]);
    let links: Vec<&str> = links.filter_map(Value::as_str).collect();
    assert!(links.len() > 12);
    for link in links {
        assert!(link.starts_with(&demo.url), "{link}");
        let page = Client::new().get(link).send().await.unwrap();
        assert_eq!(page.status(), 200, "{link}");
        let page = page.text().await.unwrap();
        assert!(page.contains("Simulated GitHub"), "{page}");
        assert!(!page.contains("two years old"), "what is private stays so: {page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn at_its_own_speed_every_status_is_seen_within_two_minutes_of_the_start() {
    let began = Instant::now();
    let demo = Program::start_demo(&[READS]);
    let admin = token_of(&demo, "admin").await;
    let rest = Duration::from_mins(2).saturating_sub(began.elapsed());
    tasks_within(rest, &demo, &admin, |tasks| {
        let kinds = kinds(tasks);
        tasks.len() >= 12 && EVERYTHING.iter().all(|kind| kinds.contains(kind))
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guests_task_is_worked_on_too() {
    let demo = Program::start_demo(&[FAST]);
    let alice = demo.linked_token();
    let task = demo.create(&alice, "Fix payment bug", "It fails.").await;
    let asked = demo.task_in(&task, &alice, "clarification_needed").await;
    let answer = |question: &Value| json!({ "questionId": question["id"], "answer": "It fails." });
    let answers: Vec<Value> = asked["questions"].as_array().unwrap().iter().map(answer).collect();
    demo.post(&format!("/api/tasks/{task}/answers"), &alice, &json!({ "answers": answers })).await;
    let merged = demo.task_in(&task, &alice, "merged").await;
    assert_eq!(merged["pullRequest"]["state"], "merged");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_that_dies_goes_on_where_it_was() {
    let mut demo = Program::start_demo(&[("TASKWIRE__DEMO__SPEED", "5"), READS]);
    let link = demo.linked_token();
    let admin = token_of(&demo, "admin").await;
    tasks_when(&demo, &admin, |tasks| {
        titled(tasks, FIRST).is_some_and(|task| task["status"] == "pr_opened")
    })
    .await;
    demo.kill();
    demo.restart();

    // The secret is the same, so nobody has to log in again.
    assert_eq!(demo.get("/api/me", &link).await["id"], "alice");
    let tasks = tasks_when(&demo, &admin, |tasks| {
        tasks.len() > 12
            && titled(tasks, FIRST).is_some_and(|task| task["status"] == "merged")
            && tasks.iter().filter(|task| task["status"] == "merged").count() >= 5
    })
    .await;
    let titles: Vec<&str> = tasks.iter().map(|task| task["title"].as_str().unwrap()).collect();
    assert_eq!(titles.iter().filter(|title| **title == FIRST).count(), 1);
    let issues: Vec<String> = tasks
        .iter()
        .filter(|task| !task["issue"].is_null())
        .map(|task| format!("{} {}", task["repo"], task["issue"]["number"]))
        .collect();
    assert_eq!(issues.iter().collect::<BTreeSet<_>>().len(), issues.len(), "{issues:?}");
    for task in tasks.iter().filter(|task| task["status"] == "failed") {
        assert_eq!(task["error"]["code"], "agent_gave_up");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_secret_is_its_owners_alone_and_signs_tokens_on_the_command_line() {
    let demo = Program::start_demo(&[FAST]);
    let modes = std::fs::read_dir(demo.folder()).unwrap().map(Result::unwrap).filter_map(|entry| {
        let is_secret = entry.file_name().to_string_lossy().contains("secret");
        is_secret.then(|| entry.metadata().unwrap().permissions().mode() & 0o777)
    });
    assert_eq!(modes.collect::<Vec<_>>(), [0o600]);
    let carol = demo.token("carol", &["--name", "Carol"]);
    assert_eq!(demo.get("/api/me", &carol).await["name"], "Carol");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_leads_outside_is_ignored_and_named_but_not_told() {
    let demo = Program::start_demo(&[
        FAST,
        ("GITHUB_TOKEN", "ghp_a_real_one"),
        ("MONGODB_URI", "mongodb://user:hush@db.example"),
    ]);
    let task = demo.create(&demo.linked_token(), "Fix payment bug", crate::support::CLEAR).await;
    let dispatched =
        demo.task_when(&task, &demo.linked_token(), |task| !task["issue"].is_null()).await;
    assert!(dispatched["issue"]["url"].as_str().unwrap().starts_with(&demo.url));
    let log = demo.log();
    assert!(log.contains("ignores GITHUB_TOKEN, GITHUB_WEBHOOK_SECRET, MONGODB_URI"), "{log}");
    assert!(!log.contains("ghp_a_real_one") && !log.contains("hush"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn made_up_tasks_are_not_mixed_with_real_ones() {
    let mut server = Program::start::<&str>(&[]);
    server.create(&server.token("alice", &[]), "A real task", "").await;
    server.terminate();
    let secret = ("JWT_SECRET", "another secret for tests alone, longer than thirty-two bytes");
    for env in [&[][..], &[secret]] {
        let said = server.demo_refusal(env);
        assert!(said.contains("holds tasks that are not a demo's"), "{said}");
    }
    server.restart();
    let alice = server.token("alice", &[]);
    assert_eq!(server.get("/api/tasks", &alice).await["tasks"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn real_tasks_are_not_mixed_with_made_up_ones() {
    let mut demo = Program::start_demo(&[FAST]);
    demo.terminate();
    let said = demo.refusal();
    assert!(said.contains("holds a demo's tasks"), "{said}");
    demo.restart();
    assert_eq!(demo.get("/api/me", &demo.linked_token()).await["id"], "alice");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_a_demo_says_so() {
    let (demo, server) = (Program::start_demo(&[FAST]), Program::start::<&str>(&[]));
    let docs = async |program: &Program| {
        let page = Client::new().get(format!("{}/api/docs", program.url)).send().await.unwrap();
        page.text().await.unwrap()
    };
    assert!(docs(&demo).await.contains("its users are made up"));
    assert!(!docs(&server).await.contains("its users are made up"));
}
