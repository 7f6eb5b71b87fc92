//! A list and counts of one moment, with that moment's place in the feed.
//!
//! The place is the cluster time of a snapshot: the change stream tells each change with the cluster
//! time of its commit, so the snapshot contains those that are not later, and no others. Both reads
//! are of the same snapshot. A server that takes a snapshot's time but does not read as of it, as a
//! stand-in may, is found out at the start; its place is one that is surely contained, so what
//! changes while it is read is told once more, but nothing is left out.

use mongodb::{
    Database,
    bson::{Document, Timestamp, deserialize_from_document, doc},
};
use serde::Deserialize;

use super::{
    TASKS, Tasks,
    connect::database,
    error::in_time,
    filter,
    read::{counted, counting, page, parse, row, row_parts},
};
use crate::{
    domain::Actor,
    store::{ListQuery, Page, Stats, StoreError},
};

/// Where the start leaves a trace of what the server can do.
const PROBE: &str = "probe";
/// After so many seconds a write that has its cluster time is committed, on a server that shows what
/// is later before what is earlier.
const SETTLED: u32 = 1;

/// A moment's place among all changes: cluster times are unique for each write, and ordered.
pub(super) fn position(at: Timestamp) -> u64 {
    (u64::from(at.time) << 32) | u64::from(at.increment)
}

/// The moment that a majority of the members has by now: every write that was acknowledged before is
/// not later, and whoever reads from now on reads all that is not later.
///
/// The time of the primary's newest write is no such moment: a majority may not have that write yet,
/// so a read would not show it, and a stream from that time on would not tell it.
pub(super) async fn agreed(database: &Database) -> Result<Timestamp, StoreError> {
    let look = doc! { "find": PROBE, "filter": {}, "limit": 1 };
    Ok(read(database, PROBE, look, None).await?.1)
}

/// Whether the primary answers, and the time of its newest write.
pub(super) async fn now(database: &Database) -> Result<Timestamp, StoreError> {
    #[derive(Deserialize)]
    struct Pong {
        #[serde(rename = "operationTime")]
        at: Timestamp,
    }
    let pong: Pong = parse(in_time(database.run_command(doc! { "ping": 1 })).await?)?;
    Ok(pong.at)
}

/// Whether the server reads as of a snapshot's time, as MongoDB does from version 5 on.
pub(super) async fn holds_still(database: &Database) -> Result<bool, StoreError> {
    let probe = database.collection::<Document>(PROBE);
    let touch = || async {
        let count = doc! { "$inc": { "starts": 1_i64 } };
        in_time(probe.update_one(doc! { "_id": "snapshot" }, count).upsert(true)).await
    };
    let look = || doc! { "find": PROBE, "filter": { "_id": "snapshot" } };
    touch().await?;
    let (before, at) = read(database, PROBE, look(), None).await?;
    touch().await?;
    let (after, _) = read(database, PROBE, look(), Some(at)).await?;
    Ok(before == after)
}

/// The list, the counts and the position.
pub(super) async fn dashboard(
    tasks: &Tasks,
    holds_still: bool,
    actor: &Actor,
    query: &ListQuery,
) -> Result<(Page, Stats, u64), StoreError> {
    let database = &database(tasks);
    let before = if holds_still { None } else { Some(now(database).await?) };
    let count = doc! { "aggregate": TASKS, "pipeline": counting(actor).to_vec(), "cursor": {} };
    let (counts, at) = read(database, TASKS, count, None).await?;
    let limit = i64::from(query.limit) + 1;
    let find = doc! {
        "find": TASKS,
        "filter": filter::asked_for(actor, query),
        "sort": filter::order(query.sort),
        "projection": row_parts(),
        "limit": limit,
        "batchSize": limit,
    };
    let (rows, _) = read(database, TASKS, find, Some(at)).await?;
    let rows = rows.into_iter().map(row).collect::<Result<_, _>>()?;
    let at = before
        .map_or(at, |before| Timestamp { time: before.time.saturating_sub(SETTLED), increment: 0 });
    Ok((page(rows, query), counted(counts)?, position(at)))
}

#[derive(Deserialize)]
struct Reply {
    cursor: Batch,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Batch {
    id: i64,
    #[serde(alias = "firstBatch", alias = "nextBatch")]
    found: Vec<Document>,
    at_cluster_time: Option<Timestamp>,
}

/// Everything that `command` finds, as of `at` or of a moment of the server's own choice, and that
/// moment. What was acknowledged before is not later: the choice is what a majority has by now.
async fn read(
    database: &Database,
    collection: &str,
    mut command: Document,
    at: Option<Timestamp>,
) -> Result<(Vec<Document>, Timestamp), StoreError> {
    let mut concern = doc! { "level": "snapshot" };
    concern.extend(at.map(|at| ("atClusterTime".to_owned(), at.into())));
    command.insert("readConcern", concern);
    in_time(async {
        // The driver's own snapshot sessions do not say of which moment they are.
        let mut session = database.client().start_session().causal_consistency(false).await?;
        let reply = database.run_command(command).session(&mut session).await?;
        let Reply { cursor: Batch { mut id, mut found, at_cluster_time } } =
            deserialize_from_document(reply)?;
        while id != 0 {
            let more = doc! { "getMore": id, "collection": collection };
            let reply = database.run_command(more).session(&mut session).await?;
            let Reply { cursor } = deserialize_from_document(reply)?;
            found.extend(cursor.found);
            id = cursor.id;
        }
        Ok((found, at_cluster_time))
    })
    .await
    .and_then(|(found, at)| {
        let at = at.ok_or_else(|| StoreError::Broken("a snapshot of no moment".into()))?;
        Ok((found, at))
    })
}
