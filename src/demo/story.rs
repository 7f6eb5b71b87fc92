//! What happens in the demo, and when. Pure: chance comes from a seed, time is handed in.

use std::time::Duration;

use super::{
    catalogue::{DOZEN, by_heart, made_up},
    plot::Plot,
};
use crate::simulator::{Dice, Step};

/// How many of the dozen are there from the beginning.
const AT_ONCE: u64 = 3;
/// The pause between the others of the dozen.
const BRISK: Duration = Duration::from_secs(4);
/// The pause before the first task after the dozen. It grows by a second with each.
const CALM: Duration = Duration::from_secs(30);
/// Where it stops growing.
const CALMEST: Duration = Duration::from_mins(10);

/// The demo's story: the same seed, the same story.
#[derive(Clone, Copy, Debug)]
pub struct Story {
    seed: u64,
    times: u32,
}

/// A span in seconds, at random from the first to the second.
type Span = (u64, u64);

impl Story {
    /// The story of `seed`, told so many times as fast as usual.
    pub fn new(seed: u64, times: u32) -> Self {
        Self { seed, times: times.max(1) }
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// How long each step of an analysis is to be seen.
    pub fn beat(&self) -> Duration {
        self.paced(Duration::from_millis(700))
    }

    /// How often to look what has come up.
    pub(super) fn tick(&self) -> Duration {
        self.paced(Duration::from_millis(500)).max(Duration::from_millis(20))
    }

    /// What the task at `index` is about.
    pub(super) fn plot(&self, index: u64) -> Plot {
        by_heart(index).unwrap_or_else(|| made_up(&mut self.dice(index)))
    }

    /// How long after the task before it the one at `index` is submitted.
    pub(super) fn pause_before(&self, index: u64) -> Duration {
        self.paced(match index {
            0..AT_ONCE => Duration::ZERO,
            AT_ONCE..DOZEN => BRISK,
            _ => CALM.saturating_add(Duration::from_secs(index - DOZEN)).min(CALMEST),
        })
    }

    /// The same for the first one after a restart: nobody should wait long to see something move.
    pub(super) fn pause_at_start(&self, index: u64) -> Duration {
        self.pause_before(index).min(self.paced(BRISK))
    }

    /// How long people think about questions.
    pub(super) fn thinking(&self, dice: &mut Dice) -> Duration {
        self.within((8, 16), dice)
    }

    /// How long it takes until a dispatched task is called off, or the agent gives it up.
    pub(super) fn doubting(&self, dice: &mut Dice) -> Duration {
        self.within((8, 14), dice)
    }

    /// How long it takes until `step` is done, from the step before it.
    pub(super) fn taking(&self, step: Step, dice: &mut Dice) -> Duration {
        let span = match step {
            Step::Begin => (2, 4),
            Step::Check | Step::Push => (1, 3),
            Step::Ready | Step::Merge => (3, 5),
            Step::Pass | Step::Fail | Step::RequestChanges | Step::Approve => (4, 8),
            Step::Open | Step::Close | Step::Reopen => (5, 9),
            Step::CallOff => (7, 12),
        };
        self.within(span, dice)
    }

    /// The chance of one task. What came before it does not matter.
    pub(super) fn dice(&self, index: u64) -> Dice {
        Dice::new(self.seed ^ index.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn within(&self, (least, most): Span, dice: &mut Dice) -> Duration {
        self.paced(Duration::from_millis(dice.between(least * 1_000, most * 1_000)))
    }

    fn paced(&self, usual: Duration) -> Duration {
        usual / self.times
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{demo::plot::Fate, domain::Visibility, simulator::Life};

    fn plots(seed: u64, count: u64) -> Vec<Plot> {
        let story = Story::new(seed, 1);
        (0..count).map(|index| story.plot(index)).collect()
    }

    #[test]
    fn the_same_seed_tells_the_same_story() {
        assert_eq!(plots(7, 60), plots(7, 60));
        assert_ne!(plots(7, 60), plots(8, 60));
        let times = |seed| {
            let story = Story::new(seed, 1);
            let mut dice = story.dice(3);
            [story.thinking(&mut dice), story.taking(Step::Pass, &mut dice)]
        };
        assert_eq!(times(7), times(7));
        assert_ne!(times(7), times(8));
    }

    #[test]
    fn the_dozen_meets_every_fate_and_is_of_every_kind() {
        let dozen = plots(0, DOZEN);
        let has = |fate| dozen.iter().any(|plot| plot.fate == fate);
        let lives =
            [Life::Smooth, Life::Reworked, Life::Reopened, Life::NotPlanned, Life::Forgotten];
        assert!(lives.into_iter().all(|life| has(Fate::Lives(life))));
        assert!(has(Fate::Cancelled) && has(Fate::GivenUp));
        for visibility in [Visibility::Everyone, Visibility::Team, Visibility::Private] {
            assert!(dozen.iter().any(|plot| plot.visibility == visibility), "{visibility:?}");
        }
        let titles: BTreeSet<_> = dozen.iter().map(|plot| &plot.title).collect();
        assert_eq!(titles.len(), dozen.len());
    }

    #[test]
    fn every_task_can_be_submitted_and_answered() {
        for plot in plots(1, 300) {
            let task = plot.new_task();
            assert_eq!(task.title.as_str(), plot.title);
            assert!((0..4).all(|index| !plot.answer(index).as_str().is_empty()));
        }
    }

    #[test]
    fn the_dozen_is_there_within_a_minute_and_then_it_grows_calm() {
        let story = Story::new(0, 1);
        let dozen: Duration = (0..DOZEN).map(|index| story.pause_before(index)).sum();
        assert!(dozen <= Duration::from_mins(1), "{dozen:?}");
        assert_eq!(story.pause_before(DOZEN), CALM);
        assert_eq!(story.pause_before(1_000_000), CALMEST);
        assert!(Story::new(0, 10).pause_before(DOZEN) == CALM / 10);
        assert!(story.pause_at_start(1_000) <= BRISK);
    }

    #[test]
    fn a_smooth_life_is_over_within_two_minutes() {
        let story = Story::new(3, 1);
        for index in 0..200 {
            let mut dice = story.dice(index);
            let life: Duration =
                Life::Smooth.steps().iter().map(|step| story.taking(*step, &mut dice)).sum();
            assert!(life < Duration::from_mins(1), "{life:?}");
        }
    }
}
