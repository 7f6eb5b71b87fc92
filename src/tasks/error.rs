//! Why a use case did not happen.

use crate::{domain::Refusal, store::StoreError};

/// Why a use case did not happen. Nothing was changed, unless the store is unavailable: then it is
/// not known.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ServiceError {
    /// There is no such task, or the caller may not know of it.
    #[error("there is no such task")]
    NotFound,
    /// The caller sees the task but may not do this to it; the reason, for the caller.
    #[error("{0}")]
    Forbidden(&'static str),
    /// The domain refuses.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The caller decided on another version than the task has; the version it has.
    #[error("the task is at version {0}")]
    VersionConflict(u64),
    /// The idempotency key was used with another body.
    #[error("the idempotency key was used with another request")]
    KeyReused,
    /// The worker's lease is not, or no longer, its own.
    #[error("the lease is lost")]
    LeaseLost,
    /// The store is unavailable or broken.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for ServiceError {
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
