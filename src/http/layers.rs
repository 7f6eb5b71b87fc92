//! What every answer goes through, besides its log line.

use std::{any::Any, time::Duration};

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::time::timeout;
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, cors::CorsLayer,
    set_header::SetResponseHeaderLayer,
};

use super::{
    observe::X_REQUEST_ID,
    problem::{self, HttpError},
};
use crate::{
    config::Origin,
    protocol::{Code, Problem},
};

/// How long an answer may take, its request's body included.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// When a request that took too long is worth another try.
const TRY_AGAIN: Duration = Duration::from_secs(1);
/// How long a browser may remember what CORS allows.
const CORS_MAX_AGE: Duration = Duration::from_mins(10);

const CONTENT_SECURITY_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; object-src 'none'; \
     base-uri 'none'; frame-ancestors 'none'",
);

pub(super) const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Pages of `origins` may use everything here; tokens travel in a header, so no credentials.
pub(super) fn cors(origins: &[Origin]) -> CorsLayer {
    let origins = origins.iter().filter_map(|origin| HeaderValue::from_str(origin.as_str()).ok());
    CorsLayer::new()
        .allow_origin(origins.collect::<Vec<_>>())
        .allow_methods([Method::GET, Method::POST, Method::PATCH])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
            HeaderName::from_static("idempotency-key"),
            HeaderName::from_static("last-event-id"),
            X_REQUEST_ID,
        ])
        .expose_headers([header::ETAG, header::RETRY_AFTER, X_REQUEST_ID, IDEMPOTENT_REPLAYED])
        .max_age(CORS_MAX_AGE)
}

/// gzip for whoever accepts it. Server-Sent Events are left alone: they must leave at once.
pub(super) fn compression() -> CompressionLayer {
    CompressionLayer::new()
}

/// What a page of ours may load, and who may frame it: only itself, and nobody.
pub(super) fn content_security_policy() -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::if_not_present(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY)
}

/// What is JSON is not guessed to be a page.
pub(super) fn no_sniffing() -> SetResponseHeaderLayer<HeaderValue> {
    let nosniff = HeaderValue::from_static("nosniff");
    SetResponseHeaderLayer::if_not_present(header::X_CONTENT_TYPE_OPTIONS, nosniff)
}

/// No other site learns which task somebody came from.
pub(super) fn no_referrer() -> SetResponseHeaderLayer<HeaderValue> {
    let no_referrer = HeaderValue::from_static("no-referrer");
    SetResponseHeaderLayer::if_not_present(header::REFERRER_POLICY, no_referrer)
}

/// A panic ends one request, not the process.
pub(super) fn panics() -> CatchPanicLayer<fn(Box<dyn Any + Send>) -> Response> {
    CatchPanicLayer::custom(|_| problem::internal().into_response())
}

/// Ends a request that takes too long.
///
/// Cancel-safe: a write is committed or not, and a repetition under its `Idempotency-Key` tells.
pub(super) async fn in_time(request: Request, next: Next) -> Response {
    let answer = timeout(REQUEST_TIMEOUT, next.run(request)).await;
    answer.unwrap_or_else(|_| {
        let detail = "the answer took too long";
        HttpError::from(Problem::later(Code::Unavailable, detail, TRY_AGAIN)).into_response()
    })
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, http::StatusCode, middleware::from_fn, routing::get};
    use tower::ServiceExt as _;

    use super::*;
    use crate::http::observe::observe;

    #[tokio::test]
    async fn a_panic_is_an_internal_problem_that_does_not_tell_its_cause() {
        let broken = get(async || -> StatusCode { panic!("the cause") });
        let router = Router::new().route("/", broken).layer(panics()).layer(from_fn(observe));
        let answer = router.oneshot(Request::new(Body::empty())).await.unwrap();
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(answer.headers().contains_key(X_REQUEST_ID));
        let body = axum::body::to_bytes(answer.into_body(), 10_000).await.unwrap();
        let body = str::from_utf8(&body).unwrap();
        assert!(body.contains(r#""code":"internal""#) && !body.contains("the cause"), "{body}");
    }
}
