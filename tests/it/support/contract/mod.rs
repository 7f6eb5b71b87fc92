//! The contract documents as judges: every answer and every message that a test sees is held
//! against what the server says of itself.
//!
//! The documents are read as closed: a field that they do not name is a fault here, although
//! clients are told to tolerate it.

mod answers;
mod closed;
mod messages;

use std::{
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::{Arc, LazyLock, Mutex},
};

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};
use taskwire::{http::openapi, protocol::asyncapi};

pub(crate) use answers::{Seen, check_answer};
pub(crate) use messages::{check_ack, check_event, check_frame, check_packet, check_refusal};

/// What is wrong with something that was seen; nothing, if it is as documented.
pub(crate) type Verdict = Result<(), String>;

static OPENAPI: LazyLock<Document> = LazyLock::new(|| Document::new(json!(openapi())));
static ASYNCAPI: LazyLock<Document> = LazyLock::new(|| Document::new(asyncapi()));

/// A document, and the judges of its schemas once they are needed.
struct Document {
    json: Value,
    components: Value,
    judges: Mutex<HashMap<String, Arc<Validator>>>,
    /// The hashes of timeline entries that were found good: they come again and again.
    good_entries: Mutex<HashSet<u64>>,
}

impl Document {
    fn new(json: Value) -> Self {
        let mut components = json["components"].clone();
        for schema in components["schemas"].as_object_mut().unwrap().values_mut() {
            closed::open(schema);
        }
        Self { json, components, judges: Mutex::default(), good_entries: Mutex::default() }
    }

    /// Holds `value` against the schema at `pointer`; timeline entries one by one, each once.
    fn judge(&self, pointer: &str, mut value: Value) -> Verdict {
        let timeline = ["/events", "/data/events"].into_iter().find(|path| {
            value.pointer(path).and_then(Value::as_array).is_some_and(|events| events.len() > 1)
        });
        let Some(timeline) = timeline else { return self.judge_whole(pointer, &value) };
        let entries = value.pointer_mut(timeline).and_then(Value::as_array_mut).unwrap();
        for entry in entries.drain(1..) {
            let mut hasher = DefaultHasher::new();
            entry.hash(&mut hasher);
            let hash = hasher.finish();
            if !self.good_entries.lock().unwrap().contains(&hash) {
                self.judge_whole("/components/schemas/TaskEvent", &entry)?;
                self.good_entries.lock().unwrap().insert(hash);
            }
        }
        self.judge_whole(pointer, &value)
    }

    fn judge_whole(&self, pointer: &str, value: &Value) -> Verdict {
        let mut judges = self.judges.lock().unwrap();
        let judge = judges.entry(pointer.to_owned()).or_insert_with(|| {
            let schema = self.json.pointer(pointer);
            Arc::new(self.validator(schema.unwrap_or_else(|| panic!("no schema at {pointer}"))))
        });
        let judge = judge.clone();
        drop(judges);
        let faults: Vec<_> = judge
            .iter_errors(value)
            .map(|fault| format!("at \"{}\": {fault}", fault.instance_path()))
            .collect();
        if faults.is_empty() { Ok(()) } else { Err(format!("{}\nin {value}", faults.join("\n"))) }
    }

    fn validator(&self, schema: &Value) -> Validator {
        let mut schema = schema.clone();
        closed::close(&mut schema);
        schema["components"] = self.components.clone();
        let options = jsonschema::options().with_draft(Draft::Draft202012);
        options.should_validate_formats(true).build(&schema).unwrap()
    }
}
