//! What agents tell of the tasks in their hands.

use axum::{extract::State, http::StatusCode};

use super::answer::Changed;
use crate::{
    domain::TaskError,
    http::{
        Http,
        extract::{Authenticated, Body, Caller, TaskPath},
        problem::{HttpError, too_fast},
        refusals::Reporting,
    },
    protocol::rest::{ReportFailure, ReportProgress},
    tasks::TasksService,
};

/// Tells what is being done just now. Only agents and admins may; the quota is the task's.
#[utoipa::path(
    post,
    path = "/api/tasks/{id}/progress",
    operation_id = "reportProgress",
    tag = "agents",
    params(TaskPath),
    request_body = ReportProgress,
    responses((status = 204, description = "Taken in"), Reporting)
)]
pub(in crate::http) async fn progress(
    State(http): State<Http>,
    caller: Authenticated,
    TaskPath(id): TaskPath,
    Body(body): Body<ReportProgress>,
) -> Result<StatusCode, HttpError> {
    http.limits.http_read(&caller.id).map_err(|wait| too_fast("http_reads", wait))?;
    // Who may not report on this task uses up nothing of those who may.
    let admit = || http.limits.progress(id).map_err(|wait| too_fast("progress", wait));
    http.tasks.report(&caller, id, body.at(http.clock.now()), admit).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives up on a task. Only agents and admins may.
#[utoipa::path(
    post,
    path = "/api/tasks/{id}/fail",
    operation_id = "reportFailure",
    tag = "agents",
    params(TaskPath),
    request_body = ReportFailure,
    responses(Changed, Reporting)
)]
pub(in crate::http) async fn fail(
    State(tasks): State<TasksService>,
    caller: Caller,
    TaskPath(id): TaskPath,
    Body(body): Body<ReportFailure>,
) -> Result<Changed, HttpError> {
    let ReportFailure { code, message } = body;
    Ok(Changed(tasks.fail(&caller, id, TaskError { code, message }).await?))
}
