//! A fixed number of rate-limit states.

use governor::{
    nanos::Nanos,
    state::{InMemoryState, NotKeyed, StateStore},
};

/// How many buckets a limiter has: 512 KiB of states.
const BUCKETS: usize = 65_536;

/// One state per bucket number; they never grow, and they need no lock.
#[derive(Debug)]
pub(super) struct Buckets(Box<[InMemoryState]>);

impl Default for Buckets {
    fn default() -> Self {
        Self(std::iter::repeat_with(InMemoryState::default).take(BUCKETS).collect())
    }
}

impl StateStore for Buckets {
    type Key = u16;

    fn measure_and_replace<T, F, E>(&self, bucket: &u16, f: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let state = self.0.get(usize::from(*bucket)).expect("there is a bucket for every u16");
        state.measure_and_replace(&NotKeyed::NonKey, f)
    }
}
