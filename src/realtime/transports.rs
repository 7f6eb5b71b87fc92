//! Over which TCP connection a session goes on after its upgrade to a WebSocket.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Mutex, PoisonError},
};

use socketioxide::socket::Sid;

use crate::http::{Peer, Transport};

/// Below this many entries nothing is swept.
const SWEEP_FROM: usize = 64;

/// The connections of upgraded sessions, each with its newest session: bounded by the connections
/// that are open, however many sessions one of them names. Those that have ended are swept whenever
/// the number has doubled.
#[derive(Default)]
pub(super) struct Transports(Mutex<Known>);

#[derive(Default)]
struct Known {
    by_peer: HashMap<SocketAddr, (Sid, Transport)>,
    sweep_at: usize,
}

impl Transports {
    pub(super) fn note(&self, session: Sid, peer: &Peer) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.by_peer.len() >= known.sweep_at.max(SWEEP_FROM) {
            known.by_peer.retain(|_, (_, transport)| !transport.is_gone());
            known.sweep_at = known.by_peer.len() * 2;
        }
        known.by_peer.insert(peer.addr, (session, peer.transport.clone()));
    }

    /// Ends them all.
    pub(super) fn close(&self) {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.by_peer.values().for_each(|(_, transport)| transport.close());
    }

    /// The connection of `session`, if it is still open. Looks through all: it is asked for only
    /// when a connection must be ended.
    pub(super) fn of(&self, session: Sid) -> Option<Transport> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut open = known.by_peer.values().filter(|(_, transport)| !transport.is_gone());
        open.find(|(noted, _)| *noted == session).map(|(_, transport)| transport.clone())
    }
}
