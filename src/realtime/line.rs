//! The line to one client: handing a packet over, however long the engine's buffer is full.

use std::time::Duration;

use metrics::counter;
use socketioxide::{SendError, SocketError, TransportType, extract::SocketRef};
use tokio::time::{Instant, sleep};

use super::{Realtime, inbound::Wanted, session::Session};
use crate::{
    feed::Message,
    http::{Peer, Transport},
    protocol::socket::{Ack, ServerMessage},
    telemetry::metrics::EVENTS_DELIVERED,
};

/// How long a full buffer is left alone before the next try, at first and at most.
const FIRST_PAUSE: Duration = Duration::from_millis(2);
const LONGEST_PAUSE: Duration = Duration::from_millis(100);
/// A client that takes nothing for this long is cut off.
const PATIENCE: Duration = Duration::from_secs(30);

/// The client has gone, or was cut off.
#[derive(Debug)]
pub(super) struct Gone;

/// The line to one client. Cheap to clone.
#[derive(Clone)]
pub(super) struct Line {
    socket: SocketRef,
    session: Session,
    realtime: Realtime,
}

impl Line {
    pub(super) fn new(socket: SocketRef, session: Session, realtime: Realtime) -> Self {
        Self { socket, session, realtime }
    }

    /// Hands over an event that is encoded already.
    pub(super) async fn carry(&self, message: &Message) -> Result<(), Gone> {
        self.insist(|socket| socket.emit(message.event(), message.payload())).await?;
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

    /// Tries until the engine takes it. Nothing is dropped, and order holds: whoever sends waits.
    async fn insist(
        &self,
        attempt: impl Fn(&SocketRef) -> Result<(), SendError>,
    ) -> Result<(), Gone> {
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
                tracing::warn!(actor.id = %self.session.user(), "a client that takes nothing is cut off");
                self.cut();
                return Err(Gone);
            }
            tokio::select! {
                () = self.session.ended().cancelled() => return Err(Gone),
                () = sleep(pause) => pause = (pause * 2).min(LONGEST_PAUSE),
            }
        }
    }

    /// Ends the connection after what was handed over; stock clients do not come back by themselves.
    pub(super) fn end(&self) {
        if let Err(error) = self.socket.clone().disconnect() {
            tracing::debug!(%error, "the client does not take its end");
            self.cut();
        }
    }

    /// Shuts the TCP stream down, because no message reaches the client; stock clients come back.
    fn cut(&self) {
        match self.websocket() {
            Some(transport) => transport.close(),
            // A poll's connection may be a proxy's, with others' requests on it: this is only said,
            // and if even that is not taken, the heartbeat ends the session.
            None => drop(self.socket.clone().disconnect()),
        }
    }

    /// The connection of a socket that travels over a WebSocket.
    pub(super) fn websocket(&self) -> Option<Transport> {
        if self.socket.transport_type() == TransportType::Polling {
            return None;
        }
        let upgraded = self.realtime.0.transports.take(self.socket.id.as_str());
        upgraded.or_else(|| {
            let first = self.socket.req_parts().extensions.get::<Peer>();
            first.map(|peer| peer.transport.clone())
        })
    }
}
