//! Duties of which the whole deployment has one. They touch no task, and the feed does not tell them.

use std::time::Duration;

use rusqlite::Connection;

use crate::{
    domain::Timestamp,
    store::{LeaseToken, StoreError},
};

/// Frees the duties that an earlier process had.
pub(super) fn void_all(database: &Connection) -> Result<(), StoreError> {
    database.execute("DELETE FROM duties", [])?;
    Ok(())
}

/// Gives `duty` to `token` until `term` from now, unless somebody else has it.
pub(super) fn lead(
    database: &Connection,
    duty: &str,
    token: LeaseToken,
    term: Duration,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let changed = database
        .prepare_cached(
            "INSERT INTO duties (duty, token, until) VALUES (?1, ?2, ?3)
            ON CONFLICT (duty) DO UPDATE SET token = excluded.token, until = excluded.until
            WHERE token = excluded.token OR until <= ?4",
        )?
        .execute((duty, token.to_string(), now.plus(term).as_millis(), now.as_millis()))?;
    Ok(changed > 0)
}

/// Frees `duty` if it is `token`'s.
pub(super) fn resign(
    database: &Connection,
    duty: &str,
    token: LeaseToken,
) -> Result<(), StoreError> {
    database
        .prepare_cached("DELETE FROM duties WHERE duty = ?1 AND token = ?2")?
        .execute((duty, token.to_string()))?;
    Ok(())
}
