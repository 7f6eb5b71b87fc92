//! A schema whose objects have the fields it names, and no others.

use serde_json::{Value, json};

/// Closes a schema that stands for a whole value, and all within it.
pub(super) fn close(schema: &mut Value) {
    open(schema);
    let may_be_an_object = ["$ref", "properties", "allOf", "oneOf", "additionalProperties"]
        .iter()
        .any(|key| schema.get(key).is_some())
        || schema["type"] == "object";
    if may_be_an_object {
        schema["unevaluatedProperties"] = json!(false);
    }
}

/// Closes what is within a schema that may stand for a part of an object only.
pub(super) fn open(schema: &mut Value) {
    for key in ["allOf", "oneOf"] {
        schema.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten().for_each(open);
    }
    if let Some(Value::Object(fields)) = schema.get_mut("properties") {
        fields.values_mut().for_each(close);
    }
    for key in ["items", "additionalProperties"] {
        if let Some(within @ Value::Object(_)) = schema.get_mut(key) {
            close(within);
        }
    }
}
