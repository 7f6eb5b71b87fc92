//! Every word on the wire, in and out: payloads, acknowledgements, problems.
//!
//! `socket` is the whole Socket.IO protocol, `rest` the bodies of requests and answers, `views` how a
//! task looks from outside, `problem` what goes wrong and under which code. It does not know how any
//! of it travels. `asyncapi` tells of it to other programs, from the same types.

mod asyncapi;
pub mod problem;
pub mod rest;
pub mod socket;
mod typescript;
pub mod views;

use serde::{Deserialize, Deserializer};

pub use asyncapi::asyncapi;
pub use problem::{Code, FieldError, Problem};
pub use typescript::typescript;

/// The version of this protocol.
pub const PROTOCOL_VERSION: u32 = 1;

/// `null` is as good as absent.
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}
