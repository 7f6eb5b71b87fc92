//! The line to one client: handing a packet over, however long the engine's buffer is full.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use metrics::counter;
use socketioxide::{SendError, SocketError, TransportType, extract::SocketRef};
use tokio::{
    sync::Semaphore,
    time::{Instant, sleep},
};

use super::{LARGEST_MESSAGE, Realtime, inbound::Wanted};
use crate::{
    feed::Message,
    protocol::{
        Code, Problem,
        socket::{Ack, ErrorEvent, ServerMessage},
    },
    telemetry::metrics::EVENTS_DELIVERED,
};

/// How long a full buffer is left alone before the next try, at first and at most.
const FIRST_PAUSE: Duration = Duration::from_millis(2);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);
/// A client that takes nothing for this long is cut off.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long the reason of an end has to reach the client.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// How soon after its beginning a session is upgraded, if ever; stock clients do it at once.
const UPGRADE_WITHIN: Duration = Duration::from_secs(30);
/// How often an upgrade is looked for.
const UPGRADE_LOOK: Duration = Duration::from_millis(100);

/// The client has gone, or was cut off.
#[derive(Debug)]
pub(super) struct Gone;

/// The line to one client. Cheap to clone.
#[derive(Clone)]
pub(super) struct Line {
    socket: SocketRef,
    realtime: Realtime,
    shared: Arc<Shared>,
}

struct Shared {
    /// Who may hand over next: in the order they came, so that nobody who keeps the buffer full
    /// keeps others away.
    turn: Semaphore,
    /// How many bytes of messages were handed over while the client was polling.
    polled: AtomicUsize,
}

impl Line {
    pub(super) fn new(socket: SocketRef, realtime: Realtime) -> Self {
        let shared = Shared { turn: Semaphore::new(1), polled: AtomicUsize::new(0) };
        Self { socket, realtime, shared: Arc::new(shared) }
    }

    /// Hands over an event that is encoded already.
    pub(super) async fn carry(&self, message: &Message) -> Result<(), Gone> {
        self.insist(|socket| socket.emit(message.event(), message.payload())).await?;
        if self.is_polling() {
            self.shared.polled.fetch_add(message.payload().get().len(), Ordering::Relaxed);
        }
        counter!(EVENTS_DELIVERED, "event" => message.event()).increment(1);
        Ok(())
    }

    /// Hands over an event.
    pub(super) async fn say(&self, message: &ServerMessage) -> Result<(), Gone> {
        self.insist(|socket| socket.emit(message.event(), message)).await
    }

    /// Hands over an acknowledgement.
    pub(super) async fn acknowledge(&self, wanted: &Wanted, ack: &Ack) -> Result<(), Gone> {
        self.insist(|_| wanted.send(ack)).await
    }

    /// Tells the client why, and ends its connection after what was handed over. Stock clients do
    /// not come back by themselves.
    pub(super) async fn end(&self, code: Code, detail: &str) -> Result<(), Gone> {
        let error = ErrorEvent::new(Problem::new(code, detail), None);
        self.say(&ServerMessage::Error(error)).await?;
        // What still comes in after the end resets the connection, and the reason would be lost
        // with it to a client that goes on talking.
        sleep(LAST_WORDS).await;
        self.insist(|socket| socket.clone().disconnect().map_err(SendError::from)).await?;
        Err(Gone)
    }

    /// Returns once the client has been upgraded to a WebSocket in a way that may have lost it a
    /// message; never, if it was not.
    ///
    /// A poll is answered with as many packets as fit into one payload, and the engine keeps the one
    /// that did not fit for the next poll. An upgrade in between forgets it.
    pub(super) async fn upgraded_with_loss(&self) {
        let began = Instant::now();
        while self.is_polling() && began.elapsed() < UPGRADE_WITHIN {
            sleep(UPGRADE_LOOK).await;
        }
        // Acknowledgements are not counted: half a payload is left to them.
        let polled = self.shared.polled.load(Ordering::Relaxed);
        if self.is_polling() || polled < LARGEST_MESSAGE / 2 {
            std::future::pending::<()>().await;
        }
    }

    fn is_polling(&self) -> bool {
        self.socket.transport_type() == TransportType::Polling
    }

    /// Tries until the engine takes it. Nothing is dropped, and order holds: whoever sends waits.
    async fn insist(
        &self,
        attempt: impl Fn(&SocketRef) -> Result<(), SendError>,
    ) -> Result<(), Gone> {
        let _turn = self.shared.turn.acquire().await.map_err(|_| Gone)?;
        let began = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            match attempt(&self.socket) {
                Ok(()) => return Ok(()),
                Err(SendError::Socket(SocketError::InternalChannelFull)) => {}
                Err(SendError::Socket(SocketError::Closed)) => return Err(Gone),
                Err(SendError::Serialize(error)) => {
                    // Of our own making, and the same at every try.
                    tracing::error!(%error, "a message could not be encoded");
                    return Ok(());
                }
            }
            if began.elapsed() >= PATIENCE {
                self.realtime.cut(&self.socket, "it takes nothing");
                return Err(Gone);
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}
