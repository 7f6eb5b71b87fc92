//! Writing events and the task they lead to.

use rusqlite::{Connection, named_params};

use super::{json, lease, reads, writer::Done};
use crate::{
    domain::{Cause, Event, Summary, Task, TaskId, Timestamp, Work, text::TeamName},
    store::{Change, FeedItem, StoreError, WholeTask, Write, search::haystack},
};

/// Inserts a task. An id that exists already is a [`StoreError::Conflict`].
pub(super) fn create(database: &Connection, write: Write) -> Result<Done<()>, StoreError> {
    for step in &write.steps {
        refuse_known_creation(database, &step.event)?;
    }
    if reads::version(database, write.task.id)?.is_some() {
        return Err(StoreError::Conflict);
    }
    commit(database, write)
}

/// Refuses to create a second task with one user's one key.
fn refuse_known_creation(database: &Connection, first: &Event) -> Result<(), StoreError> {
    let Some(Cause::Request { user, key, .. }) = &first.cause else { return Ok(()) };
    let known = database
        .prepare_cached(
            "SELECT 1 FROM events WHERE version = 1 AND cause_user = ?1 AND cause_key = ?2",
        )?
        .exists((user, key.as_str()))?;
    if known { Err(StoreError::KnownCause) } else { Ok(()) }
}

/// Inserts a task with its whole past. There must be none of its id.
pub(super) fn put_whole(database: &Connection, whole: &WholeTask) -> Result<(), StoreError> {
    let task = whole.task();
    if let Some(first) = whole.events().first() {
        refuse_known_creation(database, first)?;
    }
    put_task(database, task, &Summary::from(task))?;
    for event in whole.events() {
        put_event(database, task.id, event)?;
    }
    put_pulls(database, task)?;
    if let Some(attempt) = whole.attempt() {
        lease::put_attempt(database, task.id, attempt)?;
    }
    Ok(())
}

/// Adds to a task. A repetition is told as such whatever the version it was decided on.
pub(super) fn append(
    database: &Connection,
    write: Write,
    now: Timestamp,
) -> Result<Done<()>, StoreError> {
    let id = write.task.id;
    for step in &write.steps {
        if let Some(cause) = &step.event.cause
            && knows(database, id, cause)?
        {
            return Err(StoreError::KnownCause);
        }
    }
    if let Some(token) = write.lease {
        lease::check(database, id, token, now)?;
    }
    if reads::version(database, id)? != Some(write.expected_version()) {
        return Err(StoreError::Conflict);
    }
    commit(database, write)
}

fn knows(database: &Connection, id: TaskId, cause: &Cause) -> Result<bool, StoreError> {
    let id = id.to_string();
    let known = match cause {
        Cause::Request { user, key, .. } => database
            .prepare_cached(
                "SELECT 1 FROM events WHERE task_id = ?1 AND cause_user = ?2 AND cause_key = ?3",
            )?
            .exists((id, user, key.as_str())),
        Cause::Delivery { id: delivery } => database
            .prepare_cached("SELECT 1 FROM events WHERE task_id = ?1 AND delivery = ?2")?
            .exists((id, delivery)),
    };
    Ok(known?)
}

fn commit(database: &Connection, write: Write) -> Result<Done<()>, StoreError> {
    let Write { task, from, steps, lease: _ } = write;
    let Some(newest) = steps.last() else {
        return Err(StoreError::Broken("a write without an event".into()));
    };
    put_task(database, &task, &newest.summary)?;
    for step in &steps {
        put_event(database, task.id, &step.event)?;
    }
    let position = newest_position(database)?;
    put_pulls(database, &task)?;
    let change = FeedItem::Change(Change { position, from, steps });
    Ok(Done { answer: (), item: Some(change) })
}

/// The place of the newest change among all; 0 if there is none.
pub(super) fn newest_position(database: &Connection) -> Result<u64, StoreError> {
    Ok(database
        .prepare_cached("SELECT coalesce(max(seq), 0) FROM events")?
        .query_row([], |row| row.get(0))?)
}

fn put_task(database: &Connection, task: &Task, summary: &Summary) -> Result<(), StoreError> {
    let mut put = database.prepare_cached(
        "INSERT INTO tasks (
            id, version, status, creator, team, visibility, repo, issue_number,
            created_at, updated_at, work, summary, search, state
        ) VALUES (
            :id, :version, :status, :creator, :team, :visibility, :repo, :issue_number,
            :created_at, :updated_at, :work, :summary, :search, :state
        ) ON CONFLICT (id) DO UPDATE SET
            version = excluded.version, status = excluded.status, creator = excluded.creator,
            team = excluded.team, visibility = excluded.visibility, repo = excluded.repo,
            issue_number = excluded.issue_number, created_at = excluded.created_at,
            updated_at = excluded.updated_at, work = excluded.work, summary = excluded.summary,
            search = excluded.search, state = excluded.state,
            -- The task has its issue: nobody need look for it any more.
            attempt_at = CASE WHEN excluded.issue_number IS NULL THEN attempt_at END,
            attempt_token = CASE WHEN excluded.issue_number IS NULL THEN attempt_token END",
    )?;
    put.execute(named_params! {
        ":id": task.id.to_string(),
        ":version": task.version,
        ":status": task.status.as_str(),
        ":creator": task.creator.id,
        ":team": task.team.as_ref().map(TeamName::as_str),
        ":visibility": task.visibility.as_str(),
        ":repo": task.repo.as_ref().map(|repo| repo.as_str().to_ascii_lowercase()),
        ":issue_number": task.issue.as_ref().map(|issue| issue.number),
        ":created_at": task.created_at.as_millis(),
        ":updated_at": task.updated_at.as_millis(),
        ":work": task.work().map(Work::as_str),
        ":summary": json::to_text(summary)?,
        ":search": haystack(task),
        ":state": json::to_text(task)?,
    })?;
    Ok(())
}

fn put_event(database: &Connection, id: TaskId, event: &Event) -> Result<(), StoreError> {
    let (request, delivery) = match &event.cause {
        Some(Cause::Request { user, key, hash }) => (Some((user, key.as_str(), hash)), None),
        Some(Cause::Delivery { id }) => (None, Some(id)),
        None => (None, None),
    };
    let mut put = database.prepare_cached(
        "INSERT INTO events (task_id, version, cause_user, cause_key, cause_hash, delivery, body)
        VALUES (:task_id, :version, :cause_user, :cause_key, :cause_hash, :delivery, :body)",
    )?;
    put.execute(named_params! {
        ":task_id": id.to_string(),
        ":version": event.version,
        ":cause_user": request.map(|(user, _, _)| user),
        ":cause_key": request.map(|(_, key, _)| key),
        ":cause_hash": request.map(|(_, _, hash)| hash),
        ":delivery": delivery,
        ":body": json::to_text(event)?,
    })?;
    Ok(())
}

fn put_pulls(database: &Connection, task: &Task) -> Result<(), StoreError> {
    for (pull, head_sha) in task.pull_heads() {
        database
            .prepare_cached(
                "INSERT INTO pulls (repo_id, number, task_id, head_sha) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT DO UPDATE SET head_sha = excluded.head_sha
                WHERE head_sha <> excluded.head_sha",
            )?
            .execute((pull.repo_id, pull.number, task.id.to_string(), head_sha))?;
    }
    Ok(())
}
