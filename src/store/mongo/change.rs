//! What a change event tells. Everything is in the event: nothing is looked up.

use mongodb::{
    bson::{Bson, Document, Timestamp},
    change_stream::event::{ChangeStreamEvent, OperationType, UpdateDescription},
};
use serde::Deserialize;

use super::{document::Shown, moment::position, read::parse};
use crate::{
    domain::{Event, Summary},
    store::{Change, FeedItem, Step, StoreError},
};

/// What is to be made of an event.
#[derive(Debug)]
pub(super) enum Told {
    /// Told to the feed's reader.
    Item(Box<FeedItem>),
    /// Nobody's business: a lease, or what came with a change of status.
    Nothing,
    /// The collection is not what it was: the stream has come to its end.
    End,
}

/// What `event` tells.
pub(super) fn read(event: ChangeStreamEvent<Document>) -> Told {
    let at = event.cluster_time.unwrap_or(Timestamp { time: 0, increment: 0 });
    match event.operation_type {
        OperationType::Insert => event.full_document.map_or(Told::Nothing, |document| {
            if is_new(&document) { inserted(document, at) } else { gap("import") }
        }),
        OperationType::Update => {
            event.update_description.map_or(Told::Nothing, |it| updated(it, at))
        }
        OperationType::Replace => gap("import"),
        OperationType::Delete => gap("deleted"),
        OperationType::Drop
        | OperationType::Rename
        | OperationType::DropDatabase
        | OperationType::Invalidate => Told::End,
        _ => Told::Nothing,
    }
}

fn item(item: FeedItem) -> Told {
    Told::Item(Box::new(item))
}

fn gap(reason: &'static str) -> Told {
    item(FeedItem::Gap(reason))
}

/// Whether the task has begun here: one with a past of its own is carried here from elsewhere.
fn is_new(document: &Document) -> bool {
    let last = document.get_document("last");
    let entries = last.and_then(|last| last.get_array("entries")).map_or(0, Vec::len);
    entries > 0 && document.get_i64("version").is_ok_and(|version| version == 1)
}

fn inserted(mut document: Document, at: Timestamp) -> Told {
    match document.remove("last") {
        Some(Bson::Document(last)) => committed(last, at),
        _ => gap("unreadable"),
    }
}

fn updated(update: UpdateDescription, at: Timestamp) -> Told {
    let mut fields = update.updated_fields;
    if let Some(last) = fields.remove("last") {
        return match last {
            Bson::Document(last) => committed(last, at),
            _ => gap("unreadable"),
        };
    }
    if fields.keys().any(|field| field == "version" || field.starts_with("last.")) {
        // Somebody else's hand: the task has changed, and it is not said how.
        return gap("unreadable");
    }
    match fields.remove("progress") {
        Some(Bson::Document(progress)) => shown(progress),
        _ => Told::Nothing,
    }
}

fn committed(last: Document, at: Timestamp) -> Told {
    match parse(last).and_then(|last: Last| last.into_change(at)) {
        Ok(change) => item(FeedItem::Change(change)),
        Err(error) => {
            tracing::error!(%error, "a change cannot be told");
            gap("unreadable")
        }
    }
}

fn shown(progress: Document) -> Told {
    match parse(progress) {
        Ok(Shown { value: progress, summary: Some(summary) }) => {
            item(FeedItem::Progress { summary, progress })
        }
        // Live state only: the next one will do.
        Ok(Shown { summary: None, .. }) | Err(_) => Told::Nothing,
    }
}

#[derive(Deserialize)]
struct Last {
    from: Option<Summary>,
    entries: Vec<Event>,
    summaries: Vec<Summary>,
    summary: Summary,
}

impl Last {
    fn into_change(self, at: Timestamp) -> Result<Change, StoreError> {
        let Self { from, entries, mut summaries, summary } = self;
        summaries.push(summary);
        if entries.len() != summaries.len() {
            return Err(StoreError::Broken("not one summary for each entry".into()));
        }
        let steps = entries.into_iter().zip(summaries);
        let steps = steps.map(|(event, summary)| Step { event, summary }).collect();
        Ok(Change { position: position(at), from, steps })
    }
}
