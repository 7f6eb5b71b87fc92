//! Progress in small doses: written at most once a second for each task, the newest always.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use mongodb::bson::{Document, doc};
use tokio::{
    sync::oneshot,
    time::{Instant, sleep_until},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    Tasks,
    document::{self, Shown, to_bson},
    error::in_time,
    read,
};
use crate::{
    domain::{Progress, Status, Summary, TaskId},
    store::{Page, Snapshot, StoreError, number::number},
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
        let (pace, tasks, closing) = (self.clone(), tasks.clone(), closing.clone());
        tracker.spawn(async move {
            tell.send(write(&tasks, summary, status, progress, Document::new()).await).ok();
            pace.flush(&tasks, id, now + INTERVAL, &closing).await;
        });
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
        if let Some((_, kept)) = kept
            && progress.as_ref().is_none_or(|stored| stored.timestamp <= kept.timestamp)
        {
            *progress = Some(kept.clone());
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

    /// Writes what is kept whenever it is due, until nothing has come for a whole interval, or the
    /// store is closed: then at once.
    async fn flush(
        &self,
        tasks: &Tasks,
        id: TaskId,
        mut due: Instant,
        closing: &CancellationToken,
    ) {
        loop {
            let is_last = closing.run_until_cancelled(sleep_until(due)).await.is_none();
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
            if let Err(error) = write_unless_old(tasks, id, status, progress.clone()).await {
                tracing::debug!(%error, "progress was not written");
                if is_last {
                    return;
                }
                if let Some(kept) = self.lock().get_mut(&id) {
                    kept.get_or_insert((status, progress));
                }
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<TaskId, Option<Kept>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes what has waited, unless another instance has written what was said later.
async fn write_unless_old(
    tasks: &Tasks,
    id: TaskId,
    status: Status,
    progress: Progress,
) -> Result<(), StoreError> {
    let Some(summary) = read::summary(tasks, id).await? else { return Ok(()) };
    // Times are text of one length.
    let later = doc! { "$gt": progress.timestamp.to_string() };
    let unless_old = doc! { "progress.value.timestamp": { "$not": later } };
    write(tasks, summary, status, progress, unless_old).await.map(|_| ())
}

/// Writes it, if the task is in `status` and `condition` holds of it; however often others are faster.
async fn write(
    tasks: &Tasks,
    mut summary: Summary,
    status: Status,
    progress: Progress,
    condition: Document,
) -> Result<bool, StoreError> {
    let (id, mut tried) = (summary.id, None);
    while summary.status == status && tried != Some(summary.version) {
        tried = Some(summary.version);
        let mut guard = document::of(id);
        guard.insert("version", number(summary.version));
        guard.extend(condition.clone());
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
