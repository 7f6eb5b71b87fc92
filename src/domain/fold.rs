//! The fold: what a task is, given its events.

use std::collections::BTreeSet;

use super::{
    CheckReport, CloseReason, Event, EventBody, GivenAnswer, Issue, IssueState, Person,
    PullRequest, Status, Task, TaskError, TaskId, Timestamp, github::comment_key, task::LinkedPull,
};

/// Events that are no task's timeline.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FoldError {
    /// There is no first `created`.
    #[error("the timeline does not begin with `created`")]
    NoBeginning,
    /// The versions are not 1, 2, 3, …
    #[error("expected version {expected}, found {found}")]
    Gap {
        /// The version that should come next.
        expected: u64,
        /// The version that came.
        found: u64,
    },
}

/// The task that `events` tell, from the first on.
pub fn fold<'a>(
    id: TaskId,
    events: impl IntoIterator<Item = &'a Event>,
) -> Result<Task, FoldError> {
    let mut events = events.into_iter();
    let mut task =
        events.next().and_then(|first| Task::begin(id, first)).ok_or(FoldError::NoBeginning)?;
    for event in events {
        let expected = task.version + 1;
        if event.version != expected {
            return Err(FoldError::Gap { expected, found: event.version });
        }
        task.apply(event);
    }
    Ok(task)
}

impl Task {
    /// The task as its first event tells it; `None` if that is not a `created` of version 1.
    pub fn begin(id: TaskId, first: &Event) -> Option<Self> {
        let EventBody::Created { title, description, repo, labels, team, visibility } = &first.body
        else {
            return None;
        };
        (first.version == 1).then(|| Self {
            id,
            version: 1,
            title: title.clone(),
            description: description.clone(),
            repo: repo.clone(),
            labels: labels.clone(),
            creator: Person { id: first.actor.id.clone(), name: first.actor.name.clone() },
            team: team.clone(),
            visibility: *visibility,
            status: Status::Created,
            created_at: first.at,
            updated_at: first.at,
            questions: Vec::new(),
            issue: None,
            error: None,
            pulls: Vec::new(),
            wants_issue: None,
            heard: BTreeSet::new(),
            timeline_bytes: size(first),
        })
    }

    /// Takes one more event in. Total: whatever the event says, the task stays whole.
    pub fn apply(&mut self, event: &Event) {
        self.version = event.version;
        self.updated_at = event.at;
        self.timeline_bytes += size(event);
        match &event.body {
            EventBody::Created { .. } => {}
            EventBody::Analyzing {} => self.enter(Status::Analyzing),
            EventBody::ClarificationNeeded { questions } => {
                self.questions.retain(|question| question.answer.is_some());
                let old = self.questions.len().saturating_sub(Self::ANSWERS_KEPT);
                self.questions.drain(..old);
                self.questions.extend(questions.iter().cloned());
                self.enter(Status::ClarificationNeeded);
            }
            EventBody::ClarificationAnswered { answers } => {
                let by = Person { id: event.actor.id.clone(), name: event.actor.name.clone() };
                self.hear_answers(answers, &by);
            }
            EventBody::Dispatched { issue_number, issue_url, labels } => {
                self.hear_issue(*issue_number, issue_url);
                self.labels = labels.clone();
                self.enter(Status::Dispatched);
            }
            EventBody::IssueFiled { issue_number, issue_url } => {
                self.hear_issue(*issue_number, issue_url);
                if self.status == Status::Cancelled {
                    self.wants_issue = Some(IssueState::Closed);
                }
            }
            EventBody::PrOpened { pull, .. } => {
                self.hear_pull(pull);
                self.enter(Status::PrOpened);
            }
            EventBody::PrUpdated { pull, .. } => self.hear_pull(pull),
            EventBody::PrClosed { pull, .. } => {
                self.hear_pull(pull);
                self.enter(Status::Dispatched);
            }
            EventBody::PrMerged { pull, .. } => {
                self.hear_pull(pull);
                self.enter(Status::Merged);
            }
            EventBody::PrReview { pull, object_id, state, occurred_at } => {
                self.heard.insert(state.object_key(*object_id));
                if let Some(linked) = self.linked_mut(*pull) {
                    linked.hear_review(*object_id, *state, *occurred_at);
                }
            }
            EventBody::Checks { pull, head_sha, state: _, run, outcome, occurred_at } => {
                if let Some(linked) = self.linked_mut(*pull) {
                    let (run, outcome, at) = (run.clone(), *outcome, *occurred_at);
                    linked.hear_check(head_sha, CheckReport { run, outcome, at });
                }
            }
            EventBody::IssueClosed { reason, occurred_at } => {
                self.hear_issue_state(IssueState::Closed, *occurred_at);
                // Taskwire closed it while the task was retried. (If people did, `cancelled` follows.)
                if *reason == CloseReason::NotPlanned && self.status.works_on_issue() {
                    self.wants_issue = Some(IssueState::Open);
                }
            }
            EventBody::IssueReopened { occurred_at } => {
                self.hear_issue_state(IssueState::Open, *occurred_at);
            }
            EventBody::Comment { object_id, .. } => {
                self.heard.extend(object_id.map(comment_key));
            }
            EventBody::Edited { title, description, labels, team, visibility } => {
                replace(&mut self.title, title.as_ref());
                replace(&mut self.description, description.as_ref());
                replace(&mut self.labels, labels.as_ref());
                replace(&mut self.team, team.as_ref());
                replace(&mut self.visibility, visibility.as_ref());
            }
            EventBody::Retried { repo, .. } => {
                self.repo = self.repo.take().or_else(|| repo.clone());
                self.wants_issue = self.issue_is(IssueState::Closed).then_some(IssueState::Open);
                if let Some(issue) = &mut self.issue {
                    issue.settled_at = issue.updated_at;
                }
            }
            EventBody::Failed { code, message } => {
                self.enter(Status::Failed);
                self.error = Some(TaskError { code: code.clone(), message: message.clone() });
            }
            EventBody::Cancelled { .. } => self.enter(Status::Cancelled),
        }
    }

    fn enter(&mut self, status: Status) {
        self.status = status;
        self.error = None;
        match status {
            Status::Merged | Status::Failed => self.wants_issue = None,
            Status::Cancelled => {
                self.wants_issue = self.issue_is(IssueState::Open).then_some(IssueState::Closed);
            }
            Status::Created
            | Status::Analyzing
            | Status::ClarificationNeeded
            | Status::Dispatched
            | Status::PrOpened => {}
        }
    }

    fn hear_answers(&mut self, answers: &[GivenAnswer], by: &Person) {
        for given in answers {
            if let Some(question) =
                self.questions.iter_mut().find(|question| question.id == given.question_id)
            {
                question.answer = Some(given.answer.clone());
                question.answered_by = Some(by.clone());
            }
        }
    }

    fn hear_issue(&mut self, number: u64, url: &str) {
        if self.issue.as_ref().is_none_or(|issue| issue.number != number) {
            self.issue = Some(Issue {
                number,
                url: url.into(),
                state: IssueState::Open,
                updated_at: None,
                settled_at: None,
            });
        }
    }

    fn hear_issue_state(&mut self, state: IssueState, at: Timestamp) {
        if let Some(issue) = &mut self.issue {
            issue.state = state;
            issue.updated_at = issue.updated_at.max(Some(at));
            if self.wants_issue == Some(state) {
                self.wants_issue = None;
                issue.settled_at = issue.updated_at;
            }
        }
    }

    fn hear_pull(&mut self, pull: &PullRequest) {
        match self.linked_mut(pull.key) {
            Some(linked) => linked.pull = PullRequest { names: None, ..pull.clone() },
            None => self.pulls.push(LinkedPull::new(pull.clone())),
        }
    }

    fn linked_mut(&mut self, key: super::PullKey) -> Option<&mut LinkedPull> {
        self.pulls.iter_mut().find(|linked| linked.pull.key == key)
    }
}

fn replace<T: Clone>(field: &mut T, new: Option<&T>) {
    if let Some(new) = new {
        field.clone_from(new);
    }
}

fn size(event: &Event) -> u64 {
    serde_json::to_vec(event).map_or(0, |json| json.len() as u64)
}
