//! One message, encoded once for all who get it.

use std::sync::Arc;

use serde::Serialize;
use serde_json::value::RawValue;

use crate::{
    domain::{Event, Status, TaskId, Timestamp},
    protocol::{
        socket::{ServerMessage, StatusChange, TaskEventAdded},
        views::TaskEvent,
    },
};

/// A server message as JSON.
#[derive(Debug)]
pub struct Message {
    event: &'static str,
    at: Timestamp,
    payload: Box<RawValue>,
    closes: Option<u64>,
    status: Option<Status>,
}

impl Message {
    /// Encodes `message`, said at `at`.
    pub fn new(message: &ServerMessage, at: Timestamp) -> Arc<Self> {
        // The state stands for all versions up to its own.
        let closes = match message {
            ServerMessage::TaskState(task) => Some(task.summary.version),
            _ => None,
        };
        Self::build(message, at, closes)
    }

    fn build(message: &ServerMessage, at: Timestamp, closes: Option<u64>) -> Arc<Self> {
        let status = match message {
            ServerMessage::TaskState(task) => Some(task.summary.status),
            ServerMessage::StatusChange(change) => Some(change.status),
            _ => None,
        };
        Arc::new(Self { event: message.event(), at, payload: encode(message), closes, status })
    }

    /// What a task's followers get of one entry: the entry, then the status if it made one. The last
    /// of them closes the version.
    pub(super) fn of_entry(task: TaskId, event: &Event) -> (Arc<Self>, Option<Arc<Self>>) {
        let status = StatusChange::of(task, event).map(|change| {
            let message = ServerMessage::StatusChange(Box::new(change));
            Self::build(&message, event.at, Some(event.version))
        });
        let added = ServerMessage::TaskEventAdded(Box::new(TaskEventAdded {
            task_id: task,
            event: TaskEvent::from(event),
            stamp: event.into(),
        }));
        let closes = status.is_none().then_some(event.version);
        (Self::build(&added, event.at, closes), status)
    }

    /// The event's name.
    pub fn event(&self) -> &'static str {
        self.event
    }

    /// When it was said.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// The payload's JSON.
    pub fn payload(&self) -> &RawValue {
        &self.payload
    }

    /// The version of which this is the last message on a task's own stream.
    pub fn closes(&self) -> Option<u64> {
        self.closes
    }

    /// Where the task stands, if the message says so to those who follow it.
    pub fn status(&self) -> Option<Status> {
        self.status
    }
}

fn encode(value: &impl Serialize) -> Box<RawValue> {
    // Our own types have string keys and finite numbers only; `null` stands in for the impossible.
    serde_json::value::to_raw_value(value).unwrap_or_else(|_| RawValue::NULL.to_owned())
}
