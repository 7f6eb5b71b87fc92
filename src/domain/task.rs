//! A task as the fold of its timeline.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use super::{
    Checks, IssueState, Person, PullKey, PullRequest, PullState, Review, ReviewState, Status,
    TaskError, TaskId, Timestamp, Visibility,
    text::{Description, Labels, Prose, RepoName, TeamName, Title},
};

/// A question asked before the work can begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Question {
    /// Its id, unique in the task.
    pub id: String,
    /// What is asked.
    pub text: Prose,
    /// Suggested answers; any other is as good.
    pub choices: Vec<Prose>,
    /// The answer, once there is one.
    pub answer: Option<Prose>,
    /// Who answered.
    pub answered_by: Option<Person>,
}

/// The task's issue on GitHub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Issue {
    /// Its number.
    pub number: u64,
    /// Its page.
    pub url: String,
    /// Open or closed, as far as Taskwire knows.
    pub state: IssueState,
    /// GitHub's time of what is known of `state`.
    pub updated_at: Option<Timestamp>,
}

/// A pull request that belongs to the task, with what others say of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LinkedPull {
    pub(crate) pull: PullRequest,
    /// The newest verdict.
    pub(crate) review: Review,
    pub(crate) reviewed_at: Option<Timestamp>,
    /// What the checks say of `checked_sha`.
    pub(crate) checks: Checks,
    pub(crate) checked_sha: Option<String>,
}

impl LinkedPull {
    pub(crate) fn new(pull: PullRequest) -> Self {
        Self {
            pull,
            review: Review::None,
            reviewed_at: None,
            checks: Checks::None,
            checked_sha: None,
        }
    }

    /// What the checks say of the head as it is now.
    pub(crate) fn head_checks(&self) -> Checks {
        if self.checked_sha.as_deref() == Some(self.pull.head_sha.as_str()) {
            self.checks
        } else {
            Checks::None
        }
    }

    pub(super) fn hear_review(&mut self, state: ReviewState, at: Timestamp) {
        if self.reviewed_at.is_some_and(|known| known > at) {
            return;
        }
        self.review = match state {
            ReviewState::Approved => Review::Approved,
            ReviewState::ChangesRequested => Review::ChangesRequested,
            ReviewState::Dismissed => Review::None,
            ReviewState::Commented => return,
        };
        self.reviewed_at = Some(at);
    }
}

/// What a worker has to do for a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// Analyse the task, then ask or dispatch.
    Analyze,
    /// Close the issue of a task that was cancelled.
    CloseIssue,
    /// Open the issue of a task that was retried.
    ReopenIssue,
}

/// A task: the fold of its events. Its fields change by `apply` alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// The version of its newest event.
    pub version: u64,
    /// Its title.
    pub title: Title,
    /// Its description.
    pub description: Description,
    /// Where it is filed.
    pub repo: Option<RepoName>,
    /// Its labels.
    pub labels: Labels,
    /// Who submitted it.
    pub creator: Person,
    /// Its team.
    pub team: Option<TeamName>,
    /// Whom it is for.
    pub visibility: Visibility,
    /// Where it stands.
    pub status: Status,
    /// The first event's time.
    pub created_at: Timestamp,
    /// The newest event's time.
    pub updated_at: Timestamp,
    /// What was asked, in order.
    pub questions: Vec<Question>,
    /// Its issue, once filed.
    pub issue: Option<Issue>,
    /// Why it failed, while it is failed.
    pub error: Option<TaskError>,
    /// Every pull request linked to it.
    pub(crate) pulls: Vec<LinkedPull>,
    /// A retry found the issue closed and wants it open.
    pub(crate) wants_issue_open: bool,
    /// The reviews and comments on GitHub that the timeline has, each once.
    pub(crate) heard: BTreeSet<String>,
    /// How long the timeline is, in bytes of JSON.
    pub(crate) timeline_bytes: u64,
}

impl Task {
    /// Past this many bytes of timeline a task takes no more comments and edits.
    pub const TIMELINE_LIMIT: u64 = 4 * 1024 * 1024;

    /// The pull request shown: the merged one, else the newest open, else the newest closed.
    pub(crate) fn shown_pull(&self) -> Option<&LinkedPull> {
        self.pulls.iter().max_by_key(|linked| {
            let rank = match linked.pull.state {
                PullState::Merged => 2,
                PullState::Open => 1,
                PullState::Closed => 0,
            };
            (rank, linked.pull.created_at, linked.pull.key)
        })
    }

    /// The pull requests linked to this task.
    pub fn pull_keys(&self) -> impl Iterator<Item = PullKey> {
        self.pulls.iter().map(|linked| linked.pull.key)
    }

    /// The open pull request that was opened last.
    pub(super) fn newest_open_pull(&self) -> Option<&LinkedPull> {
        self.pulls
            .iter()
            .filter(|linked| linked.pull.state == PullState::Open)
            .max_by_key(|linked| (linked.pull.created_at, linked.pull.key))
    }

    pub(super) fn linked(&self, key: PullKey) -> Option<&LinkedPull> {
        self.pulls.iter().find(|linked| linked.pull.key == key)
    }

    /// What there is for a worker to do, if anything.
    pub fn work(&self) -> Option<Work> {
        let issue_is = |state| self.issue.as_ref().is_some_and(|issue| issue.state == state);
        match self.status {
            Status::Created | Status::Analyzing => Some(Work::Analyze),
            Status::Cancelled if issue_is(IssueState::Open) => Some(Work::CloseIssue),
            Status::Dispatched | Status::PrOpened if self.wants_issue_open => {
                Some(Work::ReopenIssue)
            }
            Status::ClarificationNeeded
            | Status::Dispatched
            | Status::PrOpened
            | Status::Merged
            | Status::Failed
            | Status::Cancelled => None,
        }
    }

    /// Whether every question has its answer.
    pub fn is_clarified(&self) -> bool {
        self.questions.iter().all(|question| question.answer.is_some())
    }
}
