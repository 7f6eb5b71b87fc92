//! What is known of one socket from its connection to its end.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use socketioxide::socket::DisconnectReason;
use tokio::{sync::mpsc, time::Instant};
use tokio_util::sync::CancellationToken;

use super::inbound::Packet;
use crate::{auth::Identity, domain::text::UserId, limits::Place};

/// One socket's session, kept in the socket's extensions. Cheap to clone.
#[derive(Clone)]
pub(super) struct Session(Arc<Inner>);

struct Inner {
    identity: Identity,
    began: Instant,
    /// Cancelled when the socket has ended.
    ended: CancellationToken,
    /// What the socket says, until its worker takes it.
    inbound: Mutex<Option<mpsc::Receiver<Packet>>>,
    /// Its place among this user's sockets and all, until it ends.
    place: Mutex<Option<Place>>,
}

impl Session {
    /// A session that ends with `ended` at the latest.
    pub(super) fn new(identity: Identity, place: Place, ended: CancellationToken) -> Self {
        Self(Arc::new(Inner {
            identity,
            began: Instant::now(),
            ended,
            inbound: Mutex::default(),
            place: Mutex::new(Some(place)),
        }))
    }

    /// Who connected. A refreshed token's rights are the worker's to know; the user stays the same.
    pub(super) fn identity(&self) -> &Identity {
        &self.0.identity
    }

    pub(super) fn user(&self) -> &UserId {
        &self.0.identity.actor.id
    }

    pub(super) fn ended(&self) -> &CancellationToken {
        &self.0.ended
    }

    /// Ends the session: its place is free at once, whoever still holds it. Logged once.
    pub(super) fn end(&self, reason: Option<DisconnectReason>, transport: &'static str) {
        self.0.ended.cancel();
        if lock(&self.0.place).take().is_none() {
            return;
        }
        tracing::info!(
            actor.id = %self.user(),
            transport,
            duration_ms = u64::try_from(self.0.began.elapsed().as_millis()).unwrap_or(u64::MAX),
            reason = %reason.unwrap_or(DisconnectReason::ClosingServer),
            "socket"
        );
    }

    pub(super) fn put_inbound(&self, inbound: mpsc::Receiver<Packet>) {
        *lock(&self.0.inbound) = Some(inbound);
    }

    pub(super) fn take_inbound(&self) -> Option<mpsc::Receiver<Packet>> {
        lock(&self.0.inbound).take()
    }
}

/// Each holds one value, whole between any two statements: a poisoned lock is as good as another.
fn lock<T>(slot: &Mutex<T>) -> MutexGuard<'_, T> {
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}
