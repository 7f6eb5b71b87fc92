//! server → client.

use std::collections::BTreeMap;

use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;

use super::{Stamp, StatusChange};
use crate::{
    domain::{
        ActorRef, Event, Person, Progress, Status, Summary, TaskId, Timestamp, Visibility,
        text::{Labels, RepoName, TeamName, Title},
    },
    protocol::{
        Code, Problem,
        rest::{Me, TaskStats},
        views::{Task, TaskEvent, TaskSummary},
    },
};

/// All that the server says, each with its event's name.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum ServerMessage {
    /// `connection_ack`: who you are, to a new socket.
    ConnectionAck(ConnectionAck),
    /// `task:created`: a task is there, or can be seen from now on.
    TaskCreated(Box<TaskCreated>),
    /// `task:analyzing` to `task:cancelled`: the task's status is now this.
    StatusChange(Box<StatusChange>),
    /// `task:event_added`: the gap-free series of a task's entries.
    TaskEventAdded(Box<TaskEventAdded>),
    /// `task:progress`: what is being done just now.
    TaskProgress(Box<TaskProgress>),
    /// `task:state`: the whole task, to who asked.
    TaskState(Box<Task>),
    /// `task:removed`: the task can no longer be seen.
    TaskRemoved(TaskRemoved),
    /// `dashboard:state`: list and counts, to who asked.
    DashboardState(Box<DashboardState>),
    /// `dashboard:task_list_updated`: a task's row, after an entry.
    TaskListUpdated(Box<TaskListUpdated>),
    /// `resync_required`: something may have been missed.
    ResyncRequired(ResyncRequired),
    /// `auth:expiring`: the token ends soon.
    AuthExpiring(AuthExpiring),
    /// `server:draining`: this server stops.
    Draining(Draining),
    /// `error`: something was refused, or this connection ends.
    Error(ErrorEvent),
}

impl ServerMessage {
    /// The event's name.
    pub fn event(&self) -> &'static str {
        match self {
            Self::ConnectionAck(_) => "connection_ack",
            Self::TaskCreated(_) => "task:created",
            Self::StatusChange(change) => change.facts.event(),
            Self::TaskEventAdded(_) => "task:event_added",
            Self::TaskProgress(_) => "task:progress",
            Self::TaskState(_) => "task:state",
            Self::TaskRemoved(_) => "task:removed",
            Self::DashboardState(_) => "dashboard:state",
            Self::TaskListUpdated(_) => "dashboard:task_list_updated",
            Self::ResyncRequired(_) => "resync_required",
            Self::AuthExpiring(_) => "auth:expiring",
            Self::Draining(_) => "server:draining",
            Self::Error(_) => "error",
        }
    }
}

/// `connection_ack`.
#[derive(Clone, Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionAck {
    /// Who the token says you are.
    pub user: Me,
    /// Which instance you are connected to.
    pub instance_id: String,
    /// The protocol's version.
    pub protocol_version: u32,
    /// The server's time.
    pub server_time: Timestamp,
    /// When the token ends.
    pub expires_at: Timestamp,
}

/// `task:created`.
#[derive(Clone, Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskCreated {
    /// The task.
    pub task_id: TaskId,
    /// Its title.
    pub title: Title,
    /// Who submitted it.
    pub creator: Person,
    /// Where it stands.
    pub status: Status,
    /// When it was submitted.
    pub created_at: Timestamp,
    /// Where it is filed.
    pub repo: Option<RepoName>,
    /// Its labels.
    pub labels: Labels,
    /// Its team.
    pub team: Option<TeamName>,
    /// Whom it is for.
    pub visibility: Visibility,
    /// The entry by which it came into sight.
    #[serde(flatten)]
    pub stamp: Stamp,
}

impl TaskCreated {
    /// The task of `summary`, which came into sight by `event`.
    pub fn new(summary: &Summary, event: &Event) -> Self {
        let Summary {
            id, title, creator, status, created_at, repo, labels, team, visibility, ..
        } = summary.clone();
        let stamp = event.into();
        Self {
            task_id: id,
            title,
            creator,
            status,
            created_at,
            repo,
            labels,
            team,
            visibility,
            stamp,
        }
    }
}

/// `task:event_added`.
#[derive(Clone, Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskEventAdded {
    /// The task.
    pub task_id: TaskId,
    /// The new entry.
    pub event: TaskEvent,
    /// Which entry that is.
    #[serde(flatten)]
    pub stamp: Stamp,
}

/// `task:progress`. Older than what is known by `version` and `timestamp`: ignore it.
#[derive(Clone, Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskProgress {
    /// The task.
    pub task_id: TaskId,
    /// The task's version.
    pub version: u64,
    /// What is being done.
    #[serde(flatten)]
    pub progress: Progress,
}

/// `task:removed`.
#[derive(Clone, Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskRemoved {
    /// The task.
    pub task_id: TaskId,
}

/// `dashboard:state`.
#[derive(Clone, Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DashboardState {
    /// The tasks asked for.
    pub tasks: Vec<TaskSummary>,
    /// Where `GET /api/tasks` goes on.
    pub next_cursor: Option<String>,
    /// How many tasks are in each status.
    #[ts(type = "Record<Status, number>")]
    #[schema(value_type = BTreeMap<String, u64>)]
    pub counts: BTreeMap<Status, u64>,
    /// The time of the newest entry.
    pub last_activity_at: Option<Timestamp>,
    /// The server's time.
    pub server_time: Timestamp,
}

impl DashboardState {
    /// The state of a page and its counts, as of `now`.
    pub fn new(
        tasks: Vec<TaskSummary>,
        next_cursor: Option<String>,
        stats: TaskStats,
        now: Timestamp,
    ) -> Self {
        let TaskStats { counts, last_activity_at, .. } = stats;
        Self { tasks, next_cursor, counts, last_activity_at, server_time: now }
    }
}

/// `dashboard:task_list_updated`.
#[derive(Clone, Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskListUpdated {
    /// The row after the entry.
    #[serde(flatten)]
    pub summary: TaskSummary,
    /// The entry's type.
    pub change: &'static str,
    /// The status in the last row sent to this client; `null` if there was none.
    pub previous_status: Option<Status>,
    /// When Taskwire learnt it.
    pub at: Timestamp,
    /// Who caused it.
    pub actor: ActorRef,
}

/// `resync_required`.
#[derive(Clone, Debug, Serialize, TS, ToSchema)]
pub struct ResyncRequired {
    /// Why, in one word.
    pub reason: &'static str,
}

/// `auth:expiring`.
#[derive(Clone, Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuthExpiring {
    /// How long the token still lives.
    pub expires_in_ms: u64,
}

/// `server:draining`.
#[derive(Clone, Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Draining {
    /// When to connect again, spread at random.
    pub reconnect_in_ms: u64,
}

/// `error`.
#[derive(Clone, Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ErrorEvent {
    /// The word for programs.
    pub code: Code,
    /// The sentence for people.
    pub detail: String,
    /// The event that was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub event: Option<String>,
    /// When another try makes sense.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub retry_after_ms: Option<u64>,
}

impl ErrorEvent {
    /// The event about `problem`, which `event` had.
    pub fn new(problem: Problem, event: Option<String>) -> Self {
        let retry_after_ms = problem.retry_after.map(millis);
        Self { code: problem.code, detail: problem.detail, event, retry_after_ms }
    }
}

fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
