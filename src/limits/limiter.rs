//! Quotas: so many in a time, so many at once.

use std::{
    fmt,
    hash::{BuildHasher as _, Hash, RandomState},
    num::NonZeroU32,
    time::Duration,
};

use governor::{
    NotUntil, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::NoOpMiddleware,
    state::{InMemoryState, NotKeyed},
};

use super::buckets::Buckets;

/// Refused for now: how long to wait before the same can be allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too fast")]
pub struct RetryAfter(pub Duration);

impl RetryAfter {
    /// Whole seconds to wait, rounded up, at least 1: what the `Retry-After` header can say.
    pub fn seconds(self) -> u64 {
        let up = u64::from(self.0.subsec_nanos() > 0);
        self.0.as_secs().saturating_add(up).max(1)
    }

    /// Whole milliseconds to wait, rounded up, at least 1.
    pub fn millis(self) -> u64 {
        u64::try_from(self.0.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX).max(1)
    }
}

/// `count` a second, `burst` at once.
pub(super) fn per_second(count: NonZeroU32, burst: NonZeroU32) -> Quota {
    Quota::per_second(count).allow_burst(burst)
}

/// `count` a minute, `burst` at once.
pub(super) fn per_minute(count: NonZeroU32, burst: NonZeroU32) -> Quota {
    Quota::per_minute(count).allow_burst(burst)
}

/// One quota for each key, in a bounded number of buckets.
pub struct Limiter<C: Clock = DefaultClock> {
    cells: RateLimiter<u16, Buckets, C, NoOpMiddleware<C::Instant>>,
    seed: RandomState,
}

impl Limiter {
    pub(super) fn new(quota: Quota) -> Self {
        Self::with_clock(quota, DefaultClock::default())
    }
}

impl<C: Clock> Limiter<C> {
    pub(super) fn with_clock(quota: Quota, clock: C) -> Self {
        let cells = RateLimiter::new(quota, Buckets::default(), clock);
        Self { cells, seed: RandomState::new() }
    }

    /// Counts one for `key`, unless its quota is used up.
    pub fn check<K: Hash + ?Sized>(&self, key: &K) -> Result<(), RetryAfter> {
        let bucket = self.bucket(key);
        self.cells.check_key(&bucket).map_err(|refused| wait(&refused, self.cells.clock()))
    }

    /// The key's bucket; the seed differs in each process, so that nobody can aim at another's.
    fn bucket<K: Hash + ?Sized>(&self, key: &K) -> u16 {
        let [a, b, ..] = self.seed.hash_one(key).to_le_bytes();
        u16::from_le_bytes([a, b])
    }
}

impl<C: Clock> fmt::Debug for Limiter<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Limiter").finish_non_exhaustive()
    }
}

/// The event budget of one socket.
pub struct SocketQuota<C: Clock = DefaultClock> {
    cell: RateLimiter<NotKeyed, InMemoryState, C, NoOpMiddleware<C::Instant>>,
    burst: NonZeroU32,
}

impl SocketQuota {
    pub(super) fn new(quota: Quota) -> Self {
        Self::with_clock(quota, DefaultClock::default())
    }
}

impl<C: Clock> SocketQuota<C> {
    pub(super) fn with_clock(quota: Quota, clock: C) -> Self {
        let cell = RateLimiter::direct_with_clock(quota, clock);
        Self { cell, burst: quota.burst_size() }
    }

    /// Spends `cost`, unless less than that is left.
    ///
    /// Nothing costs more than the whole burst: what is allowed at all is allowed some time.
    pub fn check_cost(&self, cost: NonZeroU32) -> Result<(), RetryAfter> {
        match self.cell.check_n(cost.min(self.burst)) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(refused)) => Err(wait(&refused, self.cell.clock())),
            Err(_) => Err(RetryAfter(Duration::from_secs(1))), // not reached: the cost is capped
        }
    }
}

impl<C: Clock> fmt::Debug for SocketQuota<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SocketQuota").finish_non_exhaustive()
    }
}

fn wait<C: Clock>(refused: &NotUntil<C::Instant>, clock: &C) -> RetryAfter {
    RetryAfter(refused.wait_time_from(clock.now()))
}
