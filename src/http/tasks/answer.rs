//! A task as an answer.

use std::collections::BTreeMap;

use axum::{
    Json,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use utoipa::{
    IntoResponses, PartialSchema,
    openapi::{Content, Header, Ref, RefOr, ResponseBuilder, response::Response as Described},
};

use crate::{http::layers::IDEMPOTENT_REPLAYED, protocol::views, store::Snapshot, tasks::Done};

/// A new task (201), or the one that an earlier request under the same key has made (200).
pub(in crate::http) struct Created(pub(in crate::http) Done);

/// The task as it is after a change.
pub(in crate::http) struct Changed(pub(in crate::http) Done);

impl IntoResponse for Created {
    fn into_response(self) -> Response {
        if self.0.replayed {
            return Changed(self.0).into_response();
        }
        let location = format!("/api/tasks/{}", self.0.snapshot.task.id);
        (StatusCode::CREATED, [(header::LOCATION, location)], Changed(self.0)).into_response()
    }
}

impl IntoResponse for Changed {
    fn into_response(self) -> Response {
        let replayed: Option<[(HeaderName, HeaderValue); 1]> =
            self.0.replayed.then_some([(IDEMPOTENT_REPLAYED, HeaderValue::from_static("true"))]);
        let mut response = whole(self.0.snapshot);
        response.headers_mut().extend(replayed.into_iter().flatten());
        response
    }
}

/// The task with its version as `ETag`.
pub(in crate::http) fn whole(snapshot: Snapshot) -> Response {
    let tag = [(header::ETAG, entity_tag(snapshot.task.version))];
    (tag, Json(views::Task::from(snapshot))).into_response()
}

/// Only the version, for a client that has the rest.
pub(in crate::http) fn unchanged(version: u64) -> Response {
    (StatusCode::NOT_MODIFIED, [(header::ETAG, entity_tag(version))]).into_response()
}

fn entity_tag(version: u64) -> String {
    format!("\"{version}\"")
}

impl IntoResponses for Created {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        let created = describe("The new task").header("Location", text("Its address")).build();
        let known = "The task that an earlier request under this key has made, as it is now";
        let replayed = describe(known).header("Idempotent-Replayed", text("`true`")).build();
        [("201".into(), created.into()), ("200".into(), replayed.into())].into()
    }
}

impl IntoResponses for Changed {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        let replayed = text("`true` if this was done before, under this key");
        let changed = describe("The task").header("Idempotent-Replayed", replayed).build();
        [("200".into(), changed.into())].into()
    }
}

fn describe(what: &str) -> ResponseBuilder {
    let task = Content::new(Some(Ref::from_schema_name("Task")));
    let tag = text("The version in quotes");
    ResponseBuilder::new().description(what).content("application/json", task).header("ETag", tag)
}

fn text(what: &str) -> Header {
    let mut header = Header::new(String::schema());
    header.description = Some(what.to_owned());
    header
}
