//! The gradual opening of Socket.IO.

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};

use crate::{config::Features, domain::text::UserId};

/// Decides who gets Socket.IO.
#[derive(Clone, Debug)]
pub struct Rollout {
    enabled: bool,
    percent: u8,
    allowed: BTreeSet<UserId>,
}

impl Rollout {
    /// The decision that `features` describes.
    pub fn new(features: &Features) -> Self {
        Self {
            enabled: features.websocket_enabled,
            percent: features.rollout_percent,
            allowed: features.allow_users.clone(),
        }
    }

    /// Whether `user` gets Socket.IO: nobody if it is off, else those named, and those whose place
    /// is below the percentage. Raising the percentage never takes a user out.
    pub fn websocket_for(&self, user: &UserId) -> bool {
        self.enabled && (self.allowed.contains(user) || place(user) < u64::from(self.percent) * 100)
    }

    /// Whether anyone at all can get Socket.IO.
    pub fn websocket_enabled(&self) -> bool {
        self.enabled
    }
}

/// The user's place among 10,000: the first eight bytes, big-endian, of SHA-256 over
/// `websocket:` and the id, modulo 10,000.
///
/// Stable for ever: another hash would move users in and out of a running rollout.
fn place(user: &UserId) -> u64 {
    let hash = Sha256::new().chain_update("websocket:").chain_update(user.as_str()).finalize();
    let number = hash.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte));
    number % 10_000
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn user(id: &str) -> UserId {
        UserId::try_from(id).unwrap()
    }

    fn rollout(percent: u8) -> Rollout {
        Rollout { enabled: true, percent, allowed: BTreeSet::new() }
    }

    proptest! {
        #[test]
        fn raising_the_percentage_takes_nobody_out(id in "[a-z0-9._@-]{1,40}", low in 0u8..=100, more in 0u8..=100) {
            let high = low.saturating_add(more).min(100);
            let user = user(&id);
            prop_assert!(!rollout(low).websocket_for(&user) || rollout(high).websocket_for(&user));
            prop_assert!(!rollout(10).websocket_for(&user) || rollout(50).websocket_for(&user));
            prop_assert!(rollout(100).websocket_for(&user));
            prop_assert!(!rollout(0).websocket_for(&user));
        }
    }

    #[test]
    fn the_share_of_users_is_near_the_percentage() {
        for percent in [1_u8, 10, 50, 90] {
            let rollout = rollout(percent);
            let inside =
                (0..10_000).filter(|n| rollout.websocket_for(&user(&format!("user-{n}")))).count();
            let expected = usize::from(percent) * 100;
            assert!(inside.abs_diff(expected) <= 200, "{percent} %: {inside} of 10000");
        }
    }

    #[test]
    fn a_users_place_is_the_same_for_ever() {
        let places = ["alice", "bob", "agent"].map(|id| place(&user(id)));
        assert_eq!(places, [692, 3014, 5332]);
    }

    #[test]
    fn those_named_get_it_at_any_percentage_unless_it_is_off() {
        let mut rollout = rollout(0);
        rollout.allowed.insert(user("alice"));
        assert!(rollout.websocket_for(&user("alice")));
        assert!(!rollout.websocket_for(&user("bob")));
        rollout.enabled = false;
        assert!(!rollout.websocket_for(&user("alice")));
    }
}
