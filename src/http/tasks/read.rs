//! What is asked about tasks.

use axum::{Json, extract::State, response::Response};

use super::answer::{unchanged, whole};
use crate::{
    domain::Status,
    http::{
        extract::{Caller, EventsQuery, IfNoneMatch, Nothing, ParamsOf, TaskPath},
        problem::HttpError,
        refusals::{Searching, SearchingTask},
    },
    protocol::{
        rest::{TaskEvents, TaskList, TaskStats},
        views::{Task, TaskEvent},
    },
    store::ListQuery,
    tasks::TasksService,
};

/// The tasks that the caller may see, newest first, page by page.
#[utoipa::path(
    get,
    path = "/api/tasks",
    operation_id = "listTasks",
    tag = "tasks",
    params(
        ("status" = Option<Vec<Status>>, Query, description = "Only these statuses; may repeat"),
        ("q" = Option<String>, Query, max_length = 200, description = "Every word, in any case, anywhere in title or description"),
        ("creator" = Option<String>, Query, description = "Submitted by this user id"),
        ("repo" = Option<String>, Query, description = "Filed in this repository, `owner/name`"),
        ("team" = Option<String>, Query, description = "Of this team"),
        ("updatedSince" = Option<String>, Query, format = DateTime, description = "With an entry at this time or later"),
        ("sort" = Option<String>, Query, pattern = "^-(updated|created)At$", description = "`-updatedAt` (default) or `-createdAt`"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "50 if absent"),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before"),
    ),
    responses((status = 200, description = "One page", body = TaskList), Searching)
)]
pub(in crate::http) async fn list(
    State(tasks): State<TasksService>,
    caller: Caller,
    ParamsOf(query): ParamsOf<ListQuery>,
) -> Result<Json<TaskList>, HttpError> {
    Ok(Json(tasks.list(&caller, &query).await?.into()))
}

/// How many tasks there are in each status, over what the caller sees.
#[utoipa::path(
    get,
    path = "/api/tasks/stats",
    operation_id = "countTasks",
    tag = "tasks",
    responses((status = 200, description = "The counts", body = TaskStats), Searching)
)]
pub(in crate::http) async fn stats(
    State(tasks): State<TasksService>,
    caller: Caller,
    ParamsOf(Nothing): ParamsOf<Nothing>,
) -> Result<Json<TaskStats>, HttpError> {
    Ok(Json(tasks.stats(&caller).await?.into()))
}

/// One task with its newest events. While `progress` is not null it is never 304.
#[utoipa::path(
    get,
    path = "/api/tasks/{id}",
    operation_id = "getTask",
    tag = "tasks",
    params(TaskPath, IfNoneMatch),
    responses(
        (status = 200, description = "The task", body = Task, headers(("ETag" = String, description = "The version in quotes"))),
        (status = 304, description = "The client has it"),
        SearchingTask
    )
)]
pub(in crate::http) async fn task(
    State(tasks): State<TasksService>,
    caller: Caller,
    TaskPath(id): TaskPath,
    ParamsOf(Nothing): ParamsOf<Nothing>,
    known: IfNoneMatch,
) -> Result<Response, HttpError> {
    let snapshot = tasks.get(&caller, id).await?;
    let version = snapshot.task.version;
    let is_known = known.has(version) && snapshot.progress.is_none();
    Ok(if is_known { unchanged(version) } else { whole(snapshot) })
}

/// The timeline of a task after a version, oldest entry first.
#[utoipa::path(
    get,
    path = "/api/tasks/{id}/events",
    operation_id = "listTaskEvents",
    tag = "tasks",
    params(
        TaskPath,
        ("after" = Option<u64>, Query, description = "Only later versions; 0 if absent"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 200, description = "200 if absent"),
    ),
    responses((status = 200, description = "The entries", body = TaskEvents), SearchingTask)
)]
pub(in crate::http) async fn events(
    State(tasks): State<TasksService>,
    caller: Caller,
    TaskPath(id): TaskPath,
    ParamsOf(EventsQuery { after, limit }): ParamsOf<EventsQuery>,
) -> Result<Json<TaskEvents>, HttpError> {
    let (events, version) = tasks.events(&caller, id, after, limit).await?;
    Ok(Json(TaskEvents { events: events.iter().map(TaskEvent::from).collect(), version }))
}
