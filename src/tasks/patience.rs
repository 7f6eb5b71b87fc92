//! How long a use case waits for the store.

use std::time::Duration;

use tokio::time::timeout;

use super::ServiceError;
use crate::store::StoreError;

/// How long a use case may take with everything that it asks the store for. Whoever asked is answered
/// within five seconds, whatever the store does.
const PATIENCE: Duration = Duration::from_millis(4500);

/// What `use_case` comes to, if it does so in time; then the store is unavailable.
///
/// Cancel-safe: each write is committed or not, and a repetition under its cause tells which.
pub(crate) fn in_time<T>(
    use_case: impl Future<Output = Result<T, ServiceError>>,
) -> impl Future<Output = Result<T, ServiceError>> {
    // On the heap: what waits for it is itself part of something that waits.
    let use_case = Box::pin(use_case);
    async move {
        timeout(PATIENCE, use_case).await.unwrap_or_else(|_| {
            Err(StoreError::Unavailable("the store does not answer in time".into()).into())
        })
    }
}
