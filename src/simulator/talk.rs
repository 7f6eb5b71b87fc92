//! The endpoints about what is said of issues and pull requests, and about webhooks.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, Query, RawQuery, State as Shares},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Shared,
    answer::{listed, refuse, visit},
    json,
    list::Filter,
    payload,
};

type Numbered = (String, String, u64);

pub(super) async fn comments(
    shares: Shares<Arc<Shared>>,
    Path((owner, name, number)): Path<Numbered>,
    Query(filter): Query<Filter>,
    RawQuery(query): RawQuery,
) -> Response {
    visit(&shares, (&owner, &name), &format!("/issues/{number}/comments"), |state, repo| {
        let found = state.repo(repo)?.clone();
        if !found.issues.contains_key(&number) && !found.pulls.contains_key(&number) {
            return None;
        }
        let of_it = found.comments.iter().filter(|comment| comment.number == number);
        let rows = of_it.filter(|comment| filter.is_recent(comment.at));
        let rows = rows.map(|comment| json::comment(state, &found, comment)).collect();
        let path = format!("{}/repos/{repo}/issues/{number}/comments", state.origin);
        Some(listed(&filter, &path, query.as_deref(), filter.plain(rows)))
    })
}

#[derive(Deserialize)]
pub(super) struct NewComment {
    body: String,
}

pub(super) async fn comment(
    shares: Shares<Arc<Shared>>,
    Path((owner, name, number)): Path<Numbered>,
    Json(new): Json<NewComment>,
) -> Response {
    if new.body.trim().is_empty() {
        return refuse(StatusCode::UNPROCESSABLE_ENTITY, "Validation Failed");
    }
    let now = shares.now();
    visit(&shares, (&owner, &name), &format!("/issues/{number}/comments"), |state, repo| {
        let author = state.me.login.clone();
        let comment = state.comment(repo, number, &author, &new.body, now)?;
        let hook = payload::comment(state, repo, &comment, now)?;
        shares.tell(state, &hook);
        let repo = state.repo(repo)?.clone();
        let answer = Json(json::comment(state, &repo, &comment));
        Some((StatusCode::CREATED, answer).into_response())
    })
}

pub(super) async fn reviews(
    shares: Shares<Arc<Shared>>,
    Path((owner, name, number)): Path<Numbered>,
    Query(filter): Query<Filter>,
    RawQuery(query): RawQuery,
) -> Response {
    visit(&shares, (&owner, &name), &format!("/pulls/{number}/reviews"), |state, repo| {
        let found = state.repo(repo)?.clone();
        let reviews = &found.pulls.get(&number)?.reviews;
        let rows = reviews.iter().map(|review| {
            let mut json = json::review(state, &found, number, review);
            if let Some(fields) = json.as_object_mut() {
                fields.insert("state".to_owned(), review.state.to_uppercase().into());
            }
            json
        });
        let rows = rows.collect();
        let path = format!("{}/repos/{repo}/pulls/{number}/reviews", state.origin);
        Some(listed(&filter, &path, query.as_deref(), filter.plain(rows)))
    })
}

/// The check runs of a commit.
pub(super) async fn runs(
    shares: Shares<Arc<Shared>>,
    Path((owner, name, commit)): Path<(String, String, String)>,
    Query(filter): Query<Filter>,
    RawQuery(query): RawQuery,
) -> Response {
    visit(&shares, (&owner, &name), &format!("/commits/{commit}/check-runs"), |state, repo| {
        let found = state.repo(repo)?.clone();
        let runs = found.pulls.values().flat_map(|pull| {
            let of_it = pull.runs.iter().filter(|run| run.head_sha == commit);
            of_it.map(move |run| (pull, run))
        });
        let rows: Vec<Value> =
            runs.map(|(pull, run)| json::run(state, &found, pull, run)).collect();
        let total = rows.len();
        let path = format!("{}/repos/{repo}/commits/{commit}/check-runs", state.origin);
        let page = filter.plain(rows);
        let wrapped = json!({ "total_count": total, "check_runs": page.rows });
        let mut answer = listed(&filter, &path, query.as_deref(), page);
        *answer.body_mut() = wrapped.to_string().into();
        Some(answer)
    })
}

pub(super) async fn hooks(
    shares: Shares<Arc<Shared>>,
    Path((owner, name)): Path<(String, String)>,
) -> Response {
    visit(&shares, (&owner, &name), "/hooks", |state, repo| {
        state.repo(repo)?;
        let hooks = state.outbox.address.iter().map(|address| {
            json!({
                "id": address.id,
                "type": "Repository",
                "name": "web",
                "active": true,
                "events": ["*"],
                "config": { "url": address.url.as_str(), "content_type": "json" },
            })
        });
        Some(Json(hooks.collect::<Vec<_>>()).into_response())
    })
}

pub(super) async fn deliveries(
    shares: Shares<Arc<Shared>>,
    Path((owner, name, hook)): Path<Numbered>,
    Query(filter): Query<Filter>,
) -> Response {
    visit(&shares, (&owner, &name), &format!("/hooks/{hook}/deliveries"), |state, repo| {
        state.repo(repo)?;
        state.outbox.address.as_ref().filter(|address| address.id == hook)?;
        let newest_first = state.outbox.deliveries.iter().rev().map(json::delivery).collect();
        Some(Json(filter.plain(newest_first).rows).into_response())
    })
}

/// Delivers once more, under the same `X-GitHub-Delivery`.
pub(super) async fn redeliver(
    shares: Shares<Arc<Shared>>,
    Path((owner, name, hook, delivery)): Path<(String, String, u64, u64)>,
) -> Response {
    let rest = format!("/hooks/{hook}/deliveries/{delivery}/attempts");
    let answer = visit(&shares, (&owner, &name), &rest, |state, repo| {
        state.repo(repo)?;
        state.outbox.address.as_ref().filter(|address| address.id == hook)?;
        let known = state.outbox.deliveries.iter().find(|known| known.id == delivery)?;
        let again = known.hook.clone();
        state.outbox.put_again(again);
        Some((StatusCode::ACCEPTED, Json(json!({}))).into_response())
    });
    shares.wake.notify_one();
    answer
}
