//! Who gets which feature.
//!
//! The decision is a pure function of the configuration and the user's id, so that every instance
//! and every restart decides alike. It does not know what the feature does.

mod rollout;

pub use rollout::Rollout;
