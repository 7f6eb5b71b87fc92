//! Who is asking.

use std::ops::Deref;

use axum::{
    extract::{FromRef, FromRequestParts, OptionalFromRequestParts},
    http::{header, request::Parts},
};

use crate::{
    auth::{self, AuthError, Identity},
    domain::Actor,
    http::{
        Http,
        observe::Asker,
        problem::{HttpError, too_fast},
    },
};

/// A caller whose token is good (401 otherwise), not yet counted against any quota.
pub(in crate::http) struct Authenticated(pub(in crate::http) Identity);

/// A caller within the quota (429 otherwise) of what they do: of reads for `GET`, else of writes.
pub(in crate::http) struct Caller(pub(in crate::http) Identity);

impl Deref for Authenticated {
    type Target = Actor;

    fn deref(&self) -> &Actor {
        &self.0.actor
    }
}

impl Deref for Caller {
    type Target = Actor;

    fn deref(&self) -> &Actor {
        &self.0.actor
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Authenticated
where
    Http: FromRef<S>,
{
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, HttpError> {
        let header = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(auth::bearer).ok_or(AuthError::Unauthenticated)?;
        let http = Http::from_ref(state);
        let identity = http.keys.verify(token, http.clock.now())?;
        if let Some(asker) = parts.extensions.get::<Asker>() {
            asker.is(&identity.actor.id);
        }
        Ok(Self(identity))
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Authenticated
where
    Http: FromRef<S>,
{
    type Rejection = HttpError;

    /// `None` without a token; a bad one is refused all the same.
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, HttpError> {
        if parts.headers.contains_key(header::AUTHORIZATION) {
            <Self as FromRequestParts<S>>::from_request_parts(parts, state).await.map(Some)
        } else {
            Ok(None)
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller
where
    Http: FromRef<S>,
{
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, HttpError> {
        let Authenticated(identity) =
            <Authenticated as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        let limits = Http::from_ref(state).limits;
        let user = &identity.actor.id;
        if parts.method.is_safe() {
            limits.http_read(user).map_err(|wait| too_fast("http_reads", wait))?;
        } else {
            limits.http_write(user).map_err(|wait| too_fast("http_writes", wait))?;
        }
        Ok(Self(identity))
    }
}
