//! Progress in small doses: written at most once a second for each task, the newest always.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use mongodb::bson::doc;
use tokio::{
    sync::oneshot,
    time::{Instant, sleep_until},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    Tasks,
    document::{self, Shown, number, to_bson},
    error::in_time,
    read,
};
use crate::{
    domain::{Progress, Status, Summary, TaskId},
    store::{Page, Snapshot, StoreError},
};

/// The least time between two writes of one task's progress.
const INTERVAL: Duration = Duration::from_secs(1);

/// The tasks whose progress was written within the last second, and what has come since.
#[derive(Clone, Default)]
pub(super) struct Pace(Arc<Mutex<HashMap<TaskId, Option<Kept>>>>);

/// What waits for its turn, and the status that the task had then.
type Kept = (Status, Progress);

impl Pace {
    /// Writes `progress`, or keeps it until it is due; whether the task is in `status`.
    pub(super) async fn set(
        &self,
        tasks: &Tasks,
        id: TaskId,
        status: Status,
        progress: Progress,
        (tracker, closing): (&TaskTracker, &CancellationToken),
    ) -> Result<bool, StoreError> {
        let now = Instant::now();
        let Some(summary) = read::summary(tasks, id).await?.filter(|it| it.status == status) else {
            return Ok(false);
        };
        if self.keep(id, status, &progress) {
            return Ok(true);
        }
        // Whoever reports may hang up at any moment: the turn goes on, and ends, without them.
        let (tell, written) = oneshot::channel();
        let (pace, tasks) = (self.clone(), tasks.clone());
        let turn = async move {
            tell.send(write(&tasks, summary, status, progress).await).ok();
            pace.flush(&tasks, id, now + INTERVAL).await;
        };
        tracker.spawn(closing.clone().run_until_cancelled_owned(turn));
        let closed = |_| Err(StoreError::Unavailable("the store is closed".into()));
        written.await.unwrap_or_else(closed)
    }

    /// Puts what is newer than the document in its place.
    pub(super) fn overlay_task(&self, snapshot: &mut Snapshot) {
        let Snapshot { task, progress, .. } = snapshot;
        self.overlay(task.id, task.status, progress);
    }

    /// The same for a page.
    pub(super) fn overlay_page(&self, page: &mut Page) {
        for (task, progress) in &mut page.tasks {
            self.overlay(task.id, task.status, progress);
        }
    }

    fn overlay(&self, id: TaskId, status: Status, progress: &mut Option<Progress>) {
        let all = self.lock();
        let kept = all.get(&id).and_then(Option::as_ref).filter(|(of, _)| *of == status);
        if let Some((_, newer)) = kept {
            *progress = Some(newer.clone());
        }
    }

    /// The task's status has changed: what is kept was said of another.
    pub(super) fn forget(&self, id: TaskId) {
        if let Some(kept) = self.lock().get_mut(&id) {
            *kept = None;
        }
    }

    /// Keeps it if the task's turn has not come; otherwise the turn is the caller's.
    fn keep(&self, id: TaskId, status: Status, progress: &Progress) -> bool {
        let mut all = self.lock();
        if let Some(kept) = all.get_mut(&id) {
            *kept = Some((status, progress.clone()));
            return true;
        }
        all.insert(id, None);
        false
    }

    /// Writes what is kept whenever it is due, until nothing has come for a whole interval.
    async fn flush(&self, tasks: &Tasks, id: TaskId, mut due: Instant) {
        loop {
            sleep_until(due).await;
            due = Instant::now() + INTERVAL;
            let kept = {
                let mut all = self.lock();
                let kept = all.get_mut(&id).and_then(Option::take);
                if kept.is_none() {
                    all.remove(&id);
                }
                kept
            };
            let Some((status, progress)) = kept else { return };
            let written = match read::summary(tasks, id).await {
                Ok(Some(summary)) => write(tasks, summary, status, progress).await.map(|_| ()),
                Ok(None) => Ok(()),
                Err(error) => Err(error),
            };
            if let Err(error) = written {
                tracing::debug!(%error, "progress was not written");
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<TaskId, Option<Kept>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes it, if the task is in `status`; however often others are faster.
async fn write(
    tasks: &Tasks,
    mut summary: Summary,
    status: Status,
    progress: Progress,
) -> Result<bool, StoreError> {
    let id = summary.id;
    while summary.status == status {
        let mut guard = document::of(id);
        guard.insert("version", number(summary.version));
        let shown = Shown { value: progress.clone(), summary: Some(summary) };
        let update = doc! { "$set": { "progress": to_bson(&shown)? } };
        if in_time(tasks.update_one(guard, update)).await?.matched_count == 1 {
            return Ok(true);
        }
        let Some(newer) = read::summary(tasks, id).await? else { return Ok(false) };
        summary = newer;
    }
    Ok(false)
}
