//! Letting a socket in: authenticate, register, then answer.

use http::header::{AUTHORIZATION, ORIGIN};
use metrics::{counter, gauge};
use socketioxide::{
    SocketIo, TransportType,
    adapter::LocalAdapter,
    extract::{SocketRef, TryData},
    handler::ConnectHandler as _,
    socket::{DisconnectReason, Socket},
};
use tokio::time::sleep;

use super::{
    CONNECT_WITHIN, LINGER, Parts, Realtime, carrier, end, inbound::Inbound, line::Line,
    refusal::Refusal, session::Session, worker::Worker,
};
use crate::{
    auth::bearer,
    feed::Bounds,
    limits::SocketsFull,
    protocol::{
        PROTOCOL_VERSION,
        rest::Me,
        socket::{ConnectionAck, Handshake, ServerMessage},
    },
    telemetry::metrics::{CONNECTS_REFUSED, SOCKETS},
};

impl Realtime {
    /// Opens the namespace: who connects is authenticated, registered, answered and then served.
    pub(super) fn open(&self, io: &SocketIo) {
        let gate = self.clone();
        let authenticate = async move |socket: SocketRef, TryData(handed): TryData<Handshake>| {
            let session = gate.authenticate(&socket, &handed.unwrap_or_default());
            let session = match session {
                Ok(session) => session,
                Err(refusal) => {
                    counter!(CONNECTS_REFUSED, "reason" => refusal.as_str()).increment(1);
                    if refusal == Refusal::Unavailable {
                        // An answer would keep a stock client from ever trying again; the engine
                        // ends who is not connected in time, and then it does.
                        sleep(CONNECT_WITHIN * 2).await;
                    }
                    return Err(refusal);
                }
            };
            socket.extensions.insert(session);
            Ok(())
        };
        let registrar = self.clone();
        let register = async move |socket: SocketRef| {
            let session = socket.extensions.get::<Session>().ok_or(Refusal::Unauthenticated)?;
            registrar.register(&socket, &session);
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
        let place = limits.sockets.admit(&identity.actor.id).map_err(|full| match full {
            SocketsFull::User => Refusal::TooManyConnections,
            SocketsFull::Server => Refusal::Unavailable,
        })?;
        Ok(Session::new(identity, place, self.0.closing.child_token()))
    }

    /// Registers the handlers, before the client learns that it is connected: what it says at once
    /// is queued, and its end is always heard.
    fn register(&self, socket: &SocketRef, session: &Session) {
        let (inbound, packets) = Inbound::new(self.clone());
        session.put_inbound(packets);
        socket.on_fallback(inbound);
        let (realtime, session) = (self.clone(), session.clone());
        socket.on_disconnect(async move |socket: SocketRef, reason: DisconnectReason| {
            session.end(Some(reason), transport(&socket));
            if matches!(
                reason,
                DisconnectReason::ClientNSDisconnect | DisconnectReason::ServerNSDisconnect
            ) {
                realtime.hang_up(socket);
            }
        });
    }

    /// Ends the connection of a client that has left the namespace; stock clients do it themselves.
    /// One that stays would be counted nowhere.
    fn hang_up(&self, socket: SocketRef) {
        let realtime = self.clone();
        self.parts().tracker.spawn(async move {
            tokio::select! {
                () = sleep(LINGER) => {
                    let namespace = realtime.0.io.of("/");
                    let is_back = namespace.is_some_and(|io| io.get_socket(socket.id).is_some());
                    if !is_back {
                        realtime.cut(&socket, "it has left and stays connected");
                    }
                }
                () = realtime.0.closing.cancelled() => {}
            }
        });
    }

    /// Begins to serve a connected socket: a subscriber, its carrier, and the worker of what the
    /// socket says.
    fn serve(&self, socket: SocketRef, session: &Session) {
        let Some(inbound) = session.take_inbound() else { return };
        let (realtime, session) = (self.clone(), session.clone());
        self.parts().tracker.spawn(async move {
            let Parts { hub, clock, limits, .. } = realtime.parts();
            let identity = session.identity().clone();
            let bounds =
                Bounds { rooms: limits.max_rooms_per_socket, waiting: limits.max_waiting_messages };
            let subscriber = hub.subscribe(identity.actor.clone(), bounds);
            let hello = realtime.hello(&session);
            let line = Line::new(socket.clone(), realtime.clone());
            let worker = Worker::new(realtime.clone(), line.clone(), subscriber.clone(), identity);
            let expires_at = worker.expires_at();
            gauge!(SOCKETS).increment(1);
            let served = async {
                line.say(&hello).await?;
                // Whichever ends first ends the others: none can do without them.
                tokio::select! {
                    gone = carrier::carry(&line, &subscriber) => gone,
                    gone = worker.run(inbound) => gone,
                    gone = end::with_token(&line, expires_at, clock.as_ref()) => gone,
                }
            };
            tokio::select! {
                () = session.ended().cancelled() => {}
                // However it ended: nobody is served any more.
                _ = served => {}
            }
            hub.leave(&subscriber);
            gauge!(SOCKETS).decrement(1);
            if realtime.0.closing.is_cancelled() {
                // The engine, when it is closed as a whole, tells nobody of a socket's end.
                session.end(None, transport(&socket));
            }
        });
    }

    fn hello(&self, session: &Session) -> ServerMessage {
        let (Parts { clock, instance_id, .. }, identity) = (self.parts(), session.identity());
        ServerMessage::ConnectionAck(ConnectionAck {
            user: Me::from(identity),
            instance_id: instance_id.to_string(),
            protocol_version: PROTOCOL_VERSION,
            server_time: clock.now(),
            expires_at: identity.expires_at,
        })
    }
}

fn transport(socket: &Socket<LocalAdapter>) -> &'static str {
    match socket.transport_type() {
        TransportType::Polling => "polling",
        TransportType::Websocket => "websocket",
    }
}
