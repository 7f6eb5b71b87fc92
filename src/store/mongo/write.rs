//! Writing events and the task they lead to: one document, one command, guarded.

use mongodb::{
    ClientSession,
    bson::{Bson, Document, doc},
};
use serde::Deserialize;

use super::{
    Tasks,
    document::{self, Mark, number},
    error::{in_time, is_duplicate},
    filter::caused,
    lease,
    read::{first, parse},
};
use crate::{
    domain::{Cause, TaskId},
    store::{StoreError, Write},
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
    match standing(tasks, write.task.id, None).await? {
        // The driver has tried twice, and the first try had come through.
        Some(standing) if standing.has(&mark) => Ok(()),
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
    let standing = standing(tasks, write.task.id, Some(&mut session)).await?;
    standing.map_or(Err(StoreError::Conflict), |standing| standing.refusal(write, &mark))
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

/// What of a task decides whether it can be written to.
#[derive(Deserialize)]
struct Standing {
    events: Vec<Added>,
    /// The token of the lease, if it has not run out.
    held: Option<String>,
}

#[derive(Deserialize)]
struct Added {
    mark: String,
    cause: Option<Cause>,
}

impl Standing {
    /// Whether the write with this mark is among those that made the task.
    fn has(&self, mark: &Mark) -> bool {
        self.events.iter().any(|event| event.mark == mark.as_str())
    }

    fn knows(&self, cause: &Cause) -> bool {
        let repeats = |known: &Cause| match (known, cause) {
            (Cause::Request { user, key, .. }, Cause::Request { user: other, key: again, .. }) => {
                user == other && key == again
            }
            (Cause::Delivery { id }, Cause::Delivery { id: again }) => id == again,
            (Cause::Request { .. }, Cause::Delivery { .. })
            | (Cause::Delivery { .. }, Cause::Request { .. }) => false,
        };
        self.events.iter().filter_map(|event| event.cause.as_ref()).any(repeats)
    }

    /// Why `write` did not find what its guard asks for.
    fn refusal(&self, write: &Write, mark: &Mark) -> Result<(), StoreError> {
        if self.has(mark) {
            return Ok(());
        }
        let mut causes = write.steps.iter().filter_map(|step| step.event.cause.as_ref());
        if causes.any(|cause| self.knows(cause)) {
            return Err(StoreError::KnownCause);
        }
        match write.lease {
            Some(token) if self.held.as_deref() != Some(&token.to_string()) => {
                Err(StoreError::LeaseLost)
            }
            Some(_) | None => Err(StoreError::Conflict),
        }
    }
}

async fn standing(
    tasks: &Tasks,
    id: TaskId,
    session: Option<&mut ClientSession>,
) -> Result<Option<Standing>, StoreError> {
    let held = doc! { "$cond": [lease::runs(), "$lease.token", Bson::Null] };
    let shown = doc! { "events.mark": 1, "events.cause": 1, "held": held };
    let pipeline = [doc! { "$match": document::of(id) }, doc! { "$project": shown }];
    first(tasks, pipeline, session).await?.map(parse).transpose()
}
