//! What GitHub says, in the domain's words: facts that a task takes in, in whatever order they come.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use super::{Timestamp, text::RepoName};

/// Which pull request: GitHub's id of the base repository and the number in it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema,
)]
#[serde(rename_all = "camelCase")]
pub struct PullKey {
    /// GitHub's id of the base repository; it survives a rename.
    pub repo_id: u64,
    /// The pull request's number.
    pub number: u64,
}

/// Whether a pull request is open.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PullState {
    /// Open, as a draft or not.
    Open,
    /// Closed without a merge.
    Closed,
    /// Merged; final.
    Merged,
}

/// What the reviewers say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Review {
    /// Nobody has decided.
    #[default]
    None,
    /// Approved.
    Approved,
    /// Changes are wanted.
    ChangesRequested,
}

/// What the checks of the head commit say.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    TS,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Checks {
    /// No check has run.
    #[default]
    None,
    /// Every check has passed.
    Passing,
    /// At least one is under way and none has failed.
    Pending,
    /// At least one has failed.
    Failing,
}

/// Which check of a commit: one run, or what its whole suite comes to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckRun {
    /// GitHub's id of the run, or of the suite. A run that is begun again has a higher one.
    pub id: u64,
    /// GitHub's id of the suite.
    pub suite_id: u64,
    /// The run's name; none for the suite as a whole.
    #[schema(required)]
    pub name: Option<String>,
}

/// What one check says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckReport {
    /// Which one.
    pub run: CheckRun,
    /// Pending, passing or failing.
    pub outcome: Checks,
    /// GitHub's time.
    pub at: Timestamp,
}

/// A pull request as GitHub described it at `updated_at`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PullRequest {
    /// Which one.
    #[serde(flatten)]
    pub key: PullKey,
    /// The base repository's name at that time.
    pub repo: RepoName,
    /// The page of the pull request.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Open, closed or merged.
    pub state: PullState,
    /// Not yet ready for review.
    pub draft: bool,
    /// The commit at its head.
    pub head_sha: String,
    /// The commit that merged it.
    #[schema(required)]
    pub merge_commit_sha: Option<String>,
    /// GitHub's time of its opening.
    pub created_at: Timestamp,
    /// GitHub's time of this description: of two, the later one is true.
    pub updated_at: Timestamp,
    /// A fingerprint of what its text named when it was linked, by which a linking that stopped
    /// half-way is known; kept with the first entry about it alone, shown to nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(skip)]
    #[schema(ignore)]
    pub names: Option<String>,
}

/// The verdict of one review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    /// Approved.
    Approved,
    /// Changes are wanted.
    ChangesRequested,
    /// Words without a verdict.
    Commented,
    /// A verdict taken back.
    Dismissed,
}

/// Whether an issue is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IssueState {
    /// Open.
    Open,
    /// Closed.
    Closed,
}

/// Why an issue was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CloseReason {
    /// Done.
    Completed,
    /// Not planned: the task is called off.
    NotPlanned,
}

/// One thing that GitHub told, or answered when it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// The pull request is as described.
    Pull(PullRequest),
    /// A review was handed in, or dismissed.
    Review {
        /// Of which pull request.
        pull: PullKey,
        /// GitHub's id of the review.
        object_id: u64,
        /// The verdict.
        state: ReviewState,
        /// GitHub's time.
        at: Timestamp,
    },
    /// One of the checks of `head_sha` says something.
    Checks {
        /// Of which pull request.
        pull: PullKey,
        /// The commit that was checked.
        head_sha: String,
        /// What it says.
        report: CheckReport,
    },
    /// The task's issue was closed.
    IssueClosed {
        /// Why.
        reason: CloseReason,
        /// GitHub's time.
        at: Timestamp,
    },
    /// The task's issue was opened again.
    IssueReopened {
        /// GitHub's time.
        at: Timestamp,
    },
    /// Somebody commented on the task's issue.
    IssueComment {
        /// GitHub's id of the comment.
        object_id: u64,
        /// What was said.
        text: String,
        /// The comment's page.
        url: String,
        /// GitHub's time.
        at: Timestamp,
    },
}

impl ReviewState {
    pub(super) fn object_key(self, id: u64) -> String {
        // A review is dismissed under the id it was handed in with.
        let dismissed = if self == Self::Dismissed { ":dismissed" } else { "" };
        format!("review:{id}{dismissed}")
    }
}

pub(super) fn comment_key(id: u64) -> String {
    format!("comment:{id}")
}
