//! Who claims what: as many tasks at once as there is room for.

use std::sync::Arc;

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, watch},
    time::{Instant, sleep},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::warn;

use super::{
    Settings,
    bench::{Bench, Parts},
    ledger::Ledger,
    run::Run,
};
use crate::store::{Claim, LeaseToken, StoreError};

/// The worker of one instance.
pub struct Worker {
    bench: Arc<Bench>,
}

impl Worker {
    /// A worker that has not begun.
    pub fn new(parts: Parts, settings: Settings) -> Self {
        Self { bench: Arc::new(Bench { parts, settings, ledger: Ledger::default() }) }
    }

    /// Works until `shutdown`, then ends what is under way and gives every lease back. Each task is
    /// worked on in `tracker`. `wake` changes when there may be work; in between the store is looked
    /// into every now and then.
    ///
    /// At shutdown an analysis is dropped, to be done again; a request that changes something at
    /// GitHub is waited for, which takes no longer than its timeout.
    pub async fn run(
        self,
        shutdown: CancellationToken,
        tracker: TaskTracker,
        mut wake: watch::Receiver<u64>,
    ) {
        let concurrency = self.bench.settings.concurrency.get();
        let room = Arc::new(Semaphore::new(usize::try_from(concurrency).unwrap_or(usize::MAX)));
        while let Some(place) = free_place(&room, &shutdown).await {
            // What comes while the store is asked wakes the next wait.
            wake.borrow_and_update();
            match self.claim(&shutdown).await {
                Ok(Some((claim, run))) => {
                    tracker.spawn(async move {
                        run.work(claim).await;
                        drop(place);
                    });
                }
                Ok(None) => self.wait(&shutdown, Some(&mut wake)).await,
                Err(error) => {
                    warn!(%error, "no task could be claimed");
                    self.wait(&shutdown, None).await;
                }
            }
        }
        // All places free: every run has ended. The semaphore is never closed.
        room.acquire_many(concurrency).await.ok();
    }

    /// A claim that has begun is not cancelled: its lease would be held by nobody.
    async fn claim(
        &self,
        shutdown: &CancellationToken,
    ) -> Result<Option<(Claim, Run)>, StoreError> {
        let Bench { parts, settings, .. } = &*self.bench;
        let lease = LeaseToken::new();
        let held_until = Instant::now() + settings.lease;
        let claim = parts.store.claim(lease, settings.lease).await?;
        Ok(claim.map(|claim| {
            let run = Run {
                bench: Arc::clone(&self.bench),
                id: claim.task.id,
                lease,
                held_until,
                shutdown: shutdown.clone(),
                lost: CancellationToken::new(),
            };
            (claim, run)
        }))
    }

    /// Waits until there may be work. Cancel-safe: nothing is lost by waking early.
    async fn wait(&self, shutdown: &CancellationToken, wake: Option<&mut watch::Receiver<u64>>) {
        tokio::select! {
            () = woken(wake) => {}
            () = sleep(self.bench.settings.poll) => {}
            () = shutdown.cancelled() => {}
        }
    }
}

/// A place for one more run; `None` once the server stops. Cancel-safe: a place is had or not.
async fn free_place(
    room: &Arc<Semaphore>,
    shutdown: &CancellationToken,
) -> Option<OwnedSemaphorePermit> {
    tokio::select! {
        biased;
        () = shutdown.cancelled() => None,
        place = Arc::clone(room).acquire_owned() => place.ok(),
    }
}

async fn woken(wake: Option<&mut watch::Receiver<u64>>) {
    if let Some(wake) = wake
        && wake.changed().await.is_ok()
    {
        return;
    }
    // Nobody is there to wake us.
    std::future::pending::<()>().await;
}
