//! The contract as OpenAPI 3.1, assembled from the handlers.

use std::sync::LazyLock;

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use utoipa::{
    Modify, OpenApi,
    openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
};

use super::{
    demo, docs, health, session, sse,
    tasks::{read, report, write},
    webhooks,
};
use crate::protocol::rest::ProblemBody;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Taskwire",
        description = "Tasks, from a sentence to a merged pull request, live. \
            Every response has `X-Request-Id`; a client's own is kept if it is `[A-Za-z0-9-]{1,64}`. \
            Every error is `application/problem+json` with a `code` from `ErrorCode`.",
    ),
    paths(
        read::list, write::create, read::stats, read::task, write::edit, read::events,
        write::answer, write::comment, write::cancel, write::retry,
        report::progress, report::fail,
        sse::dashboard, sse::task,
        webhooks::receive,
        session::me, session::features, serve, docs::asyncapi, docs::page,
        demo::users, demo::token,
        health::alive, health::ready, health::metrics,
    ),
    components(schemas(ProblemBody)),
    security(("bearer" = [])),
    modifiers(&Bearer),
)]
struct Document;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let jwt = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some("Claims: `sub`, `name`, `roles`, `teams`, `repos?`, `exp`"))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(jwt));
    }
}

/// The document that the server serves.
pub fn openapi() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// This document.
#[utoipa::path(
    get,
    path = "/api/openapi.json",
    operation_id = "getOpenApi",
    tag = "contracts",
    security(()),
    responses((status = 200, description = "OpenAPI 3.1", body = Object))
)]
pub(super) async fn serve() -> Response {
    static JSON: LazyLock<Bytes> = LazyLock::new(|| {
        // Plain data with string keys: it always serialises.
        serde_json::to_vec(&openapi()).unwrap_or_default().into()
    });
    ([(header::CONTENT_TYPE, "application/json")], JSON.clone()).into_response()
}
