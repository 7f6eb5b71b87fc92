//! Why a connection is refused for good: the exact words of `connect_error`.

use std::fmt;

use crate::auth::AuthError;

/// Why a connection is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Unauthenticated,
    TokenExpired,
    FeatureDisabled,
    TooManyConnections,
    OriginNotAllowed,
    /// The server has filled up since the handshake. Waiting would mend it: this is told to nobody.
    Unavailable,
}

impl Refusal {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Unauthenticated => "unauthenticated",
            Self::TokenExpired => "token_expired",
            Self::FeatureDisabled => "feature_disabled",
            Self::TooManyConnections => "too_many_connections",
            Self::OriginNotAllowed => "origin_not_allowed",
            Self::Unavailable => "unavailable",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<AuthError> for Refusal {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Unauthenticated => Self::Unauthenticated,
            AuthError::TokenExpired => Self::TokenExpired,
        }
    }
}
