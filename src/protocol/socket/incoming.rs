//! client → server.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;
use ts_rs::TS;
use utoipa::ToSchema;

use super::Described;
use crate::{
    domain::{Status, TaskId},
    protocol::Problem,
    store::{ListQuery, Sort},
};

/// The most tasks one `resync_requested` may name.
const MAX_RESYNC: usize = 200;

/// What a client may say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientMessage {
    /// `dashboard:join`: follow all visible tasks.
    JoinDashboard(JoinDashboard),
    /// `dashboard:leave`.
    LeaveDashboard,
    /// `task:join`: follow one task.
    JoinTask(TaskId),
    /// `task:leave`.
    LeaveTask(TaskId),
    /// `resync_requested`: send what differs.
    Resync(Resync),
    /// `auth:refresh`: a new token for this connection.
    Refresh {
        /// The token.
        token: String,
    },
}

/// A message that is none of those.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The event's name, as far as it could be read.
    pub event: Option<String>,
    /// What is wrong with it.
    pub problem: Problem,
}

/// `dashboard:join`. All but `mode` shape the snapshot only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinDashboard {
    /// 1 to 200 tasks in the snapshot; 50 if absent.
    #[schema(minimum = 1, maximum = 200)]
    #[serde(default)]
    #[ts(optional)]
    pub limit: Option<u32>,
    /// Only tasks in these statuses.
    #[serde(default)]
    #[ts(optional)]
    pub status: Option<OneOrMany>,
    /// The order; `-updatedAt` if absent.
    #[serde(default)]
    #[ts(optional)]
    pub sort: Option<SortBy>,
    /// What to follow; `all` if absent.
    #[serde(default, deserialize_with = "crate::protocol::or_default")]
    #[ts(optional, as = "Option<_>")]
    pub mode: Mode,
}

impl JoinDashboard {
    fn check(&self) -> Result<(), Problem> {
        match self.limit {
            Some(limit) if !(1..=200).contains(&limit) => {
                Err(Problem::field("limit", "must be 1 to 200"))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// What the snapshot holds.
    pub fn query(&self) -> ListQuery {
        ListQuery {
            limit: self.limit.unwrap_or(50),
            statuses: self.status.clone().map(Vec::from).unwrap_or_default(),
            sort: self.sort.unwrap_or_default().into(),
            ..ListQuery::default()
        }
    }
}

/// One status or several.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, TS, ToSchema)]
#[serde(untagged, expecting = "must be a status or an array of statuses")]
pub enum OneOrMany {
    /// One.
    One(Status),
    /// Several.
    Many(Vec<Status>),
}

impl From<OneOrMany> for Vec<Status> {
    fn from(statuses: OneOrMany) -> Self {
        match statuses {
            OneOrMany::One(status) => vec![status],
            OneOrMany::Many(statuses) => statuses,
        }
    }
}

/// By what a list is ordered, newest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, TS, ToSchema)]
pub enum SortBy {
    /// By the newest entry.
    #[default]
    #[serde(rename = "-updatedAt")]
    UpdatedAt,
    /// By the first entry.
    #[serde(rename = "-createdAt")]
    CreatedAt,
}

impl From<SortBy> for Sort {
    fn from(sort: SortBy) -> Self {
        match sort {
            SortBy::UpdatedAt => Self::UpdatedAt,
            SortBy::CreatedAt => Self::CreatedAt,
        }
    }
}

/// What a dashboard follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Every event of every visible task.
    #[default]
    All,
    /// `task:created`, `task:removed` and `dashboard:task_list_updated`, the latter coalesced.
    List,
}

/// `resync_requested`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Resync {
    /// Up to 200 tasks.
    #[schema(max_items = 200)]
    pub task_ids: Vec<TaskId>,
    /// The versions the client has; a task at its version is not sent.
    #[serde(default)]
    #[ts(optional, type = "Record<string, number>")]
    pub versions: Option<BTreeMap<TaskId, u64>>,
    /// Whether the dashboard's state is wanted too.
    #[serde(default, deserialize_with = "crate::protocol::or_default")]
    #[ts(optional, as = "Option<_>")]
    pub dashboard: bool,
}

impl Resync {
    fn check(&self) -> Result<(), Problem> {
        if self.task_ids.len() > MAX_RESYNC {
            let message = format!("must have at most {MAX_RESYNC} tasks");
            return Err(Problem::field("taskIds", message));
        }
        Ok(())
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OneTask {
    /// The task.
    task_id: TaskId,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewToken {
    /// The token, of the same `sub`.
    token: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Nothing {}

macro_rules! events {
    ($($(#[doc = $about:tt])+ $event:ident($payload:ty) = $name:tt, $ack:tt;)*) => {
        /// The events that a client may say.
        #[derive(Clone, Copy)]
        pub(in crate::protocol) enum ClientEvent {
            $($(#[doc = $about])+ $event,)*
        }

        impl ClientEvent {
            fn named(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$event),)*
                    _ => None,
                }
            }

            fn name(self) -> &'static str {
                match self { $(Self::$event => $name),* }
            }

            /// What the documents tell of each event, with the title of the [`Ack`](super::Ack)
            /// that says it went well.
            pub(in crate::protocol) fn described() -> Vec<(Described, &'static str)> {
                vec![$((Described::of::<$payload>($name, &[$($about),+]), $ack)),*]
            }
        }
    };
}

events! {
    /// Follow all visible tasks. `dashboard:state` comes as an event, then every change. All but
    /// `mode` shape that snapshot only.
    JoinDashboard(JoinDashboard) = "dashboard:join", "dashboardJoined";
    /// Follow them no more.
    LeaveDashboard(Nothing) = "dashboard:leave", "done";
    /// Follow one task. `task:state` comes as an event, then every entry.
    JoinTask(OneTask) = "task:join", "taskJoined";
    /// Follow it no more.
    LeaveTask(OneTask) = "task:leave", "done";
    /// Send the state of each task whose version is not the one named here. Costs 1 + taskIds/10
    /// of the connection's event budget.
    Resync(Resync) = "resync_requested", "resynced";
    /// Go on with a new token of the same user on this connection.
    Refresh(NewToken) = "auth:refresh", "done";
}

impl ClientMessage {
    /// Reads a message from its packet's JSON, `["event", {payload}]`. Exactly one payload, an
    /// object, is expected with every event.
    pub fn parse(packet: &str) -> Result<Self, Refused> {
        let parts: Vec<&RawValue> = serde_json::from_str(packet)
            .map_err(|_| Refused::new(None, "the message is no JSON array of event and payload"))?;
        let mut parts = parts.into_iter().map(RawValue::get);
        let event: Option<String> = parts.next().and_then(|name| serde_json::from_str(name).ok());
        let Some(event) = event else {
            return Err(Refused::new(None, "the event's name must be a string"));
        };
        let (Some(payload), None) = (parts.next(), parts.next()) else {
            return Err(Refused::new(Some(event), "exactly one payload, an object, is expected"));
        };
        Self::read(&event, payload).map_err(|problem| Refused { event: Some(event), problem })
    }

    fn read(event: &str, payload: &str) -> Result<Self, Problem> {
        let Some(event) = ClientEvent::named(event) else {
            return Err(Problem::field("event", "must be one that this server knows"));
        };
        match event {
            ClientEvent::JoinDashboard => {
                let join: JoinDashboard = decode(payload)?;
                join.check()?;
                Ok(Self::JoinDashboard(join))
            }
            ClientEvent::LeaveDashboard => decode(payload).map(|Nothing {}| Self::LeaveDashboard),
            ClientEvent::JoinTask => {
                decode(payload).map(|one: OneTask| Self::JoinTask(one.task_id))
            }
            ClientEvent::LeaveTask => {
                decode(payload).map(|one: OneTask| Self::LeaveTask(one.task_id))
            }
            ClientEvent::Resync => {
                let mut resync: Resync = decode(payload)?;
                resync.check()?;
                let mut seen = BTreeSet::new();
                resync.task_ids.retain(|task| seen.insert(*task));
                Ok(Self::Resync(resync))
            }
            ClientEvent::Refresh => {
                decode(payload).map(|new: NewToken| Self::Refresh { token: new.token })
            }
        }
    }

    /// What handling it costs of the socket's event budget.
    pub fn cost(&self) -> u32 {
        match self {
            Self::Resync(resync) => {
                1 + u32::try_from(resync.task_ids.len() / 10).unwrap_or(u32::MAX - 1)
            }
            Self::JoinDashboard(_)
            | Self::LeaveDashboard
            | Self::JoinTask(_)
            | Self::LeaveTask(_)
            | Self::Refresh { .. } => 1,
        }
    }

    /// The event's name.
    pub fn event(&self) -> &'static str {
        let event = match self {
            Self::JoinDashboard(_) => ClientEvent::JoinDashboard,
            Self::LeaveDashboard => ClientEvent::LeaveDashboard,
            Self::JoinTask(_) => ClientEvent::JoinTask,
            Self::LeaveTask(_) => ClientEvent::LeaveTask,
            Self::Resync(_) => ClientEvent::Resync,
            Self::Refresh { .. } => ClientEvent::Refresh,
        };
        event.name()
    }
}

impl Refused {
    fn new(event: Option<String>, rule: &str) -> Self {
        Self { event, problem: Problem::new(crate::protocol::Code::ValidationFailed, rule) }
    }
}

fn decode<T: DeserializeOwned>(payload: &str) -> Result<T, Problem> {
    if !payload.trim_start().starts_with('{') {
        return Err(Problem::field("payload", "must be an object"));
    }
    let mut json = serde_json::Deserializer::from_str(payload);
    serde_path_to_error::deserialize(&mut json)
        .map_err(|error| Problem::json(&error, payload.as_bytes()))
}
