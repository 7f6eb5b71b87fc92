//! The contract for people: one page made from both documents, complete in itself. It runs no
//! script, and loads nothing.

mod page;
mod schema;
mod text;

use std::sync::{LazyLock, OnceLock};

use axum::{
    Extension,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use bytes::Bytes;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::Http;
use crate::protocol;

const STYLE: &str = include_str!("docs.css");

/// Where the document of the HTTP routes comes from: it names this page, too.
#[derive(Clone, Copy)]
pub(super) struct Routes(pub(super) fn() -> utoipa::openapi::OpenApi);

/// The messages of Socket.IO and of the event streams.
#[utoipa::path(
    get,
    path = "/api/asyncapi.json",
    operation_id = "getAsyncApi",
    tag = "contracts",
    security(()),
    responses((status = 200, description = "AsyncAPI 3.0", body = Object))
)]
pub(super) async fn asyncapi() -> Response {
    static JSON: LazyLock<Bytes> = LazyLock::new(|| protocol::asyncapi().to_string().into());
    ([(header::CONTENT_TYPE, "application/json")], JSON.clone()).into_response()
}

/// A page to read this document and the other, and about every `code`.
#[utoipa::path(
    get,
    path = "/api/docs",
    operation_id = "readDocs",
    tag = "contracts",
    security(()),
    responses((status = 200, description = "HTML", body = String, content_type = "text/html"))
)]
pub(super) async fn page(
    State(http): State<Http>,
    Extension(routes): Extension<Routes>,
) -> Response {
    /// A server's, and a demo's.
    static PAGES: [OnceLock<(Bytes, HeaderValue)>; 2] = [OnceLock::new(), OnceLock::new()];
    let is_demo = http.demo.is_some();
    let [server, demo] = &PAGES;
    let (html, policy) = if is_demo { demo } else { server }
        .get_or_init(|| {
            let documents = (&json!((routes.0)()), &protocol::asyncapi());
            let html = page::page(documents, STYLE, is_demo);
            (html.into(), policy())
        })
        .clone();
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, html).into_response()
}

/// The page's own style, and nothing else.
fn policy() -> HeaderValue {
    let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; img-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    );
    // Base64 and the words above: always a header's value.
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}
