//! How the simulated GitHub answers.

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{
    Shared,
    list::{Filter, Page},
    state::State,
};
use crate::domain::text::RepoName;

/// GitHub's form of an error.
pub(super) fn refuse(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({ "message": message, "documentation_url": "" }))).into_response()
}

pub(super) fn not_found() -> Response {
    refuse(StatusCode::NOT_FOUND, "Not Found")
}

/// What a request to a repository's address finds.
pub(super) fn visit(
    shares: &Shared,
    (owner, name): (&str, &str),
    rest: &str,
    act: impl FnOnce(&mut State, &RepoName) -> Option<Response>,
) -> Response {
    let Ok(repo) = RepoName::try_from(format!("{owner}/{name}")) else { return not_found() };
    let mut state = shares.state();
    match state.moved(&repo) {
        Some(id) => {
            let location = format!("{}/repositories/{id}{rest}", state.origin);
            let mut answer = refuse(StatusCode::TEMPORARY_REDIRECT, "Moved");
            if let Ok(location) = location.parse() {
                answer.headers_mut().insert(header::LOCATION, location);
            }
            answer
        }
        None => act(&mut state, &repo).unwrap_or_else(not_found),
    }
}

/// A page of a list, with the way to the others.
pub(super) fn listed(filter: &Filter, path: &str, query: Option<&str>, page: Page) -> Response {
    let links = filter.links(path, query.unwrap_or_default(), &page);
    let mut answer = Json(page.rows).into_response();
    if let Some(links) = links.and_then(|links| links.parse().ok()) {
        answer.headers_mut().insert(header::LINK, links);
    }
    answer
}
