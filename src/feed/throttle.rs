//! Progress in small doses: at most five a second for each task, the last one always.

use std::{collections::HashMap, time::Duration};

use metrics::counter;
use tokio::time::Instant;

use super::doing::Doing;
use crate::{
    domain::{Summary, TaskId},
    telemetry::metrics::EVENTS_COALESCED,
};

/// The least time between two progress messages of one task.
const INTERVAL: Duration = Duration::from_millis(200);

/// Lets progress through, or keeps the newest until it is due.
#[derive(Default)]
pub(super) struct Throttle {
    tasks: HashMap<TaskId, Pace>,
}

struct Pace {
    free_at: Instant,
    kept: Option<Doing>,
}

impl Throttle {
    /// The progress, if it may go out now; otherwise it is kept in place of an older one.
    pub(super) fn admit(&mut self, doing: Doing, now: Instant) -> Option<Doing> {
        if let Some(pace) = self.tasks.get_mut(&doing.task()) {
            if pace.kept.replace(doing).is_some() {
                counter!(EVENTS_COALESCED).increment(1);
            }
            return None;
        }
        self.tasks.insert(doing.task(), Pace { free_at: now + INTERVAL, kept: None });
        Some(doing)
    }

    /// Forgets what is kept of a task: its status has changed.
    pub(super) fn forget(&mut self, task: TaskId) {
        if let Some(pace) = self.tasks.get_mut(&task) {
            pace.kept = None;
        }
    }

    /// Forgets what is kept of every task: nobody knows what has become of them.
    pub(super) fn forget_all(&mut self) {
        self.tasks.values_mut().for_each(|pace| pace.kept = None);
    }

    /// Lets what is kept of a task say how the task is now.
    pub(super) fn catch_up(&mut self, after: &Summary) {
        if let Some(pace) = self.tasks.get_mut(&after.id)
            && let Some(doing) = &mut pace.kept
        {
            doing.catch_up(after);
        }
    }

    /// When the next kept progress is due, or the next pace is over.
    pub(super) fn due(&self) -> Option<Instant> {
        self.tasks.values().map(|pace| pace.free_at).min()
    }

    /// What is due by `now`.
    pub(super) fn take_due(&mut self, now: Instant) -> Vec<Doing> {
        let mut due = Vec::new();
        self.tasks.retain(|_, pace| {
            if pace.free_at > now {
                return true;
            }
            pace.free_at = now + INTERVAL;
            let kept = pace.kept.take();
            let goes_on = kept.is_some();
            due.extend(kept);
            goes_on
        });
        due
    }
}
