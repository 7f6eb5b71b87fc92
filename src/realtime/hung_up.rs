//! Polling sessions that have been ended while their client goes on polling.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use socketioxide::socket::Sid;

/// The sessions whose requests are refused, until their heartbeat has ended them: nobody else can.
#[derive(Default)]
pub(super) struct HungUp(Mutex<HashSet<Sid>>);

impl HungUp {
    /// Refuses `session` from now on.
    pub(super) fn refuse(&self, session: Sid) {
        self.with(|sessions| sessions.insert(session));
    }

    /// Forgets a session that the engine knows no longer.
    pub(super) fn forget(&self, session: Sid) {
        self.with(|sessions| sessions.remove(&session));
    }

    pub(super) fn refuses(&self, session: Sid) -> bool {
        self.with(|sessions| sessions.contains(&session))
    }

    fn with<T>(&self, act: impl FnOnce(&mut HashSet<Sid>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
