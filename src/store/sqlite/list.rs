//! Reading many tasks in short, and counting them.

use rusqlite::{Connection, params_from_iter, types::Value};

use super::{
    filter::{Filter, time_column},
    json,
};
use crate::{
    domain::{Actor, Status, Timestamp},
    store::{Cursor, ListQuery, Page, Stats, StoreError},
};

/// The tasks that `actor` may see and `query` asks for; their progress is not in the database.
pub(super) fn page(
    database: &Connection,
    actor: &Actor,
    query: &ListQuery,
) -> Result<Page, StoreError> {
    let (condition, mut values) = Filter::seen_by(actor)?.and_asked_for(query)?.into_sql();
    let time = time_column(query.sort);
    // One more than asked for tells whether there are more.
    values.push(Value::Integer(i64::from(query.limit) + 1));
    let mut select = database.prepare_cached(&format!(
        "SELECT summary FROM tasks WHERE {condition} ORDER BY {time} DESC, id DESC LIMIT ?"
    ))?;
    let mut rows = select.query(params_from_iter(values))?;
    let mut tasks = Vec::new();
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    while let Some(row) = rows.next()? {
        if tasks.len() == limit {
            let next = tasks.last().map(|(last, _)| Cursor::after(last, query.sort));
            return Ok(Page { tasks, next });
        }
        tasks.push((json::from_column(row, "summary")?, None));
    }
    Ok(Page { tasks, next: None })
}

/// The counts over what `actor` may see.
pub(super) fn stats(database: &Connection, actor: &Actor) -> Result<Stats, StoreError> {
    let (condition, values) = Filter::seen_by(actor)?.into_sql();
    let mut select = database.prepare_cached(&format!(
        "SELECT status, count(*), max(updated_at) FROM tasks WHERE {condition} GROUP BY status"
    ))?;
    let mut rows = select.query(params_from_iter(values))?;
    let mut seen = Stats::default();
    while let Some(row) = rows.next()? {
        let status: String = row.get(0)?;
        let status: Status = status.parse().map_err(StoreError::Broken)?;
        seen.counts.insert(status, row.get(1)?);
        let newest = Timestamp::from_millis(row.get(2)?);
        seen.last_activity_at = seen.last_activity_at.max(Some(newest));
    }
    Ok(seen)
}
