//! The Socket.IO gateway: who is let in, what they say, in order, and how messages reach them.
//!
//! Each socket has a `Session`, an inbound queue with one worker, which handles
//! its messages in order, and one carrier, which empties its subscriber's inbox. Rooms are the
//! [`Hub`]'s. Nothing here knows what a task is allowed to become, nor how HTTP is routed.

mod carrier;
mod connect;
mod end;
mod hung_up;
mod inbound;
mod line;
mod refusal;
mod session;
mod transports;
mod worker;

use std::{net::IpAddr, sync::Arc, time::Duration};

use metrics::counter;
use socketioxide::{
    ParserConfig, SocketIo, TransportType,
    adapter::LocalAdapter,
    socket::{Sid, Socket},
};
use tokio::time::{sleep, timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub use socketioxide::layer::SocketIoLayer;

use crate::{
    auth::Keys,
    config::{self, Origin},
    domain::{Clock, text::UserId},
    features::Rollout,
    feed::Hub,
    http::{Peer, Transport},
    limits::Limits,
    protocol::{
        Code, Problem,
        socket::{Draining, ServerMessage},
    },
    telemetry::metrics::CONNECTS_REFUSED,
};
use hung_up::HungUp;
use session::Session;
use transports::Transports;

/// How many packets the engine holds for a client; more wait in its inbox.
const ENGINE_BUFFER: usize = 512;
/// The largest message taken from a client, in bytes.
const LARGEST_MESSAGE: usize = 100 * 1024;
/// How long a client may take from the handshake to its first packet.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);
/// Over how long clients are told to spread their coming back.
const SPREAD: Duration = Duration::from_secs(5);
/// How long a client may stay connected once it has left.
const LINGER: Duration = Duration::from_secs(5);
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
    hung_up: HungUp,
    io: SocketIo,
    /// Cancelled when every socket has been closed.
    closing: CancellationToken,
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
        let realtime = Self(Arc::new(Gateway {
            parts,
            transports: Transports::default(),
            hung_up: HungUp::default(),
            io: io.clone(),
            closing: CancellationToken::new(),
        }));
        realtime.open(&io);
        (realtime, layer)
    }

    /// Whether a request under `/socket.io` with this `query`, from `ip` by way of `peer`, is let
    /// through. What is refused here, waiting or a new session can mend: it is to be answered as
    /// HTTP, so that stock clients try again.
    pub fn enter(&self, query: &str, ip: IpAddr, peer: &Peer) -> Result<(), Problem> {
        // Read exactly as the engine reads it: what it takes for a new session is admitted as one.
        let parameter = |name| query.split('&').find_map(|pair| pair.strip_prefix(name));
        let Some(session) = parameter("sid=") else { return self.admit(ip) };
        let Ok(session) = session.parse() else { return Ok(()) }; // The engine's to refuse.
        if self.0.hung_up.refuses(session) {
            return Err(Problem::new(Code::NotFound, "this session has ended; open a new one"));
        }
        if is_websocket(query) {
            // From here on this connection, not that of the handshake, carries the session.
            self.0.transports.note(session, peer);
        }
        Ok(())
    }

    fn admit(&self, ip: IpAddr) -> Result<(), Problem> {
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
    ///
    /// A WebSocket ends by its TCP stream: the engine's own goodbye, which comes after, keeps some
    /// stock clients from ever coming back, and waits for those that read nothing.
    pub async fn shutdown(&self) {
        self.0.transports.close();
        if let Some(namespace) = self.0.io.of("/") {
            let sockets = namespace.sockets();
            sockets.iter().filter_map(|socket| first_transport(socket)).for_each(|own| own.close());
        }
        if timeout(CLOSE_WITHIN, self.0.io.close()).await.is_err() {
            tracing::warn!("not every socket could be closed in time");
        }
        self.0.closing.cancel();
    }

    /// Shuts a WebSocket's TCP stream down, whatever waits to be written; stock clients come back.
    ///
    /// A polling client has no connection of its own: its requests are refused, so that its heartbeat
    /// ends it.
    fn cut(&self, socket: &Socket<LocalAdapter>, reason: &'static str) {
        if socket.transport_type() == TransportType::Polling {
            self.refuse(socket.id);
            return;
        }
        let upgraded = self.0.transports.of(socket.id);
        let transport = upgraded.or_else(|| first_transport(socket));
        if let Some(transport) = transport.filter(|transport| !transport.is_gone()) {
            let session = socket.extensions.get::<Session>();
            let user = session.as_ref().map(Session::user);
            tracing::warn!(actor.id = user.map(UserId::as_str), reason, "a client is cut off");
            transport.close();
        }
    }

    /// Refuses a session for as long as its heartbeat may take to end it.
    fn refuse(&self, session: Sid) {
        let realtime = self.clone();
        self.0.hung_up.refuse(session);
        self.parts().tracker.spawn(async move {
            let config::Socket { ping_interval, ping_timeout } = realtime.parts().socket;
            tokio::select! {
                () = sleep(2 * ping_interval + ping_timeout + LINGER) => {
                    realtime.0.hung_up.forget(session);
                }
                () = realtime.0.closing.cancelled() => {}
            }
        });
    }

    fn parts(&self) -> &Parts {
        &self.0.parts
    }
}

/// The connection that a session began on, if it began as a WebSocket.
fn first_transport(socket: &Socket<LocalAdapter>) -> Option<Transport> {
    let request = socket.req_parts();
    let began_so = request.uri.query().is_some_and(is_websocket);
    let peer = request.extensions.get::<Peer>().filter(|_| began_so);
    peer.map(|peer| peer.transport.clone())
}

/// Whether the engine takes a request with this query for a WebSocket's.
fn is_websocket(query: &str) -> bool {
    let transport = query.split('&').find_map(|pair| pair.strip_prefix("transport="));
    transport.and_then(|value| value.split('=').next()) == Some("websocket")
}
