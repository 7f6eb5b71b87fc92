//! Whom a task is for.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// Whom a task is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Every member.
    #[default]
    Everyone,
    /// Members of the task's team, and its creator.
    Team,
    /// Its creator.
    Private,
}

impl Visibility {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::Team => "team",
            Self::Private => "private",
        }
    }
}
