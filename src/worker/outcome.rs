//! How a run ended.

use std::time::Duration;

use crate::{domain::Refusal, store::StoreError, tasks::ServiceError};

/// How a run ended: in one word for log and metrics, and when the task may be claimed again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Outcome {
    pub(super) word: &'static str,
    pub(super) rest: Duration,
}

impl Outcome {
    /// What there is still to do for the task may be done at once.
    pub(super) fn done(word: &'static str) -> Self {
        Self { word, rest: Duration::ZERO }
    }

    /// The task is left alone for `rest`.
    pub(super) fn rest(word: &'static str, rest: Duration) -> Self {
        Self { word, rest }
    }
}

/// Why a run stopped midway.
#[derive(Debug, thiserror::Error)]
pub(super) enum Halt {
    /// The task has moved on: it was cancelled, say. There may be other work for it now.
    #[error("the task has moved on")]
    Overtaken,
    /// Somebody else may hold the lease: nothing more may be done.
    #[error("the lease is lost")]
    LeaseLost,
    /// The server stops.
    #[error("the server stops")]
    Stopped,
    /// The store does not do its part.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for Halt {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::LeaseLost => Self::LeaseLost,
            StoreError::Conflict
            | StoreError::KnownCause
            | StoreError::Duplicate
            | StoreError::TooLarge
            | StoreError::Unavailable(_)
            | StoreError::Broken(_) => Self::Store(error),
        }
    }
}

impl From<ServiceError> for Halt {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::NotFound | ServiceError::Refused(Refusal::InvalidTransition { .. }) => {
                Self::Overtaken
            }
            ServiceError::LeaseLost => Self::LeaseLost,
            ServiceError::Store(error) => error.into(),
            // Nothing that a worker asks for is answered like this.
            ServiceError::Forbidden(_)
            | ServiceError::Refused(_)
            | ServiceError::VersionConflict(_)
            | ServiceError::KeyReused => Self::Store(StoreError::Broken(error.to_string())),
        }
    }
}
