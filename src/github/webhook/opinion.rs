//! What people and machines say about a pull request or an issue: reviews, checks, comments.

use serde::Deserialize;

use super::{
    Malformed,
    parse::{Sender, is_used, name_of, parse},
};
use crate::{
    domain::{CheckReport, Fact, PullKey, ReviewState, Timestamp, text::RepoName},
    github::wire,
};

/// What a check says, of which commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::github) struct CheckNews {
    /// The login of whoever caused it.
    pub(in crate::github) sender: String,
    /// GitHub's id of the repository it ran in, which pull requests go to.
    pub(in crate::github) repo_id: u64,
    /// The commit.
    pub(in crate::github) head_sha: String,
    /// What it says.
    pub(in crate::github) report: CheckReport,
}

/// A comment, and what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::github) struct CommentNews {
    /// The login of whoever wrote it.
    pub(in crate::github) sender: String,
    /// The repository.
    pub(in crate::github) repo: RepoName,
    /// The number of the issue; none if it is a pull request.
    pub(in crate::github) issue: Option<u64>,
    /// The pull request, if it is one.
    pub(in crate::github) pull: Option<PullKey>,
    /// The comment.
    pub(in crate::github) fact: Fact,
}

#[derive(Deserialize)]
struct Repo {
    id: u64,
    full_name: RepoName,
}

#[derive(Deserialize)]
struct RepoId {
    id: u64,
}

/// A review: GitHub's id, what it says, and when.
type Review = (u64, ReviewState, Option<Timestamp>);

pub(super) fn review(json: &[u8]) -> Result<Option<(wire::Pull, String, Review)>, Malformed> {
    #[derive(Deserialize)]
    struct Payload {
        review: Told,
        pull_request: wire::Pull,
        sender: Option<Sender>,
    }
    #[derive(Deserialize)]
    struct Told {
        id: u64,
        state: String,
        submitted_at: Option<Timestamp>,
    }
    if !is_used(json, &["submitted", "dismissed"])? {
        return Ok(None);
    }
    let Payload { review, pull_request, sender } = parse(json)?;
    let state = match review.state.to_ascii_lowercase().as_str() {
        "approved" => ReviewState::Approved,
        "changes_requested" => ReviewState::ChangesRequested,
        "commented" => ReviewState::Commented,
        "dismissed" => ReviewState::Dismissed,
        _ => return Ok(None),
    };
    Ok(Some((pull_request, name_of(sender), (review.id, state, review.submitted_at))))
}

pub(super) fn run(json: &[u8]) -> Result<Option<CheckNews>, Malformed> {
    #[derive(Deserialize)]
    struct Payload {
        check_run: wire::Run,
        repository: RepoId,
        sender: Option<Sender>,
    }
    if !is_used(json, &["created", "completed"])? {
        return Ok(None);
    }
    let Payload { check_run, repository, sender } = parse(json)?;
    let report = check_run.report();
    let (sender, repo_id, head_sha) = (name_of(sender), repository.id, check_run.head_sha);
    Ok(Some(CheckNews { sender, repo_id, head_sha, report }))
}

pub(super) fn suite(json: &[u8]) -> Result<Option<CheckNews>, Malformed> {
    #[derive(Deserialize)]
    struct Payload {
        check_suite: wire::Suite,
        repository: RepoId,
        sender: Option<Sender>,
    }
    if !is_used(json, &["completed"])? {
        return Ok(None);
    }
    let Payload { check_suite, repository, sender } = parse(json)?;
    let report = check_suite.report();
    let (sender, repo_id, head_sha) = (name_of(sender), repository.id, check_suite.head_sha);
    Ok(Some(CheckNews { sender, repo_id, head_sha, report }))
}

pub(super) fn comment(json: &[u8]) -> Result<Option<CommentNews>, Malformed> {
    #[derive(Deserialize)]
    struct Payload {
        issue: Issue,
        comment: Told,
        repository: Repo,
        sender: Option<Sender>,
    }
    #[derive(Deserialize)]
    struct Issue {
        number: u64,
        /// There if the "issue" is a pull request.
        pull_request: Option<serde::de::IgnoredAny>,
    }
    #[derive(Deserialize)]
    struct Told {
        id: u64,
        html_url: String,
        body: Option<String>,
        created_at: Timestamp,
    }
    if !is_used(json, &["created"])? {
        return Ok(None);
    }
    let Payload { issue, comment, repository, sender } = parse(json)?;
    let is_pull = issue.pull_request.is_some();
    let key = PullKey { repo_id: repository.id, number: issue.number };
    Ok(Some(CommentNews {
        sender: name_of(sender),
        repo: repository.full_name,
        issue: (!is_pull).then_some(issue.number),
        pull: is_pull.then_some(key),
        fact: Fact::IssueComment {
            object_id: comment.id,
            text: comment.body.unwrap_or_default(),
            url: comment.html_url,
            at: comment.created_at,
        },
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::Checks;

    fn bytes(json: &Value) -> Vec<u8> {
        json.to_string().into_bytes()
    }

    fn check(status: &str, conclusion: Option<&str>) -> Value {
        json!({
            "action": if status == "completed" { "completed" } else { "created" },
            "check_run": {
                "id": 5, "name": "build", "head_sha": "abc", "status": status,
                "conclusion": conclusion, "started_at": "2026-11-20T17:24:00Z",
                "completed_at": null, "check_suite": { "id": 9 },
            },
            "repository": { "id": 7 },
        })
    }

    #[test]
    fn a_check_passes_fails_or_is_under_way() {
        let outcome =
            |status, conclusion| run(&bytes(&check(status, conclusion))).unwrap().unwrap().report;
        for status in ["queued", "in_progress", "waiting"] {
            assert_eq!(outcome(status, None).outcome, Checks::Pending);
        }
        for conclusion in ["success", "neutral", "skipped"] {
            assert_eq!(outcome("completed", Some(conclusion)).outcome, Checks::Passing);
        }
        for conclusion in ["failure", "timed_out", "cancelled", "action_required", "stale"] {
            assert_eq!(outcome("completed", Some(conclusion)).outcome, Checks::Failing);
        }
    }

    #[test]
    fn a_check_needs_little_to_be_understood() {
        let mut lean = check("completed", Some("success"));
        let fields = lean["check_run"].as_object_mut().unwrap();
        for field in ["check_suite", "started_at"] {
            fields.remove(field).unwrap();
        }
        let news = run(&bytes(&lean)).unwrap().unwrap();
        assert_eq!((news.repo_id, news.head_sha.as_str()), (7, "abc"));
        assert_eq!((news.sender.as_str(), news.report.run.suite_id), ("ghost", 0));
    }

    #[test]
    fn a_suite_speaks_for_itself() {
        let json = json!({
            "action": "completed",
            "check_suite": {
                "id": 9, "head_sha": "abc", "status": "completed", "conclusion": "failure",
                "updated_at": "2026-11-20T17:24:00Z",
            },
            "repository": { "id": 7, "full_name": "acme/shop" },
        });
        let report = suite(&bytes(&json)).unwrap().unwrap().report;
        assert_eq!((report.run.suite_id, report.run.name), (9, None));
        assert_eq!(report.outcome, Checks::Failing);
    }

    #[test]
    fn a_comment_is_on_an_issue_or_on_a_pull_request() {
        let mut json = json!({
            "action": "created",
            "issue": { "number": 42 },
            "comment": {
                "id": 3, "html_url": "https://github.com/x", "body": "Hello",
                "created_at": "2026-11-20T17:24:00Z",
            },
            "repository": { "id": 7, "full_name": "acme/shop" },
            "sender": { "login": "octocat" },
        });
        let on_issue = comment(&bytes(&json)).unwrap().unwrap();
        assert_eq!((on_issue.issue, on_issue.pull), (Some(42), None));
        json["issue"]["pull_request"] = json!({});
        let on_pull = comment(&bytes(&json)).unwrap().unwrap();
        assert_eq!((on_pull.issue, on_pull.pull), (None, Some(PullKey { repo_id: 7, number: 42 })));
        json["action"] = "edited".into();
        assert_eq!(comment(&bytes(&json)), Ok(None));
    }
}
