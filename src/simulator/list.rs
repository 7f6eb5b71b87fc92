//! Lists, page by page: a repository's issues, its pull requests, and what hangs on them.
//!
//! On GitHub the list of issues holds the pull requests too.

use serde::Deserialize;
use serde_json::Value;
use url::form_urlencoded;

use super::{json, state::State};
use crate::domain::{Timestamp, text::RepoName};

/// Which part of a list is asked for. What a list does not know it passes over, as GitHub does.
#[derive(Deserialize)]
#[serde(default)]
pub(super) struct Filter {
    state: String,
    creator: Option<String>,
    base: Option<String>,
    since: Option<Timestamp>,
    sort: String,
    direction: Option<String>,
    per_page: usize,
    page: usize,
}

impl Default for Filter {
    /// What GitHub takes for granted.
    fn default() -> Self {
        Self {
            state: "open".to_owned(),
            creator: None,
            base: None,
            since: None,
            sort: "created".to_owned(),
            direction: None,
            per_page: 30,
            page: 1,
        }
    }
}

/// One thing in a list, and what it is chosen and ordered by.
struct Row {
    number: u64,
    is_open: bool,
    author: String,
    created_at: Timestamp,
    updated_at: Timestamp,
    json: Value,
}

/// One page of a list.
pub(super) struct Page {
    pub(super) rows: Vec<Value>,
    /// The number of the last page.
    last: usize,
}

impl Filter {
    /// A page of the issues; `None` if there is no such repository.
    pub(super) fn issues(&self, state: &mut State, repo: &RepoName) -> Option<Page> {
        let mut rows = issues(state, repo)?;
        rows.retain(|row| self.is_recent(row.updated_at));
        rows.retain(|row| self.creator.as_ref().is_none_or(|login| row.author == *login));
        Some(self.ordered(rows, "desc"))
    }

    /// A page of the pull requests; `None` if there is no such repository.
    pub(super) fn pulls(&self, state: &mut State, repo: &RepoName) -> Option<Page> {
        let mut rows = pulls(state, repo)?;
        rows.retain(|_| self.base.as_deref().is_none_or(|base| base == json::MAIN));
        Some(self.ordered(rows, if self.sort == "created" { "desc" } else { "asc" }))
    }

    /// Whether what was touched at `at` is asked for.
    pub(super) fn is_recent(&self, at: Timestamp) -> bool {
        self.since.is_none_or(|since| at >= since)
    }

    /// A page of what is in its order already.
    pub(super) fn plain(&self, rows: Vec<Value>) -> Page {
        let size = self.per_page.clamp(1, 100);
        let before = self.page.saturating_sub(1).saturating_mul(size);
        let last = rows.len().div_ceil(size).max(1);
        Page { rows: rows.into_iter().skip(before).take(size).collect(), last }
    }

    fn ordered(&self, mut rows: Vec<Row>, usual_direction: &str) -> Page {
        rows.retain(|row| {
            let state = if row.is_open { "open" } else { "closed" };
            self.state == "all" || self.state == state
        });
        if self.sort == "updated" {
            rows.sort_by_key(|row| (row.updated_at, row.number));
        } else {
            rows.sort_by_key(|row| (row.created_at, row.number));
        }
        if self.direction.as_deref().unwrap_or(usual_direction) != "asc" {
            rows.reverse();
        }
        self.plain(rows.into_iter().map(|row| row.json).collect())
    }

    /// The `Link` header (RFC 8288) that leads from this page of the list at `path` to the others;
    /// `None` if there are no others. `query` is what this page was asked for with.
    pub(super) fn links(&self, path: &str, query: &str, page: &Page) -> Option<String> {
        let kept = || form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name != "page");
        let link = |number: usize, rel: &str| {
            let query = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(kept())
                .append_pair("page", &number.to_string())
                .finish();
            format!("<{path}?{query}>; rel=\"{rel}\"")
        };
        let mut links = Vec::new();
        if self.page > 1 {
            links.push(link(self.page - 1, "prev"));
        }
        if self.page < page.last {
            links.push(link(self.page + 1, "next"));
            links.push(link(page.last, "last"));
        }
        if self.page > 1 {
            links.push(link(1, "first"));
        }
        (!links.is_empty()).then(|| links.join(", "))
    }
}

fn issues(state: &mut State, repo: &RepoName) -> Option<Vec<Row>> {
    let repo = state.repo(repo)?.clone();
    let issues = repo.issues.values().map(|issue| Row {
        number: issue.number,
        is_open: issue.is_open,
        author: issue.author.clone(),
        created_at: issue.created_at,
        updated_at: issue.updated_at,
        json: json::issue(state, &repo, issue),
    });
    let mut rows: Vec<Row> = issues.collect();
    rows.extend(repo.pulls.values().map(|pull| Row {
        number: pull.number,
        is_open: pull.is_open,
        author: pull.author.clone(),
        created_at: pull.created_at,
        updated_at: pull.updated_at,
        json: json::pull_as_issue(state, &repo, pull),
    }));
    Some(rows)
}

fn pulls(state: &mut State, repo: &RepoName) -> Option<Vec<Row>> {
    let repo = state.repo(repo)?.clone();
    let pulls = repo.pulls.values().map(|pull| Row {
        number: pull.number,
        is_open: pull.is_open,
        author: pull.author.clone(),
        created_at: pull.created_at,
        updated_at: pull.updated_at,
        json: json::pull_in_list(state, &repo, pull),
    });
    Some(pulls.collect())
}
