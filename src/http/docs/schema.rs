//! A JSON Schema as people read it: in a few words, and field by field.

use serde_json::Value;

use super::text::{escape, prose, some};

const NAMED: &str = "#/components/schemas/";

/// What a value may be, in a few words.
pub(super) fn kind(schema: &Value) -> String {
    if let Some(name) = text(schema, "$ref").and_then(|path| path.strip_prefix(NAMED)) {
        return format!(r##"<a href="#schema-{0}">{0}</a>"##, escape(name));
    }
    if let Some(only) = schema.get("const") {
        return format!("<code>{}</code>", escape(&only.to_string()));
    }
    if let Some(words) = list(schema, "enum") {
        let words: Vec<_> = words
            .iter()
            .map(|word| format!("<code>{}</code>", escape(&word.to_string())))
            .collect();
        return words.join(" | ");
    }
    if let Some(ways) = list(schema, "oneOf") {
        return ways.iter().map(kind).collect::<Vec<_>>().join(" or ");
    }
    if let Some(parts) = list(schema, "allOf") {
        return parts.iter().map(kind).collect::<Vec<_>>().join(" and ");
    }
    let types = match schema.get("type") {
        Some(Value::String(one)) => vec![one.as_str()],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
        _ => vec!["any"],
    };
    let types = types.into_iter().map(|word| match word {
        "array" => format!("list of {}", schema.get("items").map_or("any".into(), kind)),
        "object" => match schema.get("additionalProperties") {
            Some(value @ Value::Object(_)) => format!("object of {}", kind(value)),
            _ => "object".to_owned(),
        },
        word => text(schema, "format").filter(|_| word == "string").unwrap_or(word).to_owned(),
    });
    let types = types.collect::<Vec<_>>().join(" or ");
    match bounds(schema) {
        bounds if bounds.is_empty() => types,
        bounds => format!("{types}, {bounds}"),
    }
}

fn bounds(schema: &Value) -> String {
    let number = |key: &str| schema.get(key).and_then(Value::as_u64).filter(|number| *number > 0);
    let span = |low: &str, high: &str, of: &str| match (number(low), number(high)) {
        (Some(low), Some(high)) => Some(format!("{low} to {high}{of}")),
        (Some(low), None) => Some(format!("at least {low}{of}")),
        (None, Some(high)) => Some(format!("at most {high}{of}")),
        (None, None) => None,
    };
    let pattern = text(schema, "pattern").map(|rule| format!("<code>{}</code>", escape(rule)));
    let all = [
        span("minimum", "maximum", ""),
        span("minLength", "maxLength", " characters"),
        span("minItems", "maxItems", ""),
        pattern,
    ];
    all.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// What is in a value: its fields, its ways to be, or nothing if `kind` says it all.
pub(super) fn inside(schema: &Value) -> String {
    if let Some(parts) = list(schema, "allOf") {
        let also = |part: &Value| match inside(part) {
            fields if fields.is_empty() => format!("<p>All of {}</p>", kind(part)),
            fields => fields,
        };
        return parts.iter().map(also).collect();
    }
    if let Some(ways) = list(schema, "oneOf") {
        let ways = ways.iter().filter(|way| way.get("properties").is_some());
        return some("ul", &ways.map(way_to_be).collect::<String>());
    }
    let Some(Value::Object(fields)) = schema.get("properties") else { return String::new() };
    let required = list(schema, "required").unwrap_or_default();
    let fields = fields.iter().map(|(name, schema)| {
        let must = required.iter().any(|known| known == name);
        field(name, must, schema, described(schema))
    });
    some("dl", &fields.collect::<String>())
}

/// A field, a parameter, or anything else that has a name and a schema.
pub(super) fn field(name: &str, required: bool, schema: &Value, about: &str) -> String {
    let optional = if required { "" } else { " <i>optional</i>" };
    let below = if schema.get("properties").is_some() { inside(schema) } else { String::new() };
    format!(
        "<div><dt><code>{}</code>{optional} <span>{}</span></dt><dd>{}{below}</dd></div>",
        escape(name),
        kind(schema),
        prose(about)
    )
}

fn way_to_be(schema: &Value) -> String {
    let about = prose(text(schema, "description").unwrap_or_default());
    some("li", &(some("p", &about) + &inside(schema)))
}

/// What is said of a value, wherever the document says it.
fn described(schema: &Value) -> &str {
    let here = text(schema, "description");
    let below = || list(schema, "oneOf")?.iter().find_map(|way| text(way, "description"));
    here.or_else(below).unwrap_or_default()
}

pub(super) fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str()
}

fn list<'a>(value: &'a Value, key: &str) -> Option<&'a [Value]> {
    value.get(key)?.as_array().map(Vec::as_slice)
}
