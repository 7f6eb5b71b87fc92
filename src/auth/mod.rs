//! From a token to an actor.
//!
//! Tokens are JWTs (RFC 7519) signed with HS256 by a configured secret. The time is handed in; the
//! machine's clock is not asked. This module does not know what an actor may do, nor how a token
//! travelled, save for the one header that carries it.

mod claims;
mod keys;
mod words;

pub use keys::{AuthError, Grant, Identity, Keys, NoSecret};

/// The token of an `Authorization` header's value, `Bearer TOKEN` (RFC 6750); the scheme's case
/// does not matter.
pub fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.trim().split_once(' ')?;
    let token = token.trim_start();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests;
