//! A task as the fold of its timeline.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    CheckReport, CheckRun, Checks, IssueState, Person, PullKey, PullRequest, PullState, Question,
    Review, ReviewState, Status, TaskError, TaskId, Timestamp, Visibility,
    text::{Description, Labels, RepoName, TeamName, Title},
};

/// The task's issue on GitHub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Issue {
    /// Its number.
    pub number: u64,
    /// Its page.
    pub url: String,
    /// Open or closed, as far as Taskwire knows.
    pub state: IssueState,
    /// GitHub's time of what is known of `state`.
    pub updated_at: Option<Timestamp>,
    /// What was said of it up to this time is over: the task was retried, or Taskwire opened or
    /// closed it, since.
    #[serde(default)]
    pub(super) settled_at: Option<Timestamp>,
}

/// A pull request that belongs to the task, with what others say of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LinkedPull {
    pub(crate) pull: PullRequest,
    /// What its text named when it was linked.
    #[serde(default)]
    linked_by: Option<String>,
    /// The reviews that decided something, each once, dismissed or not.
    pub(super) verdicts: Vec<Verdict>,
    /// The newest word of each check, of every commit that was the head when it spoke.
    checked: Vec<Checked>,
}

/// What one review decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Verdict {
    object_id: u64,
    state: ReviewState,
    at: Timestamp,
}

/// What one check said of one commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Checked {
    head_sha: String,
    run: CheckRun,
    outcome: Checks,
    at: Timestamp,
}

impl Checked {
    fn is_about(&self, head_sha: &str, run: &CheckRun) -> bool {
        self.head_sha == head_sha && self.run.suite_id == run.suite_id && self.run.name == run.name
    }
}

impl LinkedPull {
    pub(crate) fn new(mut pull: PullRequest) -> Self {
        let linked_by = pull.names.take();
        Self { pull, linked_by, verdicts: Vec::new(), checked: Vec::new() }
    }

    /// What the checks say of the head as it is now: the worst of them. A suite speaks for itself
    /// only while none of its runs is known.
    pub(crate) fn head_checks(&self) -> Checks {
        let of_head = self.checked.iter().filter(|it| it.head_sha == self.pull.head_sha);
        let speaking =
            of_head.filter(|it| it.run.name.is_some() || !self.has_runs(it.run.suite_id));
        speaking.map(|it| it.outcome).max().unwrap_or_default()
    }

    /// Whether a run of this suite is known for the head.
    fn has_runs(&self, suite_id: u64) -> bool {
        self.checked.iter().any(|it| {
            it.head_sha == self.pull.head_sha
                && it.run.suite_id == suite_id
                && it.run.name.is_some()
        })
    }

    /// Whether a check says something new of the head. Of two words of one check that of the later
    /// run is true, then the later one, then the end of a run over its beginning.
    pub(super) fn is_news(&self, head_sha: &str, report: &CheckReport) -> bool {
        let CheckReport { run, outcome, at } = report;
        let known = self.checked.iter().find(|it| it.is_about(head_sha, run));
        let order =
            |id: u64, at: Timestamp, outcome: Checks| (id, at, outcome != Checks::Pending, outcome);
        head_sha == self.pull.head_sha
            && (run.name.is_some() || !self.has_runs(run.suite_id))
            && known.is_none_or(|known| {
                order(known.run.id, known.at, known.outcome) < order(run.id, *at, *outcome)
            })
    }

    /// Takes in what a check says.
    pub(super) fn hear_check(&mut self, head_sha: &str, report: CheckReport) {
        let CheckReport { run, outcome, at } = report;
        self.checked.retain(|known| !known.is_about(head_sha, &run));
        self.checked.push(Checked { head_sha: head_sha.to_owned(), run, outcome, at });
    }

    /// The newest verdict that has not been dismissed.
    pub(crate) fn review(&self) -> Review {
        let standing = self.verdicts.iter().filter(|it| it.state != ReviewState::Dismissed);
        match standing.max_by_key(|it| (it.at, it.object_id)).map(|it| it.state) {
            Some(ReviewState::Approved) => Review::Approved,
            Some(ReviewState::ChangesRequested) => Review::ChangesRequested,
            Some(ReviewState::Commented | ReviewState::Dismissed) | None => Review::None,
        }
    }

    /// Takes in a review. A dismissal holds even if it is heard before the review itself.
    pub(super) fn hear_review(&mut self, object_id: u64, state: ReviewState, at: Timestamp) {
        if state == ReviewState::Commented {
            return;
        }
        match self.verdicts.iter_mut().find(|known| known.object_id == object_id) {
            Some(known) if known.state == ReviewState::Dismissed => {}
            Some(known) => known.state = state,
            None => self.verdicts.push(Verdict { object_id, state, at }),
        }
    }
}

/// What a worker has to do for a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    /// Analyse the task, then ask or dispatch.
    Analyze,
    /// Close the issue of a task that was cancelled.
    CloseIssue,
    /// Open the issue of a task that was retried.
    ReopenIssue,
}

impl Work {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Analyze => "analyze",
            Self::CloseIssue => "close_issue",
            Self::ReopenIssue => "reopen_issue",
        }
    }
}

/// A task: the fold of its events. Its fields change by `apply` alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// The version of its newest event.
    pub version: u64,
    /// Its title.
    pub title: Title,
    /// Its description.
    pub description: Description,
    /// Where it is filed.
    pub repo: Option<RepoName>,
    /// Its labels.
    pub labels: Labels,
    /// Who submitted it.
    pub creator: Person,
    /// Its team.
    pub team: Option<TeamName>,
    /// Whom it is for.
    pub visibility: Visibility,
    /// Where it stands.
    pub status: Status,
    /// The first event's time.
    pub created_at: Timestamp,
    /// The newest event's time.
    pub updated_at: Timestamp,
    /// What was asked, in order: what waits for an answer, and the newest of what was answered.
    pub questions: Vec<Question>,
    /// Its issue, once filed.
    pub issue: Option<Issue>,
    /// Why it failed, while it is failed.
    pub error: Option<TaskError>,
    /// Every pull request linked to it.
    pub(crate) pulls: Vec<LinkedPull>,
    /// What the issue should become by Taskwire's own hand: closed after a cancellation, open after
    /// a retry. Once it was so, what people do to the issue stands.
    pub(crate) wants_issue: Option<IssueState>,
    /// The reviews and comments on GitHub that the timeline has, each once.
    pub(crate) heard: BTreeSet<String>,
    /// How long the timeline is, in bytes of JSON.
    pub(crate) timeline_bytes: u64,
}

impl Task {
    /// Past this many bytes of timeline a task takes no more comments and edits.
    pub const TIMELINE_LIMIT: u64 = 4 * 1024 * 1024;
    /// Past this many it takes nothing more but what GitHub, a cancellation or a failure makes of its
    /// status. Every store keeps as much again for these.
    pub const STATUS_ONLY: u64 = 8 * 1024 * 1024;
    /// How many answered questions a task keeps when it is asked about again, the newest; older ones are
    /// in its timeline.
    pub const ANSWERS_KEPT: usize = 12;

    /// The pull request shown: the merged one, else the newest open, else the newest closed.
    pub(crate) fn shown_pull(&self) -> Option<&LinkedPull> {
        self.pulls.iter().max_by_key(|linked| {
            let rank = match linked.pull.state {
                PullState::Merged => 2,
                PullState::Open => 1,
                PullState::Closed => 0,
            };
            (rank, linked.pull.created_at, linked.pull.key)
        })
    }

    /// The pull requests linked to this task.
    pub fn pull_keys(&self) -> impl Iterator<Item = PullKey> {
        self.pulls.iter().map(|linked| linked.pull.key)
    }

    /// Whether the pull request was linked to this task when its text named what `names` stands for.
    pub fn was_linked_by(&self, pull: PullKey, names: &str) -> bool {
        self.linked(pull).is_some_and(|linked| linked.linked_by.as_deref() == Some(names))
    }

    /// The pull requests linked to this task, each with the commit at its head.
    pub fn pull_heads(&self) -> impl Iterator<Item = (PullKey, &str)> {
        self.pulls.iter().map(|linked| (linked.pull.key, linked.pull.head_sha.as_str()))
    }

    /// The pull requests into the repository `repo_id` whose head is `head_sha`.
    pub fn pulls_at(&self, repo_id: u64, head_sha: &str) -> Vec<PullKey> {
        let at = self.pulls.iter().map(|linked| &linked.pull);
        let at = at.filter(|pull| pull.key.repo_id == repo_id && pull.head_sha == head_sha);
        at.map(|pull| pull.key).collect()
    }

    /// Whether nothing is known of the checks of a pull request's head.
    pub fn lacks_checks(&self, pull: PullKey) -> bool {
        self.linked(pull).is_some_and(|linked| linked.head_checks() == Checks::None)
    }

    /// The open pull requests of whose heads no check is known.
    pub fn unchecked_pulls(&self) -> impl Iterator<Item = &PullRequest> {
        let open = self.pulls.iter().filter(|linked| linked.pull.state == PullState::Open);
        open.filter(|linked| linked.head_checks() == Checks::None).map(|linked| &linked.pull)
    }

    /// The open pull request that was opened last.
    pub(super) fn newest_open_pull(&self) -> Option<&LinkedPull> {
        self.pulls
            .iter()
            .filter(|linked| linked.pull.state == PullState::Open)
            .max_by_key(|linked| (linked.pull.created_at, linked.pull.key))
    }

    pub(super) fn linked(&self, key: PullKey) -> Option<&LinkedPull> {
        self.pulls.iter().find(|linked| linked.pull.key == key)
    }

    /// What there is for a worker to do, if anything.
    pub fn work(&self) -> Option<Work> {
        match (self.status, self.wants_issue) {
            (Status::Created | Status::Analyzing, _) => Some(Work::Analyze),
            (Status::Cancelled, Some(IssueState::Closed)) => Some(Work::CloseIssue),
            (Status::Dispatched | Status::PrOpened, Some(IssueState::Open)) => {
                Some(Work::ReopenIssue)
            }
            (
                Status::ClarificationNeeded
                | Status::Dispatched
                | Status::PrOpened
                | Status::Merged
                | Status::Failed
                | Status::Cancelled,
                _,
            ) => None,
        }
    }

    pub(super) fn issue_is(&self, state: IssueState) -> bool {
        self.issue.as_ref().is_some_and(|issue| issue.state == state)
    }

    /// Whether every question has its answer.
    pub fn is_clarified(&self) -> bool {
        self.questions.iter().all(|question| question.answer.is_some())
    }
}
