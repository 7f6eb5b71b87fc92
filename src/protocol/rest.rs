//! The bodies of requests and answers. Unknown fields are refused.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::{
    PartialSchema as _, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema},
};

use super::{
    FieldError,
    views::{TaskEvent, TaskSummary},
};
use crate::{
    domain::{
        Actor, Answer, Edit, NewTask, Phase, Progress, Role, Status, Timestamp, Visibility,
        text::{
            self, Description, Labels, Message, Prose, Reason, RepoName, TeamName, Title, UserId,
        },
    },
    store::{Page, Stats},
};

/// `POST /api/tasks`.
#[derive(Clone, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateTask {
    /// 1 to 200 characters after trimming.
    pub title: Title,
    /// Up to 20,000 characters.
    #[serde(default, deserialize_with = "crate::protocol::or_default")]
    #[ts(optional, as = "Option<_>")]
    pub description: Description,
    /// `owner/name`; the configured one if absent.
    #[serde(default)]
    #[ts(optional)]
    pub repo: Option<RepoName>,
    /// Up to 20.
    #[serde(default, deserialize_with = "crate::protocol::or_default")]
    #[ts(optional, as = "Option<_>")]
    pub labels: Labels,
    /// One of the caller's teams.
    #[serde(default)]
    #[ts(optional)]
    pub team: Option<TeamName>,
    /// `everyone` if absent.
    #[serde(default, deserialize_with = "crate::protocol::or_default")]
    #[ts(optional, as = "Option<_>")]
    pub visibility: Visibility,
}

impl From<CreateTask> for NewTask {
    fn from(body: CreateTask) -> Self {
        let CreateTask { title, description, repo, labels, team, visibility } = body;
        Self { title, description, repo, labels, team, visibility }
    }
}

/// `PATCH /api/tasks/{id}`; what is absent stays as it is.
#[derive(Clone, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EditTask {
    /// The new title.
    #[serde(default)]
    #[ts(optional)]
    pub title: Option<Title>,
    /// The new description.
    #[serde(default)]
    #[ts(optional)]
    pub description: Option<Description>,
    /// The new labels.
    #[serde(default)]
    #[ts(optional)]
    pub labels: Option<Labels>,
    /// The new team; `null` takes the team away.
    #[serde(default, deserialize_with = "named")]
    #[ts(optional, type = "string | null")]
    #[schema(value_type = Option<String>)]
    pub team: Option<Option<TeamName>>,
    /// The new visibility.
    #[serde(default)]
    #[ts(optional)]
    pub visibility: Option<Visibility>,
}

/// A field that is there, be it `null`.
#[expect(clippy::option_option, reason = "absent, null and a value are three things")]
fn named<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl From<EditTask> for Edit {
    fn from(body: EditTask) -> Self {
        let EditTask { title, description, labels, team, visibility } = body;
        Self { title, description, labels, team, visibility }
    }
}

/// `POST /api/tasks/{id}/answers`.
#[derive(Clone, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerQuestions {
    /// At least one.
    #[schema(min_items = 1)]
    pub answers: Vec<AnswerQuestion>,
}

/// The answer to one question.
#[derive(Clone, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnswerQuestion {
    /// The question's `id`.
    pub question_id: String,
    /// 1 to 10,000 characters; `choices` are suggestions.
    pub answer: Prose,
}

impl From<AnswerQuestions> for Vec<Answer> {
    fn from(body: AnswerQuestions) -> Self {
        let answer =
            |given: AnswerQuestion| Answer { question_id: given.question_id, answer: given.answer };
        body.answers.into_iter().map(answer).collect()
    }
}

/// `POST /api/tasks/{id}/comments`.
#[derive(Clone, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddComment {
    /// 1 to 10,000 characters.
    pub text: Prose,
}

/// `POST /api/tasks/{id}/cancel` and `/retry`.
#[derive(Clone, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithReason {
    /// 1 to 1,000 characters.
    #[serde(default)]
    #[ts(optional)]
    pub reason: Option<Reason>,
}

/// `POST /api/tasks/{id}/progress`.
#[derive(Clone, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReportProgress {
    /// `[a-z0-9_]{1,64}`.
    pub step: text::Code,
    /// How far the step is.
    pub phase: Phase,
    /// Which of `total` this is.
    #[serde(deserialize_with = "count")]
    #[schema(maximum = 9_007_199_254_740_991_u64)]
    pub current: u64,
    /// How many there are.
    #[serde(deserialize_with = "count")]
    #[schema(maximum = 9_007_199_254_740_991_u64)]
    pub total: u64,
    /// How many things were found or done.
    #[serde(default, deserialize_with = "count_if_any")]
    #[ts(optional)]
    #[schema(maximum = 9_007_199_254_740_991_u64)]
    pub items_count: Option<u64>,
    /// Up to 1,000 characters.
    #[serde(default)]
    #[ts(optional)]
    pub message: Option<Message>,
}

/// The largest number that every client reads exactly: JavaScript's `Number.MAX_SAFE_INTEGER`.
const MAX_COUNT: u64 = (1 << 53) - 1;

fn count<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let count = u64::deserialize(deserializer)?;
    let rule = || format!("must be at most {MAX_COUNT}");
    if count <= MAX_COUNT { Ok(count) } else { Err(serde::de::Error::custom(rule())) }
}

fn count_if_any<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<u64>, D::Error> {
    #[derive(Deserialize)]
    struct Count(#[serde(deserialize_with = "count")] u64);
    Ok(Option::<Count>::deserialize(deserializer)?.map(|Count(count)| count))
}

impl ReportProgress {
    /// The progress, as of `now`.
    pub fn at(self, now: Timestamp) -> Progress {
        let Self { step, phase, current, total, items_count, message } = self;
        Progress { step, phase, current, total, items_count, message, timestamp: now }
    }
}

/// `POST /api/tasks/{id}/fail`.
#[derive(Clone, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportFailure {
    /// `[a-z0-9_]{1,64}`.
    pub code: text::Code,
    /// Up to 1,000 characters.
    pub message: Message,
}

/// `GET /api/tasks`.
#[derive(Clone, Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskList {
    /// The tasks of this page.
    pub tasks: Vec<TaskSummary>,
    /// What `cursor` asks for the next page; `null` at the end.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

impl From<Page> for TaskList {
    fn from(page: Page) -> Self {
        let tasks = page.tasks.into_iter();
        Self {
            tasks: tasks.map(|(summary, progress)| TaskSummary::new(&summary, progress)).collect(),
            next_cursor: page.next.map(|cursor| cursor.to_string()),
        }
    }
}

/// `GET /api/tasks/{id}/events`.
#[derive(Clone, Debug, Serialize, TS, ToSchema)]
pub struct TaskEvents {
    /// The entries asked for, oldest first.
    pub events: Vec<TaskEvent>,
    /// The task's version.
    pub version: u64,
}

/// `GET /api/tasks/stats`, over what the caller sees.
#[derive(Clone, Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskStats {
    /// How many tasks are in each status.
    #[ts(type = "Record<Status, number>")]
    #[schema(schema_with = counts)]
    pub counts: BTreeMap<Status, u64>,
    /// How many are not merged, failed or cancelled.
    pub open_count: u64,
    /// The time of the newest entry.
    #[schema(required)]
    pub last_activity_at: Option<Timestamp>,
}

/// How many tasks are in each status, none left out.
pub(super) fn counts() -> RefOr<Schema> {
    let counts = Status::ALL.iter().fold(ObjectBuilder::new(), |counts, status| {
        let word = status.to_string();
        counts.required(&word).property(word, u64::schema())
    });
    counts.into()
}

impl From<Stats> for TaskStats {
    fn from(stats: Stats) -> Self {
        let count = |status: &Status| stats.counts.get(status).copied().unwrap_or(0);
        Self {
            open_count: Status::ALL.iter().filter(|status| status.is_open()).map(count).sum(),
            counts: Status::ALL.iter().map(|status| (*status, count(status))).collect(),
            last_activity_at: stats.last_activity_at,
        }
    }
}

/// `GET /api/me`.
#[derive(Clone, Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    /// The token's `sub`.
    pub id: String,
    /// The name shown to others.
    pub name: String,
    /// What the token lets its bearer be.
    pub roles: Vec<Role>,
    /// The teams.
    pub teams: Vec<TeamName>,
    /// The repositories an agent is confined to.
    #[schema(required)]
    pub repos: Option<Vec<RepoName>>,
    /// When the token ends.
    pub expires_at: Timestamp,
}

/// `GET /api/features`.
#[derive(Clone, Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Features {
    /// Whether this caller may use Socket.IO.
    pub websocket: bool,
    /// Whether Server-Sent Events are served.
    pub sse: bool,
    /// How often to ask where neither works.
    pub poll_interval_ms: u64,
    /// The protocol's version.
    pub protocol_version: u32,
    /// Whether GitHub is simulated.
    pub demo: bool,
}

/// `GET /api/demo/users`, in demo mode alone.
#[derive(Clone, Debug, Serialize, TS, ToSchema)]
pub struct DemoUsers {
    /// Everybody there is.
    pub users: Vec<DemoUser>,
}

/// Somebody in the demo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
pub struct DemoUser {
    /// The `sub` of their tokens.
    pub id: UserId,
    /// The name shown to others.
    pub name: String,
    /// What they may be.
    pub roles: Vec<Role>,
    /// Their teams.
    pub teams: Vec<TeamName>,
}

impl From<&Actor> for DemoUser {
    fn from(actor: &Actor) -> Self {
        Self {
            id: actor.id.clone(),
            name: actor.name.clone(),
            roles: actor.roles.iter().copied().collect(),
            teams: actor.teams.iter().cloned().collect(),
        }
    }
}

/// `POST /api/demo/token`, in demo mode alone.
#[derive(Clone, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChooseDemoUser {
    /// The `id` of one of the demo's users.
    pub user: String,
}

/// The answer to it.
#[derive(Clone, Debug, Serialize, TS, ToSchema)]
pub struct DemoToken {
    /// A token of that user.
    pub token: String,
}

/// `POST /api/webhooks/github`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WebhookReceipt {
    /// What the delivery did.
    pub outcome: WebhookOutcome,
    /// The tasks it is about.
    pub task_ids: Vec<crate::domain::TaskId>,
}

/// What a delivery did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WebhookOutcome {
    /// A task was written now.
    Applied,
    /// Nothing in it was new or used.
    Ignored,
    /// It was applied before.
    Duplicate,
}

/// Every error's body, `application/problem+json` (RFC 9457).
#[derive(Clone, Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProblemBody {
    /// A page about the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The code in a few words.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// The word for programs.
    pub code: super::Code,
    /// The sentence for people.
    pub detail: String,
    /// The fields that break a rule.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<_>")]
    pub errors: Vec<FieldError>,
    /// The answer's `X-Request-Id`.
    pub request_id: String,
}
