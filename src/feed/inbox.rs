//! What waits for one client: bounded, and honest when it overflows.

use std::{collections::VecDeque, sync::Arc};

use super::Message;

/// How many may wait before a snapshot, which is nobody else's, waits to be queued.
const SNAPSHOT_ROOM: usize = 8;

/// The messages that wait. Past its capacity it forgets them all and owes the client one
/// `resync_required` instead.
#[derive(Debug)]
pub(super) struct Inbox {
    /// How many messages wait before the client counts as too slow. A slot is one pointer: the
    /// message itself is shared by all who get it.
    capacity: usize,
    waiting: VecDeque<Arc<Message>>,
    owes_resync: Option<&'static str>,
}

impl Inbox {
    pub(super) fn new(capacity: usize) -> Self {
        Self { capacity, waiting: VecDeque::new(), owes_resync: None }
    }

    /// Queues a message that must not be lost in silence.
    pub(super) fn push(&mut self, message: Arc<Message>) {
        if self.owes_resync.is_some() {
            return;
        }
        if self.waiting.len() >= self.capacity {
            self.overflow("slow_consumer");
        } else {
            self.waiting.push_back(message);
        }
    }

    /// Queues a message that the next of its kind replaces: not at all if the client lags.
    pub(super) fn push_ephemeral(&mut self, message: Arc<Message>) {
        if self.waiting.len() < self.capacity / 2 {
            self.push(message);
        }
    }

    /// Forgets what waits and owes a `resync_required` instead.
    pub(super) fn overflow(&mut self, reason: &'static str) {
        self.waiting.clear();
        self.waiting.shrink_to(SNAPSHOT_ROOM);
        self.owes_resync = Some(reason);
    }

    pub(super) fn is_overflown(&self) -> bool {
        self.owes_resync.is_some()
    }

    pub(super) fn has_room_for_snapshot(&self) -> bool {
        self.waiting.len() < SNAPSHOT_ROOM
    }

    /// The reason of the `resync_required` that is owed, which counts as paid from now on: what is
    /// queued after it comes after it.
    pub(super) fn settle(&mut self) -> Option<&'static str> {
        self.owes_resync.take()
    }

    pub(super) fn pop(&mut self) -> Option<Arc<Message>> {
        self.waiting.pop_front()
    }
}
