//! server → client: where a task stands.

use serde::Serialize;
use serde_json::{Value, json};
use ts_rs::TS;
use utoipa::ToSchema;

use super::{
    Described, Stamp,
    described::{reference, variant},
};
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

macro_rules! statuses {
    ($($(#[doc = $about:tt])+ $variant:ident = $event:tt, $status:ident { $($facts:tt)* })*) => {
        /// What goes with a status, by event.
        #[derive(Clone, Debug, Serialize, TS, ToSchema)]
        #[serde(untagged, rename_all_fields = "camelCase")]
        pub enum StatusFacts {
            $($(#[doc = $about])+ #[schema(title = $event, rename_all = "camelCase")] $variant { $($facts)* },)*
        }

        impl StatusFacts {
            pub(super) fn event(&self) -> &'static str {
                match self { $(Self::$variant { .. } => $event),* }
            }

            fn status(&self) -> Status {
                match self { $(Self::$variant { .. } => Status::$status),* }
            }
        }

        impl StatusChange {
            /// What the documents tell of each event.
            pub(super) fn described() -> Vec<Described> {
                vec![$(described($event, &[$($about),+], Status::$status)),*]
            }
        }
    };
}

statuses! {
    /// The description is too thin: these questions are asked.
    ClarificationNeeded = "task:clarification_needed", ClarificationNeeded {
        /// What is asked.
        questions: Vec<Question>,
    }
    /// The task's issue is filed and waits for a pull request.
    Dispatched = "task:dispatched", Dispatched {
        /// The issue's page.
        issue_url: String,
        /// The issue's number.
        issue_number: u64,
    }
    /// A pull request was opened, or opened again.
    PrOpened = "task:pr_opened", PrOpened {
        /// The pull request's page.
        pr_url: String,
        /// Its number.
        pr_number: u64,
        /// `review ready` or `draft`.
        #[ts(type = "\"review ready\" | \"draft\"")]
        #[schema(pattern = "^(review ready|draft)$")]
        message: &'static str,
    }
    /// A pull request was merged: the task is done.
    PrMerged = "task:pr_merged", Merged {
        /// The pull request's page.
        pr_url: String,
        /// Its number.
        pr_number: u64,
        /// The commit that merged it.
        #[schema(required)]
        merge_commit_sha: Option<String>,
    }
    /// The last open pull request was closed without a merge: the task waits for another.
    PrClosed = "task:pr_closed", Dispatched {
        /// The pull request's number.
        pr_number: u64,
    }
    /// The task failed; it can be retried.
    Failed = "task:failed", Failed {
        /// Why.
        error: TaskError,
    }
    /// The task was called off; it can be retried.
    Cancelled = "task:cancelled", Cancelled {
        /// Why.
        #[schema(required)]
        reason: Option<Reason>,
    }
    /// The analysis began, or began again.
    Analyzing = "task:analyzing", Analyzing {}
}

/// The payload of `event`: a [`StatusChange`] with its own facts, in the status it stands for.
fn described(event: &'static str, about: &[&str], status: Status) -> Described {
    let mut described = Described::of::<StatusChange>(event, about);
    let facts = variant::<StatusFacts>(event);
    let all_facts = <StatusFacts as ToSchema>::name();
    described.parts.retain(|(name, _)| *name != all_facts);
    for part in
        described.payload.pointer_mut("/allOf").and_then(Value::as_array_mut).into_iter().flatten()
    {
        if part.get("$ref").is_some_and(|name| *name == reference(&all_facts)) {
            *part = facts.clone();
        } else if let Some(open) = part.pointer_mut("/properties/status") {
            *open = json!({ "const": status });
        }
    }
    described
}

impl StatusChange {
    /// The message of an entry that is a status; `None` of any other.
    pub fn of(task_id: TaskId, event: &Event) -> Option<Self> {
        let facts = match &event.body {
            EventBody::Analyzing {} => StatusFacts::Analyzing {},
            EventBody::ClarificationNeeded { questions } => {
                StatusFacts::ClarificationNeeded { questions: questions.clone() }
            }
            EventBody::Dispatched { issue_number, issue_url, .. } => StatusFacts::Dispatched {
                issue_url: issue_url.clone(),
                issue_number: *issue_number,
            },
            EventBody::PrOpened { pull, .. } => StatusFacts::PrOpened {
                pr_url: pull.url.clone(),
                pr_number: pull.key.number,
                message: if pull.draft { "draft" } else { "review ready" },
            },
            EventBody::PrMerged { pull, .. } => StatusFacts::PrMerged {
                pr_url: pull.url.clone(),
                pr_number: pull.key.number,
                merge_commit_sha: pull.merge_commit_sha.clone(),
            },
            EventBody::PrClosed { pull, .. } => {
                StatusFacts::PrClosed { pr_number: pull.key.number }
            }
            EventBody::Failed { code, message } => StatusFacts::Failed {
                error: TaskError { code: code.clone(), message: message.clone() },
            },
            EventBody::Cancelled { reason } => StatusFacts::Cancelled { reason: reason.clone() },
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
        Some(Self { task_id, status: facts.status(), facts, stamp: event.into() })
    }
}
