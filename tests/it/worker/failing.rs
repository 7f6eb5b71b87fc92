//! GitHub is down, says no, or was never there.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use taskwire::{
    domain::{
        CheckReport, PullRequest, Status, SystemClock, TaskId, Timestamp, Visibility,
        text::RepoName,
    },
    github::{
        Etag, FiledIssue, GitHub, GitHubError, IssueChange, IssueDraft, IssueNews, Listed,
        PullNews, Repository,
    },
    tasks::{RepoRules, TasksService},
};

use super::world::{CLEAR, Setup, TICK, World, alice};
use crate::support::Store;

#[tokio::test]
async fn github_down_for_a_while_is_waited_for() {
    let world = World::start(Setup::default()).await;
    world.simulator.fail_next(2, 503);
    let id = world.submit("Paying fails", CLEAR).await;
    world.until_status(id, Status::Dispatched).await;
    assert_eq!(world.issues(), 1);
    assert_eq!(world.story(id).await, ["created", "analyzing", "dispatched"]);
    world.stop().await;
}

#[tokio::test]
async fn github_down_for_good_fails_the_task_and_a_retry_files_it() {
    let world = World::start(Setup::default()).await;
    world.simulator.fail_next(3, 503);
    let id = world.submit("Paying fails", CLEAR).await;
    let (code, message) = world.failure(id).await;
    assert_eq!(code, "github_unavailable");
    assert!(message.contains("503") && message.contains("tried 3 times"), "{message}");
    assert_eq!(world.issues(), 0);

    world.tasks.retry(&alice(), id, None, None).await.unwrap();

    world.until_status(id, Status::Dispatched).await;
    assert_eq!(world.issues(), 1);
    world.stop().await;
}

/// A GitHub that files nothing and does not say so.
struct Mute(Arc<dyn GitHub>);

#[async_trait]
impl GitHub for Mute {
    async fn create_issue(&self, _: &RepoName, _: &IssueDraft) -> Result<FiledIssue, GitHubError> {
        Err(GitHubError::Unsure)
    }

    async fn login(&self) -> Result<String, GitHubError> {
        self.0.login().await
    }

    async fn repository(&self, repo: &RepoName) -> Result<Repository, GitHubError> {
        self.0.repository(repo).await
    }

    async fn find_issue(
        &self,
        repo: &RepoName,
        since: Timestamp,
        task: TaskId,
    ) -> Result<Option<FiledIssue>, GitHubError> {
        self.0.find_issue(repo, since, task).await
    }

    async fn set_issue_state(
        &self,
        repo: &RepoName,
        number: u64,
        change: IssueChange,
    ) -> Result<Timestamp, GitHubError> {
        self.0.set_issue_state(repo, number, change).await
    }

    async fn pulls_since(
        &self,
        repo: &RepoName,
        since: Timestamp,
        known: Option<&Etag>,
    ) -> Result<Listed<PullNews>, GitHubError> {
        self.0.pulls_since(repo, since, known).await
    }

    async fn issues_since(
        &self,
        repo: &RepoName,
        since: Timestamp,
        known: Option<&Etag>,
    ) -> Result<Listed<IssueNews>, GitHubError> {
        self.0.issues_since(repo, since, known).await
    }

    async fn checks(&self, repo: &RepoName, sha: &str) -> Result<Vec<CheckReport>, GitHubError> {
        self.0.checks(repo, sha).await
    }

    async fn pull(&self, repo: &RepoName, number: u64) -> Result<PullRequest, GitHubError> {
        self.0.pull(repo, number).await
    }
}

#[tokio::test]
async fn an_issue_is_not_posted_for_ever() {
    let mute = Setup { seen_through: |github| Arc::new(Mute(github)), ..Setup::default() };
    let world = World::start(mute).await;
    let id = world.submit("Paying fails", CLEAR).await;
    let (code, message) = world.failure(id).await;
    assert_eq!(code, "github_unavailable");
    assert!(message.contains("tried 3 times"), "{message}");
    world.stop().await;
}

#[tokio::test]
async fn a_rest_that_github_asks_for_is_granted_and_holds_nobody_up() {
    let clock = Store::clock();
    let world = World::start(Setup::one_at_a_time(&clock)).await;
    world.simulator.limit_next(1, Duration::from_mins(1));
    let limited = world.submit("Paying fails", CLEAR).await;
    world.until_status(limited, Status::Analyzing).await;
    world.pass_the_turn().await;
    world.pass(&clock, Duration::from_secs(40)).await;
    let other = world.submit("Receipts are missing", CLEAR).await;

    world.until_status(other, Status::Dispatched).await;

    assert_eq!(world.task(limited).await.status, Status::Analyzing);
    world.pass(&clock, TICK).await;
    world.until_status(limited, Status::Dispatched).await;
    assert_eq!(world.issues(), 2);
    world.stop().await;
}

#[tokio::test]
async fn what_github_refuses_is_told_in_its_words() {
    let world = World::start(Setup::default()).await;
    world.simulator.fail_next(1, 410);
    let id = world.submit("Paying fails", CLEAR).await;
    let (code, message) = world.failure(id).await;
    assert_eq!(code, "github_rejected");
    assert!(message.contains("410") && message.contains("Simulated failure"), "{message}");

    world.tasks.retry(&alice(), id, None, None).await.unwrap();

    world.until_status(id, Status::Dispatched).await;
    assert_eq!(world.issues(), 1);
    world.stop().await;
}

#[tokio::test]
async fn without_an_account_or_a_repository_the_task_says_what_to_configure() {
    let without_account = Setup { has_account: false, ..Setup::default() };
    let without_repo = Setup { repos: RepoRules::default(), ..Setup::default() };
    for (setup, missing) in [(without_account, "GITHUB_TOKEN"), (without_repo, "GITHUB_REPO")] {
        let world = World::start(setup).await;
        let id = world.submit("Paying fails", CLEAR).await;
        let (code, message) = world.failure(id).await;
        assert_eq!(code, "github_not_configured");
        assert!(message.contains(missing), "{message}");
        assert_eq!(world.issues(), 0);
        world.stop().await;
    }
}

#[tokio::test]
async fn a_task_is_not_filed_where_the_server_may_no_longer_file() {
    let world = World::start(Setup::default()).await;
    let earlier = RepoRules::new(Some("acme/web".parse().unwrap()), []);
    let earlier = TasksService::new(world.store.clone(), Arc::new(SystemClock), earlier);
    let id = world.submit_to(&earlier, Visibility::Everyone, "Paying fails", CLEAR).await;
    let (code, message) = world.failure(id).await;
    assert_eq!(code, "github_not_configured");
    assert!(message.contains("acme/web is not among"), "{message}");
    world.stop().await;
}
