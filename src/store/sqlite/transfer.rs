//! Whole tasks, on their way out and in.

use rusqlite::Connection;

use super::{json, lease, reads, write, writer::Done};
use crate::{
    domain::{Task, TaskId},
    store::{Attempt, FeedItem, Imported, StoreError, WholeTask},
};

/// A page ends early once its timelines have this many bytes, so that it fits in memory.
const PAGE_BYTES: u64 = 8 * 1024 * 1024;

/// Up to `limit` whole tasks whose ids come after `after`, in the order of their ids.
pub(super) fn export(
    database: &Connection,
    after: Option<TaskId>,
    limit: u32,
) -> Result<Vec<WholeTask>, StoreError> {
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    let mut next = database.prepare_cached(
        "SELECT state, attempt_at, attempt_token FROM tasks WHERE id > ?1 ORDER BY id LIMIT ?2",
    )?;
    let mut rows = next.query((after, limit))?;
    let mut page = Vec::new();
    let mut bytes = 0;
    while bytes < PAGE_BYTES
        && let Some(row) = rows.next()?
    {
        let task: Task = json::from_column(row, "state")?;
        bytes += task.timeline_bytes;
        page.push(told(database, &task, lease::attempt(row)?)?);
    }
    Ok(page)
}

/// The task as its events tell it, which is what is true of it.
fn told(
    database: &Connection,
    stored: &Task,
    attempt: Option<Attempt>,
) -> Result<WholeTask, StoreError> {
    let id = stored.id;
    let events = reads::events(database, id, 0, u32::MAX)?;
    let whole = WholeTask::new(id, events, attempt)
        .map_err(|flaw| StoreError::Broken(format!("task {id}: {flaw}")))?;
    if whole.task() != stored {
        tracing::error!(task.id = %id, "what is stored of the task is not the fold of its events");
    }
    Ok(whole)
}

/// Writes a whole task, unless it is here already.
pub(super) fn import(
    database: &Connection,
    whole: &WholeTask,
) -> Result<Done<Imported>, StoreError> {
    let id = whole.task().id;
    if reads::version(database, id)?.is_some() {
        let here = WholeTask::new(id, reads::events(database, id, 0, u32::MAX)?, None);
        let same = here.is_ok_and(|here| here.has_timeline_of(whole));
        return if same { Ok(Done::quietly(Imported::Known)) } else { Err(StoreError::Duplicate) };
    }
    write::put_whole(database, whole)?;
    Ok(Done { answer: Imported::New, item: Some(FeedItem::Gap("import")) })
}
