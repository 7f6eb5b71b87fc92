//! Over which TCP connection a session goes on after its upgrade to a WebSocket.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::http::Transport;

/// Below this many entries nothing is swept.
const SWEEP_FROM: usize = 64;
/// The engine's session ids are shorter.
const LONGEST_SID: usize = 32;

/// The connections of upgraded sessions.
///
/// Anybody can claim any session, so the bound is one entry for each open connection: a connection
/// that claims another session gives up the one before, and entries of connections that have ended
/// are swept whenever the number has doubled.
#[derive(Default)]
pub(super) struct Transports(Mutex<Known>);

#[derive(Default)]
struct Known {
    by_session: HashMap<String, Transport>,
    by_connection: HashMap<usize, String>,
    sweep_at: usize,
}

impl Transports {
    pub(super) fn note(&self, sid: &str, transport: Transport) {
        if sid.len() > LONGEST_SID {
            return;
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.by_session.len() >= known.sweep_at.max(SWEEP_FROM) {
            known.sweep();
        }
        let before = known.by_connection.insert(transport.id(), sid.to_owned());
        if let Some(before) = before {
            known.by_session.remove(&before);
        }
        known.by_session.insert(sid.to_owned(), transport);
    }

    pub(super) fn take(&self, sid: &str) -> Option<Transport> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let transport = known.by_session.remove(sid)?;
        known.by_connection.remove(&transport.id());
        Some(transport)
    }
}

impl Known {
    fn sweep(&mut self) {
        self.by_session.retain(|_, transport| !transport.is_gone());
        let left = self.by_session.iter().map(|(sid, transport)| (transport.id(), sid.clone()));
        self.by_connection = left.collect();
        self.sweep_at = self.by_session.len() * 2;
    }
}
