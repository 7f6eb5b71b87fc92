//! The page, from top to bottom.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{
    schema::{field, inside, kind, text},
    text::{escape, prose, some},
};
use crate::protocol::Code;

/// The HTTP methods, in the order they are shown.
const METHODS: [&str; 3] = ["get", "post", "patch"];

/// Said by a demo, here as everywhere.
const DEMO: &str = r#"<p role="note"><strong>Demo.</strong> This server's GitHub is simulated, and its users are made up.</p>"#;

/// The page about the two documents: OpenAPI, `AsyncAPI`.
pub(super) fn page((openapi, asyncapi): (&Value, &Value), style: &str, is_demo: bool) -> String {
    let demo = if is_demo { DEMO } else { "" };
    let version = at(openapi, "/info/version").as_str().unwrap_or_default();
    let about = |document| prose(at(document, "/info/description").as_str().unwrap_or_default());
    let (http, messages) = (about(openapi), about(asyncapi));
    let (routes, sockets, streams) = (routes(openapi), sockets(asyncapi), streams(asyncapi));
    let (codes, schemas) = (codes(), schemas(openapi, asyncapi));
    format!(
        r##"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<title>Taskwire: API</title>
<style>{style}</style>
</head>
<body>
<header>
{demo}
<h1>Taskwire API <small>{version}</small></h1>
<nav aria-label="On this page"><a href="#http">HTTP</a> <a href="#socket">Socket.IO</a> <a href="#streams">Streams</a> <a href="#codes">Problem codes</a> <a href="#schemas">Schemas</a></nav>
<p>For programs: <a href="/api/openapi.json">OpenAPI 3.1</a> and <a href="/api/asyncapi.json">AsyncAPI 3.0</a>.</p>
</header>
<main>
<section id="http"><h2>HTTP</h2><p>{http}</p>{routes}</section>
<section id="socket"><h2>Socket.IO</h2><p>{messages}</p>{sockets}</section>
<section id="streams"><h2>Server-Sent Events</h2>{streams}</section>
<section id="codes"><h2>Problem codes</h2><p>What can go wrong, what it means, and what to do. The same words stand in HTTP problems, in acknowledgements, in <code>error</code> events and in <code>connect_error</code>.</p>{codes}</section>
<section id="schemas"><h2>Schemas</h2><p>What payloads and bodies are made of. Clients tolerate fields they do not know.</p>{schemas}</section>
</main>
</body>
</html>
"##
    )
}

/// Every operation, by tag.
fn routes(openapi: &Value) -> String {
    let mut tags: Vec<(&str, String)> = Vec::new();
    for (path, operations) in object(at(openapi, "/paths")) {
        for method in METHODS {
            let Some(operation) = operations.get(method) else { continue };
            let tag = at(operation, "/tags/0").as_str().unwrap_or_default();
            let html = route(path, method, operation);
            match tags.iter_mut().find(|(known, _)| *known == tag) {
                Some((_, routes)) => *routes += &html,
                None => tags.push((tag, html)),
            }
        }
    }
    tags.into_iter().map(|(tag, routes)| some("h3", &escape(tag)) + &routes).collect()
}

fn route(path: &str, method: &str, operation: &Value) -> String {
    let params = array(at(operation, "/parameters")).iter().map(|parameter| {
        let required = at(parameter, "/required") == true;
        let place = text(parameter, "in").unwrap_or_default();
        let about = text(parameter, "description").unwrap_or_default();
        let about = format!("In the {place}. {about}");
        let name = text(parameter, "name").unwrap_or_default();
        field(name, required, at(parameter, "/schema"), &about)
    });
    let params = some("dl", &params.collect::<String>());
    let body = match operation.get("requestBody") {
        Some(body) => format!("<h4>Body</h4><p>{}</p>", contents(body)),
        None => String::new(),
    };
    let answers = object(at(operation, "/responses")).map(|(status, answer)| {
        let about = prose(text(answer, "description").unwrap_or_default());
        // A problem looks the same everywhere; its codes say what it is.
        let body = match status.as_str() {
            "200" | "201" | "202" => contents(answer),
            _ => String::new(),
        };
        format!("<div><dt><code>{status}</code> <span>{body}</span></dt><dd>{about}</dd></div>")
    });
    let answers = answers.collect::<String>();
    let open = array(at(operation, "/security")).iter().any(|way| object(way).next().is_none());
    let open = if open { "<p>Needs no token.</p>" } else { "" };
    let (head, more) = summary(operation);
    format!(
        r#"<details id="{}"><summary><b>{}</b> <code>{}</code> <span>{head}</span></summary>{more}{open}{}{params}{body}<h4>Answers</h4><dl>{answers}</dl></details>"#,
        escape(text(operation, "operationId").unwrap_or_default()),
        method.to_uppercase(),
        escape(path),
        if params.is_empty() { "" } else { "<h4>Parameters</h4>" },
    )
}

/// What an operation is for: the first sentence or so, and the rest.
fn summary(operation: &Value) -> (String, String) {
    let head = prose(text(operation, "summary").unwrap_or_default());
    let more = prose(text(operation, "description").unwrap_or_default());
    (head, some("p", &more))
}

/// The media types of a body and what is in them.
fn contents(body: &Value) -> String {
    let about = |(media, content): (&String, &Value)| {
        format!("{} <small>{}</small>", kind(at(content, "/schema")), escape(media))
    };
    object(at(body, "/content")).map(about).collect::<Vec<_>>().join(" or ")
}

/// Every event, by who says it.
fn sockets(asyncapi: &Value) -> String {
    let channel = at(asyncapi, "/channels/socket");
    let about = prose(text(channel, "description").unwrap_or_default());
    let said = |action: &str| {
        let operations = object(at(asyncapi, "/operations")).map(|(_, operation)| operation);
        let ours = operations.filter(|operation| {
            at(operation, "/action") == action
                && at(operation, "/channel/$ref") == "#/channels/socket"
        });
        ours.map(|operation| event(asyncapi, operation)).collect::<String>()
    };
    let (heard, told) = (said("receive"), said("send"));
    format!("<p>{about}</p><h3>Client to server</h3>{heard}<h3>Server to client</h3>{told}")
}

fn event(asyncapi: &Value, operation: &Value) -> String {
    let message = follow(asyncapi, at(operation, "/messages/0"));
    let name = escape(text(message, "name").unwrap_or_default());
    let about = prose(text(message, "summary").unwrap_or_default());
    let payload = follow(asyncapi, at(message, "/payload"));
    let payload = match inside(payload) {
        fields if fields.is_empty() => "<p>An empty object.</p>".to_owned(),
        fields => fields,
    };
    let answers = array(at(operation, "/reply/messages")).iter().map(|answer| {
        let answer = follow(asyncapi, at(follow(asyncapi, answer), "/payload"));
        inside(answer)
    });
    let answers = answers.collect::<String>();
    let title = if answers.is_empty() { "" } else { "<h4>Acknowledgement, or the refusal</h4>" };
    format!(
        "<details><summary><code>{name}</code> <span>{about}</span></summary>{payload}{title}{answers}</details>"
    )
}

/// The event streams, and what each carries.
fn streams(asyncapi: &Value) -> String {
    let channels = object(at(asyncapi, "/channels")).map(|(_, channel)| channel);
    let streams = channels.filter(|channel| at(channel, "/address") != "/");
    let html = streams.map(|channel| {
        let names = object(at(channel, "/messages")).map(|(_, message)| {
            format!("<code>{}</code>", escape(text(message, "name").unwrap_or_default()))
        });
        format!(
            "<h3><code>GET {}</code></h3><p>{}</p><p>Carries {}.</p>",
            escape(text(channel, "address").unwrap_or_default()),
            prose(text(channel, "description").unwrap_or_default()),
            names.collect::<Vec<_>>().join(", ")
        )
    });
    html.collect()
}

/// Every code, under the anchor that a problem's `type` leads to.
fn codes() -> String {
    let about = |code: &Code| {
        format!(
            r#"<article id="{0}"><h3><code>{0}</code> <small>{1} {2}</small></h3><p>{3}</p><p><b>What to do:</b> {4}</p></article>"#,
            code.as_str(),
            code.status(),
            escape(code.title()),
            prose(code.meaning()),
            prose(code.advice())
        )
    };
    Code::ALL.iter().map(about).collect()
}

/// The schemas that have a name of their own in either document.
fn schemas(openapi: &Value, asyncapi: &Value) -> String {
    let events = object(at(asyncapi, "/channels/socket/messages")).map(|(key, _)| key);
    let events: Vec<_> = events.collect();
    let named = |document| object(at(document, "/components/schemas"));
    let all = named(openapi).chain(named(asyncapi).filter(|(name, _)| !events.contains(name)));
    let all: BTreeMap<_, _> = all.collect();
    let about = |(name, schema): (&String, &Value)| {
        let words = prose(text(schema, "description").unwrap_or_default());
        let inside = inside(schema);
        let kind = if inside.is_empty() { some("p", &kind(schema)) } else { String::new() };
        format!(
            r#"<article id="schema-{0}"><h3><code>{0}</code></h3>{1}{kind}{inside}</article>"#,
            escape(name),
            some("p", &words)
        )
    };
    all.into_iter().map(about).collect()
}

/// What a reference within `document` leads to; what is none leads to itself.
fn follow<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match text(value, "$ref").and_then(|path| path.strip_prefix('#')) {
        Some(path) => at(document, path),
        None => value,
    }
}

fn at<'a>(value: &'a Value, pointer: &str) -> &'a Value {
    value.pointer(pointer).unwrap_or(&Value::Null)
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn object(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}
