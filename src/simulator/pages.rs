//! The pages that links lead to. Each says plainly that this is no GitHub.

use std::{fmt::Write as _, sync::Arc};

use axum::{
    Router,
    extract::{Path, State as Shares},
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};

use super::{
    Shared,
    json::seconds,
    things::{Repo, SimulatedIssue, SimulatedPull},
};
use crate::domain::text::RepoName;

const POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'");

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:0 auto;padding:0 1rem 3rem}\
    .mark{background:#ffe9a8;color:#3d2c00;padding:.5rem 1rem;margin:0 -1rem 1.5rem;border-bottom:3px solid #b07d00}\
    h1 small{font-weight:400;opacity:.7}pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;\
    border:1px solid #8886;border-radius:.4rem;padding:.75rem 1rem}li{margin:.25rem 0}\
    @media(prefers-color-scheme:dark){body{background:#14171c;color:#e8eaed}a{color:#8ab4f8}}";

pub(super) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/", get(repos))
        .route("/{owner}/{name}", get(repo))
        .route("/{owner}/{name}/issues/{number}", get(issue))
        .route("/{owner}/{name}/pull/{number}", get(pull))
        .with_state(shared)
}

/// Text that is nothing but text in a page.
fn text(raw: &str) -> String {
    raw.chars().fold(String::with_capacity(raw.len()), |mut safe, c| {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(c),
        }
        safe
    })
}

fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let title = text(title);
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title} · simulated GitHub</title><style>{STYLE}</style>\
         <p class=\"mark\"><strong>Simulated GitHub.</strong> This page is a part of Taskwire's demo: \
         nothing here is on github.com.</p><main>{body}</main></html>"
    );
    (status, [(header::CONTENT_SECURITY_POLICY, POLICY)], Html(html)).into_response()
}

fn missing() -> Response {
    page(StatusCode::NOT_FOUND, "Nothing here", "<h1>There is nothing at this address</h1>")
}

/// The page of something in a repository. Who looks at it has no token, so what is private keeps
/// its words to itself.
fn in_repo(
    shares: &Shared,
    (owner, name): (&str, &str),
    show: impl FnOnce(&Repo, &str) -> Option<(String, String)>,
) -> Response {
    let Ok(name) = RepoName::try_from(format!("{owner}/{name}")) else { return missing() };
    let state = shares.state();
    let Some(repo) = state.repo(&name) else { return missing() };
    let home = format!("{}/{}", state.pages, repo.name);
    match show(repo, &home) {
        Some((title, body)) => {
            let way = format!("<p><a href=\"{home}\">{}</a></p>", text(repo.name.as_str()));
            page(StatusCode::OK, &title, &format!("{way}{body}"))
        }
        None => missing(),
    }
}

async fn repos(shares: Shares<Arc<Shared>>) -> Response {
    let state = shares.state();
    let rows = state.repos().map(|repo| {
        let kind = if repo.private { "private" } else { "public" };
        let name = text(repo.name.as_str());
        format!("<li><a href=\"{}/{name}\">{name}</a> ({kind})", state.pages)
    });
    let rows: String = rows.collect();
    page(StatusCode::OK, "Repositories", &format!("<h1>Repositories</h1><ul>{rows}</ul>"))
}

async fn repo(
    shares: Shares<Arc<Shared>>,
    Path((owner, name)): Path<(String, String)>,
) -> Response {
    in_repo(&shares, (&owner, &name), |repo, home| {
        let mut rows = String::new();
        for pull in repo.pulls.values().rev() {
            row(&mut rows, &format!("{home}/pull/{}", pull.number), &of_pull(repo, pull));
        }
        for issue in repo.issues.values().rev() {
            row(&mut rows, &format!("{home}/issues/{}", issue.number), &of_issue(repo, issue));
        }
        let body = format!("<h1>Pull requests and issues</h1><ul>{rows}</ul>");
        Some((repo.name.as_str().to_owned(), body))
    })
}

fn row(rows: &mut String, link: &str, (title, state): &(String, &str)) {
    // Writing to a String cannot fail.
    let _ = write!(rows, "<li><a href=\"{link}\">{}</a> ({state})", text(title));
}

/// A title and a state.
fn of_issue(repo: &Repo, issue: &SimulatedIssue) -> (String, &'static str) {
    let state = match (issue.is_open, issue.state_reason.as_deref()) {
        (true, _) => "open",
        (false, Some("not_planned")) => "closed as not planned",
        (false, _) => "closed",
    };
    (shown(repo, &issue.title, "Issue", issue.number), state)
}

fn of_pull(repo: &Repo, pull: &SimulatedPull) -> (String, &'static str) {
    let state = match (pull.merged_at, pull.is_open, pull.draft) {
        (Some(_), _, _) => "merged",
        (None, true, true) => "draft",
        (None, true, false) => "open",
        (None, false, _) => "closed",
    };
    (shown(repo, &pull.title, "Pull request", pull.number), state)
}

fn shown(repo: &Repo, title: &str, kind: &str, number: u64) -> String {
    if repo.private { format!("{kind} #{number}") } else { format!("{title} #{number}") }
}

fn words(repo: &Repo, raw: &str) -> String {
    if repo.private {
        "<p>This repository is private: its text is not shown here.</p>".to_owned()
    } else {
        format!("<pre>{}</pre>", text(raw))
    }
}

fn comments(repo: &Repo, number: u64) -> String {
    let mut said = String::new();
    for comment in repo.comments.iter().filter(|comment| comment.number == number) {
        let by = format!("{} commented, {}", comment.author, seconds(comment.at));
        let _ = write!(
            said,
            "<section id=\"issuecomment-{}\"><h2>{}</h2>{}</section>",
            comment.id,
            text(&by),
            words(repo, &comment.body)
        );
    }
    said
}

async fn issue(
    shares: Shares<Arc<Shared>>,
    Path((owner, name, number)): Path<(String, String, u64)>,
) -> Response {
    in_repo(&shares, (&owner, &name), |repo, _| {
        let issue = repo.issues.get(&number)?;
        let (title, state) = of_issue(repo, issue);
        let by =
            format!("Issue, {state}, filed by {}, {}", issue.author, seconds(issue.created_at));
        let body = format!(
            "<h1>{}</h1><p>{}</p>{}{}",
            text(&title),
            text(&by),
            words(repo, &issue.body),
            comments(repo, number)
        );
        Some((title, body))
    })
}

async fn pull(
    shares: Shares<Arc<Shared>>,
    Path((owner, name, number)): Path<(String, String, u64)>,
) -> Response {
    in_repo(&shares, (&owner, &name), |repo, _| {
        let pull = repo.pulls.get(&number)?;
        let (title, state) = of_pull(repo, pull);
        let by = format!(
            "Pull request, {state}, opened by {}, {}",
            pull.author,
            seconds(pull.created_at)
        );
        let mut checks = String::new();
        for run in pull.runs.iter().filter(|run| run.head_sha == pull.head_sha) {
            let outcome = run.conclusion.unwrap_or("in progress");
            let _ = write!(checks, "<li>{}: {outcome}", text(&run.name));
        }
        let mut reviews = String::new();
        for review in &pull.reviews {
            let verdict = review.state.replace('_', " ");
            let _ = write!(
                reviews,
                "<section id=\"pullrequestreview-{}\"><h2>{}: {verdict}</h2>{}</section>",
                review.id,
                text(&review.author),
                words(repo, &review.body)
            );
        }
        let body = format!(
            "<h1>{}</h1><p>{}</p>{}<ul>{checks}</ul>{reviews}{}",
            text(&title),
            text(&by),
            words(repo, &pull.body),
            comments(repo, number)
        );
        Some((title, body))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_write_is_no_markup() {
        assert_eq!(text("<a href=\"x\">'&'"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;");
    }
}
