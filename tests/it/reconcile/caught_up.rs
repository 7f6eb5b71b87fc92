//! The real program, whose webhooks are lost.

use serde_json::Value;

use crate::support::{CLEAR, GitHub, Program};

/// How often the program looks.
const OFTEN: (&str, &str) = ("TASKWIRE__GITHUB__RECONCILE_INTERVAL", "1s");

struct World {
    github: GitHub,
    server: Program,
    alice: String,
}

impl World {
    async fn start() -> Self {
        let github = GitHub::start().await;
        let mut env = github.env();
        env.push((OFTEN.0, OFTEN.1.into()));
        let server = Program::start(&env);
        let alice = server.token("alice", &[]);
        Self { github, server, alice }
    }

    /// A task that is filed; its id and the number of its issue.
    async fn dispatched(&self, title: &str) -> (String, u64) {
        let id = self.server.create(&self.alice, title, CLEAR).await;
        let task = self.server.task_in(&id, &self.alice, "dispatched").await;
        (id, task["issue"]["number"].as_u64().unwrap())
    }

    async fn becomes(&self, id: &str, status: &str) -> Vec<String> {
        kinds(&self.server.task_in(id, &self.alice, status).await)
    }

    /// The kinds of the task's entries, once the last is `kind`.
    async fn ends_with(&self, id: &str, kind: &str) -> Vec<String> {
        let ends = |task: &Value| kinds(task).last().is_some_and(|last| last == kind);
        kinds(&self.server.task_when(id, &self.alice, ends).await)
    }

    async fn version(&self, id: &str) -> u64 {
        let task = self.server.get(&format!("/api/tasks/{id}"), &self.alice).await;
        task["version"].as_u64().unwrap()
    }
}

fn kinds(task: &Value) -> Vec<String> {
    let events = task["events"].as_array().unwrap();
    events.iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_webhooks_of_a_pull_request_are_caught_up_with_and_change_nothing_when_they_come() {
    let world = World::start().await;
    let (merged, first) = world.dispatched("Fix the cart").await;
    let (closed, second) = world.dispatched("Fix the receipt").await;
    let repo = world.github.repo();

    let opened = world.github.pull_for(first);
    assert_eq!(
        world.becomes(&merged, "pr_opened").await,
        ["created", "analyzing", "dispatched", "pr_opened"]
    );
    let merging = world.github.simulator.merge(repo, opened.number).unwrap();
    let story = world.becomes(&merged, "merged").await;
    assert_eq!(story[3..], ["pr_opened", "pr_merged"]);

    let pull = world.github.open_pull(second, &world.server).await;
    world.github.simulator.close(repo, pull).unwrap();
    let story = world.becomes(&closed, "dispatched").await;
    assert_eq!(story[3..], ["pr_opened", "pr_closed"]);

    let version = world.version(&merged).await;
    for late in [&opened, &merging] {
        let receipt = world.github.tell(&world.server, late).await;
        assert_eq!(receipt["outcome"], "ignored");
    }
    assert_eq!(world.version(&merged).await, version);
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_webhooks_of_an_issue_are_caught_up_with() {
    let world = World::start().await;
    let (called_off, first) = world.dispatched("Fix the cart").await;
    let (done, second) = world.dispatched("Fix the receipt").await;
    let (simulator, repo) = (&world.github.simulator, world.github.repo());

    simulator.close_issue(repo, first, true).unwrap();
    simulator.close_issue(repo, second, false).unwrap();

    let story = world.becomes(&called_off, "cancelled").await;
    assert_eq!(story[3..], ["issue_closed", "cancelled"]);
    let story = world.ends_with(&done, "issue_closed").await;
    assert_eq!(story[3..], ["issue_closed"]);

    simulator.reopen_issue(repo, second).unwrap();
    let story = world.ends_with(&done, "issue_reopened").await;
    assert_eq!(story[3..], ["issue_closed", "issue_reopened"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_while_the_server_was_down_is_caught_up_with_at_its_start() {
    let github = GitHub::start().await;
    let server = Program::start(&github.env());
    let alice = server.token("alice", &[]);
    let mut world = World { github, server, alice };
    let (id, issue) = world.dispatched("Fix the cart").await;

    world.server.kill();
    let pull = world.github.pull_for(issue).number;
    world.github.simulator.merge(world.github.repo(), pull).unwrap();
    world.server.restart();

    let story = world.becomes(&id, "merged").await;
    assert_eq!(story[3..], ["pr_opened", "pr_merged"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_issue_of_a_task_is_closed_and_no_other() {
    let world = World::start().await;
    let (id, linked) = world.dispatched("Fix the cart").await;
    let (simulator, repo) = (&world.github.simulator, world.github.repo());
    let body = format!("The same once more.\n\ntaskwire:{id}");
    let quoted = format!("taskwire:{id}\nis another one's business");

    let file =
        |author: &str, body: &str| simulator.file_issue(repo, author, "Again", body).unwrap();
    let strangers = file("mallory", &body);
    let quoting = file("taskwire-bot", &quoted);
    let second = file("taskwire-bot", &body);

    let (_, other) = world.dispatched("Fix the receipt").await;
    let is_closed = |number| {
        let issues = simulator.issues(repo);
        let issue = issues.into_iter().find(|issue| issue.number == number).unwrap();
        (!issue.is_open).then_some(issue.state_reason)
    };
    world.server.task_when(&id, &world.alice, |_| is_closed(second).is_some()).await;
    assert_eq!(is_closed(second), Some(Some("not_planned".into())));
    for number in [linked, strangers, quoting, other] {
        assert_eq!(is_closed(number), None, "#{number} stays open");
    }
    let task = world.server.get(&format!("/api/tasks/{id}"), &world.alice).await;
    assert_eq!((&task["status"], &task["issue"]["number"]), (&"dispatched".into(), &linked.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn while_nothing_happens_a_look_reads_nothing() {
    let world = World::start().await;
    world.dispatched("Fix the cart").await;
    let answers = async |answer: &str| {
        let admin = world.server.token("operator", &["--role", "admin"]);
        let metrics = world.server.request("GET", "/metrics", &admin).send().await.unwrap();
        let name = format!("taskwire_reconcile_requests_total{{answer=\"{answer}\"}} ");
        let text = metrics.text().await.unwrap();
        text.lines().find_map(|line| line.strip_prefix(&name)?.parse::<u64>().ok()).unwrap_or(0)
    };
    let idle_after = async |looks: u64| {
        let wait = async {
            while answers("unchanged").await < looks {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await; // between two looks
            }
        };
        tokio::time::timeout(crate::support::PATIENCE, wait).await.expect("it looks");
        answers("changed").await
    };

    let read_until_then = idle_after(4).await;

    assert_eq!(idle_after(8).await, read_until_then, "two lists a look, all of them unchanged");
}
