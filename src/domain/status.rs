//! The states of a task and the one table of their transitions.

use std::fmt;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// Where a task stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Submitted, not yet looked at.
    Created,
    /// Being analysed.
    Analyzing,
    /// Waiting for answers.
    ClarificationNeeded,
    /// Filed as a GitHub issue, waiting for a pull request.
    Dispatched,
    /// At least one pull request is open.
    PrOpened,
    /// Merged: the end.
    Merged,
    /// Stopped by an error; can be retried.
    Failed,
    /// Called off; can be retried.
    Cancelled,
}

impl Status {
    /// Every status, in the order of a task's life.
    pub const ALL: [Self; 8] = [
        Self::Created,
        Self::Analyzing,
        Self::ClarificationNeeded,
        Self::Dispatched,
        Self::PrOpened,
        Self::Merged,
        Self::Failed,
        Self::Cancelled,
    ];

    /// The transition table. GitHub is the truth: a merge is accepted in every status.
    ///
    /// From `failed` and `cancelled` every way but a merge, and a pull request opened while
    /// `failed`, leads through a retry; which one is decided by what the task has.
    pub fn may_become(self, next: Self) -> bool {
        match (self, next) {
            (Self::Created, Self::Analyzing | Self::Failed | Self::Cancelled)
            | (
                Self::Analyzing,
                Self::ClarificationNeeded | Self::Dispatched | Self::Failed | Self::Cancelled,
            )
            | (Self::ClarificationNeeded, Self::Analyzing | Self::Cancelled)
            | (Self::Dispatched, Self::PrOpened | Self::Failed | Self::Cancelled)
            | (Self::PrOpened, Self::Dispatched | Self::Failed | Self::Cancelled)
            | (
                Self::Failed | Self::Cancelled,
                Self::PrOpened | Self::Dispatched | Self::Analyzing,
            )
            | (
                Self::Created
                | Self::Analyzing
                | Self::ClarificationNeeded
                | Self::Dispatched
                | Self::PrOpened
                | Self::Failed
                | Self::Cancelled,
                Self::Merged,
            ) => true,
            (
                Self::Created,
                Self::Created | Self::ClarificationNeeded | Self::Dispatched | Self::PrOpened,
            )
            | (Self::Analyzing, Self::Created | Self::Analyzing | Self::PrOpened)
            | (
                Self::ClarificationNeeded,
                Self::Created
                | Self::ClarificationNeeded
                | Self::Dispatched
                | Self::PrOpened
                | Self::Failed,
            )
            | (
                Self::Dispatched,
                Self::Created | Self::Analyzing | Self::ClarificationNeeded | Self::Dispatched,
            )
            | (
                Self::PrOpened,
                Self::Created | Self::Analyzing | Self::ClarificationNeeded | Self::PrOpened,
            )
            | (
                Self::Merged,
                Self::Created
                | Self::Analyzing
                | Self::ClarificationNeeded
                | Self::Dispatched
                | Self::PrOpened
                | Self::Merged
                | Self::Failed
                | Self::Cancelled,
            )
            | (
                Self::Failed | Self::Cancelled,
                Self::Created | Self::ClarificationNeeded | Self::Failed | Self::Cancelled,
            ) => false,
        }
    }

    /// Whether a task in this status waits for somebody or something: not merged, failed or cancelled.
    pub fn is_open(self) -> bool {
        match self {
            Self::Created
            | Self::Analyzing
            | Self::ClarificationNeeded
            | Self::Dispatched
            | Self::PrOpened => true,
            Self::Merged | Self::Failed | Self::Cancelled => false,
        }
    }

    /// Whether work on the task's issue goes on in this status.
    pub(super) fn works_on_issue(self) -> bool {
        match self {
            Self::Dispatched | Self::PrOpened => true,
            Self::Created
            | Self::Analyzing
            | Self::ClarificationNeeded
            | Self::Merged
            | Self::Failed
            | Self::Cancelled => false,
        }
    }

    /// Whether somebody may be at work on a task in this status, and tell of it.
    pub fn is_worked_on(self) -> bool {
        match self {
            Self::Analyzing | Self::Dispatched | Self::PrOpened => true,
            Self::Created
            | Self::ClarificationNeeded
            | Self::Merged
            | Self::Failed
            | Self::Cancelled => false,
        }
    }

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Analyzing => "analyzing",
            Self::ClarificationNeeded => "clarification_needed",
            Self::Dispatched => "dispatched",
            Self::PrOpened => "pr_opened",
            Self::Merged => "merged",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl std::str::FromStr for Status {
    type Err = String;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == raw)
            .ok_or_else(|| format!("must be one of {}", Self::ALL.map(Self::as_str).join(", ")))
    }
}
