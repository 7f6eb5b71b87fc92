//! A task whole, as it is carried from one store to another.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Attempt;
use crate::domain::{Cause, Event, FoldError, Task, TaskId, fold};

/// The version of a line's format. It grows whenever a line of an earlier program would be read as
/// something else, or not at all.
const FORMAT: u32 = 1;

/// All that a store keeps of a task for good: its timeline with what caused each entry, and the
/// attempt to file its issue whose end nobody knows. Leases and progress are not among it.
///
/// A value that exists is whole: the task is the fold of its events, and no cause is there twice.
#[derive(Clone, Debug, PartialEq)]
pub struct WholeTask {
    task: Task,
    events: Vec<Event>,
    attempt: Option<Attempt>,
}

/// What an import did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Imported {
    /// The task is new here.
    New,
    /// The same task was here already; nothing was written.
    Known,
}

/// Why something is no whole task. The words never repeat what a user wrote.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// It is not JSON of the expected shape, or a value is out of its bounds.
    #[error("{0}")]
    Shape(String),
    /// It was written by a program that this one does not understand.
    #[error("format {0} is not known to this program, which knows {FORMAT}")]
    Format(u32),
    /// The events are no timeline.
    #[error(transparent)]
    Timeline(#[from] FoldError),
    /// The task is not what its events tell.
    #[error("the task is not the fold of its events")]
    Fold,
    /// One request or delivery is said to have caused two entries.
    #[error("entry {0} names the cause of an earlier one")]
    CauseTwice(u64),
}

/// A whole task on its way.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    format: u32,
    task: &'a Task,
    events: &'a [Event],
    attempt: Option<Attempt>,
}

/// A line as it is read, once its format is known.
#[derive(Deserialize)]
struct Read {
    task: Task,
    events: Vec<Event>,
    attempt: Option<Attempt>,
}

/// What every line of every format says.
#[derive(Deserialize)]
struct Head {
    format: u32,
}

impl WholeTask {
    /// The task that `events` tell, from the first on.
    pub fn new(id: TaskId, events: Vec<Event>, attempt: Option<Attempt>) -> Result<Self, Flaw> {
        let task = fold(id, &events)?;
        let mut causes = BTreeSet::new();
        for event in &events {
            if let Some(cause) = &event.cause
                && !causes.insert(identity(cause))
            {
                return Err(Flaw::CauseTwice(event.version));
            }
        }
        Ok(Self { task, events, attempt })
    }

    /// The task.
    pub fn task(&self) -> &Task {
        &self.task
    }

    /// Its whole timeline, oldest first.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The attempt to file its issue, if one may have left an issue that nobody knows of.
    pub fn attempt(&self) -> Option<Attempt> {
        self.attempt
    }

    /// Whether both have the same timeline: the task's past is the same, wherever it is kept.
    pub fn has_timeline_of(&self, other: &Self) -> bool {
        self.task.id == other.task.id && self.events == other.events
    }

    /// One line of JSON, without its end: the same task gives the same bytes in every store.
    pub fn to_line(&self) -> Result<String, Flaw> {
        let Self { task, events, attempt } = self;
        let line = Line { format: FORMAT, task, events, attempt: *attempt };
        serde_json::to_string(&line).map_err(|error| shape(&error))
    }

    /// What [`to_line`](Self::to_line) wrote; everything in it is checked again.
    pub fn from_line(line: &str) -> Result<Self, Flaw> {
        let Head { format } = read(line)?;
        if format != FORMAT {
            return Err(Flaw::Format(format));
        }
        let Read { task, events, attempt } = read(line)?;
        let whole = Self::new(task.id, events, attempt)?;
        if whole.task == task { Ok(whole) } else { Err(Flaw::Fold) }
    }
}

/// What makes two causes the same one.
fn identity(cause: &Cause) -> (&str, &str) {
    match cause {
        Cause::Request { user, key, .. } => (user, key.as_str()),
        // No user has an empty id.
        Cause::Delivery { id } => ("", id),
    }
}

fn read<'a, T: Deserialize<'a>>(line: &'a str) -> Result<T, Flaw> {
    let mut json = serde_json::Deserializer::from_str(line);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        match shape(error.inner()) {
            Flaw::Shape(rule) if path != "." => Flaw::Shape(format!("{path}: {rule}")),
            flaw => flaw,
        }
    })?;
    json.end().map_err(|error| shape(&error))?;
    Ok(value)
}

/// serde's own words may quote a task's text: only where it happened and of what kind is told.
fn shape(error: &serde_json::Error) -> Flaw {
    let what = match error.classify() {
        serde_json::error::Category::Data => "is missing, of another type or out of its bounds",
        serde_json::error::Category::Eof => "the line ends too early",
        serde_json::error::Category::Syntax | serde_json::error::Category::Io => "is not JSON",
    };
    Flaw::Shape(format!("{what} (column {})", error.column()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        domain::{ActorRef, EventBody, Timestamp},
        store::LeaseToken,
    };

    fn event(version: u64, body: EventBody, delivery: &str) -> Event {
        let cause = Some(Cause::Delivery { id: delivery.into() });
        Event { version, at: Timestamp::EPOCH, actor: ActorRef::system(), body, cause }
    }

    fn events(deliveries: [&str; 2]) -> Vec<Event> {
        let created = EventBody::created("Fix payment bug", "Secret words");
        vec![event(1, created, deliveries[0]), event(2, EventBody::Analyzing {}, deliveries[1])]
    }

    fn whole() -> WholeTask {
        let attempt = Attempt { at: Timestamp::EPOCH, token: LeaseToken::new() };
        WholeTask::new(TaskId::new(Timestamp::EPOCH), events(["a", "b"]), Some(attempt)).unwrap()
    }

    /// Why the line is refused once `pointer` says `value` in it.
    fn refused_with(pointer: &str, value: Value) -> String {
        let mut line: Value = serde_json::from_str(&whole().to_line().unwrap()).unwrap();
        *line.pointer_mut(pointer).unwrap() = value;
        WholeTask::from_line(&line.to_string()).unwrap_err().to_string()
    }

    #[test]
    fn a_line_brings_back_the_whole_task() {
        let whole = whole();

        let line = whole.to_line().unwrap();

        assert!(!line.contains('\n'));
        assert_eq!(WholeTask::from_line(&line).unwrap(), whole);
    }

    #[test]
    fn a_line_that_was_tampered_with_is_refused_with_the_rule_it_breaks() {
        let fold = "the task is not the fold of its events";
        assert_eq!(refused_with("/task/status", json!("merged")), fold);
        assert_eq!(refused_with("/events/0/data/title", json!("Another")), fold);
        assert_eq!(refused_with("/events/1/cause/delivery/id", json!("longer")), fold);
        assert_eq!(refused_with("/events/1/version", json!(3)), "expected version 2, found 3");
        assert_eq!(
            refused_with("/events", json!([])),
            "the timeline does not begin with `created`"
        );
        assert!(refused_with("/format", json!(2)).starts_with("format 2 is not known"));
        let long = refused_with("/events/0/data/title", json!("x".repeat(201)));
        assert!(long.contains("out of its bounds"), "{long}");
    }

    #[test]
    fn a_refusal_repeats_nothing_that_a_user_wrote() {
        let refused = refused_with("/events/0/data/description", json!({ "Secret words": 1 }));

        assert!(!refused.contains("Secret"), "{refused}");
        assert!(refused.contains("events"), "{refused}");
    }

    #[test]
    fn one_cause_makes_one_entry() {
        let twice = WholeTask::new(TaskId::new(Timestamp::EPOCH), events(["a", "a"]), None);

        assert_eq!(twice, Err(Flaw::CauseTwice(2)));
    }

    #[test]
    fn what_is_no_line_is_refused() {
        for line in ["", "{", "[]", "{\"format\":1}", "{\"format\":-1}"] {
            assert!(matches!(WholeTask::from_line(line), Err(Flaw::Shape(_))), "{line}");
        }
        let two = whole().to_line().unwrap().repeat(2);
        assert!(WholeTask::from_line(&two).is_err());
    }
}
