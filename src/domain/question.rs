//! What is asked before the work can begin.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use super::{Person, text::Prose};

/// A question asked before the work can begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Question {
    /// Its id, unique in the task.
    pub id: String,
    /// What is asked.
    pub text: Prose,
    /// Suggested answers; any other is as good.
    pub choices: Vec<Prose>,
    /// The answer, once there is one.
    #[schema(required)]
    pub answer: Option<Prose>,
    /// Who answered.
    #[schema(required)]
    pub answered_by: Option<Person>,
}
