//! When the reconciler looks.

use std::time::Duration;

use crate::config;

/// When the reconciler looks.
#[derive(Clone, Debug)]
pub struct ReconcileSettings {
    /// From one look to the next; up to a tenth is added or taken away at random.
    pub interval: Duration,
    /// How long the duty stays with an instance that has died.
    pub term: Duration,
    /// The rest after a look that failed; it doubles each time, up to `interval`.
    pub backoff: Duration,
}

impl ReconcileSettings {
    /// The settings that the operator chose.
    pub fn new(github: &config::GitHub, worker: &config::Worker) -> Self {
        Self { interval: github.reconcile_interval, term: worker.lease, backoff: worker.backoff }
    }

    /// The rest between two looks: instances that were started together do not ask together.
    pub(super) fn until_next_look(&self) -> Duration {
        self.interval.mul_f64(rand::random_range(0.9..=1.1))
    }

    /// How long to wait before asking again for a duty that another has.
    pub(super) fn until_asking_again(&self) -> Duration {
        (self.term / 2).mul_f64(rand::random_range(0.9..=1.1))
    }

    /// The rest after `troubles` failed looks in a row, at random from once to twice its length, and
    /// never shorter than GitHub asks for.
    pub(super) fn after_trouble(&self, troubles: u32, wanted: Option<Duration>) -> Duration {
        let doubled = self.backoff.saturating_mul(2_u32.saturating_pow(troubles.saturating_sub(1)));
        let rest = doubled.min(self.interval).mul_f64(rand::random_range(1.0..=2.0));
        rest.max(wanted.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rests_after_trouble_grow_up_to_the_interval_and_grant_what_github_asks_for() {
        let settings = ReconcileSettings {
            interval: Duration::from_mins(5),
            term: Duration::from_mins(1),
            backoff: Duration::from_millis(500),
        };
        let rests: Vec<_> = (1..40).map(|n| settings.after_trouble(n, None)).collect();
        assert!(rests[0] >= Duration::from_millis(500) && rests[0] <= Duration::from_secs(1));
        assert!(rests[4] >= Duration::from_secs(8) && rests[4] <= Duration::from_secs(16));
        assert!(rests.iter().all(|rest| *rest <= Duration::from_mins(10)));
        assert!(rests[38] >= Duration::from_mins(5));
        let wanted = Duration::from_hours(1);
        assert_eq!(settings.after_trouble(1, Some(wanted)), wanted);
    }
}
