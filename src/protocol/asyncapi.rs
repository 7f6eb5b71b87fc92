//! The messages as AsyncAPI 3.0 (<https://www.asyncapi.com/docs/reference/specification/v3.0.0>):
//! Socket.IO both ways, and the Server-Sent Events that carry the same payloads.
//!
//! Names, payloads and what is said of them come from the types in `socket`; only the shape of the
//! document is written here.

use serde_json::{Map, Value, json};
use utoipa::ToSchema as _;

use super::{
    PROTOCOL_VERSION,
    socket::{
        Ack, ClientEvent, ConnectError, Described, Handshake, ServerMessage, reference, variant,
    },
};
use crate::domain::Timestamp;

/// The titles of the acknowledgements; the last one refuses.
const ACKS: [&str; 5] = ["taskJoined", "dashboardJoined", "resynced", "done", REFUSED];
const REFUSED: &str = "refused";

const ABOUT: &str = "Tasks, from a sentence to a merged pull request, live. Messages of one task \
    and one connection come in order. `task:event_added` is a series without gaps; all else is \
    state, to be applied when its `version` is not older than what is shown. Clients tolerate \
    fields they do not know. The HTTP side is in `/api/openapi.json`.";
const ABOUT_SOCKET: &str = "Socket.IO protocol 5 over Engine.IO 4, namespace `/`, WebSocket or \
    polling: `io(url, { auth: { token } })`. An event's name is the message's name, its one \
    argument the payload. Refusals that waiting can mend are HTTP 429 and 503 with `Retry-After` \
    at the handshake; the others are a `connect_error`. Every event of a client may ask for an \
    acknowledgement; without one, a refusal comes as `error`.";
const ABOUT_DASHBOARD: &str = "Server-Sent Events about all visible tasks: `event: TYPE` and \
    `data: {type, timestamp, data}`, where `data` is the Socket.IO payload. A comment every 15 s. \
    No ids: a client that reconnects gets the state again.";
const ABOUT_TASK: &str = "Server-Sent Events about one task. The last message of each version has \
    the version as its `id`; `Last-Event-ID` continues after it. With `?until=end` the stream \
    ends after merged, failed or cancelled.";

/// A stream, and the events that it does not carry.
struct Stream {
    key: &'static str,
    address: &'static str,
    about: &'static str,
    without: &'static [&'static str],
}

const STREAMS: [Stream; 2] = [
    Stream {
        key: "dashboardStream",
        address: "/api/events",
        about: ABOUT_DASHBOARD,
        without: &["task:event_added", "task:state", "auth:expiring"],
    },
    Stream {
        key: "taskStream",
        address: "/api/tasks/{id}/stream",
        about: ABOUT_TASK,
        without: &[
            "dashboard:state",
            "dashboard:task_list_updated",
            "task:created",
            "auth:expiring",
        ],
    },
];

/// The document that the server serves.
pub fn asyncapi() -> Value {
    let mut document = Document::default();
    document.connect();
    for (event, ack) in ClientEvent::described() {
        document.hear(event, ack);
    }
    for ack in ACKS {
        document.acknowledge(ack);
    }
    let said = ServerMessage::described();
    for stream in &STREAMS {
        document.stream(stream, &said);
    }
    for event in said {
        document.say(event);
    }
    document.finish()
}

#[derive(Default)]
struct Document {
    operations: Map<String, Value>,
    /// What travels over Socket.IO.
    messages: Map<String, Value>,
    streams: Map<String, Value>,
    schemas: Map<String, Value>,
}

impl Document {
    /// The way in.
    fn connect(&mut self) {
        let handshake = Described::of::<Handshake>("connect", &["Connects to the namespace."]);
        let about = "The connection is refused for good: stock clients do not try again.";
        let refused = Described::of::<ConnectError>("connect_error", &[about]);
        let operation = json!({
            "action": "receive",
            "channel": to_channel("socket"),
            "summary": handshake.about,
            "messages": [to_message("socket", "connect")],
        });
        self.operations.insert("connect".into(), operation);
        self.message(handshake);
        self.say(refused);
    }

    /// An event that a client says, and what may answer it.
    fn hear(&mut self, event: Described, ack: &str) {
        let key = key(event.event);
        let answers = [ack, REFUSED].map(|title| to_message("socket", &ack_key(title)));
        let operation = json!({
            "action": "receive",
            "channel": to_channel("socket"),
            "title": event.event,
            "summary": event.about,
            "messages": [to_message("socket", &key)],
            "reply": { "channel": to_channel("socket"), "messages": answers },
        });
        self.operations.insert(key, operation);
        self.message(event);
    }

    fn acknowledge(&mut self, title: &str) {
        let mut parts = Vec::new();
        Ack::schemas(&mut parts);
        let about = if title == REFUSED { "It was refused." } else { "It is done." };
        let event =
            Described { event: "ack", about: about.into(), payload: variant::<Ack>(title), parts };
        self.add(ack_key(title), event);
    }

    /// An event that the server says.
    fn say(&mut self, event: Described) {
        let key = key(event.event);
        let operation = json!({
            "action": "send",
            "channel": to_channel("socket"),
            "title": event.event,
            "summary": event.about,
            "messages": [to_message("socket", &key)],
        });
        self.operations.insert(key, operation);
        self.message(event);
    }

    fn message(&mut self, event: Described) {
        self.add(key(event.event), event);
    }

    fn add(&mut self, key: String, event: Described) {
        let Described { event, about, payload, parts } = event;
        let parts = parts.into_iter().map(|(name, schema)| (name, json!(schema)));
        self.schemas.extend(parts);
        self.schemas.insert(key.clone(), payload);
        let payload = json!({ "$ref": reference(&key) });
        let message = json!({ "name": event, "summary": about, "payload": payload });
        self.messages.insert(key, message);
    }

    fn stream(&mut self, stream: &Stream, said: &[Described]) {
        let carried = said.iter().filter(|event| !stream.without.contains(&event.event));
        let messages: Map<_, _> = carried.map(enveloped).collect();
        let all: Vec<_> = messages.keys().map(|key| to_message(stream.key, key)).collect();
        let operation = json!({
            "action": "send",
            "channel": to_channel(stream.key),
            "summary": stream.about,
            "messages": all,
        });
        self.operations.insert(stream.key.into(), operation);
        let id = json!({ "id": { "description": "The task's id" } });
        let channel = json!({
            "address": stream.address,
            "description": stream.about,
            "parameters": if stream.address.contains("{id}") { id } else { json!({}) },
            "servers": [{ "$ref": "#/servers/http" }],
            "messages": messages,
        });
        self.streams.insert(stream.key.into(), channel);
    }

    fn finish(self) -> Value {
        let Self { operations, messages, mut streams, mut schemas } = self;
        schemas.insert(
            Timestamp::name().into(),
            json!(<Timestamp as utoipa::PartialSchema>::schema()),
        );
        let socket = json!({
            "address": "/",
            "title": "Socket.IO",
            "description": ABOUT_SOCKET,
            "servers": [{ "$ref": "#/servers/socketIo" }],
            "messages": messages,
        });
        streams.insert("socket".into(), socket);
        let server = |protocol, pathname, about| {
            json!({
                "host": "{host}",
                "pathname": pathname,
                "protocol": protocol,
                "description": about,
                "variables": { "host": { "default": "127.0.0.1:3000" } },
                "security": [{ "$ref": "#/components/securitySchemes/bearer" }],
            })
        };
        json!({
            "asyncapi": "3.0.0",
            "info": {
                "title": "Taskwire",
                "version": env!("CARGO_PKG_VERSION"),
                "description": ABOUT,
                "license": { "name": "MIT" },
                "x-protocol-version": PROTOCOL_VERSION,
            },
            "defaultContentType": "application/json",
            "servers": {
                "socketIo": server("ws", "/socket.io/", "Socket.IO; polling goes over HTTP"),
                "http": server("http", "/", "Server-Sent Events"),
            },
            "channels": streams,
            "operations": operations,
            "components": {
                "schemas": schemas,
                "securitySchemes": {
                    "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
                },
            },
        })
    }
}

/// An event as Server-Sent Events carry it.
fn enveloped(event: &Described) -> (String, Value) {
    let key = key(event.event);
    let payload = json!({
        "type": "object",
        "required": ["type", "timestamp", "data"],
        "properties": {
            "type": { "const": event.event },
            "timestamp": { "$ref": reference(&Timestamp::name()) },
            "data": { "$ref": reference(&key) },
        },
    });
    let message = json!({ "name": event.event, "summary": event.about, "payload": payload });
    (key, message)
}

/// What stands for an event's name where the specification allows no colon.
fn key(event: &str) -> String {
    event.replace(':', ".")
}

fn ack_key(title: &str) -> String {
    format!("ack.{title}")
}

fn to_channel(key: &str) -> Value {
    json!({ "$ref": format!("#/channels/{key}") })
}

fn to_message(channel: &str, key: &str) -> Value {
    json!({ "$ref": format!("#/channels/{channel}/messages/{key}") })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The events as the sources name them: `= "task:created"` in a table.
    fn named(source: &'static str) -> BTreeSet<&'static str> {
        let source = source.split("macro_rules!").nth(1).unwrap();
        let literals = source.split("= \"").skip(1).map(|rest| rest.split('"').next().unwrap());
        let is_event =
            |name: &&str| name.bytes().all(|b| b.is_ascii_lowercase() || b"_:".contains(&b));
        literals.filter(is_event).collect()
    }

    /// The events as the document names them.
    fn documented(action: &str) -> BTreeSet<String> {
        let document = asyncapi();
        let operations = document["operations"].as_object().unwrap().values();
        let ours = operations.filter(|operation| operation["action"] == action);
        let messages = ours.filter_map(|operation| operation["title"].as_str().map(str::to_owned));
        messages.filter(|name| !name.starts_with("connect_e")).collect()
    }

    #[test]
    fn every_event_of_the_protocol_is_in_the_document_and_no_other() {
        let heard = named(include_str!("socket/incoming.rs"));
        let mut said = named(include_str!("socket/outgoing.rs"));
        said.extend(named(include_str!("socket/status.rs")));
        assert_eq!((heard.len(), said.len()), (6, 20), "{heard:?} {said:?}");
        let documented = [documented("receive"), documented("send")];
        assert_eq!(
            documented,
            [heard, said].map(|names| names.into_iter().map(str::to_owned).collect())
        );
    }

    #[test]
    fn every_reference_leads_somewhere_and_no_schema_is_left_over() {
        let document = asyncapi();
        let text = document.to_string();
        let references: BTreeSet<_> = text
            .split("\"$ref\":\"#")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
            .collect();
        for reference in &references {
            assert!(document.pointer(reference).is_some(), "{reference} leads nowhere");
        }
        for name in document["components"]["schemas"].as_object().unwrap().keys() {
            assert!(references.contains(format!("/components/schemas/{name}").as_str()), "{name}");
        }
    }

    /// What may be absent is named here: all else is always there, `null` if there is nothing.
    #[test]
    fn what_the_server_says_is_whole() {
        const MAY_BE_ABSENT: [&str; 11] = [
            "event",
            "retryAfterMs", // an error
            "objectId",
            "url",
            "occurredAt", // a comment
            "title",
            "description",
            "labels",
            "team",
            "visibility", // an edit
            "repo",       // a retry
        ];
        let mut absent = BTreeSet::new();
        let document = asyncapi();
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            if schema["additionalProperties"] != false && name != "connect" {
                gather(schema, &mut absent);
            }
        }
        assert_eq!(absent, MAY_BE_ABSENT.iter().map(|name| (*name).to_owned()).collect());
    }

    fn gather(schema: &Value, absent: &mut BTreeSet<String>) {
        if let Some(fields) = schema["properties"].as_object() {
            let required = schema["required"].as_array().cloned().unwrap_or_default();
            absent.extend(fields.keys().filter(|name| !required.contains(&json!(name))).cloned());
        }
        match schema {
            Value::Object(within) => within.values().for_each(|value| gather(value, absent)),
            Value::Array(within) => within.iter().for_each(|value| gather(value, absent)),
            _ => {}
        }
    }
}
