//! The contract as OpenAPI 3.1, assembled from the handlers.

use std::{collections::BTreeMap, sync::LazyLock};

use axum::{
    http::header,
    response::{IntoResponse, Response as HttpResponse},
};
use bytes::Bytes;
use utoipa::{
    IntoResponses, Modify, OpenApi, PartialSchema,
    openapi::{
        Content, Header, RefOr, Response, ResponseBuilder,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use super::{
    health, session, sse,
    tasks::{read, report, write},
    webhooks,
};
use crate::protocol::{Code, rest::ProblemBody};

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
        session::me, session::features, serve,
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
    tag = "contracts",
    security(()),
    responses((status = 200, description = "OpenAPI 3.1", body = Object))
)]
pub(super) async fn serve() -> HttpResponse {
    static JSON: LazyLock<Bytes> = LazyLock::new(|| {
        // Plain data with string keys: it always serialises.
        serde_json::to_vec(&openapi()).unwrap_or_default().into()
    });
    ([(header::CONTENT_TYPE, "application/json")], JSON.clone()).into_response()
}

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident = $($base:ident)? [$($code:ident),* $(,)?];)*) => {$(
        $(#[$doc])*
        pub(super) struct $name;

        impl $name {
            fn codes() -> Vec<Code> {
                #[allow(unused_mut, reason = "some sets stand on no other")]
                let mut codes = vec![$(Code::$code),*];
                $(codes.extend($base::codes());)?
                codes
            }
        }

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                responses(&Self::codes())
            }
        }
    )*};
}

problems! {
    /// What can happen to any caller, token or not.
    Asking = [Unauthenticated, TokenExpired, Internal, Unavailable];
    /// What can happen to whoever reads.
    Reading = Asking [RateLimited, StoreUnavailable];
    /// Reading with parameters.
    Searching = Reading [ValidationFailed];
    /// Reading one task.
    ReadingTask = Reading [NotFound];
    /// Reading one task with parameters.
    SearchingTask = ReadingTask [ValidationFailed];
    /// Following all tasks.
    Following = Searching [TooManyConnections];
    /// Following one task.
    FollowingTask = Following [NotFound];
    /// Reading what only some may.
    Administering = Reading [Forbidden];
    /// Sending a body.
    Writing = Administering [BodyTooLarge, UnsupportedMediaType, ValidationFailed];
    /// Submitting a task.
    Creating = Writing [IdempotencyKeyReused];
    /// Telling of a task.
    Reporting = Writing [NotFound, InvalidTransition];
    /// Changing a task.
    Deciding = Reporting [IdempotencyKeyReused, AlreadyAnswered];
    /// Commenting on a task.
    Commenting = Creating [NotFound, TimelineFull];
    /// Editing a task.
    Editing = Writing [NotFound, TimelineFull, VersionConflict, PreconditionRequired];
    /// Delivering a webhook.
    Delivering = [Malformed, BadSignature, BodyTooLarge, Internal, StoreUnavailable, Unavailable];
}

/// One response for each status, which names its codes.
fn responses(codes: &[Code]) -> BTreeMap<String, RefOr<Response>> {
    let mut by_status: BTreeMap<u16, Vec<&'static str>> = BTreeMap::new();
    for code in codes {
        by_status.entry(code.status()).or_default().push(code.as_str());
    }
    by_status
        .into_iter()
        .map(|(status, words)| (status.to_string(), response(status, &words).into()))
        .collect()
}

fn response(status: u16, words: &[&str]) -> Response {
    let named: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    let body = Content::new(Some(utoipa::openapi::Ref::from_schema_name("ProblemBody")));
    let response = ResponseBuilder::new()
        .description(named.join(", "))
        .content("application/problem+json", body);
    let seconds = || Header::new(u64::schema());
    match status {
        429 | 503 => response.header("Retry-After", seconds()).build(),
        _ => response.build(),
    }
}
