//! The leases of workers, by the database's clock. They change no version.

use std::time::Duration;

use mongodb::{
    bson::{Bson, DateTime, Document, doc},
    options::ReturnDocument,
};
use serde::Deserialize;

use super::{
    Tasks,
    document::{self, date},
    error::in_time,
    read::parse,
};
use crate::{
    domain::{Task, TaskId, Timestamp},
    store::{Attempt, Claim, LeaseToken, StoreError, number::number},
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
    for mut next in [to_look_after(), to_do()] {
        next.insert("$expr", doc! { "$not": [runs()] });
        let lease = doc! { "token": token.to_string(), "until": from_now(term) };
        let update = [doc! { "$set": { "lease": lease } }, waiting_since_then()];
        let claim = tasks
            .find_one_and_update(next, update.to_vec())
            .sort(doc! { "waitingSince": 1, "createdAt": 1, "_id": 1 })
            .return_document(ReturnDocument::After)
            .projection(doc! { "task": 1, "attempt": 1, "lease.until": 1 });
        if let Some(document) = in_time(claim).await? {
            return parse::<Claimed>(document)?.into_claim(term).map(Some);
        }
    }
    Ok(None)
}

// Two questions, because each has an index that answers it in order. Of one question with an `or` a
// server would look at every task. Each names the condition of its partial index, and its first key.

/// Cancelled, but an issue may have been posted; once it is known there is no attempt. They come
/// first: there are few, and between two looks they rest, so they hold nobody up.
fn to_look_after() -> Document {
    doc! { "status": "cancelled", "attempt.token": { "$exists": true } }
}

/// What a worker has to do: every time there is.
fn to_do() -> Document {
    doc! { "work": { "$exists": true }, "waitingSince": { "$gte": date(Timestamp::EPOCH) } }
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
    lease: Held,
}

#[derive(Deserialize)]
struct Held {
    until: DateTime,
}

impl Claimed {
    fn into_claim(self, term: Duration) -> Result<Claim, StoreError> {
        let Self { task, attempt, lease } = self;
        let attempt: Option<Attempt> = attempt.map(TryInto::try_into).transpose()?;
        // When it was claimed, by the same clock as the attempt's beginning.
        let until = Timestamp::from_millis(lease.until.timestamp_millis());
        let age = attempt.map(|attempt| until.since(attempt.at).saturating_sub(term));
        Ok(Claim { task, attempt, attempt_age: age.unwrap_or_default() })
    }
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

#[cfg(test)]
mod tests {
    use super::{super::connect::indexes, *};

    #[test]
    fn each_question_for_work_names_the_condition_and_the_first_key_of_its_index() {
        let indexes = indexes();
        for (name, question) in [("to_claim", to_do()), ("to_look_after", to_look_after())] {
            let named = |options: &&mongodb::IndexModel| {
                options.options.as_ref().and_then(|it| it.name.as_deref()) == Some(name)
            };
            let index = indexes.iter().find(named).unwrap();
            let condition = index.options.clone().unwrap().partial_filter_expression.unwrap();
            for (field, is) in &condition {
                assert_eq!(question.get(field), Some(is), "{name}");
            }
            let first = index.keys.keys().next().unwrap();
            assert!(question.contains_key(first), "{name}: {first}");
        }
    }
}
