//! Gaps in small doses: the first is told at once, then one a second, and the last one always. Each makes
//! every client ask anew, and an import is a gap for every task.

use std::time::Duration;

use tokio::time::Instant;

/// The least time between two gaps that clients are told of.
const INTERVAL: Duration = Duration::from_secs(1);

/// Lets a gap through, or keeps the newest until it is due.
#[derive(Default)]
pub(super) struct Gaps {
    free_at: Option<Instant>,
    kept: Option<&'static str>,
}

impl Gaps {
    /// The gap, if it may be told now; otherwise it is kept in place of an older one.
    pub(super) fn admit(&mut self, reason: &'static str, now: Instant) -> Option<&'static str> {
        self.kept = Some(reason);
        self.take_due(now)
    }

    /// When the gap that is kept is due.
    pub(super) fn due(&self) -> Option<Instant> {
        self.free_at.filter(|_| self.kept.is_some())
    }

    /// What is due by `now`.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<&'static str> {
        if self.free_at.is_some_and(|free_at| now < free_at) {
            return None;
        }
        let gap = self.kept.take()?;
        self.free_at = Some(now + INTERVAL);
        Some(gap)
    }
}
