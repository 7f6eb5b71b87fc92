//! What surrounds every request: its id, its line in the log, its metrics, and the body of its
//! problem.

use std::sync::{Arc, OnceLock};

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderMap, HeaderName, HeaderValue, Method},
    middleware::Next,
    response::Response,
};
use tokio::time::Instant;
use tracing::info;
use uuid::Uuid;

use super::problem;
use crate::{domain::text::UserId, telemetry::metrics};

const SOCKET_IO: &str = "/socket.io/";
pub(super) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Where the extractors leave word of who is asking.
#[derive(Clone, Default)]
pub(super) struct Asker(Arc<OnceLock<UserId>>);

impl Asker {
    pub(super) fn is(&self, user: &UserId) {
        // A request is authenticated once; a second time would say the same.
        self.0.set(user.clone()).ok();
    }
}

/// Answers `request` under its id: one log line, never with a header, a query or a body.
pub(super) async fn observe(mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(request.headers());
    let asker = Asker::default();
    request.extensions_mut().insert(asker.clone());
    let method = known(request.method());
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let unmatched = if request.uri().path().starts_with(SOCKET_IO) { SOCKET_IO } else { "other" };
    let route = matched.as_ref().map_or(unmatched, MatchedPath::as_str);

    let mut response = problem::render(next.run(request).await, &id);
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }

    let status = response.status().as_u16();
    let took = started.elapsed();
    if route == SOCKET_IO && response.status().is_success() {
        return response; // One of many: the socket itself has a line in the log.
    }
    info!(
        method,
        route,
        status,
        duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        request_id = id,
        actor.id = asker.0.get().map(UserId::as_str),
        "request"
    );
    let labels = [("method", method.to_owned()), ("route", route.to_owned())];
    ::metrics::histogram!(metrics::HTTP_SECONDS, &labels).record(took);
    let [method, route] = labels;
    let labels = [method, route, ("status", status.to_string())];
    ::metrics::counter!(metrics::HTTP_REQUESTS, &labels).increment(1);
    response
}

/// The client's own id if it is `[A-Za-z0-9-]{1,64}`, else a new one.
fn request_id(headers: &HeaderMap) -> String {
    headers
        .get(X_REQUEST_ID)
        .and_then(|id| id.to_str().ok())
        .filter(|id| (1..=64).contains(&id.len()))
        .filter(|id| id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
        .map_or_else(|| Uuid::now_v7().to_string(), str::to_owned)
}

/// The method, if it is one of the few that a metric may name.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        Method::POST => "POST",
        Method::PATCH => "PATCH",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        _ => "OTHER",
    }
}
