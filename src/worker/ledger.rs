//! What this process remembers of tasks that rest between two tries: how many there were, and what
//! the analysis found, so that it is not done again.
//!
//! It is memory only. A process that dies forgets it; the next one tries as often again.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::domain::{
    Question, Status, Task, TaskId, Timestamp,
    text::{Description, Label, Title},
};

/// Longer than any rest. Who has not come back by then has been cancelled, or is another's now.
const MEMORY: Duration = Duration::from_hours(2);

/// What is at hand for a task: one analysis, or what its issue should become, and the words that are
/// read for it. Another try of the same is told from something new by this: an answer, an edit of the
/// text and a retry are new, a comment and what GitHub tells are not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Matter {
    task: TaskId,
    /// The version of the entry that the newest analysis began with.
    began: u64,
    status: Status,
    title: Title,
    description: Description,
    questions: Vec<Question>,
}

impl Matter {
    /// What is at hand for `task`, whose newest analysis began with version `began`.
    pub(super) fn of(task: &Task, began: u64) -> Self {
        Self {
            task: task.id,
            began,
            status: task.status,
            title: task.title.clone(),
            description: task.description.clone(),
            questions: task.questions.clone(),
        }
    }

    /// Whether what was read says the same in `task`, the same task later.
    pub(super) fn is_still(&self, task: &Task) -> bool {
        *self == Self::of(task, self.began)
    }
}

/// What the analysis made of a clear task.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) labels: Vec<Label>,
    pub(super) body: String,
}

/// The memory.
#[derive(Default)]
pub(super) struct Ledger(Mutex<HashMap<TaskId, Page>>);

struct Page {
    matter: Matter,
    tries: u32,
    finding: Option<Finding>,
    touched: Timestamp,
}

impl Ledger {
    /// How often the step at hand was tried in vain.
    pub(super) fn tries(&self, matter: &Matter) -> u32 {
        let pages = self.lock();
        pages.get(&matter.task).filter(|page| page.matter == *matter).map_or(0, |page| page.tries)
    }

    /// Counts one more try that was in vain; how many there were by now.
    pub(super) fn count(&self, matter: &Matter, now: Timestamp) -> u32 {
        let mut pages = self.lock();
        let page = page(&mut pages, matter, now);
        page.tries = page.tries.saturating_add(1);
        page.tries
    }

    /// What the analysis has found.
    pub(super) fn finding(&self, matter: &Matter) -> Option<Finding> {
        let pages = self.lock();
        pages.get(&matter.task).filter(|page| page.matter == *matter)?.finding.clone()
    }

    /// Keeps what the analysis has found; the next step starts counting anew.
    pub(super) fn keep(&self, matter: &Matter, finding: Finding, now: Timestamp) {
        let mut pages = self.lock();
        let page = page(&mut pages, matter, now);
        page.finding = Some(finding);
        page.tries = 0;
    }

    /// Forgets the task: the step at hand is done, or given up.
    pub(super) fn forget(&self, task: TaskId) {
        self.lock().remove(&task);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<TaskId, Page>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The matter's page, an empty one if the task's is about another.
fn page<'a>(pages: &'a mut HashMap<TaskId, Page>, matter: &Matter, now: Timestamp) -> &'a mut Page {
    pages.retain(|id, page| {
        let is_known = *id != matter.task || page.matter == *matter;
        is_known && now.since(page.touched) < MEMORY
    });
    let new = || Page { matter: matter.clone(), tries: 0, finding: None, touched: now };
    let page = pages.entry(matter.task).or_insert_with(new);
    page.touched = now;
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Write;

    fn matter() -> Matter {
        Matter::of(&Write::plain().task, 2)
    }

    fn finding() -> Finding {
        Finding { labels: Vec::new(), body: "Text".into() }
    }

    #[test]
    fn each_step_is_counted_from_its_beginning() {
        let (ledger, matter, now) = (Ledger::default(), matter(), Timestamp::EPOCH);
        assert_eq!((ledger.count(&matter, now), ledger.count(&matter, now)), (1, 2));
        ledger.keep(&matter, finding(), now);
        assert_eq!(ledger.tries(&matter), 0);
        assert_eq!(ledger.count(&matter, now), 1);
        assert!(ledger.finding(&matter).is_some());
    }

    #[test]
    fn what_is_read_otherwise_or_begun_again_is_another_matter() {
        let (task, now) = (Write::plain().task, Timestamp::EPOCH);
        let description = "Another".try_into().unwrap();
        let others = [
            Matter::of(&Task { title: "Another".try_into().unwrap(), ..task.clone() }, 2),
            Matter::of(&Task { description, ..task.clone() }, 2),
            Matter::of(&Task { status: Status::Cancelled, ..task.clone() }, 2),
            Matter::of(&task, 3),
        ];
        for other in others {
            let (ledger, matter) = (Ledger::default(), Matter::of(&task, 2));
            ledger.keep(&matter, finding(), now);
            ledger.count(&matter, now);
            assert_eq!(ledger.tries(&other), 0);
            assert!(ledger.finding(&other).is_none());
            assert_eq!(ledger.count(&other, now), 1);
            assert!(ledger.finding(&other).is_none());
        }
    }

    #[test]
    fn a_task_that_was_talked_about_is_the_same_matter() {
        let (ledger, task, now) = (Ledger::default(), Write::plain().task, Timestamp::EPOCH);
        ledger.keep(&Matter::of(&task, 2), finding(), now);
        ledger.count(&Matter::of(&task, 2), now);
        let later = Matter::of(&Task { version: 7, updated_at: now.plus(MEMORY), ..task }, 2);
        assert_eq!(ledger.tries(&later), 1);
        assert!(ledger.finding(&later).is_some());
    }

    #[test]
    fn who_does_not_come_back_is_forgotten() {
        let (ledger, gone, now) = (Ledger::default(), matter(), Timestamp::EPOCH);
        ledger.count(&gone, now);
        ledger.count(&matter(), now.plus(MEMORY));
        assert_eq!((ledger.tries(&gone), ledger.lock().len()), (0, 1));
    }
}
