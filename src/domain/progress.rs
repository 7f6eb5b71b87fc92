//! Live progress: latest value only, never part of the timeline.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use super::{
    Timestamp,
    text::{Code, Message},
};

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// About to begin.
    Starting,
    /// Under way.
    Running,
    /// Done.
    Completed,
    /// Given up.
    Failed,
}

/// What a worker or an agent is doing just now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// The step's name, `[a-z0-9_]{1,64}`.
    pub step: Code,
    /// How far the step is.
    pub phase: Phase,
    /// Which of `total` this is.
    pub current: u64,
    /// How many there are.
    pub total: u64,
    /// How many things were found or done, where that means something.
    #[schema(required)]
    pub items_count: Option<u64>,
    /// One line for people.
    #[schema(required)]
    pub message: Option<Message>,
    /// When this was said.
    pub timestamp: Timestamp,
}
