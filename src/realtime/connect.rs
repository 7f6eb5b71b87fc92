//! Letting a socket in: authenticate, register, then answer.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use http::header::{AUTHORIZATION, ORIGIN};
use metrics::{counter, gauge};
use serde::Deserialize;
use socketioxide::{
    SocketIo,
    adapter::LocalAdapter,
    extract::{SocketRef, TryData},
    handler::ConnectHandler as _,
    socket::{DisconnectReason, Socket},
};

use super::{
    Parts, Realtime, carrier, end, inbound::Inbound, line::Line, refusal::Refusal,
    session::Session, worker::Worker,
};
use tokio::sync::watch;

use crate::{
    auth::bearer,
    feed::Message,
    http::Peer,
    limits::SocketsFull,
    protocol::{
        PROTOCOL_VERSION,
        rest::Me,
        socket::{ConnectionAck, ServerMessage},
    },
    telemetry::metrics::{CONNECTS_REFUSED, SOCKETS},
};

/// Kept with an engine session: one socket of it is let in, once.
#[derive(Clone, Default)]
pub struct Once(Arc<AtomicBool>);

impl Once {
    fn is_over(&self) -> bool {
        self.0.swap(true, Ordering::Relaxed)
    }
}

/// What a client hands in when it connects.
#[derive(Debug, Default, Deserialize)]
struct Handshake {
    #[serde(default)]
    token: Option<String>,
}

impl Realtime {
    /// Opens the namespace: who connects is authenticated, registered, answered and then served.
    pub(super) fn open(&self, io: &SocketIo) {
        let gate = self.clone();
        let authenticate = async move |socket: SocketRef, TryData(handed): TryData<Handshake>| {
            let session = gate.authenticate(&socket, &handed.unwrap_or_default());
            socket.extensions.insert(session.inspect_err(|refusal| {
                counter!(CONNECTS_REFUSED, "reason" => refusal.as_str()).increment(1);
            })?);
            Ok::<(), Refusal>(())
        };
        let register = async |socket: SocketRef| {
            let session = socket.extensions.get::<Session>().ok_or(Refusal::Unauthenticated)?;
            Self::register(&socket, &session);
            Ok::<(), Refusal>(())
        };
        let host = self.clone();
        let connected = async move |socket: SocketRef| {
            if let Some(session) = socket.extensions.get::<Session>() {
                host.serve(socket, &session);
            }
        };
        // Middlewares run from the last to the first.
        io.ns("/", connected.with(register).with(authenticate));
    }

    /// Who is there, and whether they are let in; the names of the refusals are the protocol's.
    fn authenticate(
        &self,
        socket: &Socket<LocalAdapter>,
        handshake: &Handshake,
    ) -> Result<Session, Refusal> {
        let Parts { keys, rollout, limits, origins, clock, .. } = self.parts();
        let headers = &socket.req_parts().headers;
        if let Some(origin) = headers.get(ORIGIN)
            && !origins.iter().any(|allowed| origin.as_bytes() == allowed.as_str().as_bytes())
        {
            return Err(Refusal::OriginNotAllowed);
        }
        let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = handshake.token.as_deref().or_else(|| header.and_then(bearer));
        let identity = keys.verify(token.ok_or(Refusal::Unauthenticated)?, clock.now())?;
        if !rollout.websocket_for(&identity.actor.id) {
            return Err(Refusal::FeatureDisabled);
        }
        if socket.req_parts().extensions.get::<Once>().is_some_and(Once::is_over) {
            // Stock clients open a new connection; what this one has used up stays used up.
            return Err(Refusal::TooManyConnections);
        }
        match limits.sockets.admit(&identity.actor.id) {
            Ok(place) => Ok(Session::new(identity, place)),
            Err(SocketsFull::User) => Err(Refusal::TooManyConnections),
            Err(SocketsFull::Server) => {
                // Waiting mends it: a connection that breaks brings stock clients back.
                if let Some(peer) = socket.req_parts().extensions.get::<Peer>() {
                    peer.transport.close();
                }
                Err(Refusal::TooManyConnections)
            }
        }
    }

    /// Registers the handlers, before the client learns that it is connected: what it says at once
    /// is queued, and its end is always heard.
    fn register(socket: &SocketRef, session: &Session) {
        let (inbound, packets) = Inbound::new();
        session.put_inbound(packets);
        socket.on_fallback(inbound);
        let session = session.clone();
        socket.on_disconnect(async move |socket: SocketRef, reason: DisconnectReason| {
            session.ended().cancel();
            let duration = session.began().elapsed();
            tracing::info!(
                actor.id = %session.user(),
                transport = ?socket.transport_type(),
                duration_ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX),
                %reason,
                "socket"
            );
        });
    }

    /// Begins to serve a connected socket: a subscriber, its carrier, and the worker of what the
    /// socket says.
    fn serve(&self, socket: SocketRef, session: &Session) {
        let Some(inbound) = session.take_inbound() else { return };
        let Parts { hub, clock, limits, instance_id, tracker, draining, .. } = self.parts();
        let identity = session.identity().clone();
        let subscriber = hub.subscribe(identity.actor.clone(), limits.max_rooms_per_socket);
        let now = clock.now();
        let ack = ConnectionAck {
            expires_at: identity.expires_at,
            user: Me::from(&identity),
            instance_id: instance_id.to_string(),
            protocol_version: PROTOCOL_VERSION,
            server_time: now,
        };
        subscriber.send(Message::new(&ServerMessage::ConnectionAck(ack), now));
        let line = Line::new(socket, session.clone(), self.clone());
        let (prolong, expires_at) = watch::channel(identity.expires_at);
        let user = identity.actor.id;
        let worker = Worker::new(self.clone(), line.clone(), subscriber.clone(), user, prolong);
        let (hub, clock, session) = (hub.clone(), clock.clone(), session.clone());
        let stopping = draining.clone();
        tracker.spawn(async move {
            gauge!(SOCKETS).increment(1);
            // Whichever ends first ends the other: a worker without a carrier has nobody to answer.
            tokio::select! {
                () = session.ended().cancelled() => {}
                _ = end::with_token(&line, &hub, &subscriber, &*clock, expires_at) => {}
                // The subscriber is closed when the token ends: the last words are said then.
                () = carrier::carry(&line, &subscriber) => {}
                _ = worker.run(inbound) => {}
            }
            hub.leave(&subscriber);
            gauge!(SOCKETS).decrement(1);
            let transport = line.websocket();
            drop((line, session)); // With them its place is free.
            end::hang_up(transport, &stopping).await;
        });
    }
}
