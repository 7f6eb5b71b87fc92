//! What a socket says: every packet, in the order it came, into one bounded queue.
//!
//! The library runs handlers at once and side by side. This one handler stands for all events; it
//! is called in the order of the packets and only queues.

use std::sync::Arc;

use bytes::Bytes;
use socketioxide::{
    SendError,
    adapter::LocalAdapter,
    extract::AckSender,
    handler::{FromMessageParts, MessageHandler},
    socket::Socket,
};
use socketioxide_core::Value;
use tokio::sync::mpsc::{self, error::TrySendError};

use crate::protocol::{
    Code, Problem,
    socket::{Ack, ClientMessage, ErrorEvent, Refused},
};

/// How many messages of one socket wait to be handled; one more is answered `busy`.
const QUEUE: usize = 64;

/// One message, as far as it could be read.
pub(super) struct Packet {
    pub(super) message: Result<ClientMessage, Refused>,
    /// The acknowledgement that is asked for.
    pub(super) ack: Option<Wanted>,
}

/// An acknowledgement that is asked for.
pub(super) struct Wanted {
    socket: Arc<Socket<LocalAdapter>>,
    id: i64,
}

/// The handler of every event of one socket.
pub(super) struct Inbound(mpsc::Sender<Packet>);

/// Marks the implementation, as the library asks.
pub(super) struct Raw;

impl Inbound {
    pub(super) fn new() -> (Self, mpsc::Receiver<Packet>) {
        let (queue, packets) = mpsc::channel(QUEUE);
        (Self(queue), packets)
    }
}

impl MessageHandler<LocalAdapter, Raw> for Inbound {
    fn call(&self, socket: Arc<Socket<LocalAdapter>>, packet: Value, ack: Option<i64>) {
        let message = read(&packet);
        let wanted = ack.map(|id| Wanted { socket: socket.clone(), id });
        if let Err(TrySendError::Full(packet)) = self.0.try_send(Packet { message, ack: wanted }) {
            refuse(&socket, packet);
        }
    }
}

impl Wanted {
    /// Tries to acknowledge.
    pub(super) fn send(&self, ack: &Ack) -> Result<(), SendError> {
        // The library reads nothing but the id here.
        let mut unread = Value::Bytes(Bytes::new());
        let Ok(sender) = AckSender::from_message_parts(&self.socket, &mut unread, &Some(self.id));
        sender.send(ack)
    }
}

fn read(packet: &Value) -> Result<ClientMessage, Refused> {
    match packet {
        Value::Str(text, None) => ClientMessage::parse(text),
        Value::Str(text, Some(binaries)) if binaries.is_empty() => ClientMessage::parse(text),
        Value::Str(..) | Value::Bytes(_) => Err(Refused {
            event: None,
            problem: Problem::new(Code::ValidationFailed, "binary payloads are not understood"),
        }),
    }
}

/// Says `busy` at once, behind nothing. A client that reads nothing meanwhile may not hear it.
fn refuse(socket: &Socket<LocalAdapter>, packet: Packet) {
    let problem = Problem::new(Code::Busy, "too many messages wait on this connection");
    let said = match (packet.ack, packet.message) {
        (Some(wanted), _) => wanted.send(&Ack::refused(problem)),
        (None, Ok(message)) => {
            socket.emit("error", &ErrorEvent::new(problem, Some(message.event().to_owned())))
        }
        (None, Err(refused)) => socket.emit("error", &ErrorEvent::new(problem, refused.event)),
    };
    if let Err(error) = said {
        tracing::debug!(%error, "a busy socket did not take its refusal");
    }
}
