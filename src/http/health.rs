//! Whether the server lives, whether it should get requests, and what it counts.

use std::time::Duration;

use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use tokio::time::timeout;
use utoipa::ToSchema;

use super::{Http, extract::Caller, problem::HttpError, refusals::Administering};
use crate::{domain::Role, protocol::Code, telemetry::PrometheusHandle};

/// How long the store may take to answer.
const PING_TIMEOUT: Duration = Duration::from_secs(2);

/// `GET /healthz`.
#[derive(Serialize, ToSchema)]
pub(super) struct Alive {
    /// Always `alive`.
    status: &'static str,
}

/// `GET /readyz`.
#[derive(Serialize, ToSchema)]
pub(super) struct Ready {
    /// `ready`, or `not_ready` because of one of the others.
    status: &'static str,
    /// Whether the store answers.
    store: bool,
    /// Whether changes are being read and handed on.
    feed: bool,
    /// Whether the server is about to stop.
    draining: bool,
}

/// The process answers; nothing more is asked.
#[utoipa::path(
    get,
    path = "/healthz",
    operation_id = "isAlive",
    tag = "operation",
    security(()),
    responses((status = 200, description = "Alive", body = Alive))
)]
pub(super) async fn alive() -> Json<Alive> {
    Json(Alive { status: "alive" })
}

/// Whether a load balancer should send requests here.
#[utoipa::path(
    get,
    path = "/readyz",
    operation_id = "isReady",
    tag = "operation",
    security(()),
    responses(
        (status = 200, description = "Ready", body = Ready),
        (status = 503, description = "Not ready; the body says why", body = Ready),
    )
)]
pub(super) async fn ready(State(http): State<Http>) -> (StatusCode, Json<Ready>) {
    let store = matches!(timeout(PING_TIMEOUT, http.store.ping()).await, Ok(Ok(())));
    let (feed, draining) = (http.hub.is_live(), http.draining.is_cancelled());
    let (code, status) = if store && feed && !draining {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not_ready")
    };
    (code, Json(Ready { status, store, feed, draining }))
}

/// The metrics, for Prometheus. Needs the role `admin`.
#[utoipa::path(
    get,
    path = "/metrics",
    operation_id = "getMetrics",
    tag = "operation",
    responses(
        (status = 200, description = "Prometheus text format", body = String, content_type = "text/plain"),
        Administering
    )
)]
pub(super) async fn metrics(
    State(metrics): State<PrometheusHandle>,
    caller: Caller,
) -> Result<String, HttpError> {
    if caller.is(Role::Admin) {
        Ok(metrics.render())
    } else {
        Err(HttpError::new(Code::Forbidden, "only admins see the metrics"))
    }
}
