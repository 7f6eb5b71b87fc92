//! The user picker of demo mode. Elsewhere there is nothing at these addresses.

use std::time::Duration;

use axum::{Json, extract::State};

use super::{
    Http,
    extract::{Body, Caller},
    problem::{self, HttpError},
    refusals::{Choosing, ReadingTask},
};
use crate::{
    auth::Grant,
    protocol::rest::{ChooseDemoUser, DemoToken, DemoUser, DemoUsers},
};

/// How long a chosen user's token is good.
const TTL: Duration = Duration::from_hours(12);

/// Everybody in the demo. In demo mode alone; elsewhere 404.
#[utoipa::path(
    get,
    path = "/api/demo/users",
    operation_id = "listDemoUsers",
    tag = "demo",
    responses((status = 200, description = "The users", body = DemoUsers), ReadingTask)
)]
pub(super) async fn users(State(http): State<Http>, _: Caller) -> Json<DemoUsers> {
    Json(DemoUsers { users: http.demo.iter().flat_map(|users| users.iter().cloned()).collect() })
}

/// A token of one of the demo's users, for whoever has a token already. In demo mode alone;
/// elsewhere 404.
#[utoipa::path(
    post,
    path = "/api/demo/token",
    operation_id = "chooseDemoUser",
    tag = "demo",
    request_body = ChooseDemoUser,
    responses((status = 200, description = "The token", body = DemoToken), Choosing)
)]
pub(super) async fn token(
    State(http): State<Http>,
    _: Caller,
    Body(choice): Body<ChooseDemoUser>,
) -> Result<Json<DemoToken>, HttpError> {
    let users = http.demo.iter().flat_map(|users| users.iter());
    let chosen = users.into_iter().find(|user| user.id.as_str() == choice.user);
    let grant = grant(chosen.ok_or_else(problem::not_found)?);
    Ok(Json(DemoToken { token: http.keys.sign(&grant, http.clock.now()) }))
}

fn grant(user: &DemoUser) -> Grant {
    Grant {
        sub: user.id.clone(),
        name: Some(user.name.clone()),
        roles: user.roles.iter().copied().collect(),
        teams: user.teams.iter().cloned().collect(),
        ttl: TTL,
    }
}
