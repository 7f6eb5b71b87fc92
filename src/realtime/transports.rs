//! Over which TCP connection a session goes on after its upgrade to a WebSocket.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::http::Transport;

/// Below this many entries nothing is swept.
const SWEEP_FROM: usize = 64;

/// The connections of upgraded sessions. Bounded by the connections that are open: an entry whose
/// connection has ended is swept whenever the number has doubled.
#[derive(Default)]
pub(super) struct Transports(Mutex<Known>);

#[derive(Default)]
struct Known {
    by_session: HashMap<String, Transport>,
    sweep_at: usize,
}

impl Transports {
    pub(super) fn note(&self, sid: &str, transport: Transport) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.by_session.len() >= known.sweep_at.max(SWEEP_FROM) {
            known.by_session.retain(|_, transport| !transport.is_gone());
            known.sweep_at = known.by_session.len() * 2;
        }
        known.by_session.insert(sid.to_owned(), transport);
    }

    pub(super) fn take(&self, sid: &str) -> Option<Transport> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.by_session.remove(sid)
    }
}
