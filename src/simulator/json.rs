//! The simulated GitHub's JSON, in the shapes of <https://docs.github.com/rest>.

use serde_json::{Value, json};

use super::{
    outbox::Delivery,
    state::State,
    things::{Account, Comment, Repo, Review, Run, SimulatedIssue, SimulatedPull},
};
use crate::domain::Timestamp;

/// The only branch that pull requests go to.
pub(super) const MAIN: &str = "main";

/// GitHub's times are in whole seconds.
pub(super) fn seconds(at: Timestamp) -> String {
    let text = at.to_string();
    text.split_once('.').map_or(text.clone(), |(whole, _)| format!("{whole}Z"))
}

pub(super) fn account(account: &Account) -> Value {
    let kind = if account.login.ends_with("[bot]") { "Bot" } else { "User" };
    json!({ "id": account.id, "login": account.login, "type": kind })
}

pub(super) fn repo(state: &State, repo: &Repo) -> Value {
    json!({
        "id": repo.id,
        "name": repo.name.name(),
        "full_name": repo.name.as_str(),
        "private": repo.private,
        "html_url": format!("{}/{}", state.pages, repo.name),
        "url": format!("{}/repos/{}", state.origin, repo.name),
        "owner": { "login": repo.name.owner() },
        "default_branch": MAIN,
    })
}

pub(super) fn issue(state: &mut State, repo: &Repo, issue: &SimulatedIssue) -> Value {
    let author = state.account(&issue.author);
    json!({
        "id": issue.id,
        "number": issue.number,
        "url": format!("{}/repos/{}/issues/{}", state.origin, repo.name, issue.number),
        "html_url": format!("{}/{}/issues/{}", state.pages, repo.name, issue.number),
        "title": issue.title,
        "body": issue.body,
        "user": account(&author),
        "labels": issue.labels.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>(),
        "assignees": issue.assignees.iter().map(|login| json!({ "login": login })).collect::<Vec<_>>(),
        "comments": repo.comments.iter().filter(|it| it.number == issue.number).count(),
        "state": if issue.is_open { "open" } else { "closed" },
        "state_reason": issue.state_reason,
        "created_at": seconds(issue.created_at),
        "updated_at": seconds(issue.updated_at),
        "closed_at": issue.closed_at.map(seconds),
    })
}

/// A pull request as the list of issues shows it.
pub(super) fn pull_as_issue(state: &mut State, repo: &Repo, pull: &SimulatedPull) -> Value {
    let author = state.account(&pull.author);
    let url = format!("{}/{}/pull/{}", state.pages, repo.name, pull.number);
    json!({
        "id": pull.id,
        "number": pull.number,
        "html_url": url,
        "title": pull.title,
        "body": pull.body,
        "user": account(&author),
        "state": if pull.is_open { "open" } else { "closed" },
        "created_at": seconds(pull.created_at),
        "updated_at": seconds(pull.updated_at),
        "pull_request": { "html_url": url, "merged_at": pull.merged_at.map(seconds) },
    })
}

pub(super) fn pull(state: &mut State, base: &Repo, pull: &SimulatedPull) -> Value {
    let mut json = pull_in_list(state, base, pull);
    if let Some(fields) = json.as_object_mut() {
        fields.insert("merged".to_owned(), pull.merged_at.is_some().into());
    }
    json
}

/// A pull request as the list of pull requests shows it: without what GitHub would have to work out.
pub(super) fn pull_in_list(state: &mut State, base: &Repo, pull: &SimulatedPull) -> Value {
    let author = state.account(&pull.author);
    let base_repo = repo(state, base);
    let head_repo = if pull.is_from_fork {
        json!({ "id": pull.id + 1_000_000, "full_name": format!("{}/{}", pull.author, base.name.name()) })
    } else {
        base_repo.clone()
    };
    json!({
        "id": pull.id,
        "number": pull.number,
        "url": format!("{}/repos/{}/pulls/{}", state.origin, base.name, pull.number),
        "html_url": format!("{}/{}/pull/{}", state.pages, base.name, pull.number),
        "title": pull.title,
        "body": pull.body,
        "user": account(&author),
        "author_association": pull.author_association,
        "state": if pull.is_open { "open" } else { "closed" },
        "draft": pull.draft,
        "merged_at": pull.merged_at.map(seconds),
        "merge_commit_sha": merge_commit(pull),
        "head": { "ref": pull.branch, "sha": pull.head_sha, "repo": head_repo },
        "base": { "ref": MAIN, "sha": "0".repeat(40), "repo": base_repo },
        "created_at": seconds(pull.created_at),
        "updated_at": seconds(pull.updated_at),
        "closed_at": (!pull.is_open).then(|| seconds(pull.updated_at)),
    })
}

/// A comment on an issue, or on a pull request, which is an issue too.
pub(super) fn comment(state: &mut State, repo: &Repo, comment: &Comment) -> Value {
    let author = state.account(&comment.author);
    let Comment { id, number, body, at, .. } = comment;
    let kind = if repo.pulls.contains_key(number) { "pull" } else { "issues" };
    json!({
        "id": id,
        "url": format!("{}/repos/{}/issues/comments/{id}", state.origin, repo.name),
        "html_url": format!("{}/{}/{kind}/{number}#issuecomment-{id}", state.pages, repo.name),
        "issue_url": format!("{}/repos/{}/issues/{number}", state.origin, repo.name),
        "user": account(&author),
        "author_association": "MEMBER",
        "body": body,
        "created_at": seconds(*at),
        "updated_at": seconds(*at),
    })
}

/// A review; its state in upper case in answers and in lower case in webhooks, as on GitHub.
pub(super) fn review(state: &mut State, repo: &Repo, number: u64, review: &Review) -> Value {
    let author = state.account(&review.author);
    let url = format!("{}/{}/pull/{number}", state.pages, repo.name);
    json!({
        "id": review.id,
        "user": account(&author),
        "author_association": "MEMBER",
        "body": review.body,
        "state": review.state,
        "commit_id": review.commit,
        "submitted_at": seconds(review.at),
        "html_url": format!("{url}#pullrequestreview-{}", review.id),
        "pull_request_url": format!("{}/repos/{}/pulls/{number}", state.origin, repo.name),
    })
}

fn status(run: &Run) -> &'static str {
    if run.conclusion.is_some() { "completed" } else { "in_progress" }
}

fn app() -> Value {
    json!({ "id": 1, "slug": "simulated-checks", "name": "Simulated checks" })
}

/// The pull requests of a check. GitHub names none that come from a fork.
fn pulls_of(repo: &Repo, pull: &SimulatedPull) -> Value {
    if pull.is_from_fork {
        return json!([]);
    }
    let own = json!({ "id": repo.id, "name": repo.name.name() });
    json!([{
        "id": pull.id,
        "number": pull.number,
        "head": { "ref": pull.branch, "sha": pull.head_sha, "repo": own },
        "base": { "ref": MAIN, "sha": "0".repeat(40), "repo": own },
    }])
}

pub(super) fn run(state: &State, repo: &Repo, pull: &SimulatedPull, run: &Run) -> Value {
    json!({
        "id": run.id,
        "name": run.name,
        "head_sha": run.head_sha,
        "status": status(run),
        "conclusion": run.conclusion,
        "started_at": seconds(run.started_at),
        "completed_at": run.completed_at.map(seconds),
        "html_url": format!("{}/{}/pull/{}", state.pages, repo.name, pull.number),
        "check_suite": { "id": run.suite },
        "app": app(),
        "pull_requests": pulls_of(repo, pull),
    })
}

/// What the runs of one suite come to.
pub(super) fn suite(repo: &Repo, pull: &SimulatedPull, suite: u64) -> Option<Value> {
    let runs: Vec<&Run> = pull.runs.iter().filter(|run| run.suite == suite).collect();
    let last = runs.last()?;
    let has_ended = runs.iter().all(|run| run.conclusion.is_some());
    let has_failed = runs.iter().any(|run| run.conclusion != Some("success"));
    let conclusion = if has_failed { "failure" } else { "success" };
    let updated_at = runs.iter().map(|run| run.completed_at.unwrap_or(run.started_at)).max()?;
    Some(json!({
        "id": suite,
        "head_branch": pull.branch,
        "head_sha": last.head_sha,
        "status": if has_ended { "completed" } else { "in_progress" },
        "conclusion": has_ended.then_some(conclusion),
        "latest_check_runs_count": runs.len(),
        "app": app(),
        "pull_requests": pulls_of(repo, pull),
        "created_at": seconds(runs.first()?.started_at),
        "updated_at": seconds(updated_at),
    }))
}

/// A delivery, as the list of deliveries shows it.
pub(super) fn delivery(delivery: &Delivery) -> Value {
    let Delivery { id, hook, at, is_again, status } = delivery;
    let body: Value = serde_json::from_slice(&hook.body).unwrap_or_default();
    let words = match status {
        Some(200..=299) => "OK".to_owned(),
        Some(status) => format!("Invalid HTTP Response: {status}"),
        None => "timed out".to_owned(),
    };
    json!({
        "id": id,
        "guid": hook.id,
        "delivered_at": seconds(*at),
        "redelivery": is_again,
        "duration": 0.1,
        "status": words,
        "status_code": status.unwrap_or(0),
        "event": hook.event,
        "action": body.get("action"),
        "installation_id": null,
        "repository_id": body.pointer("/repository/id"),
        "throttled_at": null,
    })
}

/// An open pull request shows its trial merge under the same name.
fn merge_commit(pull: &SimulatedPull) -> String {
    let kind = if pull.merged_at.is_some() { "merge" } else { "trial" };
    commit(kind, pull.id)
}

/// Forty hexadecimal digits that are always the same for the same thing.
pub(super) fn commit(kind: &str, id: u64) -> String {
    let mixed = kind.bytes().fold(id, |mixed, byte| {
        (mixed ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3).rotate_left(17)
    });
    format!("{mixed:016x}{:016x}{:08x}", mixed.rotate_left(32), id & 0xffff_ffff)
}
