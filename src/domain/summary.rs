//! The short form of a task, for lists and for deciding who may see it.

use serde::{Deserialize, Serialize};

use super::{
    Checks, Person, PullState, Review, Status, Task, TaskError, TaskId, Timestamp, Visibility,
    text::{Labels, RepoName, TeamName, Title},
};

/// A task without description, questions and events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// The task's id.
    pub id: TaskId,
    /// As of which version.
    pub version: u64,
    /// Its title.
    pub title: Title,
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
    /// Its issue's number and page.
    pub issue: Option<(u64, String)>,
    /// The pull request shown for it.
    pub pull: Option<PullSummary>,
    /// Why it failed.
    pub error: Option<TaskError>,
}

/// The pull request shown for a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PullSummary {
    /// Its number.
    pub number: u64,
    /// Its page.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Open, closed or merged.
    pub state: PullState,
    /// Not yet ready for review.
    pub draft: bool,
    /// What the reviewers say.
    pub review: Review,
    /// What the checks of its head say.
    pub checks: Checks,
    /// The commit that merged it.
    pub merge_commit_sha: Option<String>,
}

impl From<&Task> for Summary {
    fn from(task: &Task) -> Self {
        Self {
            id: task.id,
            version: task.version,
            title: task.title.clone(),
            repo: task.repo.clone(),
            labels: task.labels.clone(),
            creator: task.creator.clone(),
            team: task.team.clone(),
            visibility: task.visibility,
            status: task.status,
            created_at: task.created_at,
            updated_at: task.updated_at,
            issue: task.issue.as_ref().map(|issue| (issue.number, issue.url.clone())),
            pull: task.shown_pull().map(|linked| PullSummary {
                number: linked.pull.key.number,
                url: linked.pull.url.clone(),
                title: linked.pull.title.clone(),
                state: linked.pull.state,
                draft: linked.pull.draft,
                review: linked.review(),
                checks: linked.head_checks(),
                merge_commit_sha: linked.pull.merge_commit_sha.clone(),
            }),
            error: task.error.clone(),
        }
    }
}
