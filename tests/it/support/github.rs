//! A GitHub for one test: the simulator, and its webhooks on their way to a program.

use std::{sync::Arc, time::Duration};

use secrecy::SecretString;
use serde_json::Value;
use taskwire::{
    domain::{SystemClock, text::RepoName},
    simulator::{Gate, Hook, NewPull, Simulator, SimulatorOptions},
};
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

use super::{
    PATIENCE, Program, WEBHOOK_SECRET,
    contract::{Seen, check_answer},
};

const TOKEN: &str = "the GitHub token of the tests";
const REPO: &str = "acme/shop";

/// A simulated GitHub with one repository.
pub(crate) struct GitHub {
    /// The simulator itself, for what is not here.
    pub(crate) simulator: Simulator,
    repo: RepoName,
    _stop: DropGuard,
}

impl GitHub {
    /// Starts it.
    pub(crate) async fn start() -> Self {
        let (repo, stop) = (RepoName::try_from(REPO).unwrap(), CancellationToken::new());
        let options = SimulatorOptions {
            clock: Arc::new(SystemClock),
            token: SecretString::from(TOKEN),
            login: "taskwire-bot".into(),
            repos: vec![repo.clone()],
        };
        let simulator = Simulator::start(options, &TaskTracker::new(), stop.clone()).await.unwrap();
        Self { simulator, repo, _stop: stop.drop_guard() }
    }

    /// Its repository.
    pub(crate) fn repo(&self) -> &RepoName {
        &self.repo
    }

    /// What a program needs to use this GitHub.
    pub(crate) fn env(&self) -> Vec<(&'static str, String)> {
        vec![
            ("GITHUB_TOKEN", TOKEN.into()),
            ("GITHUB_API_URL", self.simulator.api_url().to_string()),
            ("GITHUB_REPO", REPO.into()),
            ("TASKWIRE__GITHUB__SETTLE_SECONDS", "1".into()),
            ("TASKWIRE__GITHUB__REQUEST_TIMEOUT_SECONDS", "1".into()),
            // On a shared store a killed process leaves its leases behind until they run out.
            ("TASKWIRE__WORKER__LEASE_SECONDS", "5".into()),
        ]
    }

    /// The numbers of the issues that carry a task's marker as their last line.
    pub(crate) fn issues_of(&self, task: &str) -> Vec<u64> {
        let marker = format!("taskwire:{task}");
        let issues = self.simulator.issues(&self.repo);
        let carries = |body: &str| body.lines().last().is_some_and(|last| last.contains(&marker));
        issues.iter().filter(|issue| carries(&issue.body)).map(|issue| issue.number).collect()
    }

    /// The number of a task's issue, once it is there.
    pub(crate) async fn issue_of(&self, task: &str) -> u64 {
        let wait = async {
            loop {
                if let Some(number) = self.issues_of(task).first() {
                    return *number;
                }
                tokio::time::sleep(Duration::from_millis(20)).await; // between two looks
            }
        };
        tokio::time::timeout(PATIENCE, wait).await.expect("the issue is filed")
    }

    /// Files issues at once and answers for them when the gate is released.
    pub(crate) fn hold_answers(&self) -> Gate {
        self.simulator.delay_posts()
    }

    /// Opens a pull request that fixes `issue`, and tells `server`; its number.
    pub(crate) async fn open_pull(&self, issue: u64, server: &Program) -> u64 {
        let hook = self.pull_for(issue);
        assert_eq!(self.tell(server, &hook).await["outcome"], "applied");
        hook.number
    }

    /// Opens a pull request that fixes `issue`, and tells nobody.
    pub(crate) fn pull_for(&self, issue: u64) -> Hook {
        let new = NewPull::by_agent("Fix it", &format!("Fixes #{issue}"));
        self.simulator.open_pull(&self.repo, new).unwrap()
    }

    /// Merges a pull request, and tells `server`.
    pub(crate) async fn merge(&self, pull: u64, server: &Program) {
        let hook = self.simulator.merge(&self.repo, pull).unwrap();
        assert_eq!(self.tell(server, &hook).await["outcome"], "applied");
    }

    /// Delivers a webhook, which must be taken; the receipt.
    pub(crate) async fn tell(&self, server: &Program, hook: &Hook) -> Value {
        let (status, body) = self.deliver(server, hook).await;
        assert_eq!(status, 202, "{}", String::from_utf8_lossy(&body));
        serde_json::from_slice(&body).unwrap()
    }

    /// Delivers a webhook; the answer, which is as documented.
    pub(crate) async fn deliver(&self, server: &Program, hook: &Hook) -> (u16, Vec<u8>) {
        let path = "/api/webhooks/github";
        let to = format!("{}{path}", server.url).parse().unwrap();
        let secret = SecretString::from(WEBHOOK_SECRET);
        let (status, body) = self.simulator.deliver(hook, &to, &secret).await.unwrap();
        let (status, body) = (status.as_u16(), body.to_vec());
        let content_type =
            if status == 202 { "application/json" } else { "application/problem+json" };
        let content_type = Some(content_type);
        check_answer(&Seen { method: "POST", path, status, content_type, body: Some(&body) })
            .unwrap();
        (status, body)
    }
}
