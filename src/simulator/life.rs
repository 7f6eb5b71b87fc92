//! What becomes of an issue on the simulated GitHub, step by step.

use super::{AGENT, Dice, Hook, NewPull, PERSON, Simulator};
use crate::domain::{PullState, text::RepoName};

/// The login of whoever reviews.
const REVIEWER: &str = "hubot";
/// The check that every pull request runs.
const BUILD: &str = "build";
/// The check that may fail.
const TEST: &str = "test";

/// What becomes of an issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Life {
    /// A pull request is opened, reviewed and merged.
    Smooth,
    /// Its checks fail and its reviewer wants changes, before it is merged.
    Reworked,
    /// It is closed unmerged, opened again and merged.
    Reopened,
    /// The issue is closed as not planned.
    NotPlanned,
    /// A pull request is opened and nobody gets to it.
    Forgotten,
}

/// One thing that somebody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// The agent says that it has begun.
    Begin,
    /// The agent opens a draft.
    Open,
    /// The agent marks it as ready for review.
    Ready,
    /// The checks begin.
    Check,
    /// The checks end well.
    Pass,
    /// A check fails.
    Fail,
    /// The reviewer wants changes.
    RequestChanges,
    /// The agent pushes another commit.
    Push,
    /// The reviewer approves.
    Approve,
    /// The pull request is closed without a merge.
    Close,
    /// It is opened again.
    Reopen,
    /// It is merged, which closes the issue.
    Merge,
    /// The issue is closed as not planned.
    CallOff,
}

impl Life {
    /// A life, as chance has it: most of them are smooth.
    pub fn drawn(dice: &mut Dice) -> Self {
        match dice.between(0, 9) {
            0..=5 => Self::Smooth,
            6 | 7 => Self::Reworked,
            8 => Self::Reopened,
            _ => Self::NotPlanned,
        }
    }

    /// Its steps, in order.
    pub fn steps(self) -> &'static [Step] {
        use Step::{
            Approve, Begin, CallOff, Check, Close, Fail, Merge, Open, Pass, Push, Ready, Reopen,
            RequestChanges,
        };
        match self {
            Self::Smooth => &[Begin, Open, Check, Ready, Pass, Approve, Merge],
            Self::Reworked => {
                &[Open, Check, Ready, Fail, RequestChanges, Push, Check, Pass, Approve, Merge]
            }
            Self::Reopened => &[Begin, Open, Ready, Close, Reopen, Check, Pass, Approve, Merge],
            Self::NotPlanned => &[Begin, CallOff],
            Self::Forgotten => &[Open, Check, Ready, Pass],
        }
    }

    /// How many of its steps are behind a pull request that is open or closed, and a draft or not.
    pub fn done(self, state: PullState, is_draft: bool) -> usize {
        let last = match (state, is_draft) {
            (PullState::Merged, _) => return self.steps().len(),
            (PullState::Closed, _) => Step::Close,
            (PullState::Open, true) => Step::Open,
            (PullState::Open, false) => Step::Ready,
        };
        self.steps().iter().position(|step| *step == last).map_or(0, |at| at + 1)
    }
}

impl Simulator {
    /// Does `step` for issue `issue` of `repo`; the first webhook it causes. `None` if it cannot be
    /// done: there is no such issue, or no pull request for it yet.
    pub fn play(&self, repo: &RepoName, issue: u64, step: Step) -> Option<Hook> {
        let pull = || self.pull_for(repo, issue);
        match step {
            Step::Begin => self.comment(repo, issue, AGENT, "I have begun to work on this."),
            Step::Open => self.open_draft(repo, issue),
            Step::Ready => self.ready(repo, pull()?),
            Step::Check => {
                let begun = self.start_check(repo, pull()?, BUILD);
                self.start_check(repo, pull()?, TEST);
                begun
            }
            Step::Pass => {
                let ended = self.end_check(repo, pull()?, BUILD, "success");
                self.end_check(repo, pull()?, TEST, "success");
                ended
            }
            Step::Fail => {
                let ended = self.end_check(repo, pull()?, BUILD, "success");
                self.end_check(repo, pull()?, TEST, "failure");
                ended
            }
            Step::RequestChanges => {
                let words = "One case is missing: what if there is no answer at all?";
                self.review(repo, pull()?, (REVIEWER, "changes_requested"), words)
            }
            Step::Push => self.push(repo, pull()?),
            Step::Approve => self.review(repo, pull()?, (REVIEWER, "approved"), "Well done."),
            Step::Close => self.close(repo, pull()?),
            Step::Reopen => self.reopen(repo, pull()?),
            Step::Merge => {
                let merged = self.merge(repo, pull()?);
                self.close_issue(repo, issue, false);
                merged
            }
            Step::CallOff => {
                let words = "We shall not do this after all.";
                self.comment(repo, issue, PERSON, words);
                self.close_issue(repo, issue, true)
            }
        }
    }

    /// The newest pull request for an issue that is not merged.
    fn pull_for(&self, repo: &RepoName, issue: u64) -> Option<u64> {
        let body = fixes(issue);
        let pulls = self.pulls(repo);
        let of_it = pulls.iter().rev().find(|pull| pull.body == body && pull.merged_at.is_none());
        of_it.map(|pull| pull.number)
    }

    fn open_draft(&self, repo: &RepoName, issue: u64) -> Option<Hook> {
        let title = self.issues(repo).into_iter().find(|it| it.number == issue)?.title;
        let new = NewPull {
            branch: format!("copilot/fix-{issue}"),
            draft: true,
            ..NewPull::by_agent(&title, &fixes(issue))
        };
        self.open_pull(repo, new)
    }
}

fn fixes(issue: u64) -> String {
    format!("Fixes #{issue}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_goes_on_where_its_pull_request_stands() {
        let next = |life: Life, state, draft| life.steps().get(life.done(state, draft)).copied();
        assert_eq!(next(Life::Smooth, PullState::Open, true), Some(Step::Check));
        assert_eq!(next(Life::Smooth, PullState::Open, false), Some(Step::Pass));
        assert_eq!(next(Life::Reopened, PullState::Closed, false), Some(Step::Reopen));
        assert_eq!(next(Life::Reopened, PullState::Merged, false), None);
        assert_eq!(next(Life::Smooth, PullState::Closed, false), Some(Step::Begin));
    }

    #[test]
    fn the_same_seed_draws_the_same_lives() {
        let drawn = |seed| {
            let mut dice = Dice::new(seed);
            (0..40).map(|_| Life::drawn(&mut dice)).collect::<Vec<_>>()
        };
        assert_eq!(drawn(5), drawn(5));
        for life in [Life::Smooth, Life::Reworked, Life::Reopened, Life::NotPlanned] {
            assert!(drawn(5).contains(&life), "{life:?}");
        }
    }
}
