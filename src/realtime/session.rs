//! What is known of one socket from its connection to its end.

use std::sync::{Arc, Mutex, PoisonError};

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
    /// Its place among this user's sockets and all.
    _place: Place,
}

impl Session {
    pub(super) fn new(identity: Identity, place: Place) -> Self {
        Self(Arc::new(Inner {
            identity,
            began: Instant::now(),
            ended: CancellationToken::new(),
            inbound: Mutex::default(),
            _place: place,
        }))
    }

    /// Who connected. A refreshed token's rights are the worker's to know; the user stays the same.
    pub(super) fn identity(&self) -> &Identity {
        &self.0.identity
    }

    pub(super) fn user(&self) -> &UserId {
        &self.0.identity.actor.id
    }

    pub(super) fn began(&self) -> Instant {
        self.0.began
    }

    pub(super) fn ended(&self) -> &CancellationToken {
        &self.0.ended
    }

    pub(super) fn put_inbound(&self, inbound: mpsc::Receiver<Packet>) {
        *self.0.inbound.lock().unwrap_or_else(PoisonError::into_inner) = Some(inbound);
    }

    pub(super) fn take_inbound(&self) -> Option<mpsc::Receiver<Packet>> {
        self.0.inbound.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
