//! Progress in small doses: at most five a second for each task, the last one always.

use std::{collections::HashMap, time::Duration};

use metrics::counter;
use tokio::time::Instant;

use crate::{
    domain::{Progress, Summary, TaskId},
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
    kept: Option<(Summary, Progress)>,
}

impl Throttle {
    /// The progress, if it may go out now; otherwise it is kept in place of an older one.
    pub(super) fn admit(
        &mut self,
        summary: Summary,
        progress: Progress,
        now: Instant,
    ) -> Option<(Summary, Progress)> {
        if let Some(pace) = self.tasks.get_mut(&summary.id) {
            if pace.kept.replace((summary, progress)).is_some() {
                counter!(EVENTS_COALESCED).increment(1);
            }
            return None;
        }
        self.tasks.insert(summary.id, Pace { free_at: now + INTERVAL, kept: None });
        Some((summary, progress))
    }

    /// Forgets what is kept of a task: its status has changed.
    pub(super) fn forget(&mut self, task: TaskId) {
        if let Some(pace) = self.tasks.get_mut(&task) {
            pace.kept = None;
        }
    }

    /// When the next kept progress is due, or the next pace is over.
    pub(super) fn due(&self) -> Option<Instant> {
        self.tasks.values().map(|pace| pace.free_at).min()
    }

    /// What is due by `now`.
    pub(super) fn take_due(&mut self, now: Instant) -> Vec<(Summary, Progress)> {
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
