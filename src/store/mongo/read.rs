//! Reading tasks, their timelines, and where causes and links lead. What is read is committed by a
//! majority, so it is never taken back.

use futures_util::TryStreamExt as _;
use mongodb::{
    ClientSession,
    bson::{Document, deserialize_from_document, doc},
    options::{FindOptions, Hint},
};
use serde::{Deserialize, de::DeserializeOwned};

use super::{
    Tasks,
    document::{self, Shown},
    error::{in_time, unreadable},
    filter::{self, caused},
};
use crate::{
    domain::{
        Actor, Cause, Event, Progress, PullKey, Status, Summary, Task, TaskId, Timestamp,
        text::RepoName,
    },
    store::{Cursor, ListQuery, Page, Snapshot, Sort, Stats, StoreError, number::number},
};

/// The parts of a document that make a row of a list.
const ROW: [&str; 2] = ["last.summary", "progress.value"];

/// The task with the newest `newest` of its events.
pub(super) async fn snapshot(
    tasks: &Tasks,
    id: TaskId,
    newest: u32,
) -> Result<Option<Snapshot>, StoreError> {
    #[derive(Deserialize)]
    struct Stored {
        task: Task,
        #[serde(default)]
        events: Vec<Event>,
        progress: Option<Shown>,
    }
    let mut parts = doc! { "task": 1, "progress.value": 1 };
    if newest > 0 {
        let newest = i32::try_from(newest).unwrap_or(i32::MAX);
        parts.insert("events", doc! { "$slice": -newest });
    }
    let found = in_time(tasks.find_one(document::of(id)).projection(parts)).await?;
    let snapshot = |Stored { task, events, progress }| {
        let progress = progress.map(|shown| shown.value);
        Snapshot { task, events, progress }
    };
    Ok(found.map(parse).transpose()?.map(snapshot))
}

/// The task in short.
pub(super) async fn summary(tasks: &Tasks, id: TaskId) -> Result<Option<Summary>, StoreError> {
    let parts = doc! { "last.summary": 1 };
    let found = in_time(tasks.find_one(document::of(id)).projection(parts)).await?;
    Ok(found.map(row).transpose()?.map(|(task, _)| task))
}

/// The task that was changed last.
pub(super) async fn newest(tasks: &Tasks) -> Result<Option<Summary>, StoreError> {
    let newest = tasks.find_one(doc! {}).sort(filter::order(Sort::UpdatedAt));
    let found = in_time(newest.projection(doc! { "last.summary": 1 })).await?;
    Ok(found.map(row).transpose()?.map(|(task, _)| task))
}

/// Up to `limit` events after version `after`: entry `n` of the array made version `n`.
pub(super) async fn events(
    tasks: &Tasks,
    id: TaskId,
    after: u64,
    limit: u32,
) -> Result<Vec<Event>, StoreError> {
    #[derive(Deserialize)]
    struct Timeline {
        events: Vec<Event>,
    }
    let limit = i32::try_from(limit).unwrap_or(i32::MAX);
    let (Ok(after), 1..) = (i32::try_from(after), limit) else { return Ok(Vec::new()) };
    // Beside a slice alone the server would send everything else, too.
    let parts = doc! { "version": 1, "events": { "$slice": [after, limit] } };
    let found = in_time(tasks.find_one(document::of(id)).projection(parts)).await?;
    Ok(found.map(parse::<Timeline>).transpose()?.map_or_else(Vec::new, |found| found.events))
}

/// The tasks that `actor` may see and `query` asks for.
pub(super) async fn list(
    tasks: &Tasks,
    actor: &Actor,
    query: &ListQuery,
) -> Result<Page, StoreError> {
    Ok(page(rows(tasks, filter::asked_for(actor, query), None, query).await?, query))
}

/// The first rows in the list's order of what `filter` finds, and one more if there is one; by the
/// index that `hint` names, or the one that the server chooses.
pub(super) async fn rows(
    tasks: &Tasks,
    filter: Document,
    hint: Option<Hint>,
    query: &ListQuery,
) -> Result<Vec<Row>, StoreError> {
    let rows = tasks
        .find(filter)
        .with_options(FindOptions::builder().hint(hint).build())
        .sort(filter::order(query.sort))
        .projection(row_parts())
        .limit(i64::from(query.limit) + 1)
        .batch_size(query.limit.saturating_add(1));
    let rows = in_time(async { rows.await?.try_collect::<Vec<Document>>().await });
    rows.await?.into_iter().map(row).collect()
}

/// The counts over what `actor` may see.
pub(super) async fn stats(tasks: &Tasks, actor: &Actor) -> Result<Stats, StoreError> {
    let counting = tasks.aggregate(counting(actor));
    counted(in_time(async { counting.await?.try_collect::<Vec<Document>>().await }).await?)
}

/// The parts of a document that make a row.
pub(super) fn row_parts() -> Document {
    ROW.iter().map(|part| ((*part).to_owned(), 1.into())).collect()
}

/// The row that a document is.
pub(super) fn row(document: Document) -> Result<Row, StoreError> {
    let Parts { last, progress } = parse(document)?;
    Ok((last.summary, progress.map(|shown| shown.value)))
}

/// The page that `rows` are, of which there may be one more than asked for: then there are more.
pub(super) fn page(mut rows: Vec<Row>, query: &ListQuery) -> Page {
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let newest = rows.last().filter(|_| has_more);
    let next = newest.map(|(task, _)| Cursor::after(task, query.sort));
    Page { tasks: rows, next }
}

/// The pipeline that counts what `actor` may see, by status.
pub(super) fn counting(actor: &Actor) -> [Document; 2] {
    let newest = doc! { "$max": { "$toLong": "$updatedAt" } };
    // Says nothing, but names the first key of the index that has all that is asked for here.
    let any = doc! { "status": { "$in": Status::ALL.map(Status::as_str).to_vec() } };
    [
        doc! { "$match": { "$and": [any, filter::seen_by(actor)] } },
        doc! { "$group": { "_id": "$status", "count": { "$sum": 1_i64 }, "newest": newest } },
    ]
}

/// What the pipeline has counted.
pub(super) fn counted(groups: Vec<Document>) -> Result<Stats, StoreError> {
    #[derive(Deserialize)]
    struct Group {
        #[serde(rename = "_id")]
        status: Status,
        count: u64,
        newest: i64,
    }
    let mut seen = Stats::default();
    for group in groups {
        let Group { status, count, newest } = parse(group)?;
        seen.counts.insert(status, count);
        let newest = Timestamp::from_millis(newest);
        seen.last_activity_at = seen.last_activity_at.max(Some(newest));
    }
    Ok(seen)
}

/// The task that `user` created with `key`, and the hash recorded with it.
pub(super) async fn created_with(
    tasks: &Tasks,
    user: &str,
    key: &str,
) -> Result<Option<(TaskId, String)>, StoreError> {
    #[derive(Deserialize)]
    struct Created {
        #[serde(rename = "_id")]
        id: TaskId,
        #[serde(rename = "createdWith")]
        with: Hashed,
    }
    #[derive(Deserialize)]
    struct Hashed {
        hash: String,
    }
    let filter = doc! { "createdWith.user": user, "createdWith.key": key };
    let parts = doc! { "createdWith.hash": 1 };
    let found = in_time(tasks.find_one(filter).projection(parts)).await?;
    Ok(found.map(parse::<Created>).transpose()?.map(|created| (created.id, created.with.hash)))
}

/// The hash recorded with `user`'s `key` on the task.
pub(super) async fn written_with(
    tasks: &Tasks,
    id: TaskId,
    user: &str,
    key: &str,
) -> Result<Option<String>, StoreError> {
    #[derive(Deserialize)]
    struct Entries {
        #[serde(default)]
        events: Vec<Entry>,
    }
    #[derive(Deserialize)]
    struct Entry {
        cause: Cause,
    }
    let request = doc! { "cause.request.user": user, "cause.request.key": key };
    let parts = doc! { "events": { "$elemMatch": request } };
    let found = in_time(tasks.find_one(document::of(id)).projection(parts)).await?;
    let Some(Entries { events }) = found.map(parse).transpose()? else { return Ok(None) };
    Ok(events.into_iter().find_map(|entry| match entry.cause {
        Cause::Request { hash, .. } => Some(hash),
        Cause::Delivery { .. } => None,
    }))
}

/// Whether the task has an entry of this delivery.
pub(super) async fn heard(tasks: &Tasks, id: TaskId, delivery: &str) -> Result<bool, StoreError> {
    let mut filter = document::of(id);
    let delivery = Cause::Delivery { id: delivery.to_owned() };
    filter.insert("events", doc! { "$elemMatch": caused(&delivery) });
    let found = in_time(tasks.find_one(filter).projection(doc! { "_id": 1 })).await?;
    Ok(found.is_some())
}

/// The tasks linked to a pull request, oldest first.
pub(super) async fn linked_to_pull(
    tasks: &Tasks,
    pull: PullKey,
) -> Result<Vec<TaskId>, StoreError> {
    let pull = doc! { "repoId": number(pull.repo_id), "number": number(pull.number) };
    ids(tasks, doc! { "pulls": { "$elemMatch": pull } }).await
}

/// The tasks with a pull request into this repository whose head is this commit, oldest first.
pub(super) async fn headed_by(
    tasks: &Tasks,
    repo_id: u64,
    head_sha: &str,
) -> Result<Vec<TaskId>, StoreError> {
    let pull = doc! { "pull.headSha": head_sha, "pull.repoId": number(repo_id) };
    ids(tasks, doc! { "task.pulls": { "$elemMatch": pull } }).await
}

/// The tasks filed as this issue, oldest first.
pub(super) async fn filed_as(
    tasks: &Tasks,
    repo: &RepoName,
    issue: u64,
) -> Result<Vec<TaskId>, StoreError> {
    let repo = repo.as_str().to_ascii_lowercase();
    ids(tasks, doc! { "repo": repo, "issueNumber": number(issue) }).await
}

async fn ids(tasks: &Tasks, filter: Document) -> Result<Vec<TaskId>, StoreError> {
    #[derive(Deserialize)]
    struct Found {
        #[serde(rename = "_id")]
        id: TaskId,
    }
    let found = tasks.find(filter).projection(doc! { "_id": 1 }).sort(doc! { "_id": 1 });
    let found = in_time(async { found.await?.try_collect::<Vec<Document>>().await }).await?;
    found.into_iter().map(|document| parse::<Found>(document).map(|found| found.id)).collect()
}

/// The first document that `pipeline` makes.
pub(super) async fn first(
    tasks: &Tasks,
    pipeline: [Document; 2],
    session: Option<&mut ClientSession>,
) -> Result<Option<Document>, StoreError> {
    let read = tasks.aggregate(pipeline);
    match session {
        None => in_time(async { read.await?.try_next().await }).await,
        Some(session) => {
            in_time(async {
                let mut found = read.session(&mut *session).await?;
                found.next(session).await.transpose()
            })
            .await
        }
    }
}

/// What a document, or a part of one, says.
pub(super) fn parse<T: DeserializeOwned>(document: Document) -> Result<T, StoreError> {
    deserialize_from_document(document).map_err(|error| unreadable(&error))
}

/// What stands in a list of a task.
pub(super) type Row = (Summary, Option<Progress>);

#[derive(Deserialize)]
struct Parts {
    last: Last,
    progress: Option<Shown>,
}

#[derive(Deserialize)]
struct Last {
    summary: Summary,
}
