//! What GitHub tells by webhook: verified, decoded, put into the domain's words, and linked to
//! tasks. Pure: nothing here waits, asks or writes.

mod facts;
mod linking;
mod payload;
mod references;
mod signature;

pub(super) use facts::{Incoming, PullNews, read};
pub(super) use linking::Rules;
pub use payload::Delivery;
pub(super) use payload::decode;
pub use signature::{Verifier, sign};

/// A webhook that makes no sense; what is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct Malformed(pub(super) &'static str);
