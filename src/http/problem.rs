//! What goes wrong, as `application/problem+json` (RFC 9457).

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    limits::RetryAfter,
    protocol::{Code, Problem, rest::ProblemBody},
    telemetry::metrics,
};

const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");
const BEARER: HeaderValue = HeaderValue::from_static("Bearer");

/// A problem on its way out. Its body is written where the request's id is known, by a layer of
/// [`router`](super::router).
#[derive(Debug)]
pub struct HttpError(Problem);

impl<E: Into<Problem>> From<E> for HttpError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl HttpError {
    /// A problem without more to say than `detail`.
    pub(super) fn new(code: Code, detail: impl Into<String>) -> Self {
        Self(Problem::new(code, detail))
    }
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        let mut response = status_of(self.0.code).into_response();
        response.extensions_mut().insert(self.0);
        response
    }
}

/// Gives a response that carries a problem its body and headers.
pub(super) fn render(mut response: Response, request_id: &str) -> Response {
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    let Problem { code, detail, errors, retry_after } = problem;
    let body = ProblemBody {
        kind: format!("/api/docs#{}", code.as_str()),
        title: code.title(),
        status: code.status(),
        code,
        detail,
        errors,
        request_id: request_id.to_owned(),
    };
    // What other layers have put on the response stays: `Allow`, for one.
    let (mut parts, _) = response.into_parts();
    let (fresh, body) = Json(body).into_response().into_parts();
    parts.headers.extend(fresh.headers);
    parts.headers.insert(header::CONTENT_TYPE, PROBLEM_JSON);
    if let Some(wait) = retry_after {
        parts.headers.insert(header::RETRY_AFTER, RetryAfter(wait).seconds().into());
    }
    if parts.status == StatusCode::UNAUTHORIZED && code != Code::BadSignature {
        parts.headers.insert(header::WWW_AUTHENTICATE, BEARER);
    }
    Response::from_parts(parts, body)
}

fn status_of(code: Code) -> StatusCode {
    StatusCode::from_u16(code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// There is nothing at this address.
pub(super) fn not_found() -> HttpError {
    HttpError::new(Code::NotFound, "there is nothing at this address")
}

/// The answer to a method that an address does not take; `Allow` names those it does.
pub(super) async fn method_not_allowed() -> HttpError {
    HttpError::new(Code::MethodNotAllowed, "this address takes other methods, which Allow names")
}

/// The answer when a handler has panicked; the panic hook has logged why.
pub(super) fn internal() -> HttpError {
    HttpError::new(Code::Internal, "something went wrong on our side")
}

/// The answer to a caller who has used up the quota called `limit`.
pub(super) fn too_fast(limit: &'static str, RetryAfter(wait): RetryAfter) -> HttpError {
    ::metrics::counter!(metrics::RATE_LIMITED, "limit" => limit).increment(1);
    HttpError(Problem::later(Code::RateLimited, "too many requests: wait a little", wait))
}
