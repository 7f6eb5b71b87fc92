//! A committed change, shaped into messages: each at most once, whoever gets it, and only if
//! somebody does.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::Message;
use crate::{
    domain::{Actor, Event, Progress, Status, Summary, TaskId},
    protocol::{
        socket::{ServerMessage, TaskCreated, TaskListUpdated, TaskRemoved},
        views::TaskSummary,
    },
    store::{Change, Step},
};

/// One entry of a change, with the task before and after it.
pub(super) struct Shaped {
    position: u64,
    before: Option<Summary>,
    after: Summary,
    event: Event,
    /// What is being done for the task just now.
    progress: Option<Progress>,
    entry: OnceLock<(Arc<Message>, Option<Arc<Message>>)>,
    created: OnceLock<Arc<Message>>,
    removed: OnceLock<Arc<Message>>,
    rows: Mutex<Vec<(Option<Status>, Arc<Message>)>>,
}

/// How an entry changes what somebody sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    /// They see the task before and after.
    Stays,
    /// They see it from now on.
    Appears,
    /// They saw it until now.
    Vanishes,
    /// They never saw it.
    Hidden,
}

impl Shaped {
    /// The entries of `change`, in order.
    pub(super) fn all(
        change: Change,
        progress: Option<&Progress>,
    ) -> impl Iterator<Item = Arc<Self>> {
        let Change { position, from, steps } = change;
        let mut before = from;
        steps.into_iter().map(move |Step { event, summary }| {
            Arc::new(Self {
                position,
                before: before.replace(summary.clone()),
                after: summary,
                event,
                progress: progress.cloned(),
                entry: OnceLock::new(),
                created: OnceLock::new(),
                removed: OnceLock::new(),
                rows: Mutex::new(Vec::new()),
            })
        })
    }

    pub(super) fn task(&self) -> TaskId {
        self.after.id
    }

    /// The task after it.
    pub(super) fn after(&self) -> &Summary {
        &self.after
    }

    pub(super) fn version(&self) -> u64 {
        self.after.version
    }

    /// The change's place in the feed.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    pub(super) fn previous_status(&self) -> Option<Status> {
        self.before.as_ref().map(|before| before.status)
    }

    /// Whether the task is in another status after it.
    pub(super) fn changes_status(&self) -> bool {
        self.previous_status() != Some(self.after.status)
    }

    pub(super) fn sight(&self, actor: &Actor) -> Sight {
        let saw = self.before.as_ref().is_some_and(|before| actor.may_see(before));
        match (saw, actor.may_see(&self.after)) {
            (true, true) => Sight::Stays,
            (false, true) => Sight::Appears,
            (true, false) => Sight::Vanishes,
            (false, false) => Sight::Hidden,
        }
    }

    /// `task:event_added`.
    pub(super) fn added(&self) -> Arc<Message> {
        self.entry().0.clone()
    }

    /// `task:<status>`, if the entry is one.
    pub(super) fn status(&self) -> Option<Arc<Message>> {
        self.entry().1.clone()
    }

    fn entry(&self) -> &(Arc<Message>, Option<Arc<Message>>) {
        self.entry.get_or_init(|| Message::of_entry(self.task(), &self.event))
    }

    /// `task:created`.
    pub(super) fn created(&self) -> Arc<Message> {
        let message =
            || ServerMessage::TaskCreated(Box::new(TaskCreated::new(&self.after, &self.event)));
        self.created.get_or_init(|| Message::new(&message(), self.event.at)).clone()
    }

    /// `task:removed`.
    pub(super) fn removed(&self) -> Arc<Message> {
        let message = || ServerMessage::TaskRemoved(TaskRemoved { task_id: self.task() });
        self.removed.get_or_init(|| Message::new(&message(), self.event.at)).clone()
    }

    /// `dashboard:task_list_updated`, for clients whose last row said `previous`.
    pub(super) fn row(&self, previous: Option<Status>) -> Arc<Message> {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, row)) = rows.iter().find(|(known, _)| *known == previous) {
            return row.clone();
        }
        let message = ServerMessage::TaskListUpdated(Box::new(TaskListUpdated {
            summary: TaskSummary::new(&self.after, self.progress.clone()),
            change: self.event.body.kind(),
            previous_status: previous,
            at: self.event.at,
            actor: self.event.actor.clone(),
        }));
        let row = Message::new(&message, self.event.at);
        rows.push((previous, row.clone()));
        row
    }
}
