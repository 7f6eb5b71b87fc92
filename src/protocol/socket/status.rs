//! server → client: where a task stands.

use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;

use super::Stamp;
use crate::domain::{Event, EventBody, Question, Status, TaskError, TaskId, text::Reason};

/// `task:analyzing`, `task:clarification_needed`, … : the status and what goes with it.
#[derive(Clone, Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StatusChange {
    /// The task.
    pub task_id: TaskId,
    /// Where it stands now.
    pub status: Status,
    /// What goes with the status.
    #[serde(flatten)]
    pub facts: StatusFacts,
    /// The entry that made it so.
    #[serde(flatten)]
    pub stamp: Stamp,
}

/// What goes with a status, by event.
#[derive(Clone, Debug, Serialize, TS, ToSchema)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum StatusFacts {
    /// `task:clarification_needed`.
    ClarificationNeeded {
        /// What is asked.
        questions: Vec<Question>,
    },
    /// `task:dispatched`.
    Dispatched {
        /// The issue's page.
        issue_url: String,
        /// The issue's number.
        issue_number: u64,
    },
    /// `task:pr_opened`.
    PrOpened {
        /// The pull request's page.
        pr_url: String,
        /// Its number.
        pr_number: u64,
        /// `review ready` or `draft`.
        #[ts(type = "\"review ready\" | \"draft\"")]
        message: &'static str,
    },
    /// `task:pr_merged`.
    PrMerged {
        /// The pull request's page.
        pr_url: String,
        /// Its number.
        pr_number: u64,
        /// The commit that merged it.
        merge_commit_sha: Option<String>,
    },
    /// `task:pr_closed`.
    PrClosed {
        /// The pull request's number.
        pr_number: u64,
    },
    /// `task:failed`.
    Failed {
        /// Why.
        error: TaskError,
    },
    /// `task:cancelled`.
    Cancelled {
        /// Why.
        reason: Option<Reason>,
    },
    /// `task:analyzing`.
    Analyzing {},
}

impl StatusFacts {
    pub(super) fn event(&self) -> &'static str {
        match self {
            Self::Analyzing {} => "task:analyzing",
            Self::ClarificationNeeded { .. } => "task:clarification_needed",
            Self::Dispatched { .. } => "task:dispatched",
            Self::PrOpened { .. } => "task:pr_opened",
            Self::PrMerged { .. } => "task:pr_merged",
            Self::PrClosed { .. } => "task:pr_closed",
            Self::Failed { .. } => "task:failed",
            Self::Cancelled { .. } => "task:cancelled",
        }
    }
}

impl StatusChange {
    /// The message of an entry that is a status; `None` of any other.
    pub fn of(task_id: TaskId, event: &Event) -> Option<Self> {
        let (status, facts) = match &event.body {
            EventBody::Analyzing {} => (Status::Analyzing, StatusFacts::Analyzing {}),
            EventBody::ClarificationNeeded { questions } => (
                Status::ClarificationNeeded,
                StatusFacts::ClarificationNeeded { questions: questions.clone() },
            ),
            EventBody::Dispatched { issue_number, issue_url, .. } => (
                Status::Dispatched,
                StatusFacts::Dispatched {
                    issue_url: issue_url.clone(),
                    issue_number: *issue_number,
                },
            ),
            EventBody::PrOpened { pull, .. } => (
                Status::PrOpened,
                StatusFacts::PrOpened {
                    pr_url: pull.url.clone(),
                    pr_number: pull.key.number,
                    message: if pull.draft { "draft" } else { "review ready" },
                },
            ),
            EventBody::PrMerged { pull, .. } => (
                Status::Merged,
                StatusFacts::PrMerged {
                    pr_url: pull.url.clone(),
                    pr_number: pull.key.number,
                    merge_commit_sha: pull.merge_commit_sha.clone(),
                },
            ),
            EventBody::PrClosed { pull, .. } => {
                (Status::Dispatched, StatusFacts::PrClosed { pr_number: pull.key.number })
            }
            EventBody::Failed { code, message } => {
                let error = TaskError { code: code.clone(), message: message.clone() };
                (Status::Failed, StatusFacts::Failed { error })
            }
            EventBody::Cancelled { reason } => {
                (Status::Cancelled, StatusFacts::Cancelled { reason: reason.clone() })
            }
            EventBody::Created { .. }
            | EventBody::ClarificationAnswered { .. }
            | EventBody::IssueFiled { .. }
            | EventBody::PrUpdated { .. }
            | EventBody::PrReview { .. }
            | EventBody::Checks { .. }
            | EventBody::IssueClosed { .. }
            | EventBody::IssueReopened { .. }
            | EventBody::Comment { .. }
            | EventBody::Edited { .. }
            | EventBody::Retried { .. } => return None,
        };
        Some(Self { task_id, status, facts, stamp: event.into() })
    }
}
