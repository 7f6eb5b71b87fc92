//! The embedded store: one SQLite file, for one process.
//!
//! One thread writes and commits for all who wait (`writer`); a few connections read beside it
//! (`readers`), each read of one moment. The task's row and its events' rows are written in one
//! transaction, and the feed tells what that thread has committed, in its order.
//!
//! It does not know who else may look at the file: the data directory's [`DirLock`] is its owner's.

mod duty;
mod error;
mod filter;
mod json;
mod lease;
mod list;
mod lock;
mod outlet;
mod progress;
mod readers;
mod reads;
mod schema;
mod transfer;
mod write;
mod writer;

use std::{path::Path, sync::Arc, time::Duration};

use async_trait::async_trait;
use tracing::instrument;

pub use lock::{DirLock, LockError};

use self::{
    outlet::Outlet,
    progress::LatestProgress,
    readers::Readers,
    writer::{Bench, Done, Writer},
};
use super::{
    Attempt, Claim, Feed, FeedItem, Imported, LeaseToken, ListQuery, Page, Snapshot, Stats,
    StoreError, TaskStore, WholeTask, Write,
};
use crate::domain::{Actor, Clock, Event, Progress, PullKey, Status, TaskId, text::RepoName};

/// How many items the feed holds that its reader has not read.
const FEED: usize = 4096;

/// Tasks in `taskwire.db`.
///
/// The feed begins when it is taken. While it is full, writing waits for its reader, and so does
/// [`close`](TaskStore::close); if its reader leaves, writing goes on without. Progress never waits:
/// what does not fit is dropped.
///
/// Dropping the store ends its thread as soon as the writes under way are done.
pub struct SqliteStore {
    writer: Writer,
    readers: Readers,
    progress: Arc<LatestProgress>,
    outlet: Arc<Outlet>,
}

impl SqliteStore {
    /// Opens `taskwire.db` in `dir`; both are created if there are none. Blocks. Leases of an
    /// earlier process are void. A file of a newer program is refused and left alone.
    pub fn open(dir: &Path, clock: Arc<dyn Clock>) -> Result<Self, StoreError> {
        std::fs::create_dir_all(dir).map_err(|error| {
            StoreError::Unavailable(format!("{} cannot be created: {error}", dir.display()))
        })?;
        let file = dir.join(schema::FILE);
        let connection = schema::open_to_write(&file)?;
        lease::void_all(&connection)?;
        duty::void_all(&connection)?;
        let progress = Arc::new(LatestProgress::default());
        let outlet = Arc::new(Outlet::new(FEED));
        let writer = Writer::start(Bench {
            connection,
            clock,
            progress: progress.clone(),
            outlet: outlet.clone(),
        })?;
        Ok(Self { writer, readers: Readers::new(file), progress, outlet })
    }

    /// Looks into the `taskwire.db` of `dir`, beside whoever writes to it. Blocks. The file must be
    /// there, as this program would leave it. Every write is [`StoreError::Unavailable`], and there
    /// is no feed.
    pub fn open_to_read(dir: &Path) -> Result<Self, StoreError> {
        let file = dir.join(schema::FILE);
        schema::check(&file)?;
        let outlet = Arc::new(Outlet::new(1));
        outlet.end();
        let progress = Arc::default();
        Ok(Self { writer: Writer::closed(), readers: Readers::new(file), progress, outlet })
    }

    fn with_progress(&self, mut page: Page) -> Page {
        for (task, progress) in &mut page.tasks {
            *progress = self.progress.of(task.id, task.status);
        }
        page
    }
}

#[async_trait]
impl TaskStore for SqliteStore {
    #[instrument(skip_all, fields(task.id = %write.task.id, event.version = write.task.version))]
    async fn create(&self, write: Write) -> Result<(), StoreError> {
        self.writer.run(move |database, _| write::create(database, write)).await
    }

    #[instrument(skip_all, fields(task.id = %write.task.id, event.version = write.task.version))]
    async fn append(&self, write: Write) -> Result<(), StoreError> {
        self.writer.run(move |database, now| write::append(database, write, now)).await
    }

    async fn task(&self, id: TaskId, newest: u32) -> Result<Option<Snapshot>, StoreError> {
        let found = self.readers.read(move |moment| reads::snapshot(moment, id, newest)).await?;
        Ok(found.map(|snapshot| {
            let progress = self.progress.of(id, snapshot.task.status);
            Snapshot { progress, ..snapshot }
        }))
    }

    async fn events(&self, id: TaskId, after: u64, limit: u32) -> Result<Vec<Event>, StoreError> {
        self.readers.read(move |moment| reads::events(moment, id, after, limit)).await
    }

    async fn list(&self, actor: &Actor, query: &ListQuery) -> Result<Page, StoreError> {
        let (actor, query) = (actor.clone(), query.clone());
        let page = self.readers.read(move |moment| list::page(moment, &actor, &query)).await?;
        Ok(self.with_progress(page))
    }

    async fn stats(&self, actor: &Actor) -> Result<Stats, StoreError> {
        let actor = actor.clone();
        self.readers.read(move |moment| list::stats(moment, &actor)).await
    }

    async fn dashboard(
        &self,
        actor: &Actor,
        query: &ListQuery,
    ) -> Result<(Page, Stats, u64), StoreError> {
        let (actor, query) = (actor.clone(), query.clone());
        let (page, stats, position) = self
            .readers
            .read(move |moment| {
                let page = list::page(moment, &actor, &query)?;
                let stats = list::stats(moment, &actor)?;
                Ok((page, stats, write::newest_position(moment)?))
            })
            .await?;
        Ok((self.with_progress(page), stats, position))
    }

    async fn created_with(
        &self,
        user: &str,
        key: &str,
    ) -> Result<Option<(TaskId, String)>, StoreError> {
        let (user, key) = (user.to_owned(), key.to_owned());
        self.readers.read(move |moment| reads::created_with(moment, &user, &key)).await
    }

    async fn written_with(
        &self,
        id: TaskId,
        user: &str,
        key: &str,
    ) -> Result<Option<String>, StoreError> {
        let (user, key) = (user.to_owned(), key.to_owned());
        self.readers.read(move |moment| reads::written_with(moment, id, &user, &key)).await
    }

    async fn heard(&self, id: TaskId, delivery: &str) -> Result<bool, StoreError> {
        let delivery = delivery.to_owned();
        self.readers.read(move |moment| reads::heard(moment, id, &delivery)).await
    }

    async fn linked_to_pull(&self, pull: PullKey) -> Result<Vec<TaskId>, StoreError> {
        self.readers.read(move |moment| reads::linked_to_pull(moment, pull)).await
    }

    async fn headed_by(&self, repo_id: u64, head_sha: &str) -> Result<Vec<TaskId>, StoreError> {
        let head_sha = head_sha.to_owned();
        self.readers.read(move |moment| reads::headed_by(moment, repo_id, &head_sha)).await
    }

    async fn filed_as(&self, repo: &RepoName, number: u64) -> Result<Vec<TaskId>, StoreError> {
        let repo = repo.clone();
        self.readers.read(move |moment| reads::filed_as(moment, &repo, number)).await
    }

    async fn set_progress(
        &self,
        id: TaskId,
        status: Status,
        progress: Progress,
    ) -> Result<bool, StoreError> {
        // By way of the writer, so that it takes its place among the changes of status.
        self.writer
            .run(move |database, _| {
                let found = reads::summary(database, id)?;
                let Some(summary) = found.filter(|summary| summary.status == status) else {
                    return Ok(Done::quietly(false));
                };
                let item = FeedItem::Progress { summary, progress };
                Ok(Done { answer: true, item: Some(item) })
            })
            .await
    }

    async fn claim(&self, token: LeaseToken, term: Duration) -> Result<Option<Claim>, StoreError> {
        self.writer
            .run(move |database, now| lease::claim(database, token, term, now).map(Done::quietly))
            .await
    }

    async fn renew(&self, id: TaskId, token: LeaseToken, term: Duration) -> Result<(), StoreError> {
        self.writer
            .run(move |database, now| {
                lease::renew(database, id, token, term, now).map(Done::quietly)
            })
            .await
    }

    async fn release(
        &self,
        id: TaskId,
        token: LeaseToken,
        rest: Duration,
    ) -> Result<(), StoreError> {
        self.writer
            .run(move |database, now| {
                lease::release(database, id, token, rest, now).map(Done::quietly)
            })
            .await
    }

    async fn begin_attempt(
        &self,
        id: TaskId,
        version: u64,
        token: LeaseToken,
    ) -> Result<Attempt, StoreError> {
        self.writer
            .run(move |database, now| {
                lease::begin_attempt(database, id, version, token, now).map(Done::quietly)
            })
            .await
    }

    async fn clear_attempt(&self, id: TaskId, token: LeaseToken) -> Result<(), StoreError> {
        self.writer
            .run(move |database, now| {
                lease::clear_attempt(database, id, token, now).map(Done::quietly)
            })
            .await
    }

    async fn lead(
        &self,
        duty: &str,
        token: LeaseToken,
        term: Duration,
    ) -> Result<bool, StoreError> {
        let duty = duty.to_owned();
        self.writer
            .run(move |database, now| {
                duty::lead(database, &duty, token, term, now).map(Done::quietly)
            })
            .await
    }

    async fn resign(&self, duty: &str, token: LeaseToken) -> Result<(), StoreError> {
        let duty = duty.to_owned();
        self.writer
            .run(move |database, _| duty::resign(database, &duty, token).map(Done::quietly))
            .await
    }

    async fn export(
        &self,
        after: Option<TaskId>,
        limit: u32,
    ) -> Result<Vec<WholeTask>, StoreError> {
        self.readers.read(move |moment| transfer::export(moment, after, limit)).await
    }

    async fn import(&self, whole: WholeTask) -> Result<Imported, StoreError> {
        self.writer.run(move |database, _| transfer::import(database, &whole)).await
    }

    fn feed(&self) -> Option<Feed> {
        self.outlet.take()
    }

    async fn ping(&self) -> Result<(), StoreError> {
        if !self.writer.is_open() {
            return Err(StoreError::Unavailable("the store is closed".into()));
        }
        self.readers.read(|moment| write::newest_position(moment).map(|_| ())).await
    }

    async fn close(&self) {
        self.writer.close().await;
    }
}
