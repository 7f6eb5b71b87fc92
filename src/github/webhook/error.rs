//! Why a webhook is not taken in.

use crate::{store::StoreError, tasks::ServiceError};

/// Why a webhook was not taken in. Delivered again, it runs again.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// It is not signed with our secret.
    #[error("the signature is missing or wrong")]
    BadSignature,
    /// Its headers or its body make no sense; what is wrong.
    #[error("{0}")]
    Malformed(&'static str),
    /// The tasks it is about could not be read or written.
    #[error(transparent)]
    Tasks(#[from] ServiceError),
}

impl From<Malformed> for WebhookError {
    fn from(Malformed(what): Malformed) -> Self {
        Self::Malformed(what)
    }
}

impl From<StoreError> for WebhookError {
    fn from(error: StoreError) -> Self {
        Self::Tasks(error.into())
    }
}

/// A webhook that makes no sense; what is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(in crate::github) struct Malformed(pub(super) &'static str);
