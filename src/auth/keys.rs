//! The keys that verify and sign tokens.

use std::{collections::BTreeSet, time::Duration};

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, errors::ErrorKind};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::claims::{Claims, moment};
use crate::{
    config,
    domain::{
        Actor, Role, Timestamp,
        text::{TeamName, UserId},
    },
};

/// How far two machines' clocks may be apart.
const LEEWAY: Duration = Duration::from_secs(5);

/// Whom a token names, and until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The caller.
    pub actor: Actor,
    /// The token's `exp`, without the leeway.
    pub expires_at: Timestamp,
}

/// Why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// It is not one of ours, or not for us, or not yet valid.
    #[error("the token is missing or not valid")]
    Unauthenticated,
    /// It was good, and is over.
    #[error("the token has expired")]
    TokenExpired,
}

/// There is nothing to verify or sign tokens with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("auth.jwt_secret (JWT_SECRET) must be set, to a secret of at least 32 bytes")]
pub struct NoSecret;

/// What a new token says.
#[derive(Clone, Debug)]
pub struct Grant {
    /// Whom it names.
    pub sub: UserId,
    /// The name shown to others, if it is not the id.
    pub name: Option<String>,
    /// What the bearer may be.
    pub roles: BTreeSet<Role>,
    /// The bearer's teams.
    pub teams: BTreeSet<TeamName>,
    /// How long it is good.
    pub ttl: Duration,
}

/// Verifies tokens with the current secret or the one before it, signs with the current one.
#[derive(Clone)]
pub struct Keys {
    verify: Vec<DecodingKey>,
    sign: EncodingKey,
    validation: Validation,
    issuer: Option<String>,
    audience: Option<String>,
}

impl Keys {
    /// The keys that `auth` configures.
    pub fn from_config(auth: &config::Auth) -> Result<Self, NoSecret> {
        let current = auth.jwt_secret.as_ref().ok_or(NoSecret)?;
        let verify = std::iter::once(current).chain(&auth.jwt_secret_previous).map(verifying);
        Ok(Self {
            verify: verify.collect(),
            sign: EncodingKey::from_secret(current.expose_secret().as_bytes()),
            validation: validation(auth),
            issuer: auth.issuer.clone(),
            audience: auth.audience.clone(),
        })
    }

    /// Whom `token` names, if it is good at `now`.
    ///
    /// HS256 only, whatever the header says. `exp` is required; it and `nbf` have 5 s of leeway.
    /// Only a token that is good in every other respect is called expired.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Identity, AuthError> {
        let claims = self.verified(token)?;
        let expires_at = moment(claims.exp).ok_or(AuthError::Unauthenticated)?;
        if let Some(nbf) = claims.nbf {
            let begins = moment(nbf).ok_or(AuthError::Unauthenticated)?;
            if now.plus(LEEWAY) < begins {
                return Err(AuthError::Unauthenticated);
            }
        }
        if now >= expires_at.plus(LEEWAY) {
            return Err(AuthError::TokenExpired);
        }
        Ok(Identity { actor: claims.into_actor(), expires_at })
    }

    /// A token for `grant`, good from `now`, signed with the current secret.
    #[expect(clippy::missing_panics_doc, reason = "it cannot: see the expect")]
    pub fn sign(&self, grant: &Grant, now: Timestamp) -> String {
        let seconds = |at: Timestamp| at.as_millis().div_euclid(1_000);
        let mut claims = json!({
            "sub": grant.sub,
            "iat": seconds(now),
            "exp": seconds(now.plus(grant.ttl)),
            "roles": grant.roles,
            "teams": grant.teams,
        });
        let optional = [("name", &grant.name), ("iss", &self.issuer), ("aud", &self.audience)];
        for (claim, value) in optional {
            if let (Some(claims), Some(value)) = (claims.as_object_mut(), value) {
                claims.insert(claim.to_owned(), json!(value));
            }
        }
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.sign)
            .expect("plain JSON serialises, and HMAC takes a key of any length")
    }

    /// The claims of `token` if one of the secrets signed it.
    fn verified(&self, token: &str) -> Result<Claims, AuthError> {
        for key in &self.verify {
            match jsonwebtoken::decode::<Claims>(token, key, &self.validation) {
                // RFC 7515 §4.1.11: an extension that must be understood, and is not.
                Ok(good) if good.header.crit.is_some() => break,
                Ok(good) => return Ok(good.claims),
                Err(error) if matches!(error.kind(), ErrorKind::InvalidSignature) => {}
                Err(_) => break,
            }
        }
        Err(AuthError::Unauthenticated)
    }
}

fn verifying(secret: &SecretString) -> DecodingKey {
    DecodingKey::from_secret(secret.expose_secret().as_bytes())
}

/// Algorithm, issuer and audience. The library would ask the machine's clock for the rest.
fn validation(auth: &config::Auth) -> Validation {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_exp = false;
    validation.required_spec_claims.clear();
    if let Some(issuer) = &auth.issuer {
        validation.set_issuer(&[issuer]);
        validation.required_spec_claims.insert("iss".to_owned());
    }
    match &auth.audience {
        Some(audience) => {
            validation.set_audience(&[audience]);
            validation.required_spec_claims.insert("aud".to_owned());
        }
        None => validation.validate_aud = false,
    }
    validation
}
