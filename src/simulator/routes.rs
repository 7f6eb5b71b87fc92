//! The endpoints of GitHub's REST API that Taskwire uses.

use std::sync::Arc;

use axum::{
    Json, Router,
    body::Body,
    extract::{Path, Query, RawQuery, Request, State as Shares},
    http::{StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::get,
};
use bytes::Bytes;
use futures_util::stream;
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Shared,
    conditional::conditional,
    faults::Fault,
    json,
    list::{Filter, Page},
    state::{NewIssue, State},
};
use crate::domain::text::RepoName;

type Repo = (String, String);
type Numbered = (String, String, u64);

pub(super) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/user", get(user))
        .route("/repos/{owner}/{name}", get(repository))
        .route("/repositories/{id}", get(repository_by_id))
        .route("/repos/{owner}/{name}/issues", get(issues).post(file_issue))
        .route("/repos/{owner}/{name}/issues/{number}", get(issue).patch(patch_issue))
        .route("/repos/{owner}/{name}/pulls", get(pulls))
        .route("/repos/{owner}/{name}/pulls/{number}", get(pull))
        .layer(from_fn(conditional))
        .layer(from_fn_with_state(Arc::clone(&shared), gatekeeper))
        .with_state(shared)
}

/// GitHub's form of an error.
fn refuse(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({ "message": message, "documentation_url": "" }))).into_response()
}

fn not_found() -> Response {
    refuse(StatusCode::NOT_FOUND, "Not Found")
}

/// Who is it, and is a fault planned?
async fn gatekeeper(shares: Shares<Arc<Shared>>, request: Request, next: Next) -> Response {
    let token = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if token != Some(format!("Bearer {}", shares.token.expose_secret()).as_str()) {
        return refuse(StatusCode::UNAUTHORIZED, "Bad credentials");
    }
    let fault = shares.state().faults.pop_front();
    match fault {
        None => next.run(request).await,
        Some(Fault::Status(status)) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            refuse(status, "Simulated failure")
        }
        Some(Fault::Limit(rest)) => {
            let message =
                "You have exceeded a secondary rate limit. Please wait before you try again.";
            let mut answer = refuse(StatusCode::FORBIDDEN, message);
            answer.headers_mut().insert(header::RETRY_AFTER, rest.as_secs().into());
            answer
        }
        Some(Fault::Break) => {
            let answer = next.run(request).await;
            let broken = stream::iter([
                Ok(Bytes::from_static(b"{")),
                Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset)),
            ]);
            (answer.status(), Body::from_stream(broken)).into_response()
        }
    }
}

async fn user(shares: Shares<Arc<Shared>>) -> Json<Value> {
    Json(json::account(&shares.state().me))
}

/// What a request to a repository's address finds.
fn visit(
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

async fn repository(shares: Shares<Arc<Shared>>, Path((owner, name)): Path<Repo>) -> Response {
    visit(&shares, (&owner, &name), "", |state, repo| {
        Some(Json(json::repo(state, state.repo(repo)?)).into_response())
    })
}

async fn repository_by_id(shares: Shares<Arc<Shared>>, Path(id): Path<u64>) -> Response {
    let state = shares.state();
    match state.repo_by_id(id) {
        Some(repo) => Json(json::repo(&state, repo)).into_response(),
        None => not_found(),
    }
}

async fn issues(
    shares: Shares<Arc<Shared>>,
    Path((owner, name)): Path<Repo>,
    Query(filter): Query<Filter>,
    RawQuery(query): RawQuery,
) -> Response {
    visit(&shares, (&owner, &name), "/issues", |state, repo| {
        let page = filter.issues(state, repo)?;
        let path = format!("{}/repos/{repo}/issues", state.origin);
        Some(listed(&filter, &path, query.as_deref(), page))
    })
}

async fn pulls(
    shares: Shares<Arc<Shared>>,
    Path((owner, name)): Path<Repo>,
    Query(filter): Query<Filter>,
    RawQuery(query): RawQuery,
) -> Response {
    visit(&shares, (&owner, &name), "/pulls", |state, repo| {
        let page = filter.pulls(state, repo)?;
        let path = format!("{}/repos/{repo}/pulls", state.origin);
        Some(listed(&filter, &path, query.as_deref(), page))
    })
}

/// A page of a list, with the way to the others.
fn listed(filter: &Filter, path: &str, query: Option<&str>, page: Page) -> Response {
    let links = filter.links(path, query.unwrap_or_default(), &page);
    let mut answer = Json(page.rows).into_response();
    if let Some(links) = links.and_then(|links| links.parse().ok()) {
        answer.headers_mut().insert(header::LINK, links);
    }
    answer
}

#[derive(Deserialize)]
struct Draft {
    title: String,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    labels: Vec<String>,
    #[serde(default)]
    assignees: Vec<String>,
}

async fn file_issue(
    shares: Shares<Arc<Shared>>,
    Path((owner, name)): Path<Repo>,
    Json(draft): Json<Draft>,
) -> Response {
    if draft.title.trim().is_empty() {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "Validation Failed");
    }
    let now = shares.now();
    let answer = visit(&shares, (&owner, &name), "/issues", |state, repo| {
        let draft = NewIssue {
            author: state.me.login.clone(),
            title: draft.title,
            body: draft.body.unwrap_or_default(),
            labels: draft.labels,
            assignees: draft.assignees,
        };
        let issue = state.file(repo, draft, now)?;
        let repo = state.repo(repo)?.clone();
        Some((StatusCode::CREATED, Json(json::issue(state, &repo, &issue))).into_response())
    });
    let mut held = shares.state().posts_held.subscribe();
    tokio::select! {
        // Cancel-safe: a watch loses nothing. Its sender lives as long as the state.
        _ = held.wait_for(|held| !held) => {}
        () = shares.shutdown.cancelled() => {}
    }
    answer
}

async fn issue(
    shares: Shares<Arc<Shared>>,
    Path((owner, name, number)): Path<Numbered>,
) -> Response {
    visit(&shares, (&owner, &name), &format!("/issues/{number}"), |state, repo| {
        let repo = state.repo(repo)?.clone();
        let issue = repo.issues.get(&number)?;
        Some(Json(json::issue(state, &repo, issue)).into_response())
    })
}

#[derive(Deserialize)]
struct Patch {
    state: Option<String>,
    state_reason: Option<String>,
}

async fn patch_issue(
    shares: Shares<Arc<Shared>>,
    Path((owner, name, number)): Path<Numbered>,
    Json(patch): Json<Patch>,
) -> Response {
    let now = shares.now();
    visit(&shares, (&owner, &name), &format!("/issues/{number}"), |state, repo| {
        let is_open = patch.state.as_deref() != Some("closed");
        let usual = if is_open { "reopened" } else { "completed" };
        let reason = patch.state_reason.as_deref().unwrap_or(usual);
        let issue = state.set_issue(repo, number, is_open, reason, now)?;
        let repo = state.repo(repo)?.clone();
        Some(Json(json::issue(state, &repo, &issue)).into_response())
    })
}

async fn pull(
    shares: Shares<Arc<Shared>>,
    Path((owner, name, number)): Path<Numbered>,
) -> Response {
    visit(&shares, (&owner, &name), &format!("/pulls/{number}"), |state, repo| {
        let repo = state.repo(repo)?.clone();
        let pull = repo.pulls.get(&number)?;
        Some(Json(json::pull(state, &repo, pull)).into_response())
    })
}
