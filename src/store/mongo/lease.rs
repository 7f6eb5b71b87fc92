//! The leases of workers, by the database's clock. They change no version.

use std::time::Duration;

use mongodb::{
    bson::{Bson, DateTime, Document, doc},
    options::ReturnDocument,
};
use serde::Deserialize;

use super::{Tasks, document, document::number, error::in_time, read::parse};
use crate::{
    domain::{Task, TaskId, Timestamp},
    store::{Attempt, Claim, LeaseToken, StoreError},
};

/// That the lease is `token`'s and has not run out.
pub(super) fn held_by(token: LeaseToken) -> Document {
    doc! { "lease.token": token.to_string(), "$expr": runs() }
}

/// That a lease, or the rest after one, has not run out.
pub(super) fn runs() -> Document {
    is_ahead("$lease.until")
}

/// That the time in `field` is yet to come.
pub(super) fn is_ahead(field: &str) -> Document {
    // As numbers: not every server compares a stored date with the present one.
    doc! { "$gt": [{ "$toLong": field }, { "$toLong": "$$NOW" }] }
}

/// Leases the task that has waited longest for a worker to `token`.
pub(super) async fn claim(
    tasks: &Tasks,
    token: LeaseToken,
    term: Duration,
) -> Result<Option<Claim>, StoreError> {
    let to_do = doc! { "work": { "$exists": true } };
    // Cancelled, but an issue may have been posted; once it is known there is no attempt.
    let to_look_after = doc! { "status": "cancelled", "attempt.token": { "$exists": true } };
    let next = doc! { "$or": [to_do, to_look_after], "$expr": { "$not": [runs()] } };
    let lease = doc! { "token": token.to_string(), "until": from_now(term) };
    let update = [doc! { "$set": { "lease": lease } }, waiting_since_then()];
    let claim = tasks
        .find_one_and_update(next, update.to_vec())
        .sort(doc! { "waitingSince": 1, "createdAt": 1, "_id": 1 })
        .projection(doc! { "task": 1, "attempt": 1 });
    let Some(document) = in_time(claim).await? else { return Ok(None) };
    let Claimed { task, attempt } = parse(document)?;
    Ok(Some(Claim { task, attempt: attempt.map(TryInto::try_into).transpose()? }))
}

/// Lets the lease last for `term` from now.
pub(super) async fn renew(
    tasks: &Tasks,
    id: TaskId,
    token: LeaseToken,
    term: Duration,
) -> Result<(), StoreError> {
    let update = [doc! { "$set": { "lease.until": from_now(term) } }, waiting_since_then()];
    under(tasks, id, token, update.to_vec()).await
}

/// Ends the lease; nobody can claim the task before `rest` is over.
pub(super) async fn release(
    tasks: &Tasks,
    id: TaskId,
    token: LeaseToken,
    rest: Duration,
) -> Result<(), StoreError> {
    let update = [
        doc! { "$set": { "lease.until": from_now(rest) } },
        doc! { "$unset": "lease.token" },
        waiting_since_then(),
    ];
    match under(tasks, id, token, update.to_vec()).await {
        Err(StoreError::LeaseLost) => Ok(()),
        done => done,
    }
}

/// Records that an issue may be posted from now on.
pub(super) async fn begin_attempt(
    tasks: &Tasks,
    id: TaskId,
    version: u64,
    token: LeaseToken,
) -> Result<Attempt, StoreError> {
    let mut guard = document::of(id);
    guard.extend(held_by(token));
    let held = guard.clone();
    guard.insert("version", number(version));
    let attempt = doc! { "at": "$$NOW", "token": token.to_string() };
    let begin = tasks
        .find_one_and_update(guard, vec![doc! { "$set": { "attempt": attempt } }])
        .return_document(ReturnDocument::After)
        .projection(doc! { "attempt": 1 });
    match in_time(begin).await? {
        Some(document) => {
            let Begun { attempt } = parse(document)?;
            attempt.try_into()
        }
        None if in_time(tasks.find_one(held)).await?.is_some() => Err(StoreError::Conflict),
        None => Err(StoreError::LeaseLost),
    }
}

/// Forgets the attempt, whoever made it.
pub(super) async fn clear_attempt(
    tasks: &Tasks,
    id: TaskId,
    token: LeaseToken,
) -> Result<(), StoreError> {
    under(tasks, id, token, vec![doc! { "$unset": "attempt" }]).await
}

/// Does `update` if the lease is `token`'s.
async fn under(
    tasks: &Tasks,
    id: TaskId,
    token: LeaseToken,
    update: Vec<Document>,
) -> Result<(), StoreError> {
    let mut guard = document::of(id);
    guard.extend(held_by(token));
    let done = in_time(tasks.update_one(guard, update)).await?;
    if done.matched_count == 1 { Ok(()) } else { Err(StoreError::LeaseLost) }
}

/// So long from now, by the database's clock.
pub(super) fn from_now(term: Duration) -> Bson {
    let millis = u64::try_from(term.as_millis()).unwrap_or(u64::MAX);
    doc! { "$add": ["$$NOW", number(millis)] }.into()
}

/// Whoever comes back waits behind those who came meanwhile.
fn waiting_since_then() -> Document {
    doc! { "$set": { "waitingSince": "$lease.until" } }
}

#[derive(Deserialize)]
struct Claimed {
    task: Task,
    attempt: Option<StoredAttempt>,
}

#[derive(Deserialize)]
struct Begun {
    attempt: StoredAttempt,
}

/// An attempt as the document has it.
#[derive(Deserialize)]
pub(super) struct StoredAttempt {
    at: DateTime,
    token: String,
}

impl TryFrom<StoredAttempt> for Attempt {
    type Error = StoreError;

    fn try_from(stored: StoredAttempt) -> Result<Self, Self::Error> {
        let token =
            stored.token.parse().map_err(|_| StoreError::Broken("not a lease's token".into()))?;
        Ok(Self { at: Timestamp::from_millis(stored.at.timestamp_millis()), token })
    }
}
