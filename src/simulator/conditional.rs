//! Conditional requests: what has not changed is not told again
//! (<https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api>).

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

const LARGEST_ANSWER: usize = 64 * 1024 * 1024;

/// Gives what is read an `ETag`, and answers 304 to whoever has it already.
pub(super) async fn conditional(request: Request, next: Next) -> Response {
    let known: Vec<HeaderValue> =
        request.headers().get_all(header::IF_NONE_MATCH).iter().cloned().collect();
    let is_read = request.method() == Method::GET;
    let answer = next.run(request).await;
    if !is_read || answer.status() != StatusCode::OK {
        return answer;
    }
    let (mut parts, body) = answer.into_parts();
    let Ok(bytes) = to_bytes(body, LARGEST_ANSWER).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let tag = tag(&parts.headers, &bytes);
    let is_known = known
        .iter()
        .filter_map(|list| list.to_str().ok())
        .any(|list| list.split(',').any(|known| known.trim() == "*" || weak(known) == weak(&tag)));
    if let Ok(tag) = tag.parse() {
        parts.headers.insert(header::ETAG, tag);
    }
    if is_known {
        parts.headers.remove(header::CONTENT_LENGTH);
        parts.headers.remove(header::CONTENT_TYPE);
        return (StatusCode::NOT_MODIFIED, parts.headers).into_response();
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// A page of a list is its rows and the pages around it.
fn tag(headers: &HeaderMap, body: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(headers.get(header::LINK).map_or(&[][..], HeaderValue::as_bytes));
    hash.update([0]);
    hash.update(body);
    format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(hash.finalize()))
}

fn weak(tag: &str) -> &str {
    tag.trim().trim_start_matches("W/")
}
