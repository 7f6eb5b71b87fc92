//! What is being done for a task just now, on its way to those who may see the task.

use std::sync::Arc;

use super::Message;
use crate::{
    domain::{Progress, Summary, TaskId},
    protocol::socket::{ServerMessage, TaskProgress},
};

/// A task's progress, and the task as it is while that is so.
#[derive(Clone)]
pub(super) struct Doing {
    summary: Summary,
    progress: Progress,
}

impl Doing {
    pub(super) fn new(summary: Summary, progress: Progress) -> Self {
        Self { summary, progress }
    }

    pub(super) fn task(&self) -> TaskId {
        self.summary.id
    }

    /// The task, which decides who may hear of it.
    pub(super) fn summary(&self) -> &Summary {
        &self.summary
    }

    /// Takes note that the task has changed while this waited: who may hear of it, and of which
    /// version it is, is decided when it is said.
    pub(super) fn catch_up(&mut self, after: &Summary) {
        if after.version > self.summary.version {
            self.summary = after.clone();
        }
    }

    /// `task:progress`.
    pub(super) fn message(&self) -> Arc<Message> {
        let payload = TaskProgress {
            task_id: self.summary.id,
            version: self.summary.version,
            progress: self.progress.clone(),
        };
        let message = ServerMessage::TaskProgress(Box::new(payload));
        Message::new(&message, self.progress.timestamp)
    }
}
