//! What webhooks say, in the shapes of
//! <https://docs.github.com/webhooks/webhook-events-and-payloads>.

use serde_json::{Value, json};

use super::{
    hook::Hook,
    json,
    state::State,
    things::{Comment, Repo, Review, Run, SimulatedIssue},
};
use crate::domain::{Timestamp, text::RepoName};

/// The hook of `event`, with what every payload has besides what is its own.
fn hook(
    (event, action): (&str, &str),
    (state, repo): (&mut State, &Repo),
    (number, sender): (u64, &str),
    own: Value,
    now: Timestamp,
) -> Hook {
    let sender = state.account(sender);
    let mut body = json!({
        "action": action,
        "repository": json::repo(state, repo),
        "sender": json::account(&sender),
    });
    if let (Some(body), Value::Object(own)) = (body.as_object_mut(), own) {
        body.extend(own);
    }
    Hook::new(event, number, body.to_string(), now)
}

pub(super) fn pull(
    state: &mut State,
    repo: &RepoName,
    number: u64,
    action: &str,
    now: Timestamp,
) -> Option<Hook> {
    let repo = state.repo(repo)?.clone();
    let pull = repo.pulls.get(&number)?;
    let own = json!({ "number": number, "pull_request": json::pull(state, &repo, pull) });
    Some(hook(("pull_request", action), (state, &repo), (number, &pull.author), own, now))
}

pub(super) fn issue(
    state: &mut State,
    repo: &RepoName,
    issue: &SimulatedIssue,
    (action, sender): (&str, &str),
    now: Timestamp,
) -> Option<Hook> {
    let repo = state.repo(repo)?.clone();
    let own = json!({ "issue": json::issue(state, &repo, issue) });
    Some(hook(("issues", action), (state, &repo), (issue.number, sender), own, now))
}

pub(super) fn comment(
    state: &mut State,
    repo: &RepoName,
    comment: &Comment,
    now: Timestamp,
) -> Option<Hook> {
    let repo = state.repo(repo)?.clone();
    let number = comment.number;
    let about = match (repo.issues.get(&number), repo.pulls.get(&number)) {
        (Some(issue), _) => json::issue(state, &repo, issue),
        (None, Some(pull)) => json::pull_as_issue(state, &repo, pull),
        (None, None) => return None,
    };
    let own = json!({ "issue": about, "comment": json::comment(state, &repo, comment) });
    Some(hook(("issue_comment", "created"), (state, &repo), (number, &comment.author), own, now))
}

pub(super) fn review(
    state: &mut State,
    repo: &RepoName,
    number: u64,
    review: &Review,
    now: Timestamp,
) -> Option<Hook> {
    let repo = state.repo(repo)?.clone();
    let pull = repo.pulls.get(&number)?;
    let own = json!({
        "review": json::review(state, &repo, number, review),
        "pull_request": json::pull_in_list(state, &repo, pull),
    });
    let action = if review.state == "dismissed" { "dismissed" } else { "submitted" };
    let event = ("pull_request_review", action);
    Some(hook(event, (state, &repo), (number, &review.author), own, now))
}

pub(super) fn run(
    state: &mut State,
    repo: &RepoName,
    number: u64,
    run: &Run,
    now: Timestamp,
) -> Option<Hook> {
    let repo = state.repo(repo)?.clone();
    let pull = repo.pulls.get(&number)?;
    let own = json!({ "check_run": json::run(state, &repo, pull, run) });
    let action = if run.conclusion.is_some() { "completed" } else { "created" };
    Some(hook(("check_run", action), (state, &repo), (number, &pull.author), own, now))
}

/// What a suite says once all its runs have ended.
pub(super) fn suite(
    state: &mut State,
    repo: &RepoName,
    number: u64,
    suite: u64,
    now: Timestamp,
) -> Option<Hook> {
    let repo = state.repo(repo)?.clone();
    let pull = repo.pulls.get(&number)?;
    let suite = json::suite(&repo, pull, suite)?;
    if suite.get("status").and_then(Value::as_str) != Some("completed") {
        return None;
    }
    let own = json!({ "check_suite": suite });
    Some(hook(("check_suite", "completed"), (state, &repo), (number, &pull.author), own, now))
}
