//! Whoever waits for a turn to read is not kept waiting for a store that does not answer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::future::BoxFuture;
use tokio::time::Instant;

use crate::{store::StoreError, tasks::ServiceError};

/// When the store was last found unavailable. Cheap to clone.
///
/// A read gives up in time, but many wait for a turn behind it, and each would find out for itself,
/// one after the other. So a read that was asked for before the store was found unavailable is not
/// tried: whoever waits is answered as soon as those before them. A store that is only slow is waited
/// for, in turn.
#[derive(Clone, Default)]
pub(super) struct Outage(Arc<Mutex<Option<Instant>>>);

impl Outage {
    /// `read`, asked for now, unless the store is found unavailable before its turn comes.
    pub(super) fn spare<T, F, R>(
        &self,
        read: R,
    ) -> impl FnOnce() -> BoxFuture<'static, Result<T, ServiceError>> + Send + use<T, F, R>
    where
        R: FnOnce() -> F + Send + 'static,
        F: Future<Output = Result<T, ServiceError>> + Send + 'static,
    {
        let (outage, asked) = (self.clone(), Instant::now());
        move || {
            Box::pin(async move {
                if outage.lock().is_some_and(|found| found > asked) {
                    let cause = "the store did not answer those who asked before";
                    return Err(StoreError::Unavailable(cause.into()).into());
                }
                let read = read().await;
                if let Err(ServiceError::Store(StoreError::Unavailable(_))) = read {
                    *outage.lock() = Some(Instant::now());
                }
                read
            })
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn unavailable() -> Result<(), ServiceError> {
        Err(StoreError::Unavailable("it is away".into()).into())
    }

    #[tokio::test]
    async fn who_asked_before_the_store_was_found_away_does_not_try_and_who_asks_then_does() {
        let outage = Outage::default();
        let [first, waiting] = [outage.spare(unavailable), outage.spare(unavailable)];
        let waiting_well = outage.spare(async || Ok(7));
        assert!(first().await.is_err());
        for error in [waiting().await.unwrap_err(), waiting_well().await.map(|_| ()).unwrap_err()] {
            assert!(matches!(error, ServiceError::Store(StoreError::Unavailable(_))), "{error}");
        }

        assert_eq!(outage.spare(async || Ok(7))().await.ok(), Some(7));
    }

    #[tokio::test]
    async fn what_is_refused_is_no_outage() {
        let outage = Outage::default();
        let waiting = outage.spare(async || Ok(7));
        let refused = outage.spare(async || Err::<(), _>(ServiceError::NotFound));
        assert!(refused().await.is_err());
        assert_eq!(waiting().await.ok(), Some(7));
    }
}
