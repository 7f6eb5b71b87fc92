//! One open stream: a small machine that turns what a client follows into frames, until it ends.

use std::{convert::Infallible, pin::Pin, sync::Arc, time::Duration};

use axum::body::Body;
use bytes::Bytes;
use futures_util::{future::BoxFuture, stream};
use tokio::time::{Instant, Interval, MissedTickBehavior, Sleep, interval_at, sleep};
use tokio_util::sync::CancellationToken;

use super::frame::{HEARTBEAT, frame};
use crate::{
    auth::AuthError,
    domain::{Status, Timestamp},
    feed::{Hub, JoinError, Message, Outbound, Subscriber},
    http::Http,
    limits::Place,
    protocol::{
        Problem,
        socket::{ErrorEvent, ResyncRequired, ServerMessage},
    },
    telemetry::metrics,
};

/// How often a stream says that it is still there.
const HEARTBEAT_EVERY: Duration = Duration::from_secs(15);
/// How long a server that stops may take to say so.
const LAST_WORDS: Duration = Duration::from_millis(250);

/// The client's seat at the hub, given back when the stream is dropped.
pub(super) struct Seat {
    hub: Hub,
    subscriber: Arc<Subscriber>,
    _place: Place,
}

impl Seat {
    pub(super) fn new(hub: &Hub, subscriber: Arc<Subscriber>, place: Place) -> Self {
        ::metrics::gauge!(metrics::STREAMS).increment(1);
        Self { hub: hub.clone(), subscriber, _place: place }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        ::metrics::gauge!(metrics::STREAMS).decrement(1);
        self.hub.leave(&self.subscriber);
    }
}

/// How a client comes to follow what it asked for; pending as long as its inbox has no room.
pub(super) type Join = BoxFuture<'static, Result<(), JoinError>>;

/// What a stream carries besides the changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// All visible tasks: no ids.
    Dashboard,
    /// One task, by version; up to its end, if so wanted.
    Task { until_end: bool },
}

/// One open stream.
pub(super) struct Stream {
    kind: Kind,
    seat: Seat,
    /// What is sent before anything else.
    first: Option<Arc<Message>>,
    /// Runs beside the emptying of the inbox, which it may wait for.
    join: Option<Join>,
    heartbeat: Interval,
    expiry: Pin<Box<Sleep>>,
    draining: CancellationToken,
    now: Box<dyn Fn() -> Timestamp + Send>,
    is_over: bool,
}

impl Stream {
    /// A stream for the client in `seat`, which begins with `first` and ends with the token, in
    /// `lifetime` from now.
    pub(super) fn new(
        http: &Http,
        kind: Kind,
        seat: Seat,
        first: Arc<Message>,
        join: Join,
        lifetime: Duration,
    ) -> Self {
        let mut heartbeat = interval_at(Instant::now() + HEARTBEAT_EVERY, HEARTBEAT_EVERY);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let clock = http.clock.clone();
        Self {
            kind,
            seat,
            first: Some(first),
            join: Some(join),
            heartbeat,
            expiry: Box::pin(sleep(lifetime)),
            draining: http.draining.clone(),
            now: Box::new(move || clock.now()),
            is_over: false,
        }
    }

    /// The stream as the body of a response. Dropping it gives the seat back.
    pub(super) fn into_body(self) -> Body {
        Body::from_stream(stream::unfold(self, async |mut stream| {
            let frame = stream.next().await?;
            Some((Ok::<_, Infallible>(frame), stream))
        }))
    }

    async fn next(&mut self) -> Option<Bytes> {
        if let Some(first) = self.first.take() {
            return Some(frame(&first, None));
        }
        while !self.is_over {
            // Every arm is cancel-safe: the join and the timers are kept, the inbox gives out
            // nothing that is not taken.
            tokio::select! {
                biased;
                joined = joined(&mut self.join) => match joined {
                    Ok(()) => self.join = None,
                    Err(error) => return Some(self.end_with_error(error.into())),
                },
                () = &mut self.expiry => return Some(self.end_with_error(AuthError::TokenExpired.into())),
                taken = self.seat.subscriber.next() => return self.take(taken),
                () = silence_after(&self.draining) => return None,
                _ = self.heartbeat.tick() => return Some(HEARTBEAT),
            }
        }
        None
    }

    fn take(&mut self, taken: Option<Outbound>) -> Option<Bytes> {
        match taken? {
            Outbound::Message(message) => Some(self.pass_on(&message)),
            // Whoever reconnects gets the state, or what came after its last id.
            Outbound::ResyncRequired(reason) => {
                ::metrics::counter!(metrics::RESYNCS_REQUIRED, "reason" => reason).increment(1);
                let message = ServerMessage::ResyncRequired(ResyncRequired { reason });
                Some(self.end_with(&message))
            }
        }
    }

    fn pass_on(&mut self, message: &Message) -> Bytes {
        let event = message.event();
        ::metrics::counter!(metrics::EVENTS_DELIVERED, "event" => event).increment(1);
        self.is_over = event == "server:draining";
        match self.kind {
            Kind::Dashboard => frame(message, None),
            Kind::Task { until_end } => {
                self.is_over |= until_end && message.status().is_some_and(is_end);
                // A task that can no longer be seen has nothing more to tell.
                self.is_over |= event == "task:removed";
                frame(message, message.closes())
            }
        }
    }

    fn end_with_error(&mut self, problem: Problem) -> Bytes {
        self.end_with(&ServerMessage::Error(ErrorEvent::new(problem, None)))
    }

    fn end_with(&mut self, message: &ServerMessage) -> Bytes {
        self.is_over = true;
        frame(&Message::new(message, (self.now)()), None)
    }
}

/// What becomes of the join; nothing, for ever, once it is done.
async fn joined(join: &mut Option<Join>) -> Result<(), JoinError> {
    match join {
        Some(join) => join.await,
        None => std::future::pending().await,
    }
}

/// Returns once the server stops and the client has heard so, or nothing, for a while.
async fn silence_after(draining: &CancellationToken) {
    draining.cancelled().await;
    sleep(LAST_WORDS).await;
}

/// Whether `?until=end` means this status.
pub(super) fn is_end(status: Status) -> bool {
    !status.is_open()
}
