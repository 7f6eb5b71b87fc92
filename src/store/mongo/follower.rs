//! Follows the change stream and tells the feed, for as long as the store is open.
//!
//! What breaks is opened again after the newest event told, so nothing is lost and nothing told
//! twice. Only what the server itself has lost, or will not tell, is a gap.

use std::{sync::Arc, time::Duration};

use mongodb::{
    bson::{Document, Timestamp},
    change_stream::{
        ChangeStream,
        event::{ChangeStreamEvent, ResumeToken},
    },
    error::Error,
};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use super::{
    Tasks,
    change::{self, Told},
    connect::{self, database},
    error::code,
    moment,
    progress::Pace,
    read,
    silence::Silence,
};
use crate::store::{FeedItem, StoreError};

/// How long the server waits for the next event before it says that there is none.
const AWAIT: Duration = Duration::from_millis(250);
/// How much longer its answer may take.
const OVERDUE: Duration = Duration::from_secs(5);
/// How long the stream may not tell what was written.
const SILENT: Duration = Duration::from_secs(10);
/// How long the stream tells nothing until the database is asked, each time, whether that is all.
const DOUBT: Duration = Duration::from_secs(5);
/// The rest between two attempts to open the stream: the first, and the longest.
const REST: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(1));
/// Said by a server that can go on, but not with this stream.
const RESUMABLE: &str = "ResumableChangeStreamError";

/// The one reader of the change stream.
pub(super) struct Follower {
    tasks: Tasks,
    outlet: mpsc::Sender<FeedItem>,
    silence: Arc<Silence>,
    pace: Pace,
    /// No write is under way any more: what there is to tell by now is told, then the feed ends.
    drain: CancellationToken,
    /// After which moment to read while nothing has been read.
    start: Timestamp,
    token: Option<ResumeToken>,
    /// Why what was told so far may not be all.
    gap: Option<&'static str>,
    is_live: bool,
    /// It is known when the newest was written of what is told, or was there before.
    is_counted: bool,
}

/// Why a stream is followed no longer.
enum End {
    /// The store is closed and everything told, or there is no reader any more.
    Done,
    /// It may be opened again where it ended.
    Broken(String),
    /// It cannot: the server does not have, or does not tell, what comes next.
    Lost(&'static str),
}

impl Follower {
    pub(super) fn new(
        tasks: Tasks,
        start: Timestamp,
        outlet: mpsc::Sender<FeedItem>,
        (silence, pace): (Arc<Silence>, Pace),
        drain: CancellationToken,
    ) -> Self {
        Self {
            tasks,
            outlet,
            silence,
            pace,
            drain,
            start,
            token: None,
            gap: None,
            is_live: false,
            is_counted: false,
        }
    }

    /// Follows until the store is closed or the feed's reader has left.
    pub(super) async fn run(mut self) {
        let mut rest = REST.0;
        loop {
            let opened = Instant::now();
            let end = match self.open().await {
                Ok(stream) => self.follow(stream).await,
                Err(end) => end,
            };
            match end {
                End::Done => return,
                End::Broken(cause) => warn!(cause, "the change stream is opened again"),
                End::Lost(reason) => {
                    warn!(reason, "the change stream begins anew: something may be missed");
                    self.gap = Some(reason);
                }
            }
            if self.drain.is_cancelled() || !self.live(false).await {
                return;
            }
            if opened.elapsed() > REST.1 {
                rest = REST.0;
            }
            tokio::select! {
                () = sleep(rest) => rest = (rest * 2).min(REST.1),
                () = self.drain.cancelled() => return,
            }
        }
    }

    /// Opens the stream where it ended, or at this moment after a gap.
    async fn open(&mut self) -> Result<ChangeStream<ChangeStreamEvent<Document>>, End> {
        if self.gap.is_some() {
            self.start = self.begin_anew().await.map_err(|error| End::Broken(error.to_string()))?;
            self.token = None;
            self.lose_count();
        }
        let watch = self.tasks.watch().max_await_time(AWAIT);
        let watch = match self.token.clone() {
            Some(token) => watch.resume_after(token),
            None => watch.start_at_operation_time(after(self.start)),
        };
        match timeout(OVERDUE, watch.into_future()).await {
            Ok(Ok(stream)) => Ok(stream),
            Ok(Err(error)) => Err(end_of(&error)),
            Err(_) => Err(End::Broken("it is not opened in time".into())),
        }
    }

    /// Makes sure of the indexes, which were dropped with a collection that was dropped, and finds
    /// where to begin: whatever is not told from there on is read by whoever reads after the gap.
    async fn begin_anew(&self) -> Result<Timestamp, StoreError> {
        let database = database(&self.tasks);
        connect::prepare(&database).await?;
        moment::agreed(&database).await
    }

    async fn follow(&mut self, mut stream: ChangeStream<ChangeStreamEvent<Document>>) -> End {
        // A client that reads again now reads what is not older than the stream's beginning.
        if let Some(reason) = self.gap.take()
            && !self.tell(FeedItem::Gap(reason)).await
        {
            return End::Done;
        }
        if !self.live(true).await {
            return End::Done;
        }
        let opened = Instant::now();
        let mut heard = opened;
        loop {
            let is_last = self.drain.is_cancelled();
            let next = match timeout(AWAIT + OVERDUE, stream.next_if_any()).await {
                Ok(Ok(next)) => next,
                Ok(Err(error)) => return end_of(&error),
                Err(_) => return End::Broken("it does not answer in time".into()),
            };
            self.token = stream.resume_token().or_else(|| self.token.take());
            match next {
                Some(event) => match self.take(event).await {
                    Ok(()) => heard = Instant::now(),
                    Err(end) => return end,
                },
                None if is_last => return End::Done,
                None if !stream.is_alive() => return End::Lost("history_lost"),
                // It says that there is nothing, and has had time: a stream that is late has more.
                None if self.silence.lasted(opened, Instant::now()) > SILENT => {
                    return End::Lost("feed_silent");
                }
                None if !self.is_counted || heard.elapsed() > DOUBT => {
                    self.look().await;
                    heard = Instant::now();
                }
                None => {}
            }
        }
    }

    /// Looks whether there is something that the stream has not told; the first time, what there is
    /// at all. If that cannot be read, the stream will end by itself, or the next look will do.
    async fn look(&mut self) {
        match read::newest(&self.tasks).await {
            Ok(Some(newest)) if self.is_counted => self.silence.found(&newest, Instant::now()),
            Ok(newest) => {
                if let Some(newest) = newest {
                    self.silence.count(&newest);
                }
                self.is_counted = true;
            }
            Err(error) => debug!(%error, "the newest task cannot be read"),
        }
    }

    /// What there is now was told, or is read by whoever reads from now on.
    fn lose_count(&mut self) {
        self.silence.forget();
        self.is_counted = false;
    }

    async fn take(&mut self, event: ChangeStreamEvent<Document>) -> Result<(), End> {
        let item = match change::read(event) {
            Told::Item(item) => *item,
            Told::Nothing => return Ok(()),
            Told::End => return Err(End::Lost("history_lost")),
        };
        match &item {
            FeedItem::Change(change) => {
                if let Some(step) = change.steps.last() {
                    self.silence.told(&step.summary);
                    if change.changes_status() {
                        self.pace.forget(step.summary.id);
                    }
                }
            }
            // Something has come in, by an import say, that is not told.
            FeedItem::Gap(_) => self.lose_count(),
            FeedItem::Progress { .. } | FeedItem::Live(_) => {}
        }
        if self.tell(item).await { Ok(()) } else { Err(End::Done) }
    }

    /// Says whether the stream is open, if that is news; whether anybody listens.
    async fn live(&mut self, is_live: bool) -> bool {
        if std::mem::replace(&mut self.is_live, is_live) == is_live {
            return true;
        }
        if is_live {
            info!("the change stream is open");
        }
        self.tell(FeedItem::Live(is_live)).await
    }

    /// Tells `item`; whether anybody listens. While the feed is full the stream waits, and the
    /// server keeps what comes; progress does not wait, for there will be newer.
    async fn tell(&self, item: FeedItem) -> bool {
        match item {
            FeedItem::Progress { .. } => {
                let told = self.outlet.try_send(item);
                !matches!(told, Err(mpsc::error::TrySendError::Closed(_)))
            }
            FeedItem::Change(_) | FeedItem::Gap(_) | FeedItem::Live(_) => {
                self.outlet.send(item).await.is_ok()
            }
        }
    }
}

/// The moment that follows: a stream begins with what is of its first moment, and what ended the one
/// before would end it, too.
fn after(at: Timestamp) -> Timestamp {
    Timestamp { increment: at.increment.saturating_add(1), ..at }
}

/// What a stream's error means: a server that refuses to go on will refuse again.
fn end_of(error: &Error) -> End {
    let is_refusal = code(error).is_some() && !error.contains_label(RESUMABLE);
    match StoreError::from(error.clone()) {
        // Among them a change whose event is larger than a document may be.
        error @ (StoreError::Broken(_) | StoreError::TooLarge) if is_refusal => {
            warn!(%error, "the change stream cannot be resumed");
            End::Lost("history_lost")
        }
        other => End::Broken(other.to_string()),
    }
}
