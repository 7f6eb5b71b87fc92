//! The one duty of the whole deployment that the reconciler is.

use std::{sync::Arc, time::Duration};

use tokio::time::{Instant, MissedTickBehavior, interval, timeout_at};
use tracing::debug;

use crate::store::{LeaseToken, StoreError, TaskStore};

const NAME: &str = "reconcile";
/// How often a duty is kept within its term: two failures in a row do not lose it.
const TIMES_PER_TERM: u32 = 3;

/// The duty, as one instance sees it.
pub(super) struct Duty {
    store: Arc<dyn TaskStore>,
    token: LeaseToken,
    term: Duration,
    /// Until when the duty is ours in any case, if it is.
    held_until: Instant,
}

impl Duty {
    pub(super) fn new(store: Arc<dyn TaskStore>, term: Duration) -> Self {
        Self { store, token: LeaseToken::new(), term, held_until: Instant::now() }
    }

    /// Takes the duty on, or keeps it; whether it is ours.
    pub(super) async fn take(&mut self) -> Result<bool, StoreError> {
        // From when it was asked for: the answer may have taken its time.
        let until = Instant::now() + self.term;
        let is_ours = self.store.lead(NAME, self.token, self.term).await?;
        if is_ours {
            self.held_until = until;
        }
        Ok(is_ours)
    }

    /// Keeps the duty, which is ours, while `work` is done; `None`, and the work is dropped, once it
    /// is not ours any more. That is so when the term has passed and nobody has said otherwise.
    pub(super) async fn keep_while<T>(&mut self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            // Cancel-safe by what the callers hand in: a rest, or a look that may be repeated.
            done = work => Some(done),
            () = self.loss() => None,
        }
    }

    async fn loss(&mut self) {
        let mut ticks = interval(self.term / TIMES_PER_TERM);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks.reset();
        loop {
            let held_until = self.held_until;
            let take = async {
                ticks.tick().await;
                self.take().await
            };
            // Cancel-safe: whether or not the store hears of it, the term that is known is over.
            match timeout_at(held_until, take).await {
                Ok(Ok(true)) => {}
                Ok(Ok(false)) | Err(_) => return,
                Ok(Err(error)) => debug!(%error, "the reconciler's duty is not kept yet"),
            }
        }
    }

    /// Gives the duty back, if it is ours.
    pub(super) async fn give_back(&self) {
        if let Err(error) = self.store.resign(NAME, self.token).await {
            debug!(%error, "the reconciler's duty ends by itself");
        }
    }
}
