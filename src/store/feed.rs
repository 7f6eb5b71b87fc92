//! What a store tells: every committed change, once.

use tokio::sync::mpsc;

use crate::domain::{Event, EventBody, Progress, Summary, TaskId};

/// The committed changes, in order. Bounded, and nothing is lost: while it is full, SQLite's writer
/// waits with its next commit, and MongoDB's change stream with its next event. The one reader never
/// waits for a client.
pub type Feed = mpsc::Receiver<FeedItem>;

/// One thing that the feed tells.
#[derive(Clone, Debug)]
pub enum FeedItem {
    /// A write was committed.
    Change(Change),
    /// A task's progress, with its summary as of now.
    Progress {
        /// The task.
        summary: Summary,
        /// What is being done.
        progress: Progress,
    },
    /// Changes may have been missed; why, in one word.
    Gap(&'static str),
    /// Whether changes are told as they are committed; until it is said that they are, they are not.
    /// What is committed meanwhile is told later, or there is a gap.
    Live(bool),
}

/// One committed write.
#[derive(Clone, Debug)]
pub struct Change {
    /// Its place among all changes of the store: greater is later.
    pub position: u64,
    /// The task before it; `None` if it was created.
    pub from: Option<Summary>,
    /// What the write added, in order; never empty.
    pub steps: Vec<Step>,
}

impl Change {
    /// The task that changed.
    pub fn task_id(&self) -> Option<TaskId> {
        self.steps.first().map(|step| step.summary.id)
    }

    /// Whether there may be something for a worker to do that there was not before.
    pub fn may_leave_work(&self) -> bool {
        // An issue that was filed for a task that was called off meanwhile is to be closed, and one
        // that was closed while its task was taken up again is to be reopened.
        let is_about_issue = |step: &Step| {
            matches!(step.event.body, EventBody::IssueFiled { .. } | EventBody::IssueClosed { .. })
        };
        self.changes_status() || self.steps.iter().any(is_about_issue)
    }

    /// Whether the task is in another status afterwards.
    pub fn changes_status(&self) -> bool {
        self.steps.last().is_some_and(|last| {
            self.from.as_ref().is_none_or(|from| from.status != last.summary.status)
        })
    }
}

/// One entry and the task right after it.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The entry.
    pub event: Event,
    /// The task as of this entry.
    pub summary: Summary,
}
