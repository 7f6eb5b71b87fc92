//! Server-Sent Events: the dashboard's stream and one task's, from the same hub as the sockets.

mod frame;
mod stream;

use std::time::Duration;

use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use self::stream::{Join, Kind, Seat, Stream, is_end};
use super::{
    Http,
    extract::{Caller, FromParams, LastEventId, Nothing, Params, ParamsOf, TaskPath},
    problem::HttpError,
    refusals::{Following, FollowingTask},
};
use crate::{
    auth::Identity,
    feed::{Bounds, Hub, Message, Subscriber},
    limits::SocketsFull,
    protocol::{
        Code, PROTOCOL_VERSION, Problem,
        rest::Me,
        socket::{ConnectionAck, JoinDashboard, ServerMessage, StatusChange},
    },
    store::Snapshot,
};

/// When to try again a server that is full, stopping or not ready.
const TRY_AGAIN: Duration = Duration::from_secs(2);

/// All visible tasks: `connection_ack`, `dashboard:state`, then every change. Without ids: a client
/// that reconnects gets the state again.
#[utoipa::path(
    get,
    path = "/api/events",
    operation_id = "followTasks",
    tag = "streams",
    responses(
        (status = 200, description = "Messages `event: TYPE` and `data: {type, timestamp, data}`; a comment every 15 s", body = String, content_type = "text/event-stream"),
        Following
    )
)]
pub(super) async fn dashboard(
    State(http): State<Http>,
    Caller(identity): Caller,
    ParamsOf(Nothing): ParamsOf<Nothing>,
) -> Result<Response, HttpError> {
    open(&http, &identity, Kind::Dashboard, |hub, subscriber| {
        Box::pin(async move {
            hub.join_dashboard(&subscriber, &JoinDashboard::default()).await.map(|_| ())
        })
    })
}

/// One task: `connection_ack`, `task:state`, then its timeline and progress. The last message of
/// each version has the version as its `id`; `Last-Event-ID` continues after it, without the state.
#[utoipa::path(
    get,
    path = "/api/tasks/{id}/stream",
    operation_id = "followTask",
    tag = "streams",
    params(
        TaskPath,
        ("until" = Option<String>, Query, pattern = "^end$", description = "`end`: the stream ends after merged, failed or cancelled"),
        LastEventId,
    ),
    responses(
        (status = 200, description = "Messages `event: TYPE` and `data: {type, timestamp, data}`; a comment every 15 s", body = String, content_type = "text/event-stream"),
        (status = 204, description = "Asked with `until=end`, and the client has the end"),
        FollowingTask
    )
)]
pub(super) async fn task(
    State(http): State<Http>,
    Caller(identity): Caller,
    TaskPath(id): TaskPath,
    ParamsOf(Until { end }): ParamsOf<Until>,
    LastEventId(last): LastEventId,
) -> Result<Response, HttpError> {
    let snapshot = http.hub.task(&identity.actor, id).await?;
    // A version that the task has not reached is from another store: the state is sent instead.
    let after = last.filter(|last| *last <= snapshot.task.version);
    if end && after.is_some_and(|after| had_ended(&snapshot, after)) {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    open(&http, &identity, Kind::Task { until_end: end }, move |hub, subscriber| {
        Box::pin(async move {
            match after {
                Some(after) => hub.join_task_after(&subscriber, id, after).await.map(|_| ()),
                None => hub.join_task(&subscriber, id).await.map(|_| ()),
            }
        })
    })
}

/// Whether the task was merged, failed or cancelled as of `version`, as far as its newest entries
/// tell.
fn had_ended(snapshot: &Snapshot, version: u64) -> bool {
    let id = snapshot.task.id;
    let newest_first = snapshot.events.iter().rev();
    let mut changes = newest_first.filter_map(|event| StatusChange::of(id, event)).peekable();
    if changes.peek().is_none() {
        return is_end(snapshot.task.status);
    }
    changes.find(|change| change.stamp.version <= version).is_some_and(|then| is_end(then.status))
}

/// Opens a stream for a caller for whom there is a place.
fn open(
    http: &Http,
    identity: &Identity,
    kind: Kind,
    join: impl FnOnce(Hub, std::sync::Arc<Subscriber>) -> Join,
) -> Result<Response, HttpError> {
    if http.draining.is_cancelled() || !http.hub.is_live() {
        let detail = "no new streams just now: the server is starting or stopping";
        return Err(Problem::later(Code::Unavailable, detail, TRY_AGAIN).into());
    }
    let place = http.limits.sockets.admit(&identity.actor.id).map_err(|full| match full {
        SocketsFull::User => Problem::later(Code::TooManyConnections, full.to_string(), TRY_AGAIN),
        SocketsFull::Server => Problem::later(Code::Unavailable, full.to_string(), TRY_AGAIN),
    })?;
    let bounds = Bounds { rooms: 1, waiting: http.limits.max_waiting_messages };
    let subscriber = http.hub.subscribe(identity.actor.clone(), bounds);
    let seat = Seat::new(&http.hub, subscriber.clone(), place);
    let now = http.clock.now();
    let lifetime = identity.expires_at.since(now);
    let ack = ServerMessage::ConnectionAck(ConnectionAck {
        expires_at: identity.expires_at,
        user: Me::from(identity),
        instance_id: http.instance_id.to_string(),
        protocol_version: PROTOCOL_VERSION,
        server_time: now,
    });
    let first = Message::new(&ack, now);
    let join = join(http.hub.clone(), subscriber);
    let body = Stream::new(http, kind, seat, first, join, lifetime).into_body();
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    Ok((headers, body).into_response())
}

/// `?until=end`.
pub(super) struct Until {
    end: bool,
}

impl FromParams for Until {
    fn from_params(params: &mut Params) -> Result<Self, Problem> {
        match params.parsed::<String>("until", |never| match never {})?.as_deref() {
            None => Ok(Self { end: false }),
            Some("end") => Ok(Self { end: true }),
            Some(_) => Err(Problem::field("until", "must be end")),
        }
    }
}
