//! Conditions, idempotency and resumption: what requests say in headers.

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use serde::Serialize;
use utoipa::{
    IntoParams,
    openapi::{
        ObjectBuilder, RefOr, Required, Schema, Type,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

use crate::{
    domain::text::IdempotencyKey,
    http::problem::HttpError,
    protocol::{Code, Problem},
    tasks::Request,
};

/// `If-Match: "VERSION"`. Anything else that is there matches no version: it is 0, which no task has.
pub(in crate::http) struct IfMatch(pub(in crate::http) u64);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, HttpError> {
        let tag = parts.headers.get(header::IF_MATCH).ok_or_else(|| {
            let detail = "send If-Match with the ETag of the task that the change was made on";
            HttpError::new(Code::PreconditionRequired, detail)
        })?;
        Ok(Self(tag.to_str().ok().and_then(version_in).unwrap_or(0)))
    }
}

/// `If-None-Match`, compared weakly (RFC 9110 §13.1.2).
pub(in crate::http) struct IfNoneMatch(Vec<String>);

impl IfNoneMatch {
    /// Whether the client has `version`.
    pub(in crate::http) fn has(&self, version: u64) -> bool {
        self.0.iter().any(|tag| tag == "*" || version_in(tag) == Some(version))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfNoneMatch {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let lists = parts.headers.get_all(header::IF_NONE_MATCH).iter();
        let tags = lists.filter_map(|list| list.to_str().ok()).flat_map(|list| list.split(','));
        let strong = tags.map(|tag| tag.trim().trim_start_matches("W/").to_owned());
        Ok(Self(strong.collect()))
    }
}

/// The version in a strong entity tag.
fn version_in(tag: &str) -> Option<u64> {
    let digits = tag.trim().strip_prefix('"')?.strip_suffix('"')?;
    // `+7` and `07` parse as well, and are other tags.
    digits.parse().ok().filter(|version: &u64| version.to_string() == digits)
}

/// `Idempotency-Key`, if there is one.
pub(in crate::http) struct Key(Option<IdempotencyKey>);

impl Key {
    /// The request to do `operation` with `body`, if it may come twice.
    pub(in crate::http) fn request(
        self,
        operation: &str,
        body: &impl Serialize,
    ) -> Option<Request> {
        self.0.map(|key| Request::new(key, operation, body))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Key {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, HttpError> {
        const NAME: &str = "Idempotency-Key";
        let Some(raw) = once(&parts.headers, NAME)? else { return Ok(Self(None)) };
        match IdempotencyKey::try_from(raw.to_owned()) {
            Ok(key) => Ok(Self(Some(key))),
            Err(rule) => Err(Problem::field(NAME, rule.to_string()).into()),
        }
    }
}

/// `Last-Event-ID`, if there is one: the version that the client has.
pub(in crate::http) struct LastEventId(pub(in crate::http) Option<u64>);

impl<S: Send + Sync> FromRequestParts<S> for LastEventId {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, HttpError> {
        const NAME: &str = "Last-Event-ID";
        let version = once(&parts.headers, NAME)?.map(str::parse).transpose();
        Ok(Self(version.map_err(|_| Problem::field(NAME, "must be the id of a message"))?))
    }
}

/// The value of a header that may be there once, as text.
fn once<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Problem> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value
            .to_str()
            .map(Some)
            .map_err(|_| Problem::field(name, "must have printable characters only")),
        (Some(_), Some(_)) => Err(Problem::field(name, "must be given once")),
    }
}

macro_rules! describe {
    ($($extractor:ident: $name:literal, $required:ident, $schema:expr, $description:literal;)*) => {$(
        impl IntoParams for $extractor {
            fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
                let header = ParameterBuilder::new()
                    .name($name)
                    .parameter_in(ParameterIn::Header)
                    .required(Required::$required)
                    .description(Some($description))
                    .schema(Some($schema));
                vec![header.build()]
            }
        }
    )*};
}

describe! {
    IfMatch: "If-Match", True, text(3, 22), "The `ETag` of the task that the edit was made on";
    IfNoneMatch: "If-None-Match", False, text(3, 1000), "The `ETag` of the task that the client has";
    Key: "Idempotency-Key", False, text(1, 128), "Printable; unique for user and task, on create for the user";
    LastEventId: "Last-Event-ID", False, text(1, 20), "The version that the client has";
}

fn text(min: usize, max: usize) -> RefOr<Schema> {
    let text = ObjectBuilder::new().schema_type(Type::String);
    text.min_length(Some(min)).max_length(Some(max)).into()
}
