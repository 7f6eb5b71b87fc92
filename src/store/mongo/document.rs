//! A task as one document: its timeline, its state, what lists and guards look at, and what the
//! newest write was.
//!
//! ```text
//! _id, version, status, creator, team, visibility, repo, issueNumber, pulls, createdAt, updatedAt,
//! search       what lists, guards and links look at
//! createdWith  {user, key, hash} of the request that created it
//! work         what a worker has to do, if anything
//! lease        {token, until}; waitingSince: its end, or when the task was created
//! attempt      {at, token}: an issue may have been posted since
//! progress     {value, summary}: what is being done just now
//! task         domain::Task
//! events       [domain::Event, each with the mark of the write that added it]
//! last         {from, entries, summaries, summary}: the newest write whole
//! ```

use mongodb::bson::{
    Bson, DateTime, Document, doc, serialize_to_bson, serialize_to_document, serialize_to_vec,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    domain::{
        Cause, Event, Progress, PullKey, Summary, Task, TaskId, Timestamp, Work, text::TeamName,
    },
    store::{Attempt, StoreError, WholeTask, Write, number::number, search::haystack},
};

/// What tells one write from all others, so that one whose answer was lost is known again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mark(String);

impl Mark {
    /// A mark that no other write has.
    pub(super) fn new() -> Self {
        Self(Uuid::now_v7().simple().to_string())
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The document of a new task.
pub(super) fn insert(write: &Write, mark: &Mark) -> Result<Document, StoreError> {
    let events = write.steps.iter().map(|step| &step.event);
    let mut document = whole(&write.task, events, mark)?;
    document.insert("last", last(write, mark)?);
    Ok(document)
}

/// The document of a task with a past. It says of no entry that it was written now.
pub(super) fn import(task: &WholeTask, mark: &Mark) -> Result<Document, StoreError> {
    let mut document = whole(task.task(), task.events(), mark)?;
    if let Some(Attempt { at, token }) = task.attempt() {
        document.insert("attempt", doc! { "at": date(at), "token": token.to_string() });
    }
    let summary = to_bson(&Summary::from(task.task()))?;
    let none = Bson::Array(Vec::new());
    let last =
        doc! { "from": null, "entries": none.clone(), "summaries": none, "summary": summary };
    document.insert("last", last);
    Ok(document)
}

fn whole<'a>(
    task: &Task,
    events: impl IntoIterator<Item = &'a Event>,
    mark: &Mark,
) -> Result<Document, StoreError> {
    let mut events = events.into_iter().peekable();
    let mut document = doc! { "_id": task.id.to_string(), "version": number(task.version) };
    document.extend(columns(task));
    if let Some(work) = task.work() {
        document.insert("work", work.as_str());
    }
    let cause = events.peek().and_then(|first| first.cause.as_ref());
    if let Some(Cause::Request { user, key, hash }) = cause {
        document.insert("createdWith", doc! { "user": user, "key": key.as_str(), "hash": hash });
    }
    document.insert("waitingSince", date(task.created_at));
    document.insert("task", to_document(task)?);
    document.insert("events", entries(events, mark)?);
    Ok(document)
}

/// The update that adds to a task. What stays as it was is not told by the change stream; `last` is.
pub(super) fn update(write: &Write, mark: &Mark) -> Result<Document, StoreError> {
    let Write { task, steps, .. } = write;
    let mut set = columns(task);
    for (field, value) in to_document(task)? {
        set.insert(format!("task.{field}"), value);
    }
    set.insert("last", last(write, mark)?);
    let mut unset = Document::new();
    match task.work().map(Work::as_str) {
        Some(work) => set.insert("work", work),
        None => unset.insert("work", ""),
    };
    if task.issue.is_some() {
        // The task has its issue: nobody need look for it any more.
        unset.insert("attempt", "");
    }
    if write.changes_status() {
        unset.insert("progress", "");
    }
    let grown = task.version.saturating_sub(write.expected_version());
    let mut update = doc! {
        "$inc": { "version": number(grown) },
        "$push": { "events": { "$each": entries(steps.iter().map(|step| &step.event), mark)? } },
        "$set": set,
    };
    if !unset.is_empty() {
        update.insert("$unset", unset);
    }
    Ok(update)
}

fn columns(task: &Task) -> Document {
    let pull = |PullKey { repo_id, number: pull }: PullKey| -> Bson {
        doc! { "repoId": number(repo_id), "number": number(pull) }.into()
    };
    doc! {
        "status": task.status.as_str(),
        "creator": task.creator.id.as_str(),
        "team": task.team.as_ref().map(TeamName::as_str),
        "visibility": task.visibility.as_str(),
        "repo": task.repo.as_ref().map(|repo| repo.as_str().to_ascii_lowercase()),
        "issueNumber": task.issue.as_ref().map(|issue| number(issue.number)),
        "pulls": task.pull_keys().map(pull).collect::<Vec<_>>(),
        "createdAt": date(task.created_at),
        "updatedAt": date(task.updated_at),
        "search": haystack(task),
    }
}

fn entries<'a>(
    events: impl IntoIterator<Item = &'a Event>,
    mark: &Mark,
) -> Result<Vec<Document>, StoreError> {
    let entry = |event: &Event| {
        let mut entry = to_document(event)?;
        entry.insert("mark", mark.as_str());
        Ok(entry)
    };
    events.into_iter().map(entry).collect()
}

/// The write as its change event tells it. The last summary stands alone: it is the task's.
fn last(write: &Write, mark: &Mark) -> Result<Document, StoreError> {
    let Some((newest, before)) = write.steps.split_last() else {
        return Err(StoreError::Broken("a write without an event".into()));
    };
    let before = before.iter().map(|step| to_bson(&step.summary));
    Ok(doc! {
        "from": to_bson(&write.from)?,
        "entries": entries(write.steps.iter().map(|step| &step.event), mark)?,
        "summaries": before.collect::<Result<Vec<_>, _>>()?,
        "summary": to_bson(&newest.summary)?,
    })
}

/// How many bytes `document` takes on its way to the server, and there.
pub(super) fn size(document: &Document) -> Result<usize, StoreError> {
    Ok(serialize_to_vec(document).map_err(|_| unwritable())?.len())
}

/// `value` as a part of a document.
pub(super) fn to_bson<T: Serialize>(value: &T) -> Result<Bson, StoreError> {
    serialize_to_bson(value).map_err(|_| unwritable())
}

fn to_document<T: Serialize>(value: &T) -> Result<Document, StoreError> {
    serialize_to_document(value).map_err(|_| unwritable())
}

fn unwritable() -> StoreError {
    StoreError::Broken("a value cannot be written as BSON".into())
}

pub(super) fn date(at: Timestamp) -> DateTime {
    DateTime::from_millis(at.as_millis())
}

/// The filter for one task.
pub(super) fn of(id: TaskId) -> Document {
    doc! { "_id": id.to_string() }
}

/// What the document keeps of a progress: enough for its change event to be told without a look-up.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Shown {
    /// What is being done.
    pub(super) value: Progress,
    /// The task as of then; not read with a task, which has its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) summary: Option<Summary>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        ActorRef, CheckReport, CheckRun, Checks, Command, Fact, PullRequest, PullState,
        ReviewState, decide,
    };

    /// As long as a document of MongoDB's may be.
    const LARGEST: usize = 16 * 1024 * 1024;
    const PULL: PullKey = PullKey { repo_id: 123_456_789, number: 57 };

    fn pull(state: PullState, n: i64) -> Fact {
        Fact::Pull(PullRequest {
            key: PULL,
            repo: "acme/shop".try_into().unwrap(),
            url: "https://github.com/acme/shop/pull/57".into(),
            title: "Fix it".into(),
            state,
            draft: false,
            head_sha: "0123456789012345678901234567890123456789".into(),
            merge_commit_sha: None,
            created_at: Timestamp::EPOCH,
            updated_at: Timestamp::from_millis(n),
            names: None,
        })
    }

    fn review(n: i64) -> Fact {
        let (object_id, state) = (n.unsigned_abs(), ReviewState::Approved);
        Fact::Review { pull: PULL, object_id, state, at: Timestamp::from_millis(n) }
    }

    fn check(n: i64) -> Fact {
        let run = CheckRun { id: 1, suite_id: n.unsigned_abs(), name: Some("b".into()) };
        let report = CheckReport { run, outcome: Checks::Passing, at: Timestamp::from_millis(n) };
        let head_sha = "0123456789012345678901234567890123456789".into();
        Fact::Checks { pull: PULL, head_sha, report }
    }

    /// A task that heard so many facts of one kind, and its document.
    fn told(count: i64, fact: fn(i64) -> Fact) -> (Task, Vec<Event>) {
        let (by, now, write) = (ActorRef::system(), Timestamp::EPOCH, Write::plain());
        let (mut task, mut events) = (write.task, vec![write.steps[0].event.clone()]);
        for n in 0..count {
            let fact = if n == 0 { pull(PullState::Open, 0) } else { fact(n) };
            let bodies = decide(&task, &Command::Hear(fact)).unwrap();
            let write = Write::append(&task, bodies, &by, now, None).unwrap();
            events.extend(write.steps.into_iter().map(|step| step.event));
            task = write.task;
        }
        (task, events)
    }

    #[test]
    fn a_document_has_room_for_a_status_when_its_timeline_takes_nothing_else() {
        let flaps = |n| pull(if n % 2 == 1 { PullState::Closed } else { PullState::Open }, n);
        for (kind, fact) in [("reviews", review as fn(_) -> _), ("checks", check), ("pulls", flaps)]
        {
            // What many take is what one takes, times their number: the marginal cost is measured.
            let (few, many) = (told(200, fact), told(400, fact));
            let bytes = |(task, events): &(Task, Vec<Event>)| {
                size(&whole(task, events, &Mark::new()).unwrap()).unwrap()
            };
            let stored = bytes(&many) - bytes(&few);
            let counted = usize::try_from(many.0.timeline_bytes - few.0.timeline_bytes).unwrap();
            let limit = usize::try_from(Task::STATUS_ONLY).unwrap();
            let full = limit / counted * stored;
            assert!(full < LARGEST - 1024 * 1024, "{kind}: {stored} bytes for {counted}");
        }
    }
}
