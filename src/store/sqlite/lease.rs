//! The leases of workers. They change no version, and the feed does not tell them.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row};

use super::{json, reads};
use crate::{
    domain::{TaskId, Timestamp},
    store::{Attempt, Claim, LeaseToken, StoreError},
};

/// The task that has waited longest for a worker: since it was created, released or left.
const NEXT: &str = "SELECT id, state, attempt_at, attempt_token FROM tasks
    WHERE has_work AND (lease_until IS NULL OR lease_until <= ?1)
    ORDER BY waiting_since, created_at, id LIMIT 1";

/// Ends the leases that an earlier process left behind. Rests and attempts stay.
pub(super) fn void_all(database: &Connection) -> Result<(), StoreError> {
    database.execute(
        "UPDATE tasks SET lease_token = NULL, lease_until = NULL WHERE lease_token IS NOT NULL",
        [],
    )?;
    Ok(())
}

/// Leases the next task that has work to `token`.
pub(super) fn claim(
    database: &Connection,
    token: LeaseToken,
    term: Duration,
    now: Timestamp,
) -> Result<Option<Claim>, StoreError> {
    let mut next = database.prepare_cached(NEXT)?;
    let mut rows = next.query([now.as_millis()])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let (task, attempt) = (json::from_column(row, "state")?, attempt(row)?);
    let attempt_age = attempt.map_or(Duration::ZERO, |attempt| now.since(attempt.at));
    let claim = Claim { task, attempt, attempt_age };
    let id: String = row.get("id")?;
    database
        .prepare_cached("UPDATE tasks SET lease_token = ?2, lease_until = ?3 WHERE id = ?1")?
        .execute((id, token.to_string(), now.plus(term).as_millis()))?;
    Ok(Some(claim))
}

/// The attempt in `row`, if there is one.
pub(super) fn attempt(row: &Row<'_>) -> Result<Option<Attempt>, StoreError> {
    let at: Option<i64> = row.get("attempt_at")?;
    let token: Option<String> = row.get("attempt_token")?;
    let (Some(at), Some(token)) = (at, token) else { return Ok(None) };
    let token = token.parse().map_err(|_| StoreError::Broken("not a lease's token".into()))?;
    Ok(Some(Attempt { at: Timestamp::from_millis(at), token }))
}

/// Whether `token` holds the lease of task `id`, and it has not run out.
pub(super) fn check(
    database: &Connection,
    id: TaskId,
    token: LeaseToken,
    now: Timestamp,
) -> Result<(), StoreError> {
    let until: Option<i64> = database
        .prepare_cached("SELECT lease_until FROM tasks WHERE id = ?1 AND lease_token = ?2")?
        .query_row((id.to_string(), token.to_string()), |row| row.get(0))
        .optional()?;
    match until {
        Some(until) if until > now.as_millis() => Ok(()),
        Some(_) | None => Err(StoreError::LeaseLost),
    }
}

/// Lets the lease last for `term` from now.
pub(super) fn renew(
    database: &Connection,
    id: TaskId,
    token: LeaseToken,
    term: Duration,
    now: Timestamp,
) -> Result<(), StoreError> {
    check(database, id, token, now)?;
    database
        .prepare_cached("UPDATE tasks SET lease_until = ?2 WHERE id = ?1")?
        .execute((id.to_string(), now.plus(term).as_millis()))?;
    Ok(())
}

/// Ends the lease; nobody can claim the task before `rest` is over.
pub(super) fn release(
    database: &Connection,
    id: TaskId,
    token: LeaseToken,
    rest: Duration,
    now: Timestamp,
) -> Result<(), StoreError> {
    match check(database, id, token, now) {
        Ok(()) => {}
        Err(StoreError::LeaseLost) => return Ok(()),
        Err(error) => return Err(error),
    }
    database
        .prepare_cached("UPDATE tasks SET lease_token = NULL, lease_until = ?2 WHERE id = ?1")?
        .execute((id.to_string(), now.plus(rest).as_millis()))?;
    Ok(())
}

/// Records that an issue may be posted from now on.
pub(super) fn begin_attempt(
    database: &Connection,
    id: TaskId,
    version: u64,
    token: LeaseToken,
    now: Timestamp,
) -> Result<Attempt, StoreError> {
    check(database, id, token, now)?;
    if reads::version(database, id)? != Some(version) {
        return Err(StoreError::Conflict);
    }
    let attempt = Attempt { at: now, token };
    put_attempt(database, id, attempt)?;
    Ok(attempt)
}

/// Records the attempt, whoever made it.
pub(super) fn put_attempt(
    database: &Connection,
    id: TaskId,
    attempt: Attempt,
) -> Result<(), StoreError> {
    database
        .prepare_cached("UPDATE tasks SET attempt_at = ?2, attempt_token = ?3 WHERE id = ?1")?
        .execute((id.to_string(), attempt.at.as_millis(), attempt.token.to_string()))?;
    Ok(())
}

/// Forgets the attempt, whoever made it.
pub(super) fn clear_attempt(
    database: &Connection,
    id: TaskId,
    token: LeaseToken,
    now: Timestamp,
) -> Result<(), StoreError> {
    check(database, id, token, now)?;
    database
        .prepare_cached("UPDATE tasks SET attempt_at = NULL, attempt_token = NULL WHERE id = ?1")?
        .execute([id.to_string()])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::schema;

    #[test]
    fn the_next_task_is_found_without_sorting_all() {
        let dir = tempfile::tempdir().unwrap();
        let database = schema::open_to_write(&dir.path().join(schema::FILE)).unwrap();

        let mut plan = database.prepare(&format!("EXPLAIN QUERY PLAN {NEXT}")).unwrap();
        let steps = plan.query_map([0], |row| row.get::<_, String>("detail")).unwrap();
        let steps: Vec<_> = steps.map(Result::unwrap).collect();

        assert_eq!(steps, ["SCAN tasks USING INDEX tasks_to_claim"]);
    }
}
