//! How many sockets are open, in all and by user.

use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::count;
use crate::domain::text::UserId;

/// Why there is no place for one more socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SocketsFull {
    /// The instance has as many as it takes: another time, or another instance.
    #[error("the server is full")]
    Server,
    /// This user has as many as one may have.
    #[error("the user has too many connections")]
    User,
}

/// Counts open sockets against the bounds. Clones count together.
#[derive(Clone, Debug)]
pub struct Sockets {
    open: Arc<Mutex<Open>>,
    most: usize,
    most_per_user: usize,
}

#[derive(Debug, Default)]
struct Open {
    total: usize,
    by_user: HashMap<UserId, usize>,
}

impl Sockets {
    pub(super) fn new(most: NonZeroU32, most_per_user: NonZeroU32) -> Self {
        Self { open: Arc::default(), most: count(most), most_per_user: count(most_per_user) }
    }

    /// Takes a place for a socket of `user`. It is free again when the [`Place`] is dropped.
    pub fn admit(&self, user: &UserId) -> Result<Place, SocketsFull> {
        let mut open = lock(&self.open);
        if open.total >= self.most {
            return Err(SocketsFull::Server);
        }
        let own = open.by_user.get(user).copied().unwrap_or(0);
        if own >= self.most_per_user {
            return Err(SocketsFull::User);
        }
        open.by_user.insert(user.clone(), own + 1);
        open.total += 1;
        Ok(Place { open: Arc::clone(&self.open), user: user.clone() })
    }

    /// Whether the instance has as many sockets as it takes.
    pub fn is_full(&self) -> bool {
        self.count() >= self.most
    }

    /// How many sockets are open.
    pub fn count(&self) -> usize {
        lock(&self.open).total
    }
}

/// The place of one open socket.
#[derive(Debug)]
#[must_use = "dropping it frees the place"]
pub struct Place {
    open: Arc<Mutex<Open>>,
    user: UserId,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = lock(&self.open);
        open.total = open.total.saturating_sub(1);
        if let Some(own) = open.by_user.get_mut(&self.user) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                open.by_user.remove(&self.user);
            }
        }
    }
}

/// The counts are whole between any two statements, so a poisoned lock holds nothing half-done.
fn lock(open: &Mutex<Open>) -> MutexGuard<'_, Open> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}
