//! server → client: which entry a message is about.

use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;

use crate::domain::{ActorRef, Event, Timestamp};

/// Which entry a message is about.
#[derive(Clone, Debug, Serialize, TS, ToSchema)]
pub struct Stamp {
    /// The entry's version.
    pub version: u64,
    /// When Taskwire learnt it.
    pub at: Timestamp,
    /// Who caused it.
    pub actor: ActorRef,
}

impl From<&Event> for Stamp {
    fn from(event: &Event) -> Self {
        Self { version: event.version, at: event.at, actor: event.actor.clone() }
    }
}
