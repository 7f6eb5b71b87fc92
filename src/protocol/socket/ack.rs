//! server → client: acknowledgements.

use serde::Serialize;
use ts_rs::TS;
use utoipa::{
    ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

use super::ErrorEvent;
use crate::{
    domain::{TaskId, Timestamp},
    protocol::Problem,
};

/// The answer to a client's message that asked for one.
#[derive(Clone, Debug, Serialize, TS, ToSchema)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum Ack {
    /// A task was joined; its state, at this version or later, comes as the event.
    #[schema(title = "taskJoined", rename_all = "camelCase")]
    TaskJoined {
        /// Always `true`.
        #[schema(schema_with = yes)]
        ok: bool,
        /// The snapshot's version.
        version: u64,
    },
    /// The dashboard was joined; its state comes as the event.
    #[schema(title = "dashboardJoined", rename_all = "camelCase")]
    DashboardJoined {
        /// Always `true`.
        #[schema(schema_with = yes)]
        ok: bool,
        /// The snapshot's time.
        server_time: Timestamp,
    },
    /// What a resync did.
    #[schema(title = "resynced", rename_all = "camelCase")]
    Resynced {
        /// Always `true`.
        #[schema(schema_with = yes)]
        ok: bool,
        /// Tasks whose state was sent.
        sent: Vec<TaskId>,
        /// Tasks whose version is the client's.
        current: Vec<TaskId>,
        /// Tasks that do not exist for the client.
        missing: Vec<TaskId>,
    },
    /// It was refused.
    #[schema(title = "refused", rename_all = "camelCase")]
    Refused {
        /// Always `false`.
        #[schema(schema_with = no)]
        ok: bool,
        /// Why.
        error: ErrorEvent,
    },
    /// It is done.
    #[schema(title = "done", rename_all = "camelCase")]
    Done {
        /// Always `true`.
        #[schema(schema_with = yes)]
        ok: bool,
    },
}

impl Ack {
    /// The refusal of a message.
    pub fn refused(problem: Problem) -> Self {
        Self::Refused { ok: false, error: ErrorEvent::new(problem, None) }
    }
}

fn yes() -> RefOr<Schema> {
    always(true)
}

fn no() -> RefOr<Schema> {
    always(false)
}

fn always(word: bool) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::Boolean).enum_values(Some([word])).into()
}
