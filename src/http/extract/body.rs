//! JSON bodies.

use axum::{
    body::to_bytes,
    extract::{FromRef, FromRequest, Request},
    http::{HeaderMap, header},
};
use serde::de::DeserializeOwned;

use crate::{
    http::{Http, problem::HttpError},
    protocol::{Code, Problem},
};

/// A decoded JSON object: of the right type (415), within the bound (413), and nothing but what `T`
/// knows (422, naming the field).
pub(in crate::http) struct Body<T>(pub(in crate::http) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T>
where
    Http: FromRef<S>,
{
    type Rejection = HttpError;

    async fn from_request(request: Request, state: &S) -> Result<Self, HttpError> {
        if !is_json(request.headers()) {
            let detail = "the body must be application/json";
            return Err(HttpError::new(Code::UnsupportedMediaType, detail));
        }
        let max = Http::from_ref(state).limits.max_body_bytes;
        let too_large =
            || Problem::new(Code::BodyTooLarge, format!("at most {max} bytes are taken"));
        if announced(request.headers()).is_some_and(|length| length > max) {
            return Err(too_large().into());
        }
        let bytes = to_bytes(request.into_body(), max)
            .await
            .map_err(|error| if is_limit(&error) { too_large() } else { broken_off() })?;
        Ok(Self(decode(&bytes)?))
    }
}

/// Reads a JSON object. serde takes an array for a struct as well; the contract does not.
fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| Problem::json(&error, bytes))?;
    let starts_object = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    match json.end() {
        Ok(()) if starts_object => Ok(value),
        Ok(()) => Err(Problem::field("body", "must be an object")),
        Err(_) => Err(Problem::new(Code::ValidationFailed, "the JSON does not parse")),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let media = headers.get(header::CONTENT_TYPE).and_then(|media| media.to_str().ok());
    let essence = media.and_then(|media| media.split(';').next()).unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

fn announced(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn is_limit(error: &axum::Error) -> bool {
    std::error::Error::source(error)
        .is_some_and(<dyn std::error::Error>::is::<http_body_util::LengthLimitError>)
}

/// The client hardly hears this: its connection has ended before its body.
fn broken_off() -> Problem {
    Problem::new(Code::ValidationFailed, "the body broke off")
}
