//! The file: how it is opened, and how an older one is brought up to date.

use std::{path::Path, time::Duration};

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::store::StoreError;

/// The database's name in the data directory.
pub(super) const FILE: &str = "taskwire.db";

/// Each step leads from one version of the schema to the next; `user_version` counts those done.
/// Steps are only ever added.
const STEPS: &[&str] = &[
    include_str!("migrations/0001_tasks.sql"),
    include_str!("migrations/0002_duties.sql"),
    include_str!("migrations/0003_heads.sql"),
];

/// How long to wait for another connection, such as an export's.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// More than the statements there are, so that none is parsed twice.
const STATEMENTS: usize = 64;

/// Opens the file, creates it if there is none, and brings its schema up to date.
pub(super) fn open_to_write(file: &Path) -> Result<Connection, StoreError> {
    let mut connection = Connection::open(file)?;
    set_up(&connection)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // In WAL mode only FULL syncs at every commit: an acknowledged write survives a loss of power.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    migrate(&mut connection, STEPS)?;
    Ok(connection)
}

/// Refuses a file that is not there, or whose schema is not the one this program reads.
pub(super) fn check(file: &Path) -> Result<(), StoreError> {
    if !file.exists() {
        return Err(StoreError::Unavailable(format!("there is no {}", file.display())));
    }
    match version(&open_to_read(file)?)? {
        taken if taken == STEPS.len() => Ok(()),
        taken if taken > STEPS.len() => Err(newer(taken, STEPS)),
        taken => Err(StoreError::Broken(format!(
            "{FILE} is of an older Taskwire: it has schema version {taken}, this program reads {}; \
             the program that wrote it can read it, and `serve` brings it up to date",
            STEPS.len()
        ))),
    }
}

/// Opens the file, which exists and is up to date, for reading only.
pub(super) fn open_to_read(file: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    set_up(&connection)?;
    Ok(connection)
}

fn set_up(connection: &Connection) -> Result<(), StoreError> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection.busy_timeout(BUSY_TIMEOUT)?)
}

/// Takes the steps that the file has not taken, each whole or not at all.
fn migrate(connection: &mut Connection, steps: &[&str]) -> Result<(), StoreError> {
    let taken = version(connection)?;
    if taken > steps.len() {
        return Err(newer(taken, steps));
    }
    for (index, step) in steps.iter().enumerate().skip(taken) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(step)?;
        transaction.pragma_update(None, "user_version", index + 1)?;
        transaction.commit()?;
    }
    Ok(())
}

fn newer(taken: usize, steps: &[&str]) -> StoreError {
    StoreError::Broken(format!(
        "{FILE} is of a newer Taskwire: it has schema version {taken}, this program knows {}",
        steps.len()
    ))
}

fn version(connection: &Connection) -> Result<usize, StoreError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &[&str] = &["CREATE TABLE a (x)"];
    const NEW: &[&str] = &["CREATE TABLE a (x)", "ALTER TABLE a ADD COLUMN y"];

    #[test]
    fn an_older_file_takes_only_the_steps_it_lacks() {
        let mut file = Connection::open_in_memory().unwrap();
        migrate(&mut file, OLD).unwrap();
        file.execute("INSERT INTO a VALUES (1)", []).unwrap();

        migrate(&mut file, NEW).unwrap();

        let row = file.query_row("SELECT x, y FROM a", [], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, Option<i64>>(1)?))
        });
        assert_eq!(row.unwrap(), (1, None));
        assert_eq!(version(&file).unwrap(), 2);
    }

    #[test]
    fn a_step_that_fails_leaves_nothing_behind() {
        let mut file = Connection::open_in_memory().unwrap();

        migrate(&mut file, &["CREATE TABLE a (x); CREATE TABLE a (x)"]).unwrap_err();

        assert_eq!(version(&file).unwrap(), 0);
        migrate(&mut file, OLD).unwrap();
    }

    #[test]
    fn a_newer_file_is_refused_and_left_alone() {
        let mut file = Connection::open_in_memory().unwrap();
        migrate(&mut file, NEW).unwrap();

        let refused = migrate(&mut file, OLD).unwrap_err().to_string();

        assert!(refused.contains("has schema version 2, this program knows 1"), "{refused}");
        assert_eq!(version(&file).unwrap(), 2);
    }

    #[test]
    fn the_heads_of_pull_requests_that_an_older_file_knows_are_known() {
        let mut file = Connection::open_in_memory().unwrap();
        migrate(&mut file, &STEPS[..2]).unwrap();
        let linked = r#"{"pulls": [
            {"pull": {"repoId": 7, "number": 57, "headSha": "5ea"}},
            {"pull": {"repoId": 7, "number": 58, "headSha": "b0a7"}}
        ]}"#;
        file.execute(
            "INSERT INTO tasks (id, version, status, creator, visibility, created_at, updated_at,
                summary, search, state)
            VALUES ('a', 1, 'pr_opened', 'alice', 'everyone', 0, 0, '', '', ?1)",
            [linked],
        )
        .unwrap();
        file.execute("INSERT INTO pulls VALUES (7, 57, 'a'), (7, 58, 'a')", []).unwrap();

        migrate(&mut file, STEPS).unwrap();

        let mut select = file.prepare("SELECT head_sha FROM pulls ORDER BY number").unwrap();
        let heads = select.query_map([], |row| row.get::<_, String>(0)).unwrap();
        assert_eq!(heads.collect::<Result<Vec<_>, _>>().unwrap(), ["5ea", "b0a7"]);
    }

    #[test]
    fn a_commit_is_on_the_disk_when_it_returns() {
        let dir = tempfile::tempdir().unwrap();
        let file = open_to_write(&dir.path().join(FILE)).unwrap();

        let mode: String = file.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        let sync: i64 = file.pragma_query_value(None, "synchronous", |row| row.get(0)).unwrap();

        assert_eq!((mode.as_str(), sync), ("wal", 2), "2 is FULL");
    }

    #[test]
    fn a_reader_cannot_write() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join(FILE);
        let _writer = open_to_write(&file).unwrap();

        let refused = open_to_read(&file).unwrap().execute("DELETE FROM tasks", []);

        let error = StoreError::from(refused.unwrap_err());
        assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
    }
}
