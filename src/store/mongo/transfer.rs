//! Whole tasks, on their way out and in.

use mongodb::bson::{Document, doc};
use serde::Deserialize;

use super::{
    Tasks,
    document::{self, Mark},
    error::{in_time, is_duplicate},
    lease::StoredAttempt,
    read::parse,
};
use crate::{
    domain::{Event, Task, TaskId},
    store::{Attempt, Imported, StoreError, WholeTask},
};

/// A page ends early once its timelines have this many bytes, so that it fits in memory.
const PAGE_BYTES: u64 = 8 * 1024 * 1024;
/// How many documents the server sends at once: each may be long.
const BATCH: u32 = 16;
/// How large a document may be when it is carried here. MongoDB takes 16 MiB: the rest is for what
/// still happens to the task, and for what its change event says besides.
const LARGEST: usize = 15 * 1024 * 1024;

#[derive(Deserialize)]
struct Stored {
    task: Task,
    events: Vec<Event>,
    attempt: Option<StoredAttempt>,
}

/// Up to `limit` whole tasks whose ids come after `after`, in the order of their ids.
pub(super) async fn export(
    tasks: &Tasks,
    after: Option<TaskId>,
    limit: u32,
) -> Result<Vec<WholeTask>, StoreError> {
    if limit == 0 {
        return Ok(Vec::new());
    }
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    let found = tasks
        .find(doc! { "_id": { "$gt": after } })
        .sort(doc! { "_id": 1 })
        .projection(doc! { "task": 1, "events": 1, "attempt": 1 })
        .limit(i64::from(limit))
        .batch_size(BATCH);
    let mut found = in_time(found).await?;
    let mut page = Vec::new();
    let mut bytes = 0;
    while bytes < PAGE_BYTES && in_time(found.advance()).await? {
        let stored: Stored = parse(found.deserialize_current()?)?;
        bytes += stored.task.timeline_bytes;
        page.push(told(stored)?);
    }
    Ok(page)
}

/// The task as its events tell it, which is what is true of it.
fn told(stored: Stored) -> Result<WholeTask, StoreError> {
    let Stored { task, events, attempt } = stored;
    let id = task.id;
    let attempt = attempt.map(Attempt::try_from).transpose()?;
    let whole = WholeTask::new(id, events, attempt)
        .map_err(|flaw| StoreError::Broken(format!("task {id}: {flaw}")))?;
    if *whole.task() != task {
        tracing::error!(task.id = %id, "what is stored of the task is not the fold of its events");
    }
    Ok(whole)
}

/// Writes a whole task, unless it is here already.
pub(super) async fn import(tasks: &Tasks, whole: &WholeTask) -> Result<Imported, StoreError> {
    let (mark, id) = (Mark::new(), whole.task().id);
    let document = document::import(whole, &mark)?;
    if document::size(&document)? > LARGEST {
        return Err(StoreError::TooLarge);
    }
    let inserted = in_time(async {
        match tasks.insert_one(document).await {
            Ok(_) => Ok(true),
            Err(error) if is_duplicate(&error) => Ok(false),
            Err(error) => Err(error),
        }
    });
    if inserted.await? {
        return Ok(Imported::New);
    }
    let here = in_time(tasks.find_one(document::of(id))).await?;
    let Some(here) = here else { return Err(StoreError::KnownCause) };
    if has_mark(&here, &mark) {
        return Ok(Imported::New);
    }
    let Stored { events, .. } = parse(here)?;
    let here = WholeTask::new(id, events, None);
    let same = here.is_ok_and(|here| here.has_timeline_of(whole));
    if same { Ok(Imported::Known) } else { Err(StoreError::Duplicate) }
}

/// Whether the driver has tried twice, and the first try had come through.
fn has_mark(here: &Document, mark: &Mark) -> bool {
    let events = here.get_array("events").ok();
    let first = events.and_then(|events| events.first()?.as_document());
    first.is_some_and(|event| event.get_str("mark").is_ok_and(|it| it == mark.as_str()))
}
