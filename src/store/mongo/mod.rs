//! The shared store: a MongoDB replica set, for any number of instances.
//!
//! A task is one document, and each change of it one command, guarded by the version it was decided
//! on: no transactions, and no lock but the database's own for that document. The change stream on
//! the collection is the feed of every instance, so the database is also the bus between them.

mod change;
mod connect;
mod document;
mod duty;
mod error;
mod filter;
mod follower;
mod lease;
mod moment;
mod progress;
mod read;
mod silence;
mod transfer;
mod words;
mod write;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use mongodb::{
    Collection,
    bson::{Document, Timestamp},
};
use tokio::{sync::mpsc, time::Instant};
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::{TaskTracker, task_tracker::TaskTrackerToken},
};
use tracing::instrument;

use self::{
    follower::Follower,
    progress::Pace,
    silence::{Expectation, Silence},
};
use super::{
    Attempt, Claim, Feed, Imported, LeaseToken, ListQuery, Page, Snapshot, Stats, StoreError,
    TaskStore, WholeTask, Write,
};
use crate::domain::{Actor, Event, Progress, PullKey, Status, TaskId, text::RepoName};

/// The collection's name.
const TASKS: &str = "tasks";
/// How many items the feed holds that its reader has not read. The stream waits while it is full.
const FEED: usize = 4096;

type Tasks = Collection<Document>;

/// Tasks in the collection `tasks`.
///
/// The feed begins with what a majority of the members did not have when the store was opened. While
/// it is full, the change stream waits, and nobody's writes do; a reader that stays away too long
/// gets a gap.
pub struct MongoStore {
    tasks: Tasks,
    /// From where the feed begins, until it is taken.
    start: Mutex<Option<Timestamp>>,
    holds_still: bool,
    pace: Pace,
    silence: Arc<Silence>,
    writes: TaskTracker,
    tracker: TaskTracker,
    closing: CancellationToken,
    /// Cancelled when the store is dropped, too.
    drain: CancellationToken,
    _end: [DropGuard; 2],
}

impl MongoStore {
    /// Reaches the replica set at `uri`, and makes sure that the database `name` has its indexes.
    /// [`StoreError::Unavailable`] if it is not there, or not yet.
    pub async fn connect(uri: &str, name: &str) -> Result<Self, StoreError> {
        let database = connect::reach(uri, name).await?;
        connect::prepare(&database).await?;
        let holds_still = moment::holds_still(&database).await?;
        if !holds_still {
            tracing::warn!("the server does not read as of a snapshot's time");
        }
        let start = moment::agreed(&database).await?;
        Ok(Self::new(connect::tasks(&database), Some(start), holds_still))
    }

    /// Looks into the database `name`, beside whoever writes to it, and changes nothing in it. Every
    /// write is [`StoreError::Unavailable`], and there is no feed.
    pub async fn connect_to_read(uri: &str, name: &str) -> Result<Self, StoreError> {
        let database = connect::reach(uri, name).await?;
        moment::now(&database).await?;
        let store = Self::new(connect::tasks(&database), None, true);
        store.closing.cancel();
        Ok(store)
    }

    fn new(tasks: Tasks, start: Option<Timestamp>, holds_still: bool) -> Self {
        let (closing, drain) = (CancellationToken::new(), CancellationToken::new());
        Self {
            tasks,
            start: Mutex::new(start),
            holds_still,
            pace: Pace::default(),
            silence: Arc::default(),
            writes: TaskTracker::new(),
            tracker: TaskTracker::new(),
            _end: [closing.clone().drop_guard(), drain.clone().drop_guard()],
            closing,
            drain,
        }
    }

    /// Whether a dashboard's position is exact: the server reads as of a snapshot's time. Otherwise it
    /// may contain changes that are later, and none that is not is missing.
    pub fn holds_still(&self) -> bool {
        self.holds_still
    }

    /// Lets a write begin, unless the store is closed; it is under way until the token is dropped.
    fn begin(&self) -> Result<TaskTrackerToken, StoreError> {
        let token = self.writes.token();
        if self.closing.is_cancelled() {
            return Err(StoreError::Unavailable("the store is closed".into()));
        }
        Ok(token)
    }

    /// A write is about to be sent: the stream is to tell it, if it succeeds.
    fn expect(&self, write: &Write) -> Expectation<'_> {
        self.silence.expect(write.task.id, write.task.version, Instant::now())
    }
}

#[async_trait]
impl TaskStore for MongoStore {
    #[instrument(skip_all, fields(task.id = %write.task.id, event.version = write.task.version))]
    async fn create(&self, write: Write) -> Result<(), StoreError> {
        let _under_way = self.begin()?;
        let expectation = self.expect(&write);
        write::create(&self.tasks, &write).await?;
        expectation.stands();
        Ok(())
    }

    #[instrument(skip_all, fields(task.id = %write.task.id, event.version = write.task.version))]
    async fn append(&self, write: Write) -> Result<(), StoreError> {
        let _under_way = self.begin()?;
        let expectation = self.expect(&write);
        write::append(&self.tasks, &write).await?;
        expectation.stands();
        if write.changes_status() {
            self.pace.forget(write.task.id);
        }
        Ok(())
    }

    async fn task(&self, id: TaskId, newest: u32) -> Result<Option<Snapshot>, StoreError> {
        let mut found = read::snapshot(&self.tasks, id, newest).await?;
        found.as_mut().into_iter().for_each(|snapshot| self.pace.overlay_task(snapshot));
        Ok(found)
    }

    async fn events(&self, id: TaskId, after: u64, limit: u32) -> Result<Vec<Event>, StoreError> {
        read::events(&self.tasks, id, after, limit).await
    }

    async fn list(&self, actor: &Actor, query: &ListQuery) -> Result<Page, StoreError> {
        let mut page = if query.words.is_empty() {
            read::list(&self.tasks, actor, query).await?
        } else {
            words::list(&self.tasks, actor, query).await?
        };
        self.pace.overlay_page(&mut page);
        Ok(page)
    }

    async fn stats(&self, actor: &Actor) -> Result<Stats, StoreError> {
        read::stats(&self.tasks, actor).await
    }

    async fn dashboard(
        &self,
        actor: &Actor,
        query: &ListQuery,
    ) -> Result<(Page, Stats, u64), StoreError> {
        let (mut page, stats, position) =
            moment::dashboard(&self.tasks, self.holds_still, actor, query).await?;
        self.pace.overlay_page(&mut page);
        Ok((page, stats, position))
    }

    async fn created_with(
        &self,
        user: &str,
        key: &str,
    ) -> Result<Option<(TaskId, String)>, StoreError> {
        read::created_with(&self.tasks, user, key).await
    }

    async fn written_with(
        &self,
        id: TaskId,
        user: &str,
        key: &str,
    ) -> Result<Option<String>, StoreError> {
        read::written_with(&self.tasks, id, user, key).await
    }

    async fn heard(&self, id: TaskId, delivery: &str) -> Result<bool, StoreError> {
        read::heard(&self.tasks, id, delivery).await
    }

    async fn linked_to_pull(&self, pull: PullKey) -> Result<Vec<TaskId>, StoreError> {
        read::linked_to_pull(&self.tasks, pull).await
    }

    async fn headed_by(&self, repo_id: u64, head_sha: &str) -> Result<Vec<TaskId>, StoreError> {
        read::headed_by(&self.tasks, repo_id, head_sha).await
    }

    async fn filed_as(&self, repo: &RepoName, number: u64) -> Result<Vec<TaskId>, StoreError> {
        read::filed_as(&self.tasks, repo, number).await
    }

    async fn set_progress(
        &self,
        id: TaskId,
        status: Status,
        progress: Progress,
    ) -> Result<bool, StoreError> {
        let _under_way = self.begin()?;
        let later = (&self.tracker, &self.closing);
        self.pace.set(&self.tasks, id, status, progress, later).await
    }

    async fn claim(&self, token: LeaseToken, term: Duration) -> Result<Option<Claim>, StoreError> {
        let _under_way = self.begin()?;
        lease::claim(&self.tasks, token, term).await
    }

    async fn renew(&self, id: TaskId, token: LeaseToken, term: Duration) -> Result<(), StoreError> {
        let _under_way = self.begin()?;
        lease::renew(&self.tasks, id, token, term).await
    }

    async fn release(
        &self,
        id: TaskId,
        token: LeaseToken,
        rest: Duration,
    ) -> Result<(), StoreError> {
        let _under_way = self.begin()?;
        lease::release(&self.tasks, id, token, rest).await
    }

    async fn begin_attempt(
        &self,
        id: TaskId,
        version: u64,
        token: LeaseToken,
    ) -> Result<Attempt, StoreError> {
        let _under_way = self.begin()?;
        lease::begin_attempt(&self.tasks, id, version, token).await
    }

    async fn clear_attempt(&self, id: TaskId, token: LeaseToken) -> Result<(), StoreError> {
        let _under_way = self.begin()?;
        lease::clear_attempt(&self.tasks, id, token).await
    }

    async fn lead(
        &self,
        duty: &str,
        token: LeaseToken,
        term: Duration,
    ) -> Result<bool, StoreError> {
        let _under_way = self.begin()?;
        duty::lead(&self.tasks, duty, token, term).await
    }

    async fn resign(&self, duty: &str, token: LeaseToken) -> Result<(), StoreError> {
        let _under_way = self.begin()?;
        duty::resign(&self.tasks, duty, token).await
    }

    async fn export(
        &self,
        after: Option<TaskId>,
        limit: u32,
    ) -> Result<Vec<WholeTask>, StoreError> {
        transfer::export(&self.tasks, after, limit).await
    }

    async fn import(&self, whole: WholeTask) -> Result<Imported, StoreError> {
        let _under_way = self.begin()?;
        transfer::import(&self.tasks, &whole).await
    }

    fn feed(&self) -> Option<Feed> {
        let start = self.start.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        let (outlet, feed) = mpsc::channel(FEED);
        let watched = (self.silence.clone(), self.pace.clone());
        let (tasks, drain) = (self.tasks.clone(), self.drain.clone());
        self.tracker.spawn(Follower::new(tasks, start, outlet, watched, drain).run());
        Some(feed)
    }

    async fn ping(&self) -> Result<(), StoreError> {
        let _under_way = self.begin()?;
        moment::now(&connect::database(&self.tasks)).await.map(|_| ())
    }

    async fn close(&self) {
        self.closing.cancel();
        self.writes.close();
        self.writes.wait().await;
        self.drain.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }
}
