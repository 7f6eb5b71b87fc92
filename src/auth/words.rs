//! Identities and refusals in the protocol's words.

use super::{AuthError, Identity};
use crate::protocol::{Code, Problem, rest::Me};

impl From<AuthError> for Problem {
    fn from(error: AuthError) -> Self {
        let code = match error {
            AuthError::Unauthenticated => Code::Unauthenticated,
            AuthError::TokenExpired => Code::TokenExpired,
        };
        Self::new(code, error.to_string())
    }
}

impl From<&Identity> for Me {
    fn from(Identity { actor, expires_at }: &Identity) -> Self {
        Self {
            id: actor.id.as_str().to_owned(),
            name: actor.name.clone(),
            roles: actor.roles.iter().copied().collect(),
            teams: actor.teams.iter().cloned().collect(),
            repos: actor.repos.as_ref().map(|repos| repos.iter().cloned().collect()),
            expires_at: *expires_at,
        }
    }
}
