//! One issue for each task, whatever dies meanwhile.
//!
//! The attempt is in the store before the request leaves. From then on whoever works on the task
//! looks at GitHub first, and files another issue only once GitHub has had time to show the one
//! that may be there, and has none.

use std::{ops::ControlFlow, time::Duration};

use tokio::time::Instant;
use tracing::warn;

use super::{
    bench::Bench,
    failure::Failure,
    ledger::{Finding, Matter},
    outcome::{Halt, Outcome},
    run::Run,
};
use crate::{
    analysis::ProgressStep,
    domain::{
        Command, Phase, Status, Task, Visibility,
        text::{Code, Label, Message, RepoName},
    },
    github::{FiledIssue, GitHubError, draft},
    store::{Attempt, StoreError},
};

/// What looking for an attempt's issue came to.
pub(super) enum Look {
    /// It is too early to be sure: wait for so long.
    Early(Duration),
    /// Here it is.
    Found(FiledIssue),
    /// There is none, and the attempt is forgotten.
    Nothing,
    /// GitHub could not be asked.
    Failed(GitHubError),
}

impl Run {
    /// What GitHub has of an attempt that was of this age when the task was claimed. The store has
    /// told both by its own clock: this machine's may be another.
    pub(super) async fn look_up(
        &self,
        task: &Task,
        (attempt, age): (Attempt, Duration),
    ) -> Result<Look, Halt> {
        let Bench { parts, settings, .. } = &*self.bench;
        if age < settings.settle {
            return Ok(Look::Early(settings.settle.saturating_sub(age)));
        }
        // Without a repository nothing was ever posted.
        let found = match &task.repo {
            Some(repo) => {
                let search = parts.github.find_issue(repo, attempt.at, task.id);
                self.unless_stopped(search).await?
            }
            None => Ok(None),
        };
        match found {
            Ok(Some(issue)) => Ok(Look::Found(issue)),
            Ok(None) => {
                parts.store.clear_attempt(self.id, self.lease).await?;
                Ok(Look::Nothing)
            }
            Err(error) => Ok(Look::Failed(error)),
        }
    }

    /// Makes sure that an earlier attempt has left no issue, or records the one it left.
    pub(super) async fn settle(
        &self,
        task: &Task,
        attempt: (Attempt, Duration),
    ) -> Result<ControlFlow<Outcome>, Halt> {
        let matter = self.matter(task).await?;
        let outcome = match self.look_up(task, attempt).await? {
            Look::Nothing => return Ok(ControlFlow::Continue(())),
            Look::Early(rest) => Outcome::rest("settles", rest),
            Look::Found(issue) => {
                // After a restart nobody knows what the analysis had found.
                let labels = self.bench.ledger.finding(&matter).map(|finding| finding.labels);
                self.record(issue, labels.unwrap_or_default()).await?
            }
            Look::Failed(error) => self.refused(&matter, error).await?,
        };
        Ok(ControlFlow::Break(outcome))
    }

    /// Files the task's issue.
    pub(super) async fn dispatch(
        &self,
        task: &Task,
        matter: &Matter,
        finding: &Finding,
    ) -> Result<Outcome, Halt> {
        let Bench { parts, settings, ledger } = &*self.bench;
        let Some(repo) = &task.repo else { return self.fail(Failure::NoRepo).await };
        if !parts.tasks.allows(repo) {
            return self.fail(Failure::RepoNotAllowed(repo.clone())).await;
        }
        let tries = ledger.tries(matter);
        if tries >= settings.attempts.get() {
            let cause = "its answers do not arrive".to_owned();
            return self.fail(Failure::GitHubUnavailable { tries, cause }).await;
        }
        // The analysis took its time: it may be another task by now, or none to be filed.
        let now = self.current().await?;
        if now.status != Status::Analyzing {
            return Err(Halt::Overtaken);
        }
        if !matter.is_still(&now) {
            return Ok(Outcome::done("edited"));
        }
        self.show(filing(repo)).await;
        if now.visibility != Visibility::Everyone {
            match self.unless_stopped(parts.github.repository(repo)).await? {
                Ok(found) if found.private => {}
                Ok(_) => return self.fail(Failure::RepoIsPublic(repo.clone())).await,
                Err(error) => return self.refused(matter, error).await,
            }
        }
        self.file(&now, matter, repo, finding).await
    }

    /// Posts the issue, once.
    async fn file(
        &self,
        task: &Task,
        matter: &Matter,
        repo: &RepoName,
        finding: &Finding,
    ) -> Result<Outcome, Halt> {
        let Bench { parts, settings, ledger } = &*self.bench;
        // What the operator puts on each issue comes first: it must not fall to the bound.
        let labels = settings.issue_labels.with(task.labels.iter().cloned());
        let labels = labels.with(finding.labels.iter().cloned());
        let draft = draft(task, &finding.body, &labels, &settings.issue_assignees);

        self.go_on()?;
        match parts.store.begin_attempt(self.id, task.version, self.lease).await {
            Ok(_) => {}
            // Edited, cancelled or hidden since it was read: what would be posted is not so any more.
            Err(StoreError::Conflict) => return Err(Halt::Overtaken),
            Err(error) => return Err(error.into()),
        }
        let held_until = Instant::now() + settings.lease;
        parts.store.renew(self.id, self.lease, settings.lease).await?;
        if Instant::now() + settings.request_timeout >= held_until {
            warn!("the store is too slow for the lease: the issue is not posted");
            parts.store.clear_attempt(self.id, self.lease).await?;
            return Ok(Outcome::rest("slow_store", settings.pause(1)));
        }
        // From here to the answer nothing is dropped: neither for a shutdown nor a lost lease.
        let error = match parts.github.create_issue(repo, &draft).await {
            Ok(issue) => return self.record(issue, finding.labels.clone()).await,
            Err(error) => error,
        };
        if error == GitHubError::Unsure {
            let tries = ledger.count(matter, parts.clock.now());
            warn!(tries, %error, "GitHub will be asked for the issue");
            return Ok(Outcome::rest("unsure", settings.settle));
        }
        parts.store.clear_attempt(self.id, self.lease).await?;
        self.refused(matter, error).await
    }

    /// The task has its issue.
    pub(super) async fn record(
        &self,
        issue: FiledIssue,
        labels: Vec<Label>,
    ) -> Result<Outcome, Halt> {
        // Read again: the labels may have been edited while GitHub was busy.
        let labels = self.current().await?.labels.with(labels);
        let FiledIssue { number, url } = issue;
        let task = self.write(Command::RecordIssue { number, url, labels }).await?;
        self.bench.ledger.forget(self.id);
        Ok(Outcome::done(match task.status {
            Status::Cancelled | Status::Failed => "issue_filed",
            Status::Created
            | Status::Analyzing
            | Status::ClarificationNeeded
            | Status::Dispatched
            | Status::PrOpened
            | Status::Merged => "dispatched",
        }))
    }

    /// GitHub did not do what was asked for the task's issue.
    async fn refused(&self, matter: &Matter, error: GitHubError) -> Result<Outcome, Halt> {
        match error {
            GitHubError::NotConfigured => self.fail(Failure::NoAccount).await,
            GitHubError::Rejected { status, message } => {
                self.fail(Failure::GitHubRejected { status, message }).await
            }
            GitHubError::Unavailable { retry_after, cause } => {
                let failure = |tries| Failure::GitHubUnavailable { tries, cause };
                self.try_later(matter, retry_after.unwrap_or_default(), failure).await
            }
            GitHubError::Unsure => {
                let cause = "its answer was lost".to_owned();
                let failure = |tries| Failure::GitHubUnavailable { tries, cause };
                self.try_later(matter, self.bench.settings.settle, failure).await
            }
        }
    }
}

fn filing(repo: &RepoName) -> ProgressStep {
    ProgressStep {
        step: Code::try_from("dispatch").expect("a word of lower-case letters"),
        phase: Phase::Running,
        current: 1,
        total: 1,
        items_count: None,
        message: Some(Message::lossy(&format!("Filing the issue in {repo}"))),
    }
}
