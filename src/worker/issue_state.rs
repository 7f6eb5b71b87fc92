//! The issue of a task that was called off, or taken up again.

use std::time::Duration;

use tracing::warn;

use super::{
    bench::Bench,
    dispatch::Look,
    outcome::{Halt, Outcome},
    run::Run,
};
use crate::{
    domain::{Command, IssueState, Task},
    github::{GitHubError, IssueChange},
    store::Attempt,
};

/// The longest rest while GitHub is away.
const LONGEST_REST: Duration = Duration::from_mins(5);
/// The rest when only people can mend it.
const HOPELESS_REST: Duration = Duration::from_mins(15);

impl Run {
    /// Closes the issue of a cancelled task as not planned.
    pub(super) async fn close_issue(&self, task: &Task) -> Result<Outcome, Halt> {
        self.set_issue(task, IssueState::Closed, "issue_closed").await
    }

    /// Opens the issue of a retried task.
    pub(super) async fn reopen_issue(&self, task: &Task) -> Result<Outcome, Halt> {
        self.set_issue(task, IssueState::Open, "issue_reopened").await
    }

    async fn set_issue(
        &self,
        task: &Task,
        state: IssueState,
        word: &'static str,
    ) -> Result<Outcome, Halt> {
        let (Some(repo), Some(issue)) = (&task.repo, &task.issue) else {
            return Ok(Outcome::rest("no_issue", HOPELESS_REST));
        };
        let change = match state {
            IssueState::Open => IssueChange::Open,
            IssueState::Closed => IssueChange::Closed { not_planned: true },
        };
        self.go_on()?;
        // Not dropped midway: it takes no longer than its timeout, and then it is recorded.
        let at = match self.bench.parts.github.set_issue_state(repo, issue.number, change).await {
            Ok(at) => at,
            Err(error) => return self.wait_for_github(task, &error).await,
        };
        let before = task.work();
        let task = self.write(Command::RecordIssueState { state, at }).await?;
        self.bench.ledger.forget(self.id);
        if task.work() == before {
            warn!("GitHub has done it, but what is known of the issue is newer");
            return Ok(Outcome::rest(word, HOPELESS_REST));
        }
        Ok(Outcome::done(word))
    }

    /// Looks for the issue of a task that was cancelled while it may have been filed. If there is
    /// one, closing it is the next piece of work.
    pub(super) async fn look_after(
        &self,
        task: &Task,
        attempt: (Attempt, Duration),
    ) -> Result<Outcome, Halt> {
        Ok(match self.look_up(task, attempt).await? {
            Look::Early(rest) => Outcome::rest("settles", rest),
            Look::Found(issue) => self.record(issue, Vec::new()).await?,
            Look::Nothing => {
                self.bench.ledger.forget(self.id);
                Outcome::done("no_issue")
            }
            Look::Failed(error) => self.wait_for_github(task, &error).await?,
        })
    }

    /// Nobody waits for this, so it neither fails nor ends; it takes its time.
    async fn wait_for_github(&self, task: &Task, error: &GitHubError) -> Result<Outcome, Halt> {
        let Bench { parts, settings, ledger } = &*self.bench;
        warn!(%error, "the issue of a task is not as it should be");
        let rest = match error {
            GitHubError::Unavailable { retry_after, .. } => {
                let tries = ledger.count(&self.matter(task).await?, parts.clock.now());
                settings.pause_up_to(tries, LONGEST_REST).max(retry_after.unwrap_or_default())
            }
            GitHubError::Unsure => settings.settle,
            GitHubError::NotConfigured | GitHubError::Rejected { .. } => HOPELESS_REST,
        };
        Ok(Outcome::rest("rests", rest))
    }
}
