//! What GitHub tells by webhook: verified, decoded, put into the domain's words, and linked to
//! tasks. Pure: nothing here waits, asks or writes.

mod error;
mod facts;
mod linking;
mod opinion;
mod parse;
mod payload;
mod references;
mod signature;

use error::Malformed;
pub use error::WebhookError;
pub use facts::PullNews;
pub(super) use facts::{Incoming, read};
pub(super) use linking::Rules;
pub(super) use opinion::{CheckNews, CommentNews};
pub use payload::Delivery;
pub(super) use payload::decode;
pub use signature::{Verifier, sign};
