//! What the driver's errors mean to the store's callers.

use std::time::Duration;

use mongodb::{
    bson,
    error::{CommandError, Error, ErrorKind, WriteFailure},
};
use tokio::time::timeout;

use crate::store::StoreError;

/// How long a command may take with everything that the driver does for it: finding the primary,
/// and trying once more. A request is answered within five seconds, whatever the database does.
const PATIENCE: Duration = Duration::from_millis(4500);

/// What a server says that is not, or no longer, or not yet the primary, that is stopping, that was
/// interrupted, that no longer has the moment that was asked for, or that could not get a majority's
/// word in time: all of it passes.
const PASSING: [i32; 28] = [
    6, 7, 43, 46, 50, 64, 79, 89, 91, 100, 112, 133, 134, 175, 189, 202, 234, 237, 239, 246, 262,
    365, 9001, 10107, 11600, 11601, 11602, 13435,
];
/// `NotPrimaryOrSecondary`, the one more of them.
const RECOVERING: i32 = 13436;
const DUPLICATE_KEY: i32 = 11000;
/// What a server says of a document that an update would make too large.
const TOO_LARGE: [i32; 3] = [10334, 17419, 17420];

/// The answer to a command, if it comes in time. One that does not may or may not have been done.
pub(super) async fn in_time<T>(
    command: impl IntoFuture<Output = Result<T, Error>, IntoFuture: Send> + Send,
) -> Result<T, StoreError> {
    match timeout(PATIENCE, command.into_future()).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(StoreError::Unavailable("MongoDB does not answer in time".into())),
    }
}

impl From<Error> for StoreError {
    /// What may pass by itself is `Unavailable`; everything else but a document that has become too
    /// large should not have happened.
    fn from(error: Error) -> Self {
        let passes = match error.kind.as_ref() {
            ErrorKind::Io(_)
            | ErrorKind::ConnectionPoolCleared { .. }
            | ErrorKind::ServerSelection { .. }
            | ErrorKind::DnsResolve { .. }
            | ErrorKind::Shutdown => true,
            _ => code(&error).is_some_and(|code| PASSING.contains(&code) || code == RECOVERING),
        };
        if code(&error).is_some_and(|code| TOO_LARGE.contains(&code)) {
            return Self::TooLarge;
        }
        let said = words(&error);
        if passes { Self::Unavailable(said) } else { Self::Broken(said) }
    }
}

/// Says where, never what: a document is a task's text.
pub(super) fn unreadable(error: &bson::error::Error) -> StoreError {
    let field = error.key.as_deref().unwrap_or("?");
    StoreError::Broken(format!("a stored document does not make sense at {field}"))
}

/// Whether the write was refused because another document has its key.
pub(super) fn is_duplicate(error: &Error) -> bool {
    code(error) == Some(DUPLICATE_KEY)
}

/// The server's number for the error, if it is a server's.
pub(super) fn code(error: &Error) -> Option<i32> {
    match error.kind.as_ref() {
        ErrorKind::Command(CommandError { code, .. }) => Some(*code),
        ErrorKind::Write(WriteFailure::WriteError(error)) => Some(error.code),
        ErrorKind::Write(WriteFailure::WriteConcernError(error)) => Some(error.code),
        _ => None,
    }
}

/// A server's error by number and name: its own words may quote a document.
fn words(error: &Error) -> String {
    match error.kind.as_ref() {
        ErrorKind::Command(CommandError { code, code_name, .. }) => format!("{code_name} ({code})"),
        ErrorKind::Write(WriteFailure::WriteError(error)) => format!("write error {}", error.code),
        ErrorKind::Write(WriteFailure::WriteConcernError(error)) => {
            format!("{} ({})", error.code_name, error.code)
        }
        _ => error.to_string(),
    }
}
