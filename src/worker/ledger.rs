//! What this process remembers of tasks that rest between two tries: how many there were, and what
//! the analysis found, so that it is not done again.
//!
//! It is memory only. A process that dies forgets it; the next one tries as often again.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::domain::{Task, TaskId, Timestamp, text::Label};

/// Longer than any rest. Who has not come back by then has been cancelled, or is another's now.
const MEMORY: Duration = Duration::from_hours(2);

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
    /// A task at another version is another matter.
    version: u64,
    tries: u32,
    finding: Option<Finding>,
    touched: Timestamp,
}

impl Ledger {
    /// How often the step at hand was tried in vain.
    pub(super) fn tries(&self, task: &Task) -> u32 {
        self.lock().get(&task.id).filter(|page| page.version == task.version).map_or(0, |p| p.tries)
    }

    /// Counts one more try that was in vain; how many there were by now.
    pub(super) fn count(&self, task: &Task, now: Timestamp) -> u32 {
        let mut pages = self.lock();
        let page = page(&mut pages, task, now);
        page.tries = page.tries.saturating_add(1);
        page.tries
    }

    /// What the analysis has found.
    pub(super) fn finding(&self, task: &Task) -> Option<Finding> {
        let pages = self.lock();
        pages.get(&task.id).filter(|page| page.version == task.version)?.finding.clone()
    }

    /// Keeps what the analysis has found; the next step starts counting anew.
    pub(super) fn keep(&self, task: &Task, finding: Finding, now: Timestamp) {
        let mut pages = self.lock();
        let page = page(&mut pages, task, now);
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

/// The task's page, an empty one if there is none of its version.
fn page<'a>(pages: &'a mut HashMap<TaskId, Page>, task: &Task, now: Timestamp) -> &'a mut Page {
    pages.retain(|id, page| {
        let is_known = *id != task.id || page.version == task.version;
        is_known && now.since(page.touched) < MEMORY
    });
    let new = || Page { version: task.version, tries: 0, finding: None, touched: now };
    let page = pages.entry(task.id).or_insert_with(new);
    page.touched = now;
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Write;

    fn task() -> Task {
        Write::plain().task
    }

    fn finding() -> Finding {
        Finding { labels: Vec::new(), body: "Text".into() }
    }

    #[test]
    fn each_step_is_counted_from_its_beginning() {
        let (ledger, task, now) = (Ledger::default(), task(), Timestamp::EPOCH);
        assert_eq!((ledger.count(&task, now), ledger.count(&task, now)), (1, 2));
        ledger.keep(&task, finding(), now);
        assert_eq!(ledger.tries(&task), 0);
        assert_eq!(ledger.count(&task, now), 1);
        assert!(ledger.finding(&task).is_some());
    }

    #[test]
    fn a_task_that_has_changed_is_another_matter() {
        let (ledger, task, now) = (Ledger::default(), task(), Timestamp::EPOCH);
        ledger.keep(&task, finding(), now);
        ledger.count(&task, now);
        let changed = Task { version: 2, ..task };
        assert_eq!(ledger.tries(&changed), 0);
        assert!(ledger.finding(&changed).is_none());
        assert_eq!(ledger.count(&changed, now), 1);
        assert!(ledger.finding(&changed).is_none());
    }

    #[test]
    fn who_does_not_come_back_is_forgotten() {
        let (ledger, gone, now) = (Ledger::default(), task(), Timestamp::EPOCH);
        ledger.count(&gone, now);
        ledger.count(&task(), now.plus(MEMORY));
        assert_eq!((ledger.tries(&gone), ledger.lock().len()), (0, 1));
    }
}
