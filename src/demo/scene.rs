//! One task on the stage: what is due next, and when.

use std::time::Duration;

use super::{
    plot::{Fate, Plot},
    story::Story,
};
use crate::{
    domain::{PullSummary, Status, Summary, Timestamp},
    simulator::{Dice, Life, Step},
};

/// What somebody does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// Its creator answers every question.
    Answer,
    /// Its creator calls it off.
    Cancel,
    /// The agent gives it up.
    GiveUp,
    /// This happens on GitHub.
    Play(Step),
}

/// One task on the stage.
#[derive(Clone, Debug)]
pub(super) struct Scene {
    /// What the demo knows of it; `None` for a task that somebody has submitted by hand.
    pub(super) plot: Option<Plot>,
    life: Life,
    dice: Dice,
    /// How many steps of its life are done.
    done: usize,
    /// What it waits for, since when and until when.
    next: Option<(Act, Timestamp, Timestamp)>,
    seen: Option<Status>,
}

impl Scene {
    /// A task of the demo.
    pub(super) fn told(plot: Plot, dice: Dice) -> Self {
        let life = match plot.fate {
            Fate::Lives(life) => life,
            Fate::Cancelled | Fate::GivenUp => Life::Smooth,
        };
        Self { plot: Some(plot), life, dice, done: 0, next: None, seen: None }
    }

    /// A task that somebody submits by hand: the agent does its best.
    pub(super) fn of_a_guest(mut dice: Dice) -> Self {
        let life = if dice.between(0, 2) == 0 { Life::Reworked } else { Life::Smooth };
        Self { plot: None, life, dice, done: 0, next: None, seen: None }
    }

    /// What is due by `now`, as the task stands.
    pub(super) fn due(&mut self, story: &Story, task: &Summary, now: Timestamp) -> Option<Act> {
        if self.seen != Some(task.status) {
            let was_seen = self.seen.replace(task.status).is_some();
            self.turn(story, task, now, was_seen);
        }
        let (act, _, until) = self.next?;
        (now >= until).then_some(act)
    }

    /// The task has turned to another status, or is seen for the first time.
    fn turn(&mut self, story: &Story, task: &Summary, now: Timestamp, was_seen: bool) {
        let fate = self.plot.as_ref().map_or(Fate::Lives(self.life), |plot| plot.fate);
        let act = match (task.status, fate) {
            (Status::ClarificationNeeded, _) => self.plot.is_some().then_some(Act::Answer),
            (Status::Dispatched, Fate::Cancelled) => Some(Act::Cancel),
            (Status::Dispatched, Fate::GivenUp) => Some(Act::GiveUp),
            (Status::Dispatched | Status::PrOpened, _) => {
                // The steps on GitHub run on by themselves; only where they stand must be found out
                // for a task that was not followed so far.
                if was_seen && matches!(self.next, Some((Act::Play(_), ..))) {
                    return;
                }
                self.done = task.pull.as_ref().map_or(0, |pull| self.done_by(pull));
                self.step()
            }
            _ => None,
        };
        self.expect(story, act, now);
    }

    fn done_by(&self, pull: &PullSummary) -> usize {
        self.life.done(pull.state, pull.draft)
    }

    fn step(&self) -> Option<Act> {
        self.life.steps().get(self.done).map(|step| Act::Play(*step))
    }

    /// The act that was due is done: the next one, if it follows by itself.
    pub(super) fn go_on(&mut self, story: &Story, now: Timestamp) {
        let next = match self.next {
            Some((Act::Play(_), ..)) => {
                self.done += 1;
                self.step()
            }
            _ => None,
        };
        self.expect(story, next, now);
    }

    /// The act that was due could not be done: another try, later.
    pub(super) fn try_later(&mut self, story: &Story, now: Timestamp) {
        self.expect(story, self.next.map(|(act, ..)| act), now);
    }

    fn expect(&mut self, story: &Story, act: Option<Act>, now: Timestamp) {
        let dice = &mut self.dice;
        self.next = act.map(|act| {
            let takes = match act {
                Act::Answer => story.thinking(dice),
                Act::Cancel | Act::GiveUp => story.doubting(dice),
                Act::Play(step) => story.taking(step, dice),
            };
            (act, now, now.plus(takes))
        });
    }

    /// How far the agent is with what it does before anybody sees it, in `parts`; `None` if it does
    /// nothing of the kind.
    pub(super) fn coding(&self, now: Timestamp, parts: u64) -> Option<u64> {
        let (act, since, until) = self.next?;
        let is_coding = matches!(act, Act::Play(Step::Open | Step::Push) | Act::GiveUp);
        let whole = until.since(since).max(Duration::from_millis(1));
        let passed = u64::try_from(now.since(since).as_millis()).unwrap_or(u64::MAX);
        let whole = u64::try_from(whole.as_millis()).unwrap_or(u64::MAX);
        is_coding.then(|| (passed.saturating_mul(parts) / whole).min(parts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        demo::cast::{REPO, repo},
        domain::{Checks, Review},
        domain::{Person, PullState, TaskId, Visibility, text::Labels},
    };

    const START: Timestamp = Timestamp::EPOCH;

    fn later(seconds: u64) -> Timestamp {
        START.plus(Duration::from_secs(seconds))
    }

    fn task(status: Status) -> Summary {
        Summary {
            id: TaskId::new(START),
            version: 3,
            title: "A task".try_into().unwrap(),
            repo: Some(repo(REPO)),
            labels: Labels::default(),
            creator: Person { id: "alice".into(), name: "Alice".into() },
            team: None,
            visibility: Visibility::Everyone,
            status,
            created_at: START,
            updated_at: START,
            issue: Some((1, String::new())),
            pull: None,
            error: None,
        }
    }

    fn with_pull(draft: bool) -> Summary {
        let pull = PullSummary {
            number: 2,
            url: String::new(),
            title: String::new(),
            state: PullState::Open,
            draft,
            review: Review::None,
            checks: Checks::None,
            merge_commit_sha: None,
        };
        Summary { pull: Some(pull), ..task(Status::PrOpened) }
    }

    fn scene(fate: Fate) -> (Story, Scene) {
        let story = Story::new(1, 1);
        let plot = (0..12).map(|index| story.plot(index)).find(|plot| plot.fate == fate).unwrap();
        (story, Scene::told(plot, story.dice(0)))
    }

    #[test]
    fn nothing_is_done_before_its_time_and_every_step_in_its_order() {
        let (story, mut scene) = scene(Fate::Lives(Life::Smooth));
        let dispatched = task(Status::Dispatched);
        assert_eq!(scene.due(&story, &dispatched, START), None);
        let mut played = Vec::new();
        for seconds in 0..120 {
            while let Some(act) = scene.due(&story, &dispatched, later(seconds)) {
                played.push(act);
                scene.go_on(&story, later(seconds));
            }
        }
        let all: Vec<_> = Life::Smooth.steps().iter().map(|step| Act::Play(*step)).collect();
        assert_eq!(played, all);
    }

    #[test]
    fn a_task_that_was_half_done_goes_on_from_there() {
        let (story, mut scene) = scene(Fate::Lives(Life::Smooth));
        scene.due(&story, &with_pull(true), START);
        assert_eq!(scene.due(&story, &with_pull(true), later(60)), Some(Act::Play(Step::Check)));
    }

    #[test]
    fn questions_are_answered_by_the_demos_own_people_only() {
        let asked = task(Status::ClarificationNeeded);
        let (story, mut own) = scene(Fate::Lives(Life::Smooth));
        let mut guests = Scene::of_a_guest(story.dice(0));
        for scene in [&mut own, &mut guests] {
            assert_eq!(scene.due(&story, &asked, START), None);
        }
        assert_eq!(own.due(&story, &asked, later(60)), Some(Act::Answer));
        assert_eq!(guests.due(&story, &asked, later(600)), None);
        let dispatched = task(Status::Dispatched);
        guests.due(&story, &dispatched, later(600));
        assert!(guests.due(&story, &dispatched, later(700)).is_some());
    }

    #[test]
    fn some_are_called_off_and_some_are_given_up() {
        for (fate, act) in [(Fate::Cancelled, Act::Cancel), (Fate::GivenUp, Act::GiveUp)] {
            let (story, mut scene) = scene(fate);
            scene.due(&story, &task(Status::Dispatched), START);
            assert_eq!(scene.due(&story, &task(Status::Dispatched), later(60)), Some(act));
        }
    }

    #[test]
    fn the_agent_is_seen_at_its_work() {
        let (story, mut scene) = scene(Fate::GivenUp);
        scene.due(&story, &task(Status::Dispatched), START);
        assert_eq!(scene.coding(START, 4), Some(0));
        assert_eq!(scene.coding(later(60), 4), Some(4));
        let (story, mut idle) = self::scene(Fate::Cancelled);
        idle.due(&story, &task(Status::Dispatched), START);
        assert_eq!(idle.coding(later(1), 4), None);
    }
}
