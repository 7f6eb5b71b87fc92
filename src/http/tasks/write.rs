//! What people do to tasks.

use axum::extract::State;

use super::answer::{Changed, Created};
use crate::{
    http::{
        extract::{Body, Caller, IfMatch, Key, TaskPath},
        problem::HttpError,
        refusals::{Commenting, Creating, Deciding, Editing},
    },
    protocol::rest::{AddComment, AnswerQuestions, CreateTask, EditTask, WithReason},
    tasks::TasksService,
};

/// Submits a task.
#[utoipa::path(
    post,
    path = "/api/tasks",
    operation_id = "createTask",
    tag = "tasks",
    params(Key),
    request_body = CreateTask,
    responses(Created, Creating)
)]
pub(in crate::http) async fn create(
    State(tasks): State<TasksService>,
    caller: Caller,
    key: Key,
    Body(body): Body<CreateTask>,
) -> Result<Created, HttpError> {
    let request = key.request("create", &body);
    Ok(Created(tasks.create(&caller, body.into(), request.as_ref()).await?))
}

/// Edits text or audience of a task that is still at the version of `If-Match`. What says nothing
/// new adds no entry.
#[utoipa::path(
    patch,
    path = "/api/tasks/{id}",
    operation_id = "editTask",
    tag = "tasks",
    params(TaskPath, IfMatch),
    request_body = EditTask,
    responses(Changed, Editing)
)]
pub(in crate::http) async fn edit(
    State(tasks): State<TasksService>,
    caller: Caller,
    TaskPath(id): TaskPath,
    IfMatch(expected): IfMatch,
    Body(body): Body<EditTask>,
) -> Result<Changed, HttpError> {
    Ok(Changed(tasks.edit(&caller, id, expected, body.into()).await?))
}

/// Answers questions. The first answer to a question wins; the last one sends the task back to
/// analysis.
#[utoipa::path(
    post,
    path = "/api/tasks/{id}/answers",
    operation_id = "answerQuestions",
    tag = "tasks",
    params(TaskPath, Key),
    request_body = AnswerQuestions,
    responses(Changed, Deciding)
)]
pub(in crate::http) async fn answer(
    State(tasks): State<TasksService>,
    caller: Caller,
    TaskPath(id): TaskPath,
    key: Key,
    Body(body): Body<AnswerQuestions>,
) -> Result<Changed, HttpError> {
    let request = key.request("answer", &body);
    Ok(Changed(tasks.answer(&caller, id, body.into(), request.as_ref()).await?))
}

/// Adds a comment.
#[utoipa::path(
    post,
    path = "/api/tasks/{id}/comments",
    operation_id = "addComment",
    tag = "tasks",
    params(TaskPath, Key),
    request_body = AddComment,
    responses(Changed, Commenting)
)]
pub(in crate::http) async fn comment(
    State(tasks): State<TasksService>,
    caller: Caller,
    TaskPath(id): TaskPath,
    key: Key,
    Body(body): Body<AddComment>,
) -> Result<Changed, HttpError> {
    let request = key.request("comment", &body);
    Ok(Changed(tasks.comment(&caller, id, body.text, request.as_ref()).await?))
}

/// Calls a task off. Only its creator and admins may.
#[utoipa::path(
    post,
    path = "/api/tasks/{id}/cancel",
    operation_id = "cancelTask",
    tag = "tasks",
    params(TaskPath, Key),
    request_body = WithReason,
    responses(Changed, Deciding)
)]
pub(in crate::http) async fn cancel(
    State(tasks): State<TasksService>,
    caller: Caller,
    TaskPath(id): TaskPath,
    key: Key,
    Body(body): Body<WithReason>,
) -> Result<Changed, HttpError> {
    let request = key.request("cancel", &body);
    Ok(Changed(tasks.cancel(&caller, id, body.reason, request.as_ref()).await?))
}

/// Tries a failed or cancelled task again. Only its creator and admins may.
#[utoipa::path(
    post,
    path = "/api/tasks/{id}/retry",
    operation_id = "retryTask",
    tag = "tasks",
    params(TaskPath, Key),
    request_body = WithReason,
    responses(Changed, Deciding)
)]
pub(in crate::http) async fn retry(
    State(tasks): State<TasksService>,
    caller: Caller,
    TaskPath(id): TaskPath,
    key: Key,
    Body(body): Body<WithReason>,
) -> Result<Changed, HttpError> {
    let request = key.request("retry", &body);
    Ok(Changed(tasks.retry(&caller, id, body.reason, request.as_ref()).await?))
}
