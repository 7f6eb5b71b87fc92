//! Who the caller is and what they get.

use axum::{Json, extract::State};

use super::{
    Http,
    extract::{Authenticated, Caller},
    problem::HttpError,
    refusals::{Asking, Reading},
};
use crate::protocol::{
    PROTOCOL_VERSION,
    rest::{Features, Me},
};

/// How often a client asks that can neither hold a socket nor a stream.
const POLL_INTERVAL_MS: u64 = 5_000;

/// Who the token says the caller is.
#[utoipa::path(
    get,
    path = "/api/me",
    operation_id = "getMe",
    tag = "session",
    responses((status = 200, description = "The caller", body = Me), Reading)
)]
pub(super) async fn me(Caller(identity): Caller) -> Json<Me> {
    Json(Me::from(&identity))
}

/// What the caller may use; without a token, what anyone could.
#[utoipa::path(
    get,
    path = "/api/features",
    operation_id = "getFeatures",
    tag = "session",
    security((), ("bearer" = [])),
    responses((status = 200, description = "The features", body = Features), Asking)
)]
pub(super) async fn features(
    State(http): State<Http>,
    caller: Option<Authenticated>,
) -> Result<Json<Features>, HttpError> {
    Ok(Json(Features {
        websocket: match caller {
            Some(caller) => http.rollout.websocket_for(&caller.id),
            None => http.rollout.websocket_enabled(),
        },
        sse: true,
        poll_interval_ms: POLL_INTERVAL_MS,
        protocol_version: PROTOCOL_VERSION,
        demo: http.demo.is_some(),
    }))
}
