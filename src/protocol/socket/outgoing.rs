//! server → client.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};
use ts_rs::TS;
use utoipa::{
    PartialSchema as _, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

use super::{Described, Stamp, StatusChange};
use crate::{
    domain::{
        ActorRef, Event, EventBody, Person, Progress, Status, Summary, TaskId, Timestamp,
        Visibility,
        text::{Labels, RepoName, TeamName, Title},
    },
    protocol::{
        Code, Problem,
        rest::{Me, TaskStats, counts},
        views::{Task, TaskEvent, TaskSummary},
    },
};

macro_rules! messages {
    ($($(#[doc = $about:tt])+ $variant:ident($payload:ty) = $event:tt;)*) => {
        /// All that the server says, each with its event's name.
        #[derive(Clone, Debug, Serialize)]
        #[serde(untagged)]
        pub enum ServerMessage {
            $($(#[doc = $about])+ $variant($payload),)*
            /// `task:analyzing` to `task:cancelled`: the task's status is now this.
            StatusChange(Box<StatusChange>),
        }

        impl ServerMessage {
            /// The event's name.
            pub fn event(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $event,)*
                    Self::StatusChange(change) => change.facts.event(),
                }
            }

            /// What the documents tell of each event.
            pub(in crate::protocol) fn described() -> Vec<Described> {
                let mut events = vec![$(Described::of::<$payload>($event, &[$($about),+])),*];
                events.extend(StatusChange::described());
                events
            }
        }
    };
}

messages! {
    /// Who you are, to a new connection, before anything else.
    ConnectionAck(ConnectionAck) = "connection_ack";
    /// A task is there, or can be seen from now on; to dashboards.
    TaskCreated(Box<TaskCreated>) = "task:created";
    /// The newest entry of a task's timeline, to who joined the task. The one series without gaps:
    /// a client applies entry n+1, ignores those up to n, and asks for a resync on more.
    TaskEventAdded(Box<TaskEventAdded>) = "task:event_added";
    /// What is being done for a task just now, to who joined it and to dashboards.
    TaskProgress(Box<TaskProgress>) = "task:progress";
    /// The whole task, to who joined it or asked for a resync.
    TaskState(Box<Task>) = "task:state";
    /// The task can no longer be seen, to who could see it.
    TaskRemoved(TaskRemoved) = "task:removed";
    /// List and counts, to who joined the dashboard or asked for a resync.
    DashboardState(Box<DashboardState>) = "dashboard:state";
    /// A task's row after an entry, to dashboards.
    TaskListUpdated(Box<TaskListUpdated>) = "dashboard:task_list_updated";
    /// Something may have been missed: ask for a resync, or join again.
    ResyncRequired(ResyncRequired) = "resync_required";
    /// The token ends soon: refresh it, or the connection ends with it.
    AuthExpiring(AuthExpiring) = "auth:expiring";
    /// This server stops: the connection ends, and another try finds the next server.
    Draining(Draining) = "server:draining";
    /// A message that asked for no acknowledgement was refused, or this connection ends.
    Error(ErrorEvent) = "error";
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
    #[schema(required)]
    pub repo: Option<RepoName>,
    /// Its labels.
    pub labels: Labels,
    /// Its team.
    #[schema(required)]
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
    #[schema(required)]
    pub next_cursor: Option<String>,
    /// How many tasks are in each status.
    #[ts(type = "Record<Status, number>")]
    #[schema(schema_with = counts)]
    pub counts: BTreeMap<Status, u64>,
    /// The time of the newest entry.
    #[schema(required)]
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
    #[schema(schema_with = kinds)]
    pub change: &'static str,
    /// The status in the last row sent to this client; `null` if there was none.
    #[schema(required)]
    pub previous_status: Option<Status>,
    /// When Taskwire learnt it.
    pub at: Timestamp,
    /// Who caused it.
    pub actor: ActorRef,
}

/// The `type` of every entry.
fn kinds() -> RefOr<Schema> {
    let entries = json!(EventBody::schema());
    let entries = entries.get("oneOf").and_then(Value::as_array).into_iter().flatten();
    let kinds = entries.filter_map(|entry| entry.pointer("/properties/type/enum/0"));
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(kinds.cloned())).into()
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
    #[schema(nullable = false)]
    pub event: Option<String>,
    /// When another try makes sense.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    #[schema(nullable = false)]
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
