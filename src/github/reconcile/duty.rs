//! The one duty of the whole deployment that the reconciler is.

use std::{sync::Arc, time::Duration};

use tokio::time::{Instant, MissedTickBehavior, interval_at};
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
}

impl Duty {
    pub(super) fn new(store: Arc<dyn TaskStore>, term: Duration) -> Self {
        Self { store, token: LeaseToken::new(), term }
    }

    /// Takes the duty on, or keeps it; whether it is ours.
    pub(super) async fn take(&self) -> Result<bool, StoreError> {
        self.store.lead(NAME, self.token, self.term).await
    }

    /// Keeps the duty, which is ours, while `work` is done; `None`, and the work is dropped, once it
    /// is not ours any more or nobody can say for a whole term.
    pub(super) async fn keep_while<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            // Cancel-safe by what the callers hand in: a rest, or a look that may be repeated.
            done = work => Some(done),
            () = self.loss() => None,
        }
    }

    async fn loss(&self) {
        let pause = self.term / TIMES_PER_TERM;
        let mut kept = Instant::now();
        let mut ticks = interval_at(kept + pause, pause);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let asked = ticks.tick().await;
            match self.take().await {
                Ok(true) => kept = asked,
                Ok(false) => return,
                Err(_) if kept.elapsed() >= self.term => return,
                Err(error) => debug!(%error, "the reconciler's duty is not kept yet"),
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
