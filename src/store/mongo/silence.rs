//! Whether the stream keeps quiet although this process has written.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::domain::TaskId;

/// One of this process's writes that the stream is to tell: the oldest since it told one.
#[derive(Default)]
pub(super) struct Silence(Mutex<State>);

#[derive(Default)]
struct State {
    untold: Option<Untold>,
    tickets: u64,
}

#[derive(Clone, Copy)]
struct Untold {
    id: TaskId,
    version: u64,
    since: Instant,
    ticket: u64,
}

/// That one write is to be told. Dropped, it is not known, or known not, to be told: it is waited for
/// no longer, and every other write still is.
#[must_use]
pub(super) struct Expectation<'a> {
    silence: &'a Silence,
    ticket: u64,
}

impl Expectation<'_> {
    /// The write was acknowledged.
    pub(super) fn stands(mut self) {
        self.ticket = 0;
    }
}

impl Drop for Expectation<'_> {
    fn drop(&mut self) {
        let mut state = self.silence.lock();
        if state.untold.is_some_and(|untold| untold.ticket == self.ticket) {
            state.untold = None;
        }
    }
}

impl Silence {
    /// A write is about to be sent: its event may come before its answer.
    pub(super) fn expect(&self, id: TaskId, version: u64, now: Instant) -> Expectation<'_> {
        let mut state = self.lock();
        // From 1 on: no write has the ticket 0.
        state.tickets += 1;
        let ticket = state.tickets;
        state.untold.get_or_insert(Untold { id, version, since: now, ticket });
        Expectation { silence: self, ticket }
    }

    /// The stream has told the task's `version`.
    pub(super) fn told(&self, id: TaskId, version: u64) {
        let mut state = self.lock();
        if state.untold.is_some_and(|untold| untold.id == id && untold.version <= version) {
            state.untold = None;
        }
    }

    /// For how long a stream that was `opened` then has kept a write to itself.
    pub(super) fn lasted(&self, opened: Instant, now: Instant) -> Duration {
        let untold = self.lock().untold;
        untold.map_or(Duration::ZERO, |untold| now.duration_since(untold.since.max(opened)))
    }

    /// Waits for nothing any more.
    pub(super) fn forget(&self) {
        self.lock().untold = None;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Timestamp;

    const SECOND: Duration = Duration::from_secs(1);

    fn task() -> TaskId {
        TaskId::new(Timestamp::EPOCH)
    }

    #[test]
    fn silence_lasts_from_the_oldest_write_that_was_not_told() {
        let (silence, start, id) = (Silence::default(), Instant::now(), task());
        assert_eq!(silence.lasted(start, start), Duration::ZERO);
        silence.expect(id, 2, start).stands();
        silence.expect(id, 3, start + SECOND).stands();

        silence.told(id, 1);
        silence.told(task(), 2);
        assert_eq!(silence.lasted(start, start + 5 * SECOND), 5 * SECOND);

        silence.told(id, 2);
        assert_eq!(silence.lasted(start, start + 9 * SECOND), Duration::ZERO);
        silence.expect(id, 4, start + 10 * SECOND).stands();
        assert_eq!(silence.lasted(start, start + 11 * SECOND), SECOND);
    }

    #[test]
    fn a_write_that_failed_or_was_given_up_is_not_waited_for_and_another_still_is() {
        let (silence, start) = (Silence::default(), Instant::now());
        drop(silence.expect(task(), 2, start));
        assert_eq!(silence.lasted(start, start + SECOND), Duration::ZERO);

        let under_way = silence.expect(task(), 2, start + SECOND);
        drop(silence.expect(task(), 7, start + SECOND));
        assert_eq!(silence.lasted(start, start + 2 * SECOND), SECOND);
        under_way.stands();
        drop(silence.expect(task(), 8, start + 2 * SECOND));
        assert_eq!(silence.lasted(start, start + 3 * SECOND), 2 * SECOND);
    }

    #[test]
    fn a_stream_is_not_to_blame_for_the_time_before_it_was_opened() {
        let (silence, start) = (Silence::default(), Instant::now());
        silence.expect(task(), 2, start).stands();
        let opened = start + 60 * SECOND;
        assert_eq!(silence.lasted(opened, opened + SECOND), SECOND);
    }
}
