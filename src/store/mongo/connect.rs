//! Reaching the database, and making it ready.

use std::{pin::pin, time::Duration};

use mongodb::{
    Client, Collection, Database, IndexModel,
    bson::{Document, doc},
    error::ErrorKind,
    options::{
        Acknowledgment, ClientOptions, CollectionOptions, IndexOptions, ReadConcern,
        ReadPreference, SelectionCriteria, WriteConcern,
    },
};
use tokio::time::timeout;
use tracing::info;

use super::{TASKS, Tasks, error::in_time, words};
use crate::store::StoreError;

/// How long a command waits for a primary: then it is the caller's turn to try again.
const SELECTION: Duration = Duration::from_secs(3);
/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(2);
/// How long a majority may take to have a write. Longer, and it is not acknowledged.
const MAJORITY: Duration = Duration::from_secs(3);
/// Enough for all requests of an instance to be under way at once.
const CONNECTIONS: u32 = 64;
/// How often the server is asked whether it is still there while it builds indexes.
const BUILDING: Duration = Duration::from_secs(10);

/// The database at `uri`. Waits for nothing: it may not be there yet. What the address itself says
/// of times and numbers stands; what it says of whom to read from does not: all is read from the
/// primary, for a secondary may not have what was acknowledged a moment ago.
///
/// Names that cannot be resolved just now are [`StoreError::Unavailable`].
pub(super) async fn reach(uri: &str, name: &str) -> Result<Database, StoreError> {
    // The driver's words could quote the address, and it holds a password.
    let unusable = |error: mongodb::error::Error| match error.kind.as_ref() {
        ErrorKind::DnsResolve { .. } => {
            StoreError::Unavailable("the address of MongoDB cannot be looked up".into())
        }
        _ => StoreError::Broken("the address of MongoDB cannot be used".into()),
    };
    let mut options = ClientOptions::parse(uri).await.map_err(unusable)?;
    options.selection_criteria = Some(primary());
    options.app_name.get_or_insert_with(|| "taskwire".into());
    options.server_selection_timeout.get_or_insert(SELECTION);
    options.connect_timeout.get_or_insert(CONNECT);
    options.max_pool_size.get_or_insert(CONNECTIONS);
    let client = Client::with_options(options).map_err(unusable)?;
    Ok(client.database(name))
}

/// The database that `tasks` is in.
pub(super) fn database(tasks: &Tasks) -> Database {
    tasks.client().database(&tasks.namespace().db)
}

/// Another collection beside that of the tasks, used like it.
pub(super) fn sibling(tasks: &Tasks, name: &str) -> Collection<Document> {
    database(tasks).collection_with_options(name, majority())
}

/// The collection of tasks. A majority of the members has what is acknowledged and what is read.
pub(super) fn tasks(database: &Database) -> Tasks {
    database.collection_with_options(TASKS, majority())
}

fn majority() -> CollectionOptions {
    let majority = WriteConcern::builder().w(Acknowledgment::Majority).w_timeout(MAJORITY).build();
    CollectionOptions::builder()
        .selection_criteria(primary())
        .write_concern(majority)
        .read_concern(ReadConcern::majority())
        .build()
}

fn primary() -> SelectionCriteria {
    SelectionCriteria::ReadPreference(ReadPreference::Primary)
}

/// Makes sure that the server can do what is asked of it, and has the indexes. Building one over
/// many tasks takes its time: it is waited for as long as the server answers beside it.
pub(super) async fn prepare(database: &Database) -> Result<(), StoreError> {
    let hello = in_time(database.run_command(doc! { "hello": 1 })).await?;
    let is_replicated =
        hello.contains_key("setName") || hello.get_str("msg").is_ok_and(|msg| msg == "isdbgrid");
    if !is_replicated {
        return Err(StoreError::Broken(
            "MongoDB must run as a replica set: a single server has no change streams".into(),
        ));
    }
    let tasks = tasks(database);
    let mut building = pin!(tasks.create_indexes(indexes()).into_future());
    loop {
        // Cancel-safe: what the timeout drops is a reference, and the building goes on.
        if let Ok(done) = timeout(BUILDING, &mut building).await {
            return Ok(done.map(|_| ())?);
        }
        info!("the database is building its indexes");
        in_time(database.run_command(doc! { "ping": 1 })).await?;
    }
}

/// The indexes by what they are for.
pub(super) fn indexes() -> Vec<IndexModel> {
    let when = |condition: Document| Some(condition);
    [
        ("by_update", doc! { "updatedAt": -1, "_id": -1 }, None, false),
        ("by_creation", doc! { "createdAt": -1, "_id": -1 }, None, false),
        ("by_status", doc! { "status": 1, "updatedAt": -1, "_id": -1 }, None, false),
        (
            "by_audience",
            doc! { "status": 1, "visibility": 1, "creator": 1, "team": 1, "repo": 1, "updatedAt": 1 },
            None,
            false,
        ),
        (words::INDEX, doc! { "search": 1, "_id": 1 }, None, false),
        (
            "by_issue",
            doc! { "repo": 1, "issueNumber": 1 },
            when(doc! { "issueNumber": { "$gt": 0 } }),
            false,
        ),
        ("by_pull", doc! { "pulls.repoId": 1, "pulls.number": 1 }, None, false),
        (
            "by_head",
            doc! { "task.pulls.pull.headSha": 1, "task.pulls.pull.repoId": 1 },
            None,
            false,
        ),
        (
            "by_creation_key",
            doc! { "createdWith.user": 1, "createdWith.key": 1 },
            when(doc! { "createdWith.key": { "$exists": true } }),
            true,
        ),
        (
            "to_claim",
            doc! { "waitingSince": 1, "createdAt": 1, "_id": 1 },
            when(doc! { "work": { "$exists": true } }),
            false,
        ),
        (
            "to_look_after",
            doc! { "status": 1, "waitingSince": 1, "createdAt": 1, "_id": 1 },
            when(doc! { "attempt.token": { "$exists": true } }),
            false,
        ),
    ]
    .into_iter()
    .map(|(name, keys, condition, unique)| {
        let options = IndexOptions::builder()
            .name(name.to_owned())
            .unique(unique.then_some(true))
            .partial_filter_expression(condition)
            .build();
        IndexModel::builder().keys(keys).options(options).build()
    })
    .collect()
}
