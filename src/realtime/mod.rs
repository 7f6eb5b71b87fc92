//! The Socket.IO gateway: who is let in, what they say, in order, and how messages reach them.
//!
//! Each socket has a `Session`, an inbound queue with one worker, which handles
//! its messages in order, and one carrier, which empties its subscriber's inbox. Rooms are the
//! [`Hub`]'s. Nothing here knows what a task is allowed to become, nor how HTTP is routed.

mod carrier;
mod connect;
mod end;
mod inbound;
mod line;
mod refusal;
mod session;
mod transports;
mod worker;

use std::{net::IpAddr, sync::Arc, time::Duration};

use metrics::counter;
use socketioxide::{ParserConfig, SocketIo};
use tokio::time::timeout;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use connect::Once;
pub use socketioxide::layer::SocketIoLayer;

use crate::{
    auth::Keys,
    config::{self, Origin},
    domain::Clock,
    features::Rollout,
    feed::Hub,
    http::Peer,
    limits::Limits,
    protocol::{
        Code, Problem,
        socket::{Draining, ServerMessage},
    },
    telemetry::metrics::CONNECTS_REFUSED,
};
use transports::Transports;

/// How many packets the engine holds for a client; more wait in its inbox.
const ENGINE_BUFFER: usize = 128;
/// The largest message taken from a client, in bytes.
const LARGEST_MESSAGE: usize = 100 * 1024;
/// How long a client may take from the handshake to its first packet.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// Over how long clients are told to spread their coming back.
const SPREAD: Duration = Duration::from_secs(5);
/// How long closing every socket may take.
const CLOSE_WITHIN: Duration = Duration::from_secs(5);
/// When a refused handshake is worth another try.
const TRY_AGAIN: Duration = Duration::from_secs(2);

/// What the gateway needs.
pub struct Parts {
    /// Where sockets follow tasks.
    pub hub: Hub,
    /// The present moment.
    pub clock: Arc<dyn Clock>,
    /// What verifies tokens.
    pub keys: Arc<Keys>,
    /// How much one client may ask for.
    pub limits: Arc<Limits>,
    /// Who gets Socket.IO.
    pub rollout: Arc<Rollout>,
    /// The origins whose pages may connect, the server's own among them.
    pub origins: Arc<[Origin]>,
    /// This instance's name for its clients.
    pub instance_id: Arc<str>,
    /// The heartbeat.
    pub socket: config::Socket,
    /// Cancelled when no more sockets are to be let in.
    pub draining: CancellationToken,
    /// Where the sockets' tasks run.
    pub tracker: TaskTracker,
}

/// The gateway. Cheap to clone.
#[derive(Clone)]
pub struct Realtime(Arc<Gateway>);

struct Gateway {
    parts: Parts,
    transports: Transports,
    io: SocketIo,
}

impl Realtime {
    /// The gateway, and the layer that answers `/socket.io/`.
    pub fn new(parts: Parts) -> (Self, SocketIoLayer) {
        let parser = ParserConfig::common()
            .max_incoming_binaries(1)
            .max_incoming_binary_buf_size(LARGEST_MESSAGE)
            .packet_completion_timeout(CONNECT_WITHIN);
        let (layer, io) = SocketIo::builder()
            .req_path("/socket.io")
            .ping_interval(parts.socket.ping_interval)
            .ping_timeout(parts.socket.ping_timeout)
            .max_buffer_size(ENGINE_BUFFER)
            .connect_timeout(CONNECT_WITHIN)
            .max_payload(LARGEST_MESSAGE as u64)
            .ws_max_message_size(LARGEST_MESSAGE)
            .ws_max_frame_size(LARGEST_MESSAGE)
            .ws_read_buffer_size(1024)
            .with_parser(parser)
            .build_layer();
        let realtime =
            Self(Arc::new(Gateway { parts, transports: Transports::default(), io: io.clone() }));
        realtime.open(&io);
        (realtime, layer)
    }

    /// Whether a new handshake from `ip` is let through. What is refused here, waiting can mend: it
    /// is to be answered as HTTP, so that stock clients try again.
    pub fn admit(&self, ip: IpAddr) -> Result<(), Problem> {
        let Parts { hub, limits, draining, .. } = self.parts();
        if let Err(wait) = limits.connect(ip) {
            counter!(CONNECTS_REFUSED, "reason" => "rate_limited").increment(1);
            let detail = "too many connections from this address; try again";
            return Err(Problem::later(Code::RateLimited, detail, wait.0));
        }
        let reason = if draining.is_cancelled() {
            "stopping"
        } else if !hub.is_live() {
            "not ready yet"
        } else if limits.sockets.is_full() {
            "full"
        } else {
            return Ok(());
        };
        counter!(CONNECTS_REFUSED, "reason" => reason).increment(1);
        let detail = format!("this server is {reason}; try again");
        Err(Problem::later(Code::Unavailable, detail, TRY_AGAIN))
    }

    /// Remembers over which connection the session `sid` goes on after its upgrade to a WebSocket.
    pub fn note_upgrade(&self, sid: &str, peer: &Peer) {
        self.0.transports.note(sid, peer.transport.clone());
    }

    /// Tells every client that this server stops, and when to come back: spread, not all at once.
    pub fn drain(&self) {
        let spread = u64::try_from(SPREAD.as_millis()).unwrap_or(0);
        self.parts().hub.tell_all(|| {
            let reconnect_in_ms = rand::random_range(0..=spread);
            ServerMessage::Draining(Draining { reconnect_in_ms })
        });
    }

    /// Closes every socket. To be called once the listener accepts no more: clients that come back
    /// at once must not find a server without its namespace.
    pub async fn shutdown(&self) {
        if timeout(CLOSE_WITHIN, self.0.io.close()).await.is_err() {
            tracing::warn!("not every socket could be closed in time");
        }
    }

    fn parts(&self) -> &Parts {
        &self.0.parts
    }
}
