//! What the documents tell of an event, taken from the very types that are sent and read.

use serde_json::{Value, json};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

/// An event, as the documents tell of it.
pub(in crate::protocol) struct Described {
    /// Its name.
    pub(in crate::protocol) event: &'static str,
    /// What it is for.
    pub(in crate::protocol) about: String,
    /// The schema of its payload.
    pub(in crate::protocol) payload: Value,
    /// The named schemas that the payload's stands on.
    pub(in crate::protocol) parts: Vec<(String, RefOr<Schema>)>,
}

impl Described {
    /// The event called `event` with payloads of type `T`; `about` has the lines of its comment.
    pub(in crate::protocol) fn of<T: ToSchema>(event: &'static str, about: &[&str]) -> Self {
        let mut parts = Vec::new();
        T::schemas(&mut parts);
        let about: Vec<_> = about.iter().map(|line| line.trim()).collect();
        let mut payload = json!(T::schema());
        // What the type's comment says of the event, `about` says better.
        payload.as_object_mut().and_then(|payload| payload.remove("description"));
        Self { event, about: about.join(" "), payload, parts }
    }
}

/// The schema of the one variant of the untagged enum `T` that is called `title`.
pub(in crate::protocol) fn variant<T: PartialSchema>(title: &str) -> Value {
    let mut variants = json!(T::schema());
    let variants = variants.pointer_mut("/oneOf").and_then(Value::as_array_mut);
    let is_it = |variant: &&mut Value| variant.get("title").is_some_and(|name| name == title);
    variants.into_iter().flatten().find(is_it).map(Value::take).unwrap_or_default()
}

/// How a named schema is referred to, in both documents alike.
pub(in crate::protocol) fn reference(name: &str) -> String {
    format!("#/components/schemas/{name}")
}
