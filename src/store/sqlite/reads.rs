//! Reading one task, its timeline, and where causes and links lead.

use rusqlite::{Connection, OptionalExtension, Params};

use super::json;
use crate::{
    domain::{Event, PullKey, Summary, Task, TaskId, text::RepoName},
    store::{Snapshot, StoreError, number::number},
};

/// The task with the newest `newest` of its events; its progress is not in the database.
pub(super) fn snapshot(
    database: &Connection,
    id: TaskId,
    newest: u32,
) -> Result<Option<Snapshot>, StoreError> {
    let Some(task) = task(database, id)? else { return Ok(None) };
    let mut events = if newest == 0 {
        Vec::new()
    } else {
        let sql = "SELECT body FROM events WHERE task_id = ?1 ORDER BY version DESC LIMIT ?2";
        bodies(database, sql, (id.to_string(), newest))?
    };
    events.reverse();
    Ok(Some(Snapshot { task, events, progress: None }))
}

fn task(database: &Connection, id: TaskId) -> Result<Option<Task>, StoreError> {
    let mut select = database.prepare_cached("SELECT state FROM tasks WHERE id = ?1")?;
    let mut rows = select.query([id.to_string()])?;
    rows.next()?.map(|row| json::from_column(row, "state")).transpose()
}

/// The task in short.
pub(super) fn summary(database: &Connection, id: TaskId) -> Result<Option<Summary>, StoreError> {
    let mut select = database.prepare_cached("SELECT summary FROM tasks WHERE id = ?1")?;
    let mut rows = select.query([id.to_string()])?;
    rows.next()?.map(|row| json::from_column(row, "summary")).transpose()
}

/// Up to `limit` events after version `after`.
pub(super) fn events(
    database: &Connection,
    id: TaskId,
    after: u64,
    limit: u32,
) -> Result<Vec<Event>, StoreError> {
    // No version is greater than the greatest number that SQLite knows.
    let after = number(after);
    let sql = "SELECT body FROM events WHERE task_id = ?1 AND version > ?2
        ORDER BY version LIMIT ?3";
    bodies(database, sql, (id.to_string(), after, limit))
}

fn bodies(database: &Connection, sql: &str, params: impl Params) -> Result<Vec<Event>, StoreError> {
    let mut select = database.prepare_cached(sql)?;
    let mut rows = select.query(params)?;
    let mut events = Vec::new();
    while let Some(row) = rows.next()? {
        events.push(json::from_column(row, "body")?);
    }
    Ok(events)
}

/// The task that `user` created with `key`, and the hash recorded with it.
pub(super) fn created_with(
    database: &Connection,
    user: &str,
    key: &str,
) -> Result<Option<(TaskId, String)>, StoreError> {
    let found = database
        .prepare_cached(
            "SELECT task_id, cause_hash FROM events
            WHERE version = 1 AND cause_user = ?1 AND cause_key = ?2",
        )?
        .query_row((user, key), |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))
        .optional()?;
    found.map(|(id, hash)| Ok((parse_id(&id)?, hash))).transpose()
}

/// The hash recorded with `user`'s `key` on the task.
pub(super) fn written_with(
    database: &Connection,
    id: TaskId,
    user: &str,
    key: &str,
) -> Result<Option<String>, StoreError> {
    let hash = database
        .prepare_cached(
            "SELECT cause_hash FROM events
            WHERE task_id = ?1 AND cause_user = ?2 AND cause_key = ?3",
        )?
        .query_row((id.to_string(), user, key), |row| row.get(0));
    Ok(hash.optional()?)
}

/// Whether the task has an entry of this delivery.
pub(super) fn heard(database: &Connection, id: TaskId, delivery: &str) -> Result<bool, StoreError> {
    Ok(database
        .prepare_cached("SELECT 1 FROM events WHERE task_id = ?1 AND delivery = ?2")?
        .exists((id.to_string(), delivery))?)
}

/// The tasks linked to a pull request, oldest first.
pub(super) fn linked_to_pull(
    database: &Connection,
    pull: PullKey,
) -> Result<Vec<TaskId>, StoreError> {
    let sql = "SELECT task_id FROM pulls WHERE repo_id = ?1 AND number = ?2 ORDER BY task_id";
    ids(database, sql, (number(pull.repo_id), number(pull.number)))
}

/// The tasks with a pull request into this repository whose head is this commit, oldest first.
pub(super) fn headed_by(
    database: &Connection,
    repo_id: u64,
    head_sha: &str,
) -> Result<Vec<TaskId>, StoreError> {
    let sql = "SELECT DISTINCT task_id FROM pulls WHERE head_sha = ?1 AND repo_id = ?2
        ORDER BY task_id";
    ids(database, sql, (head_sha, number(repo_id)))
}

/// The tasks filed as this issue, oldest first.
pub(super) fn filed_as(
    database: &Connection,
    repo: &RepoName,
    issue: u64,
) -> Result<Vec<TaskId>, StoreError> {
    let sql = "SELECT id FROM tasks WHERE repo = ?1 AND issue_number = ?2 ORDER BY id";
    ids(database, sql, (repo.as_str().to_ascii_lowercase(), number(issue)))
}

fn ids(database: &Connection, sql: &str, params: impl Params) -> Result<Vec<TaskId>, StoreError> {
    let mut select = database.prepare_cached(sql)?;
    let mut rows = select.query(params)?;
    let mut ids = Vec::new();
    while let Some(row) = rows.next()? {
        ids.push(parse_id(row.get_ref(0)?.as_str().unwrap_or_default())?);
    }
    Ok(ids)
}

fn parse_id(text: &str) -> Result<TaskId, StoreError> {
    text.parse().map_err(|_| StoreError::Broken("not a task's id".into()))
}

/// The version that a task is at.
pub(super) fn version(database: &Connection, id: TaskId) -> Result<Option<u64>, StoreError> {
    let version = database
        .prepare_cached("SELECT version FROM tasks WHERE id = ?1")?
        .query_row([id.to_string()], |row| row.get(0));
    Ok(version.optional()?)
}
