//! How the worker works.

use std::{num::NonZeroU32, time::Duration};

use backon::{BackoffBuilder as _, ExponentialBuilder};

use crate::{config, domain::text::Labels};

/// How the worker works.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How many tasks are worked on at once.
    pub concurrency: NonZeroU32,
    /// The term of a lease; longer than `request_timeout`.
    pub lease: Duration,
    /// How often the store is looked into when nothing wakes the worker: rests end unheard.
    pub poll: Duration,
    /// How often a step is tried before the task fails.
    pub attempts: NonZeroU32,
    /// The rest after the first failed try; it doubles each time, and up to as much again is added
    /// at random.
    pub backoff: Duration,
    /// Where it stops doubling.
    pub backoff_max: Duration,
    /// How long GitHub is given to list an issue whose filing was not confirmed.
    pub settle: Duration,
    /// The longest that one request to GitHub takes.
    pub request_timeout: Duration,
    /// Put on each issue.
    pub issue_labels: Labels,
    /// Asked to do each issue, by login.
    pub issue_assignees: Vec<String>,
}

impl Settings {
    /// The settings that the operator chose.
    pub fn new(worker: &config::Worker, github: &config::GitHub) -> Self {
        Self {
            concurrency: worker.concurrency,
            lease: worker.lease,
            poll: worker.poll,
            attempts: worker.attempts,
            backoff: worker.backoff,
            backoff_max: worker.backoff_max,
            settle: github.settle,
            request_timeout: github.request_timeout,
            issue_labels: github.issue_labels.clone(),
            issue_assignees: github.issue_assignees.clone(),
        }
    }

    /// The rest after `tries` failed tries, at random from once to twice its length.
    pub(super) fn pause(&self, tries: u32) -> Duration {
        self.pause_up_to(tries, self.backoff_max)
    }

    /// The same, doubling until it is `longest`.
    pub(super) fn pause_up_to(&self, tries: u32, longest: Duration) -> Duration {
        let pauses = ExponentialBuilder::new()
            .with_min_delay(self.backoff)
            .with_max_delay(longest)
            .without_max_times()
            .with_jitter();
        // Enough to get from a millisecond to any bound.
        let earlier = usize::try_from(tries.saturating_sub(1).min(32)).unwrap_or(32);
        pauses.build().nth(earlier).unwrap_or(longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rests_double_up_to_a_bound_and_differ_by_chance() {
        let second = Duration::from_secs(1);
        let settings = Settings {
            concurrency: NonZeroU32::MIN,
            lease: second,
            poll: second,
            attempts: NonZeroU32::MIN,
            backoff: second,
            backoff_max: 5 * second,
            settle: second,
            request_timeout: second,
            issue_labels: Labels::default(),
            issue_assignees: Vec::new(),
        };
        for (tries, least) in [(1, 1), (2, 2), (3, 4), (4, 5), (1_000_000, 5)] {
            let pauses: Vec<_> = (0..20).map(|_| settings.pause(tries)).collect();
            let least = least * second;
            assert!(pauses.iter().all(|pause| (least..=2 * least).contains(pause)), "{pauses:?}");
            assert!(pauses.iter().any(|pause| *pause != pauses[0]), "{pauses:?}");
        }
    }
}
