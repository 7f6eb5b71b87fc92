//! The list of a repository's issues, page by page. On GitHub it holds the pull requests too.

use serde::Deserialize;
use serde_json::Value;
use url::form_urlencoded;

use super::{json, state::State};
use crate::domain::{Timestamp, text::RepoName};

/// Which part of the list is asked for.
#[derive(Deserialize)]
#[serde(default)]
pub(super) struct Filter {
    state: String,
    creator: Option<String>,
    since: Option<Timestamp>,
    direction: String,
    per_page: usize,
    page: usize,
}

impl Default for Filter {
    /// What GitHub takes for granted.
    fn default() -> Self {
        Self {
            state: "open".to_owned(),
            creator: None,
            since: None,
            direction: "desc".to_owned(),
            per_page: 30,
            page: 1,
        }
    }
}

struct Row {
    number: u64,
    is_open: bool,
    author: String,
    updated_at: Timestamp,
    json: Value,
}

impl Filter {
    /// The page, and whether there are more; `None` if there is no such repository.
    pub(super) fn page(&self, state: &mut State, repo: &RepoName) -> Option<(Vec<Value>, bool)> {
        let mut rows = rows(state, repo)?;
        rows.retain(|row| {
            let state = if row.is_open { "open" } else { "closed" };
            (self.state == "all" || self.state == state)
                && self.since.is_none_or(|since| row.updated_at >= since)
                && self.creator.as_ref().is_none_or(|login| row.author == *login)
        });
        rows.sort_by_key(|row| row.number);
        if self.direction != "asc" {
            rows.reverse();
        }
        let size = self.per_page.clamp(1, 100);
        let before = self.page.saturating_sub(1).saturating_mul(size);
        let has_more = rows.len() > before.saturating_add(size);
        let page = rows.into_iter().skip(before).take(size).map(|row| row.json).collect();
        Some((page, has_more))
    }

    /// The `Link` header that leads to the page after this one.
    pub(super) fn next_link(&self, origin: &str, repo: &RepoName) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query
            .append_pair("state", &self.state)
            .append_pair("direction", &self.direction)
            .append_pair("per_page", &self.per_page.to_string())
            .append_pair("page", &self.page.saturating_add(1).to_string());
        if let Some(creator) = &self.creator {
            query.append_pair("creator", creator);
        }
        if let Some(since) = self.since {
            query.append_pair("since", &since.to_string());
        }
        format!("<{origin}/repos/{repo}/issues?{}>; rel=\"next\"", query.finish())
    }
}

fn rows(state: &mut State, repo: &RepoName) -> Option<Vec<Row>> {
    let repo = state.repo(repo)?.clone();
    let issues = repo.issues.values().map(|issue| Row {
        number: issue.number,
        is_open: issue.is_open,
        author: issue.author.clone(),
        updated_at: issue.updated_at,
        json: json::issue(state, &repo, issue),
    });
    let mut rows: Vec<Row> = issues.collect();
    rows.extend(repo.pulls.values().map(|pull| Row {
        number: pull.number,
        is_open: pull.is_open,
        author: pull.author.clone(),
        updated_at: pull.updated_at,
        json: json::pull_as_issue(state, &repo, pull),
    }));
    Some(rows)
}
