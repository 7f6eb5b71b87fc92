//! server → client: acknowledgements.

use serde::Serialize;
use ts_rs::TS;

use super::ErrorEvent;
use crate::{
    domain::{TaskId, Timestamp},
    protocol::Problem,
};

/// The answer to a client's message that asked for one.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum Ack {
    /// A task was joined; its state, at this version or later, comes as the event.
    TaskJoined {
        /// Always `true`.
        ok: bool,
        /// The snapshot's version.
        version: u64,
    },
    /// The dashboard was joined; its state comes as the event.
    DashboardJoined {
        /// Always `true`.
        ok: bool,
        /// The snapshot's time.
        server_time: Timestamp,
    },
    /// What a resync did.
    Resynced {
        /// Always `true`.
        ok: bool,
        /// Tasks whose state was sent.
        sent: Vec<TaskId>,
        /// Tasks whose version is the client's.
        current: Vec<TaskId>,
        /// Tasks that do not exist for the client.
        missing: Vec<TaskId>,
    },
    /// It was refused.
    Refused {
        /// Always `false`.
        ok: bool,
        /// Why.
        error: ErrorEvent,
    },
    /// It is done.
    Done {
        /// Always `true`.
        ok: bool,
    },
}

impl Ack {
    /// The refusal of a message.
    pub fn refused(problem: Problem) -> Self {
        Self::Refused { ok: false, error: ErrorEvent::new(problem, None) }
    }
}
