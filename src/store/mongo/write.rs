//! Writing events and the task they lead to: one document, one command, guarded.

use mongodb::{
    ClientSession,
    bson::{Bson, Document, doc},
};
use serde::Deserialize;

use super::{
    Tasks,
    document::{self, Mark},
    error::{in_time, is_duplicate},
    filter::caused,
    lease,
    read::{first, parse},
};
use crate::{
    domain::Cause,
    store::{LeaseToken, StoreError, Write, number::number},
};

/// Inserts a task. An id that exists already is a [`StoreError::Conflict`].
pub(super) async fn create(tasks: &Tasks, write: &Write) -> Result<(), StoreError> {
    let mark = Mark::new();
    let document = document::insert(write, &mark)?;
    let inserted = in_time(async {
        match tasks.insert_one(document).await {
            Ok(_) => Ok(true),
            Err(error) if is_duplicate(&error) => Ok(false),
            Err(error) => Err(error),
        }
    });
    if inserted.await? {
        return Ok(());
    }
    match standing(tasks, write, &mark, None).await? {
        // The driver has tried twice, and the first try had come through.
        Some(Standing { is_written: true, .. }) => Ok(()),
        Some(_) => Err(StoreError::Conflict),
        None => Err(StoreError::KnownCause),
    }
}

/// Adds to a task. A repetition is told as such whatever the version it was decided on.
pub(super) async fn append(tasks: &Tasks, write: &Write) -> Result<(), StoreError> {
    let mark = Mark::new();
    let update = document::update(write, &mark)?;
    // In one session, the read that explains a refusal waits until what refused it is committed: so
    // whoever decides again reads something newer.
    let mut session = in_time(tasks.client().start_session()).await?;
    let command = tasks
        .find_one_and_update(guard(write), update)
        .projection(doc! { "_id": 1 })
        .session(&mut session);
    if in_time(command).await?.is_some() {
        return Ok(());
    }
    let standing = standing(tasks, write, &mark, Some(&mut session)).await?;
    standing.map_or(Err(StoreError::Conflict), |standing| standing.refusal(write.lease))
}

/// Everything that must be so for the write to happen.
fn guard(write: &Write) -> Document {
    let mut guard = document::of(write.task.id);
    guard.insert("version", number(write.expected_version()));
    if let Some(token) = write.lease {
        guard.extend(lease::held_by(token));
    }
    let causes = write.steps.iter().filter_map(|step| step.event.cause.as_ref());
    let unheard =
        causes.map(|cause| doc! { "events": { "$not": { "$elemMatch": caused(cause) } } });
    let unheard: Vec<_> = unheard.collect();
    if !unheard.is_empty() {
        guard.insert("$and", unheard);
    }
    guard
}

/// What of a task tells why it was not written to.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Standing {
    /// The write is among those that made the task.
    is_written: bool,
    /// A request or delivery of the write has caused an entry before.
    is_known: bool,
    /// The token of the lease, if it has not run out.
    held: Option<String>,
}

impl Standing {
    /// Why a write under `lease` did not find what its guard asks for.
    fn refusal(self, lease: Option<LeaseToken>) -> Result<(), StoreError> {
        let is_lost = lease.is_some_and(|token| self.held != Some(token.to_string()));
        match self {
            Self { is_written: true, .. } => Ok(()),
            Self { is_known: true, .. } => Err(StoreError::KnownCause),
            Self { .. } if is_lost => Err(StoreError::LeaseLost),
            Self { .. } => Err(StoreError::Conflict),
        }
    }
}

/// How the task stands to `write`. The server looks through the timeline, which may be long.
async fn standing(
    tasks: &Tasks,
    write: &Write,
    mark: &Mark,
    session: Option<&mut ClientSession>,
) -> Result<Option<Standing>, StoreError> {
    let causes = write.steps.iter().filter_map(|step| step.event.cause.as_ref());
    let is_known = doc! { "$or": causes.map(is_caused_by).collect::<Vec<_>>() };
    let shown = doc! {
        "isWritten": any_entry(&same("$$entry.mark", mark.as_str())),
        "isKnown": any_entry(&is_known),
        "held": { "$cond": [lease::runs(), "$lease.token", Bson::Null] },
    };
    let pipeline = [doc! { "$match": document::of(write.task.id) }, doc! { "$project": shown }];
    first(tasks, pipeline, session).await?.map(parse).transpose()
}

/// Whether `is` holds of any entry.
fn any_entry(is: &Document) -> Document {
    let those = doc! { "$filter": { "input": "$events", "as": "entry", "cond": is } };
    doc! { "$gt": [{ "$size": those }, 0] }
}

/// Whether `cause` has caused the entry, whatever it said.
fn is_caused_by(cause: &Cause) -> Document {
    match cause {
        Cause::Request { user, key, .. } => doc! { "$and": [
            same("$$entry.cause.request.user", user),
            same("$$entry.cause.request.key", key.as_str()),
        ] },
        Cause::Delivery { id } => same("$$entry.cause.delivery.id", id),
    }
}

fn same(field: &str, value: &str) -> Document {
    doc! { "$eq": [field, { "$literal": value }] }
}
