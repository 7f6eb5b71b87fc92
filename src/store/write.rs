//! What is written: new events with the task they lead to, and the leases of workers.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Step;
use crate::domain::{
    ActorRef, Cause, Event, EventBody, FoldError, Summary, Task, TaskId, Timestamp,
};

/// Events to commit, decided on a task at one version, and the task as they leave it.
#[derive(Clone, Debug)]
pub struct Write {
    /// The task after the write.
    pub task: Task,
    /// The task before it; `None` for a new one.
    pub from: Option<Summary>,
    /// The new events; never empty.
    pub steps: Vec<Step>,
    /// The lease without which the write must not happen.
    pub lease: Option<LeaseToken>,
}

impl Write {
    /// The write that creates a task. `first` must be `created`.
    pub fn create(
        id: TaskId,
        first: EventBody,
        actor: ActorRef,
        at: Timestamp,
        cause: Option<Cause>,
    ) -> Result<Self, FoldError> {
        let event = Event { version: 1, at, actor, body: first, cause };
        let task = Task::begin(id, &event).ok_or(FoldError::NoBeginning)?;
        let steps = vec![Step { event, summary: Summary::from(&task) }];
        Ok(Self { task, from: None, steps, lease: None })
    }

    /// The write that adds `bodies` to `before`; `None` if there is nothing to add. The cause is
    /// recorded with the first of them.
    pub fn append(
        before: &Task,
        bodies: Vec<EventBody>,
        actor: &ActorRef,
        at: Timestamp,
        cause: Option<Cause>,
    ) -> Option<Self> {
        let mut task = before.clone();
        let mut cause = cause;
        // Time never runs backwards in a timeline, whatever the machine's clock does.
        let at = at.max(before.updated_at);
        let steps: Vec<Step> = bodies
            .into_iter()
            .map(|body| {
                let version = task.version + 1;
                let event = Event { version, at, actor: actor.clone(), body, cause: cause.take() };
                task.apply(&event);
                Step { event, summary: Summary::from(&task) }
            })
            .collect();
        let from = Some(Summary::from(before));
        (!steps.is_empty()).then_some(Self { task, from, steps, lease: None })
    }

    /// The creation of a task with a title and nothing else.
    #[cfg(test)]
    pub(crate) fn plain() -> Self {
        let (now, first) = (Timestamp::EPOCH, EventBody::created("Fix payment bug", ""));
        Self::create(TaskId::new(now), first, ActorRef::system(), now, None)
            .expect("it begins with `created`")
    }

    /// This write, only if `token` holds the task's lease.
    #[must_use]
    pub fn under(self, token: LeaseToken) -> Self {
        Self { lease: Some(token), ..self }
    }

    /// The version the task must have for this write to happen; 0 for a new task.
    pub fn expected_version(&self) -> u64 {
        self.from.as_ref().map_or(0, |from| from.version)
    }

    /// Whether the write leaves the task in another status.
    pub fn changes_status(&self) -> bool {
        self.from.as_ref().is_none_or(|from| from.status != self.task.status)
    }
}

/// Who holds a lease: a new token for each claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LeaseToken(Uuid);

impl LeaseToken {
    /// A token nobody else has.
    #[expect(clippy::new_without_default, reason = "each one is different: there is no default")]
    pub fn new() -> Self {
        Self(Uuid::now_v7())
    }
}

impl std::fmt::Display for LeaseToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.simple().fmt(f)
    }
}

impl std::str::FromStr for LeaseToken {
    type Err = uuid::Error;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        Uuid::try_parse(raw).map(Self)
    }
}

/// A task under a worker's lease.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The task as it was when it was claimed.
    pub task: Task,
    /// An earlier attempt to file its issue, whose end nobody knows.
    pub attempt: Option<Attempt>,
    /// How long ago that was when the task was claimed, by the store's clock; zero if there is none.
    pub attempt_age: Duration,
}

/// An attempt to file an issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// When it began, by the store's clock.
    pub at: Timestamp,
    /// Whose it was.
    pub token: LeaseToken,
}
