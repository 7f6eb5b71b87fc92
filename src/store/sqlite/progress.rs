//! What is being done for which task just now: in memory, for as long as the process lives.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::{
    domain::{Progress, Status, TaskId},
    store::FeedItem,
};

/// The latest progress of each task, and the status that the task had then: a reader may see a new
/// status a moment before the writer has cleared the progress of the old one.
#[derive(Default)]
pub(super) struct LatestProgress(Mutex<HashMap<TaskId, (Status, Progress)>>);

impl LatestProgress {
    /// Takes in what was committed: progress is kept, a change of status clears it.
    pub(super) fn take_in(&self, item: &FeedItem) {
        match item {
            FeedItem::Progress { summary, progress } => {
                let kept = (summary.status, progress.clone());
                self.lock().insert(summary.id, kept);
            }
            FeedItem::Change(change) if change.changes_status() => {
                if let Some(id) = change.task_id() {
                    self.lock().remove(&id);
                }
            }
            FeedItem::Change(_) | FeedItem::Gap(_) | FeedItem::Live(_) => {}
        }
    }

    /// The progress of task `id`, which was read in `status`.
    pub(super) fn of(&self, id: TaskId, status: Status) -> Option<Progress> {
        let all = self.lock();
        all.get(&id).filter(|(of, _)| *of == status).map(|(_, progress)| progress.clone())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<TaskId, (Status, Progress)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
