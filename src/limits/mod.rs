//! How much one client may ask for.
//!
//! Quotas are GCRA cells (governor) in a fixed number of buckets, so that no crowd of clients grows
//! the memory: two clients in one bucket share its quota, and which do changes with each start. All
//! counts are of this instance. This module does not know HTTP or sockets, only whom to count.

mod address;
mod buckets;
mod limiter;
mod sockets;

use std::{net::IpAddr, num::NonZeroU32};

pub use address::client_ip;
pub use limiter::{Limiter, RetryAfter, SocketQuota};
pub use sockets::{Place, Sockets, SocketsFull};

use crate::{
    config,
    domain::{TaskId, text::UserId},
};
use limiter::{per_minute, per_second};

/// All limits of the instance.
#[derive(Debug)]
pub struct Limits {
    connects: Limiter,
    http_writes: Limiter,
    http_reads: Limiter,
    progress: Limiter,
    socket_events: (NonZeroU32, NonZeroU32),
    /// The sockets that are open, in all and by user.
    pub sockets: Sockets,
    /// The rooms one socket may be in.
    pub max_rooms_per_socket: usize,
    /// The messages that may wait for one client.
    pub max_waiting_messages: usize,
    /// The largest request body, in bytes.
    pub max_body_bytes: usize,
}

impl Limits {
    /// The limits that `limits` configures, with nothing used up yet.
    pub fn new(limits: &config::Limits) -> Self {
        let connects = per_second(limits.connects_per_second_per_ip, limits.connects_burst_per_ip);
        let writes = per_minute(limits.http_writes_per_minute_per_user, limits.http_writes_burst);
        let reads = per_second(limits.http_reads_per_second_per_user, limits.http_reads_burst);
        let progress =
            per_second(limits.progress_per_second_per_task, limits.progress_per_second_per_task);
        Self {
            connects: Limiter::new(connects),
            http_writes: Limiter::new(writes),
            http_reads: Limiter::new(reads),
            progress: Limiter::new(progress),
            socket_events: (limits.socket_events_per_second, limits.socket_events_burst),
            sockets: Sockets::new(limits.max_sockets, limits.max_sockets_per_user),
            max_rooms_per_socket: count(limits.max_rooms_per_socket),
            max_waiting_messages: limits.max_waiting_messages,
            max_body_bytes: limits.max_body_bytes,
        }
    }

    /// Counts a new connection from `ip`; IPv6 by its /64.
    pub fn connect(&self, ip: IpAddr) -> Result<(), RetryAfter> {
        self.connects.check(&address::network(ip))
    }

    /// Counts a writing request of `user`.
    pub fn http_write(&self, user: &UserId) -> Result<(), RetryAfter> {
        self.http_writes.check(user)
    }

    /// Counts a reading request of `user`.
    pub fn http_read(&self, user: &UserId) -> Result<(), RetryAfter> {
        self.http_reads.check(user)
    }

    /// Counts a progress report for `task`.
    pub fn progress(&self, task: TaskId) -> Result<(), RetryAfter> {
        self.progress.check(&task)
    }

    /// The event budget of a new socket.
    pub fn socket_quota(&self) -> SocketQuota {
        let (per, burst) = self.socket_events;
        SocketQuota::new(per_second(per, burst))
    }
}

fn count(limit: NonZeroU32) -> usize {
    usize::try_from(limit.get()).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests;
