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

    /// A writer that takes no jobs, for a store that is only read.
    pub(super) fn closed() -> Self {
        let ended = CancellationToken::new();
        ended.cancel();
        Self { jobs: Mutex::new(None), ended }
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
        let mut transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let now = self.clock.now();
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;
    use crate::domain::SystemClock;

    fn writer() -> Writer {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE a (x)").unwrap();
        Writer::start(Bench {
            connection,
            clock: Arc::new(SystemClock),
            progress: Arc::default(),
            outlet: Arc::new(Outlet::new(1)),
        })
        .unwrap()
    }

    fn insert(database: &Connection, x: i64) -> Result<Done<()>, StoreError> {
        database.execute("INSERT INTO a VALUES (?1)", [x])?;
        Ok(Done::quietly(()))
    }

    async fn sum(writer: &Writer) -> i64 {
        let sum = |database: &Connection, _| {
            let sum = database.query_row("SELECT sum(x) FROM a", [], |row| row.get(0))?;
            Ok(Done::quietly(sum))
        };
        writer.run(sum).await.unwrap()
    }

    #[tokio::test]
    async fn a_refused_job_leaves_no_trace_and_its_neighbours_stay() {
        let writer = writer();
        // The first holds the batch open until the others wait behind it.
        let (open, gate) = channel();
        let (first, refused, neighbour, ()) = tokio::join!(
            writer.run(move |database, _| {
                gate.recv().unwrap();
                insert(database, 1)
            }),
            writer.run(|database, _| {
                insert(database, 10)?;
                Err::<Done<()>, _>(StoreError::Conflict)
            }),
            writer.run(|database, _| insert(database, 100)),
            async { open.send(()).unwrap() },
        );

        first.unwrap();
        neighbour.unwrap();
        assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
        assert_eq!(sum(&writer).await, 101);
    }

    #[tokio::test]
    async fn a_transaction_that_the_database_gives_up_is_nobodys_success() {
        let writer = writer();
        let (wait, gate) = channel();
        let (open, before) = channel();
        let (_, early, fatal, late, ()) = tokio::join!(
            // A batch of its own, so that the next three share one.
            writer.run(move |_, _| {
                wait.send(()).unwrap();
                before.recv().unwrap();
                Ok(Done::quietly(()))
            }),
            writer.run(|database, _| insert(database, 1)),
            writer.run(|database, _| {
                database.execute_batch("ROLLBACK")?;
                Err::<Done<()>, _>(StoreError::Broken("as on a full disk".into()))
            }),
            writer.run(|database, _| insert(database, 100)),
            async {
                gate.recv().unwrap();
                open.send(()).unwrap();
            },
        );

        for result in [early, fatal, late] {
            assert!(matches!(result, Err(StoreError::Unavailable(_))), "{result:?}");
        }
        writer.run(|database, _| insert(database, 1000)).await.unwrap();
        assert_eq!(sum(&writer).await, 1000);
    }

    #[tokio::test]
    async fn closing_finishes_what_was_taken_and_takes_nothing_more() {
        let writer = writer();
        let (open, gate) = channel();
        let (taken, (), late) = tokio::join!(
            writer.run(move |database, _| {
                gate.recv().unwrap();
                insert(database, 1)
            }),
            writer.close(),
            async {
                let late = writer.run(|database, _| insert(database, 10)).await;
                open.send(()).unwrap();
                late
            },
        );

        taken.unwrap();
        assert!(matches!(late, Err(StoreError::Unavailable(_))), "{late:?}");
        assert!(!writer.is_open());
    }
}
