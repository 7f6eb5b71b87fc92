//! Socket.IO laid around the router: who is let to the handshake, and over which connection a
//! socket travels.

use std::{net::IpAddr, sync::Arc};

use axum::{
    Router,
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
};
use ipnet::IpNet;

use crate::{
    config,
    http::{HttpError, Peer},
    limits::client_ip,
    realtime::{Realtime, SocketIoLayer},
};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const PATH: &str = "/socket.io";

/// What stands before the handshake. Cheap to clone.
#[derive(Clone)]
pub(super) struct Gateway {
    realtime: Realtime,
    trusted: Arc<[IpNet]>,
}

impl Gateway {
    pub(super) fn new(realtime: Realtime, server: &config::Server) -> Self {
        Self { realtime, trusted: server.trusted_proxies.clone().into() }
    }

    fn client(&self, peer: &Peer, headers: &HeaderMap) -> IpAddr {
        let forwarded = headers.get_all(X_FORWARDED_FOR).into_iter();
        client_ip(peer.addr.ip(), forwarded.map(HeaderValue::as_bytes), &self.trusted)
    }
}

/// `router` with Socket.IO in it, behind its gateway.
pub(super) fn around<S: Clone + Send + Sync + 'static>(
    router: Router<S>,
    socket_io: SocketIoLayer,
    gateway: Gateway,
) -> Router<S> {
    router.layer(socket_io).layer(from_fn_with_state(gateway, admit)).layer(from_fn(know_peer))
}

/// Whoever answers knows who asks, and can end the connection.
async fn know_peer(
    ConnectInfo(peer): ConnectInfo<Peer>,
    mut request: Request,
    next: Next,
) -> Response {
    request.extensions_mut().insert(peer);
    next.run(request).await
}

/// What waiting can mend is refused as HTTP, so that stock clients try again.
async fn admit(
    State(gateway): State<Gateway>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
    next: Next,
) -> Response {
    if !request.uri().path().starts_with(PATH) {
        return next.run(request).await;
    }
    let query = request.uri().query().unwrap_or_default();
    let client = gateway.client(&peer, request.headers());
    match gateway.realtime.enter(query, client, &peer) {
        Ok(()) => next.run(request).await,
        Err(problem) => HttpError::from(problem).into_response(),
    }
}
