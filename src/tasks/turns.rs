//! Turns at one task, for those who were overtaken once.

use std::{
    array,
    hash::{BuildHasher as _, RandomState},
};

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::domain::TaskId;

/// How many tasks can be waited for without some sharing a queue.
const QUEUES: usize = 64;

/// First come, first served. Writers to a task seldom meet, so nobody waits before the first try; but
/// of many who meet, each round lets one through, and all the others would have tried in vain.
pub(super) struct Turns {
    queues: [Semaphore; QUEUES],
    hasher: RandomState,
}

impl Default for Turns {
    fn default() -> Self {
        Self { queues: array::from_fn(|_| Semaphore::new(1)), hasher: RandomState::new() }
    }
}

impl Turns {
    /// The turn at a task; it ends when it is dropped. Cancel-safe: who gives up leaves the queue.
    pub(super) async fn take(&self, id: TaskId) -> Option<SemaphorePermit<'_>> {
        let queue = self.hasher.hash_one(id) % QUEUES as u64;
        let queue = usize::try_from(queue).ok().and_then(|queue| self.queues.get(queue))?;
        // The semaphores are never closed.
        queue.acquire().await.ok()
    }
}
