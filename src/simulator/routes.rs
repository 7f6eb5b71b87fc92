//! The endpoints of GitHub's REST API that Taskwire uses.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    body::Body,
    extract::{Path, Query, RawQuery, Request, State as Shares},
    http::{StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use bytes::Bytes;
use futures_util::stream;
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serde_json::Value;

use super::{
    Shared,
    answer::{listed, not_found, refuse, visit},
    conditional::conditional,
    faults::Fault,
    json,
    list::Filter,
    pages, payload, talk,
    things::NewIssue,
};

type Repo = (String, String);
type Numbered = (String, String, u64);

pub(super) fn router(shared: Arc<Shared>) -> Router {
    let api = Router::new()
        .route("/user", get(user))
        .route("/repos/{owner}/{name}", get(repository))
        .route("/repositories/{id}", get(repository_by_id))
        .route("/repos/{owner}/{name}/issues", get(issues).post(file_issue))
        .route("/repos/{owner}/{name}/issues/{number}", get(issue).patch(patch_issue))
        .route(
            "/repos/{owner}/{name}/issues/{number}/comments",
            get(talk::comments).post(talk::comment),
        )
        .route("/repos/{owner}/{name}/pulls", get(pulls))
        .route("/repos/{owner}/{name}/pulls/{number}", get(pull))
        .route("/repos/{owner}/{name}/pulls/{number}/reviews", get(talk::reviews))
        .route("/repos/{owner}/{name}/commits/{commit}/check-runs", get(talk::runs))
        .route("/repos/{owner}/{name}/hooks", get(talk::hooks))
        .route("/repos/{owner}/{name}/hooks/{hook}/deliveries", get(talk::deliveries))
        .route(
            "/repos/{owner}/{name}/hooks/{hook}/deliveries/{delivery}/attempts",
            post(talk::redeliver),
        )
        .layer(from_fn(conditional))
        .layer(from_fn_with_state(Arc::clone(&shared), gatekeeper))
        .with_state(Arc::clone(&shared));
    api.merge(pages::router(shared))
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
        Some(Fault::Slow(by)) => {
            // Cancel-safe: nothing has been done yet.
            tokio::select! {
                () = tokio::time::sleep(by) => {}
                () = shares.shutdown.cancelled() => {}
            }
            next.run(request).await
        }
        Some(Fault::Exhausted(rest)) => exhausted(&shares, rest),
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

/// The primary rate limit: nothing is left until it is reset.
fn exhausted(shares: &Shared, rest: Duration) -> Response {
    let until = shares.now().plus(rest).as_millis().div_euclid(1_000);
    let mut answer = refuse(StatusCode::FORBIDDEN, "API rate limit exceeded");
    let headers = answer.headers_mut();
    headers.insert("x-ratelimit-remaining", 0.into());
    headers.insert("x-ratelimit-reset", until.into());
    let date = chrono::DateTime::from_timestamp_millis(shares.now().as_millis());
    let date = date.unwrap_or_default().format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(date) = date.parse() {
        headers.insert(header::DATE, date);
    }
    answer
}

async fn user(shares: Shares<Arc<Shared>>) -> Json<Value> {
    Json(json::account(&shares.state().me))
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
        let sender = issue.author.clone();
        let hook = payload::issue(state, repo, &issue, ("opened", &sender), now)?;
        shares.tell(state, &hook);
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
        let (issue, has_changed) = state.set_issue(repo, number, is_open, reason, now)?;
        if has_changed {
            let (action, sender) =
                (if is_open { "reopened" } else { "closed" }, state.me.login.clone());
            let hook = payload::issue(state, repo, &issue, (action, &sender), now)?;
            shares.tell(state, &hook);
        }
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
