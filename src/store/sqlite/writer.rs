//! The one thread that writes, and how it commits for many at once.
//!
//! It takes whatever jobs are waiting, runs each in a savepoint of one transaction, and commits
//! once: one sync to disk for all of them. It does not know what the jobs write.

use std::{
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::{outlet::Outlet, progress::LatestProgress};
use crate::{
    domain::{Clock, Timestamp},
    store::{FeedItem, StoreError},
};

/// How many jobs wait for the writer; whoever brings one more waits until there is room.
const QUEUE: usize = 1024;

/// How many jobs share a transaction at most.
const BATCH: usize = 256;

/// What a job did: the answer to its caller, and what the feed tells once it is committed.
pub(super) struct Done<T> {
    pub(super) answer: T,
    pub(super) item: Option<FeedItem>,
}

impl<T> Done<T> {
    /// Of which the feed tells nothing.
    pub(super) fn quietly(answer: T) -> Self {
        Self { answer, item: None }
    }
}

/// Where the jobs go.
pub(super) struct Writer {
    jobs: Mutex<Option<mpsc::Sender<Box<dyn Job>>>>,
    ended: CancellationToken,
}

/// What the thread owns.
pub(super) struct Bench {
    pub(super) connection: Connection,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) progress: Arc<LatestProgress>,
    pub(super) outlet: Arc<Outlet>,
}

impl Writer {
    /// Starts the thread. It ends when the writer is closed or dropped and every job is done.
    pub(super) fn start(bench: Bench) -> Result<Self, StoreError> {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let ended = CancellationToken::new();
        let end = ended.clone().drop_guard();
        thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || {
                // Whatever ends the thread, a panic too, ends the feed and lets `close` return.
                let _end = end;
                bench.work(receiver);
            })
            .map_err(|error| StoreError::Unavailable(format!("no thread to write: {error}")))?;
        Ok(Self { jobs: Mutex::new(Some(sender)), ended })
    }

    /// Runs `work` in the next transaction and returns once that is committed. What `work` refuses
    /// leaves no trace. A caller that stops waiting does not stop the work.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection, Timestamp) -> Result<Done<T>, StoreError> + Send + 'static,
    {
        let closed = || StoreError::Unavailable("the store is closed".into());
        let (reply, answer) = oneshot::channel();
        let job = Box::new(Pending { work: Some(work), outcome: None, reply });
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner).clone();
        jobs.ok_or_else(closed)?.send(job).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    /// Whether jobs are still taken.
    pub(super) fn is_open(&self) -> bool {
        !self.ended.is_cancelled()
            && self.jobs.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Takes no more jobs; returns when those taken are done and the thread has ended.
    pub(super) async fn close(&self) {
        drop(self.jobs.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.ended.cancelled().await;
    }
}

/// A piece of work whose caller waits for its answer.
trait Job: Send {
    /// Does the work.
    fn run(&mut self, database: &Connection, now: Timestamp) -> Ran;
    /// What the feed tells of it.
    fn take_item(&mut self) -> Option<FeedItem>;
    /// Answers the caller, given how the commit went.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

/// Whether a job's writes are to be kept.
#[derive(PartialEq, Eq)]
enum Ran {
    Done,
    Refused,
}

struct Pending<T, F> {
    work: Option<F>,
    outcome: Option<Result<Done<T>, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Job for Pending<T, F>
where
    T: Send,
    F: FnOnce(&Connection, Timestamp) -> Result<Done<T>, StoreError> + Send,
{
    fn run(&mut self, database: &Connection, now: Timestamp) -> Ran {
        self.outcome = self.work.take().map(|work| work(database, now));
        if matches!(self.outcome, Some(Ok(_))) { Ran::Done } else { Ran::Refused }
    }

    fn take_item(&mut self) -> Option<FeedItem> {
        self.outcome.as_mut()?.as_mut().ok()?.item.take()
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let Self { outcome, reply, .. } = *self;
        let not_run = || Err(StoreError::Broken("the work was not done".into()));
        let outcome = committed.and_then(|()| outcome.unwrap_or_else(not_run));
        // The caller may have stopped waiting; what was committed stays.
        reply.send(outcome.map(|done| done.answer)).ok();
    }
}

impl Bench {
    fn work(mut self, mut jobs: mpsc::Receiver<Box<dyn Job>>) {
        while let Some(first) = jobs.blocking_recv() {
            let mut batch = vec![first];
            while batch.len() < BATCH
                && let Ok(next) = jobs.try_recv()
            {
                batch.push(next);
            }
            let committed = self.commit(&mut batch);
            self.settle(batch, &committed);
        }
        self.check_point();
    }

    /// Runs the jobs in one transaction. If it fails, none of them has happened.
    fn commit(&mut self, batch: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for job in batch {
            let savepoint = transaction.savepoint()?;
            if job.run(&savepoint, now) == Ran::Done {
                savepoint.commit()?;
            } else {
                drop(savepoint);
            }
            // On a full disk and the like SQLite may give up the transaction by itself. What came
            // next would then be committed on its own, unknown to this batch.
            if transaction.is_autocommit() {
                return Err(StoreError::Unavailable("the database gave the write up".into()));
            }
        }
        Ok(transaction.commit()?)
    }

    /// Answers the callers, then tells the feed: it may be full, and they need not wait for that.
    fn settle(&self, mut batch: Vec<Box<dyn Job>>, committed: &Result<(), StoreError>) {
        let items: Vec<_> = match committed {
            Ok(()) => batch.iter_mut().filter_map(|job| job.take_item()).collect(),
            Err(_) => Vec::new(),
        };
        for item in &items {
            self.progress.take_in(item);
        }
        for job in batch {
            job.answer(committed.clone());
        }
        for item in items {
            self.outlet.tell(item);
        }
    }

    /// Leaves one whole file behind, easy to copy. The log is as good, so failing is no loss.
    fn check_point(&self) {
        let busy = self
            .connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0));
        match busy {
            Ok(false) => {}
            Ok(true) => tracing::debug!("readers kept the log from being emptied"),
            Err(error) => tracing::warn!(%error, "the log could not be emptied"),
        }
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.outlet.end();
    }
}
