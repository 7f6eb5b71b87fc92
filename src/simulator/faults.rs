//! Faults on demand.

use std::time::Duration;

use tokio::sync::watch;

use super::{Simulator, outbox::Mishap};

/// What happens to one request instead of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// This status, and nothing is done.
    Status(u16),
    /// The secondary rate limit, and nothing is done.
    Limit(Duration),
    /// The primary rate limit, and nothing is done.
    Exhausted(Duration),
    /// It is done, so much later.
    Slow(Duration),
    /// It is done, and the connection breaks before the answer is told.
    Break,
}

/// Holds the answers to filed issues back until it is released or dropped.
#[derive(Debug)]
#[must_use = "dropped, it holds nothing back"]
pub struct Gate(watch::Sender<bool>);

impl Gate {
    /// Lets the answers go.
    pub fn release(self) {
        drop(self);
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.0.send_replace(false);
    }
}

impl Simulator {
    /// Answers each of the next `times` requests with `status` and does nothing for them.
    pub fn fail_next(&self, times: usize, status: u16) {
        self.plan(times, Fault::Status(status));
    }

    /// Refuses each of the next `times` requests by the secondary rate limit, asking to be left
    /// alone for `rest`.
    pub fn limit_next(&self, times: usize, rest: Duration) {
        self.plan(times, Fault::Limit(rest));
    }

    /// Refuses each of the next `times` requests by the primary rate limit, reset after `rest`.
    pub fn exhaust_next(&self, times: usize, rest: Duration) {
        self.plan(times, Fault::Exhausted(rest));
    }

    /// Answers each of the next `times` requests, but only after `by`.
    pub fn slow_next(&self, times: usize, by: Duration) {
        self.plan(times, Fault::Slow(by));
    }

    /// Loses each of the next `times` webhooks on their way to whoever has subscribed. They can be
    /// redelivered.
    pub fn lose_next(&self, times: usize) {
        self.spoil(times, Mishap::Lose);
    }

    /// Delivers each of the next `times` webhooks twice.
    pub fn double_next(&self, times: usize) {
        self.spoil(times, Mishap::Double);
    }

    /// Holds the next `count` webhooks back until all are there, and delivers them in an order that
    /// the seed decides.
    pub fn shuffle_next(&self, count: usize) {
        self.spoil(count, Mishap::Shuffle);
    }

    /// Does what the next request asks and breaks the connection instead of telling so.
    pub fn break_next(&self) {
        self.plan(1, Fault::Break);
    }

    /// From here on an issue is filed at once and answered for when the gate is released: GitHub is
    /// slow to answer.
    pub fn delay_posts(&self) -> Gate {
        let held = self.shared.state().posts_held.clone();
        held.send_replace(true);
        Gate(held)
    }

    fn spoil(&self, times: usize, mishap: Mishap) {
        self.shared.state().outbox.mishaps.extend(std::iter::repeat_n(mishap, times));
    }

    fn plan(&self, times: usize, fault: Fault) {
        self.shared.state().faults.extend(std::iter::repeat_n(fault, times));
    }
}
