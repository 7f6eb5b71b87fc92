//! How a task looks from outside.

use serde::Serialize;
use ts_rs::TS;
use utoipa::ToSchema;

use crate::{
    domain::{
        self, ActorRef, Checks, Event, EventBody, Person, Progress, PullState, PullSummary,
        Question, Review, Status, Summary, TaskError, TaskId, Timestamp, Visibility,
        text::{Description, Labels, RepoName, TeamName, Title},
    },
    store::Snapshot,
};

/// How much of a message a task may fill, so that with what is around it it stays below 1 MiB.
const TASK_BUDGET: usize = 1000 * 1024;
/// How much of that its events may fill.
const EVENTS_BUDGET: usize = 600 * 1024;

/// One entry of a task's timeline. Entry `n` made version `n`.
#[derive(Clone, Debug, Serialize, TS, ToSchema)]
pub struct TaskEvent {
    /// 1, 2, 3, … without a gap.
    pub version: u64,
    /// When Taskwire learnt it.
    pub at: Timestamp,
    /// Who caused it.
    pub actor: ActorRef,
    /// What happened: `type` and `data`.
    #[serde(flatten)]
    pub body: EventBody,
}

impl From<&Event> for TaskEvent {
    fn from(event: &Event) -> Self {
        let Event { version, at, actor, body, cause: _ } = event;
        Self { version: *version, at: *at, actor: actor.clone(), body: body.shown() }
    }
}

/// The task's issue on GitHub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
pub struct IssueLink {
    /// Its number.
    pub number: u64,
    /// Its page.
    pub url: String,
}

/// The pull request shown for a task: the merged one, else the newest open, else the newest closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PullRequestView {
    /// Its number.
    pub number: u64,
    /// Its page.
    pub url: String,
    /// Its title.
    pub title: String,
    /// Open, closed or merged.
    pub state: PullState,
    /// Not yet ready for review.
    pub draft: bool,
    /// What the reviewers say.
    pub review: Review,
    /// What the checks of its head say.
    pub checks: Checks,
    /// The commit that merged it.
    #[schema(required)]
    pub merge_commit_sha: Option<String>,
}

impl From<PullSummary> for PullRequestView {
    fn from(pull: PullSummary) -> Self {
        let PullSummary { number, url, title, state, draft, review, checks, merge_commit_sha } =
            pull;
        Self { number, url, title, state, draft, review, checks, merge_commit_sha }
    }
}

/// A task in a list: everything but description, questions and events.
#[derive(Clone, Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TaskSummary {
    /// Its id, a `UUIDv7`.
    pub task_id: TaskId,
    /// The version of its newest entry.
    pub version: u64,
    /// Its title.
    pub title: Title,
    /// Where it is filed.
    #[schema(required)]
    pub repo: Option<RepoName>,
    /// Its labels.
    pub labels: Labels,
    /// Who submitted it.
    pub creator: Person,
    /// Its team.
    #[schema(required)]
    pub team: Option<TeamName>,
    /// Whom it is for.
    pub visibility: Visibility,
    /// Where it stands.
    pub status: Status,
    /// The first entry's time.
    pub created_at: Timestamp,
    /// The newest entry's time.
    pub updated_at: Timestamp,
    /// Its issue, once filed.
    #[schema(required)]
    pub issue: Option<IssueLink>,
    /// The pull request shown for it.
    #[schema(required)]
    pub pull_request: Option<PullRequestView>,
    /// What is being done just now.
    #[schema(required)]
    pub progress: Option<Progress>,
    /// Why it failed, while it is failed.
    #[schema(required)]
    pub error: Option<TaskError>,
}

impl TaskSummary {
    /// The summary with what is being done just now.
    pub fn new(summary: &Summary, progress: Option<Progress>) -> Self {
        let Summary {
            id,
            version,
            title,
            repo,
            labels,
            creator,
            team,
            visibility,
            status,
            created_at,
            updated_at,
            issue,
            pull,
            error,
        } = summary.clone();
        Self {
            task_id: id,
            version,
            title,
            repo,
            labels,
            creator,
            team,
            visibility,
            status,
            created_at,
            updated_at,
            issue: issue.map(|(number, url)| IssueLink { number, url }),
            pull_request: pull.map(PullRequestView::from),
            progress,
            error,
        }
    }
}

/// A whole task.
#[derive(Clone, Debug, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Task {
    /// The summary's fields.
    #[serde(flatten)]
    pub summary: TaskSummary,
    /// Its description.
    pub description: Description,
    /// What was asked, in order; of what was answered before the last round, the newest twelve.
    pub questions: Vec<Question>,
    /// Its newest entries, oldest first: at most 200, fewer if they are long.
    pub events: Vec<TaskEvent>,
    /// The version of the first of `events`; earlier ones are at `/api/tasks/{id}/events`.
    pub events_from: u64,
}

impl From<Snapshot> for Task {
    fn from(snapshot: Snapshot) -> Self {
        let Snapshot { task, events, progress } = snapshot;
        let domain::Task { description, questions, .. } = &task;
        let mut view = Self {
            summary: TaskSummary::new(&Summary::from(&task), progress),
            description: description.clone(),
            questions: questions.clone(),
            events: Vec::new(),
            events_from: task.version + 1,
        };
        let budget = EVENTS_BUDGET.min(TASK_BUDGET.saturating_sub(json_len(&view)));
        view.events = newest_that_fit(&events, budget);
        if let Some(first) = view.events.first() {
            view.events_from = first.version;
        }
        view
    }
}

fn newest_that_fit(events: &[Event], budget: usize) -> Vec<TaskEvent> {
    let mut left = budget;
    let mut kept: Vec<TaskEvent> = events
        .iter()
        .rev()
        .map(TaskEvent::from)
        .map_while(|event| {
            left = left.checked_sub(json_len(&event))?;
            Some(event)
        })
        .collect();
    kept.reverse();
    kept
}

/// How many bytes a value takes as JSON.
pub(super) fn json_len(value: &impl Serialize) -> usize {
    serde_json::to_vec(value).map_or(0, |json| json.len())
}
