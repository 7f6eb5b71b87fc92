//! The web app: its files as they were built, and its page for every address that is its own.

use std::fmt::Write as _;

use axum::{
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use rust_embed::{Embed, EmbeddedFile};

use super::problem;

/// Absent if the web app was not built.
#[derive(Embed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct WebApp;

const PAGE: &str = "index.html";
const HINT: &str = "The web app is not built: `make run` builds it, or `npm run build` in web/.\n";
/// What is not the web app's: an unknown address below these is just unknown.
const NOT_PAGES: [&str; 3] = ["api/", "assets/", "socket.io/"];
/// Files below this have a hash of their contents in their names.
const HASHED: &str = "assets/";
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");

/// A file of the web app; its page for any other address, which the app itself will understand.
pub(super) async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    if method != Method::GET && method != Method::HEAD {
        return problem::not_found().into_response();
    }
    if let Some(file) = WebApp::get(path) {
        return answer(path, file, &headers);
    }
    if path == "api" || NOT_PAGES.iter().any(|prefix| path.starts_with(prefix)) {
        return problem::not_found().into_response();
    }
    match WebApp::get(PAGE) {
        Some(page) => answer(PAGE, page, &headers),
        None => (StatusCode::NOT_FOUND, HINT).into_response(),
    }
}

fn answer(path: &str, file: EmbeddedFile, headers: &HeaderMap) -> Response {
    let tag = entity_tag(&file.metadata.sha256_hash());
    let known = headers.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    let caching = if path.starts_with(HASHED) { FOR_EVER } else { ASK_AGAIN };
    let shared = [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, caching)];
    if known.is_some_and(|tags| tag.to_str().is_ok_and(|tag| tags.contains(tag))) {
        return (StatusCode::NOT_MODIFIED, shared).into_response();
    }
    let media = HeaderValue::from_str(file.metadata.mimetype());
    let media = media.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    (shared, [(header::CONTENT_TYPE, media)], file.data).into_response()
}

fn entity_tag(hash: &[u8]) -> HeaderValue {
    let mut tag = String::from("\"");
    for byte in hash.iter().take(16) {
        // Writing to a String cannot fail.
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push('"');
    HeaderValue::from_str(&tag).unwrap_or(HeaderValue::from_static("\"\""))
}
