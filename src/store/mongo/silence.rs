//! Whether the stream keeps quiet although this process has written.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::domain::TaskId;

/// One of this process's writes that the stream is to tell: the oldest since it told one.
#[derive(Default)]
pub(super) struct Silence(Mutex<Option<Untold>>);

#[derive(Clone, Copy)]
struct Untold {
    id: TaskId,
    version: u64,
    since: Instant,
}

impl Silence {
    /// A write is about to be sent: its event may come before its answer.
    pub(super) fn expect(&self, id: TaskId, version: u64, now: Instant) {
        self.lock().get_or_insert(Untold { id, version, since: now });
    }

    /// The stream has told the task's `version`.
    pub(super) fn told(&self, id: TaskId, version: u64) {
        let mut untold = self.lock();
        if untold.is_some_and(|untold| untold.id == id && untold.version <= version) {
            *untold = None;
        }
    }

    /// For how long a write has been waited for.
    pub(super) fn lasted(&self, now: Instant) -> Duration {
        self.lock().map_or(Duration::ZERO, |untold| now.duration_since(untold.since))
    }

    /// Waits for nothing any more.
    pub(super) fn forget(&self) {
        *self.lock() = None;
    }

    fn lock(&self) -> MutexGuard<'_, Option<Untold>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timestamp;

    #[test]
    fn silence_lasts_from_the_oldest_write_that_was_not_told() {
        let (silence, second) = (Silence::default(), Duration::from_secs(1));
        let (start, id) = (Instant::now(), TaskId::new(Timestamp::EPOCH));
        assert_eq!(silence.lasted(start), Duration::ZERO);
        silence.expect(id, 2, start);
        silence.expect(id, 3, start + second);

        silence.told(id, 1);
        silence.told(TaskId::new(Timestamp::EPOCH), 2);
        assert_eq!(silence.lasted(start + 5 * second), 5 * second);

        silence.told(id, 2);
        assert_eq!(silence.lasted(start + 9 * second), Duration::ZERO);
        silence.expect(id, 4, start + 10 * second);
        assert_eq!(silence.lasted(start + 11 * second), second);
    }
}
