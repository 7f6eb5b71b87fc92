//! The way in: what a client hands over when it connects, and why it may be refused.

use serde::Deserialize;
use utoipa::{
    ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

use crate::protocol::Code;

/// What a client hands over when it connects: `io(url, { auth: { token } })`.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct Handshake {
    /// The bearer token; without it, the one in `Authorization` counts.
    #[serde(default)]
    pub token: Option<String>,
}

/// Why a connection is refused for good: each is the whole `message` of a `connect_error`.
pub const CONNECT_ERRORS: [Code; 5] = [
    Code::Unauthenticated,
    Code::TokenExpired,
    Code::FeatureDisabled,
    Code::TooManyConnections,
    Code::OriginNotAllowed,
];

/// `connect_error`, as stock clients show it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is written by the Socket.IO library, from the word alone")]
pub(in crate::protocol) struct ConnectError {
    /// The word for programs.
    #[schema(schema_with = refusals)]
    message: Code,
}

fn refusals() -> RefOr<Schema> {
    let words = CONNECT_ERRORS.map(Code::as_str);
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).into()
}
