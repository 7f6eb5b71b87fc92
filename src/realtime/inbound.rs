//! What a socket says: every packet, in the order it came, into one bounded queue.
//!
//! The library runs handlers at once and side by side. This one handler stands for all events; it
//! is called in the order of the packets and only queues.

use std::sync::Arc;

use bytes::Bytes;
use socketioxide::{
    SendError, SocketError,
    adapter::LocalAdapter,
    extract::AckSender,
    handler::{FromMessageParts, MessageHandler},
    socket::Socket,
};
use socketioxide_core::Value;
use tokio::sync::mpsc::{self, error::TrySendError};

use super::Realtime;
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
pub(super) struct Inbound {
    realtime: Realtime,
    queue: mpsc::Sender<Packet>,
}

/// Marks the implementation, as the library asks.
pub(super) struct Raw;

impl Inbound {
    pub(super) fn new(realtime: Realtime) -> (Self, mpsc::Receiver<Packet>) {
        let (queue, packets) = mpsc::channel(QUEUE);
        (Self { realtime, queue }, packets)
    }
}

impl MessageHandler<LocalAdapter, Raw> for Inbound {
    fn call(&self, socket: Arc<Socket<LocalAdapter>>, packet: Value, ack: Option<i64>) {
        let message = read(&packet);
        let wanted = ack.map(|id| Wanted { socket: socket.clone(), id });
        let packet = Packet { message, ack: wanted };
        // A closed queue: the connection is ending, and its answers would reach nobody.
        if let Err(TrySendError::Full(packet)) = self.queue.try_send(packet)
            && let Err(SendError::Socket(SocketError::InternalChannelFull)) =
                refuse(&socket, packet)
        {
            self.realtime.cut(&socket, "it says much and takes no answers");
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

/// Says `busy` at once, behind nothing.
fn refuse(socket: &Socket<LocalAdapter>, packet: Packet) -> Result<(), SendError> {
    let problem = Problem::new(Code::Busy, "too many messages wait on this connection");
    let event = match packet.message {
        Ok(message) => Some(message.event().to_owned()),
        Err(refused) => refused.event,
    };
    match packet.ack {
        Some(wanted) => wanted.send(&Ack::refused(problem)),
        None => socket.emit("error", &ErrorEvent::new(problem, event)),
    }
}
