//! Whether the stream keeps quiet although something was written, by this process or by another.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::domain::{Summary, TaskId, Timestamp};

/// A write that the stream is to tell: the oldest known since it told one.
#[derive(Default)]
pub(super) struct Silence(Mutex<State>);

#[derive(Default)]
struct State {
    untold: Option<Untold>,
    tickets: u64,
    /// When the newest of what was told or counted was written.
    newest: Option<Timestamp>,
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

    /// The stream has told that the task is so.
    pub(super) fn told(&self, task: &Summary) {
        let mut state = self.lock();
        state.newest = state.newest.max(Some(task.updated_at));
        let is_it = |untold: &Untold| untold.id == task.id && untold.version <= task.version;
        state.untold.take_if(|untold| is_it(untold));
    }

    /// The database has this task, and none that was changed later: it is as good as told.
    pub(super) fn count(&self, task: &Summary) {
        let mut state = self.lock();
        state.newest = state.newest.max(Some(task.updated_at));
    }

    /// The database has this task, and none that was changed later. Who wrote that is no matter: what
    /// is newer than everything told or counted is to be told.
    pub(super) fn found(&self, task: &Summary, now: Instant) {
        let is_untold = self.lock().newest < Some(task.updated_at);
        if is_untold {
            self.expect(task.id, task.version, now).stands();
        }
    }

    /// For how long a stream that was `opened` then has kept a write to itself.
    pub(super) fn lasted(&self, opened: Instant, now: Instant) -> Duration {
        let untold = self.lock().untold;
        untold.map_or(Duration::ZERO, |untold| now.duration_since(untold.since.max(opened)))
    }

    /// Waits for nothing any more, and has counted nothing.
    pub(super) fn forget(&self) {
        let mut state = self.lock();
        (state.untold, state.newest) = (None, None);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Write;

    const SECOND: Duration = Duration::from_secs(1);

    fn task() -> TaskId {
        TaskId::new(Timestamp::EPOCH)
    }

    /// Task `id` at `version`, written so many seconds after the beginning.
    fn written(id: TaskId, version: u64, seconds: u32) -> Summary {
        let summary = Write::plain().steps[0].summary.clone();
        Summary { id, version, updated_at: Timestamp::EPOCH.plus(SECOND * seconds), ..summary }
    }

    #[test]
    fn silence_lasts_from_the_oldest_write_that_was_not_told() {
        let (silence, start, id) = (Silence::default(), Instant::now(), task());
        assert_eq!(silence.lasted(start, start), Duration::ZERO);
        silence.expect(id, 2, start).stands();
        silence.expect(id, 3, start + SECOND).stands();

        silence.told(&written(id, 1, 0));
        silence.told(&written(task(), 2, 0));
        assert_eq!(silence.lasted(start, start + 5 * SECOND), 5 * SECOND);

        silence.told(&written(id, 2, 0));
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

    #[test]
    fn what_another_process_wrote_is_waited_for_if_it_is_newer_than_all_that_was_told() {
        let (silence, start, id) = (Silence::default(), Instant::now(), task());
        silence.count(&written(id, 1, 1));
        silence.found(&written(id, 1, 1), start);
        assert_eq!(silence.lasted(start, start + SECOND), Duration::ZERO, "it was there before");
        silence.told(&written(id, 2, 2));
        silence.found(&written(id, 2, 2), start);
        assert_eq!(silence.lasted(start, start + SECOND), Duration::ZERO, "it was told");

        silence.found(&written(id, 3, 3), start);
        silence.found(&written(id, 4, 4), start + SECOND);
        assert_eq!(silence.lasted(start, start + 2 * SECOND), 2 * SECOND);

        silence.told(&written(id, 4, 4));
        assert_eq!(silence.lasted(start, start + 3 * SECOND), Duration::ZERO);
        silence.found(&written(id, 5, 5), start);
        silence.forget();
        silence.told(&written(task(), 1, 1));
        silence.count(&written(id, 9, 9));
        silence.found(&written(id, 9, 9), start);
        assert_eq!(silence.lasted(start, start + SECOND), Duration::ZERO, "it is begun anew");
    }
}
