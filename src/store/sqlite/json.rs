//! The JSON texts in the tables.

use rusqlite::Row;
use serde::{Serialize, de::DeserializeOwned};

use crate::store::StoreError;

/// `value` as the text of a column.
pub(super) fn to_text<T: Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| broken("written", &error))
}

/// The value in `row`'s column `column`.
pub(super) fn from_column<T: DeserializeOwned>(
    row: &Row<'_>,
    column: &str,
) -> Result<T, StoreError> {
    let text = row
        .get_ref(column)?
        .as_str()
        .map_err(|_| StoreError::Broken(format!("column {column} does not hold text")))?;
    serde_json::from_str(text).map_err(|error| broken("read", &error))
}

/// Says where, never what: serde's own words may quote a task's text.
fn broken(done: &str, error: &serde_json::Error) -> StoreError {
    StoreError::Broken(format!(
        "JSON cannot be {done}: {:?} error at line {} column {}",
        error.classify(),
        error.line(),
        error.column()
    ))
}
