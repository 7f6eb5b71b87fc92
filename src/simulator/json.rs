//! The simulated GitHub's JSON.

use serde_json::{Value, json};

use super::state::{Account, SimulatedIssue, SimulatedPull, SimulatedRepo, State};
use crate::domain::Timestamp;

/// The only branch that pull requests go to.
pub(super) const MAIN: &str = "main";

/// GitHub's times are in whole seconds.
fn seconds(at: Timestamp) -> String {
    let text = at.to_string();
    text.split_once('.').map_or(text.clone(), |(whole, _)| format!("{whole}Z"))
}

pub(super) fn account(account: &Account) -> Value {
    json!({ "id": account.id, "login": account.login, "type": "User" })
}

pub(super) fn repo(state: &State, repo: &SimulatedRepo) -> Value {
    json!({
        "id": repo.id,
        "name": repo.name.name(),
        "full_name": repo.name.as_str(),
        "private": repo.private,
        "html_url": format!("{}/{}", state.origin, repo.name),
        "url": format!("{}/repos/{}", state.origin, repo.name),
        "owner": { "login": repo.name.owner() },
        "default_branch": MAIN,
    })
}

pub(super) fn issue(state: &mut State, repo: &SimulatedRepo, issue: &SimulatedIssue) -> Value {
    let author = state.account(&issue.author);
    json!({
        "id": issue.id,
        "number": issue.number,
        "url": format!("{}/repos/{}/issues/{}", state.origin, repo.name, issue.number),
        "html_url": format!("{}/{}/issues/{}", state.origin, repo.name, issue.number),
        "title": issue.title,
        "body": issue.body,
        "user": account(&author),
        "labels": issue.labels.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>(),
        "assignees": issue.assignees.iter().map(|login| json!({ "login": login })).collect::<Vec<_>>(),
        "state": if issue.is_open { "open" } else { "closed" },
        "state_reason": issue.state_reason,
        "created_at": seconds(issue.created_at),
        "updated_at": seconds(issue.updated_at),
        "closed_at": issue.closed_at.map(seconds),
    })
}

/// A pull request as the list of issues shows it.
pub(super) fn pull_as_issue(
    state: &mut State,
    repo: &SimulatedRepo,
    pull: &SimulatedPull,
) -> Value {
    let author = state.account(&pull.author);
    let url = format!("{}/{}/pull/{}", state.origin, repo.name, pull.number);
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

pub(super) fn pull(state: &mut State, base: &SimulatedRepo, pull: &SimulatedPull) -> Value {
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
        "html_url": format!("{}/{}/pull/{}", state.origin, base.name, pull.number),
        "title": pull.title,
        "body": pull.body,
        "user": account(&author),
        "author_association": pull.author_association,
        "state": if pull.is_open { "open" } else { "closed" },
        "draft": pull.draft,
        "merged": pull.merged_at.is_some(),
        "merged_at": pull.merged_at.map(seconds),
        "merge_commit_sha": merge_commit(pull),
        "head": { "ref": pull.branch, "sha": pull.head_sha, "repo": head_repo },
        "base": { "ref": MAIN, "sha": "0".repeat(40), "repo": base_repo },
        "created_at": seconds(pull.created_at),
        "updated_at": seconds(pull.updated_at),
        "closed_at": (!pull.is_open).then(|| seconds(pull.updated_at)),
    })
}

/// A pull request as the list of pull requests shows it: without what GitHub would have to work out.
pub(super) fn pull_in_list(
    state: &mut State,
    base: &SimulatedRepo,
    shown: &SimulatedPull,
) -> Value {
    let mut json = pull(state, base, shown);
    if let Some(fields) = json.as_object_mut() {
        fields.remove("merged");
    }
    json
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
