//! GitHub's JSON, as far as Taskwire reads it: in answers and in webhooks alike. Fields that are
//! not needed are not named, and so not required.

use serde::{Deserialize, de::IgnoredAny};

use crate::domain::{
    CheckReport, CheckRun, Checks, CloseReason, PullKey, PullRequest, PullState, Timestamp,
    text::RepoName,
};

#[derive(Debug, Deserialize)]
pub(super) struct Account {
    pub(super) id: u64,
    pub(super) login: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Repo {
    pub(super) id: u64,
    pub(super) full_name: RepoName,
    #[serde(default)]
    pub(super) private: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Issue {
    pub(super) number: u64,
    pub(super) html_url: String,
    pub(super) body: Option<String>,
    /// `null` when the account is gone.
    pub(super) user: Option<Account>,
    /// There if the "issue" is a pull request.
    pub(super) pull_request: Option<IgnoredAny>,
    pub(super) updated_at: Timestamp,
}

/// An issue as a list of issues shows it.
#[derive(Debug, Deserialize)]
pub(super) struct ListedIssue {
    pub(super) number: u64,
    pub(super) body: Option<String>,
    /// `null` when the account is gone.
    pub(super) user: Option<Account>,
    /// There if the "issue" is a pull request.
    pub(super) pull_request: Option<IgnoredAny>,
    pub(super) state: State,
    pub(super) state_reason: Option<String>,
    pub(super) closed_at: Option<Timestamp>,
    pub(super) updated_at: Timestamp,
}

/// A run of a check, in answers and in webhooks.
#[derive(Debug, Deserialize)]
pub(super) struct Run {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) head_sha: String,
    status: Option<String>,
    conclusion: Option<String>,
    started_at: Option<Timestamp>,
    completed_at: Option<Timestamp>,
    check_suite: Option<SuiteId>,
}

/// A list of runs.
#[derive(Debug, Deserialize)]
pub(super) struct Runs {
    pub(super) check_runs: Vec<Run>,
}

/// A suite of checks as a webhook describes it.
#[derive(Debug, Deserialize)]
pub(super) struct Suite {
    pub(super) id: u64,
    pub(super) head_sha: String,
    status: Option<String>,
    conclusion: Option<String>,
    updated_at: Option<Timestamp>,
}

#[derive(Debug, Deserialize)]
struct SuiteId {
    id: u64,
}

impl Run {
    pub(super) fn report(&self) -> CheckReport {
        let suite_id = self.check_suite.as_ref().map_or(0, |suite| suite.id);
        let name = Some(self.name.clone());
        CheckReport {
            run: CheckRun { id: self.id, suite_id, name },
            outcome: outcome(self.status.as_deref(), self.conclusion.as_deref()),
            at: self.completed_at.or(self.started_at).unwrap_or(Timestamp::EPOCH),
        }
    }
}

impl Suite {
    pub(super) fn report(&self) -> CheckReport {
        CheckReport {
            run: CheckRun { id: self.id, suite_id: self.id, name: None },
            outcome: outcome(self.status.as_deref(), self.conclusion.as_deref()),
            at: self.updated_at.unwrap_or(Timestamp::EPOCH),
        }
    }
}

/// What a check comes to, given GitHub's `status` and `conclusion`.
fn outcome(status: Option<&str>, conclusion: Option<&str>) -> Checks {
    match (status, conclusion) {
        (Some("completed") | None, Some("success" | "neutral" | "skipped")) => Checks::Passing,
        (Some("completed") | None, Some(_)) => Checks::Failing,
        (_, _) => Checks::Pending,
    }
}

/// Why an issue was closed, given GitHub's `state_reason`.
pub(super) fn close_reason(state_reason: Option<&str>) -> CloseReason {
    if state_reason == Some("not_planned") {
        CloseReason::NotPlanned
    } else {
        CloseReason::Completed
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Pull {
    number: u64,
    html_url: String,
    title: String,
    state: State,
    #[serde(default)]
    draft: Option<bool>,
    merged: Option<bool>,
    merged_at: Option<Timestamp>,
    merge_commit_sha: Option<String>,
    created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) body: Option<String>,
    pub(super) author_association: Option<String>,
    pub(super) head: Head,
    base: Base,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum State {
    Open,
    Closed,
}

#[derive(Debug, Deserialize)]
pub(super) struct Head {
    sha: String,
    #[serde(rename = "ref")]
    pub(super) branch: Option<String>,
    /// `null` when the fork is gone.
    repo: Option<RepoId>,
}

#[derive(Debug, Deserialize)]
struct RepoId {
    id: u64,
}

#[derive(Debug, Deserialize)]
struct Base {
    repo: Repo,
}

impl Pull {
    /// Whether the commits come from another repository, or from one that is gone.
    pub(super) fn is_from_fork(&self) -> bool {
        self.head.repo.as_ref().is_none_or(|head| head.id != self.base.repo.id)
    }
}

impl From<Pull> for PullRequest {
    fn from(pull: Pull) -> Self {
        let merged = pull.merged == Some(true) || pull.merged_at.is_some();
        let state = match pull.state {
            _ if merged => PullState::Merged,
            State::Open => PullState::Open,
            State::Closed => PullState::Closed,
        };
        Self {
            key: PullKey { repo_id: pull.base.repo.id, number: pull.number },
            repo: pull.base.repo.full_name,
            url: pull.html_url,
            title: pull.title,
            state,
            draft: pull.draft.unwrap_or(false),
            head_sha: pull.head.sha,
            // Of an unmerged one it is a trial merge, made anew at GitHub's leisure.
            merge_commit_sha: pull.merge_commit_sha.filter(|_| merged),
            created_at: pull.created_at,
            updated_at: pull.updated_at,
            names: None,
        }
    }
}
