//! From a webhook's JSON to facts.

use serde::{Deserialize, de::IgnoredAny};

use super::{
    Malformed,
    opinion::{self, CheckNews, CommentNews},
    parse::{Sender, is_used, name_of, parse},
};
use crate::{
    domain::{Fact, PullRequest, PullState, Timestamp, text::RepoName},
    github::wire,
};

/// What a webhook is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::github) enum Incoming {
    /// GitHub tries whether anybody is there.
    Ping,
    /// A pull request, as it is now.
    Pull(PullNews),
    /// A review of a pull request, with the pull request as it is now.
    Review {
        /// The pull request.
        news: PullNews,
        /// The review.
        fact: Fact,
    },
    /// What a check says.
    Checks(CheckNews),
    /// A comment on an issue or a pull request.
    Comment(CommentNews),
    /// An issue.
    Issue {
        /// The login of whoever did it.
        sender: String,
        /// The issue's repository.
        repo: RepoName,
        /// The issue's number.
        number: u64,
        /// What happened to it.
        fact: Fact,
    },
}

/// A pull request as GitHub describes it, with what links it to tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PullNews {
    /// The login of whoever did it.
    pub(in crate::github) sender: String,
    /// The pull request.
    pub(in crate::github) pull: PullRequest,
    /// What its author wrote.
    pub(in crate::github) body: String,
    /// The branch it comes from.
    pub(in crate::github) branch: String,
    /// It comes from another repository than it goes to.
    pub(in crate::github) is_from_fork: bool,
    /// GitHub calls its author an owner, member or collaborator of the repository.
    pub(in crate::github) is_by_insider: bool,
}

/// What an event of GitHub's says, if it says anything that is used. Any event must be JSON; one
/// that is not used may have any shape.
pub(in crate::github) fn read(event: &str, json: &[u8]) -> Result<Option<Incoming>, Malformed> {
    match event {
        "pull_request" => pull_request(json),
        "issues" => issue(json),
        "pull_request_review" => Ok(opinion::review(json)?.map(|(pull, sender, review)| {
            let news = PullNews::new(pull, sender);
            let (object_id, state, at) = review;
            let at = at.unwrap_or(news.pull.updated_at);
            let fact = Fact::Review { pull: news.pull.key, object_id, state, at };
            Incoming::Review { news, fact }
        })),
        "check_run" => Ok(opinion::run(json)?.map(Incoming::Checks)),
        "check_suite" => Ok(opinion::suite(json)?.map(Incoming::Checks)),
        "issue_comment" => Ok(opinion::comment(json)?.map(Incoming::Comment)),
        other => {
            parse::<IgnoredAny>(json)?;
            Ok((other == "ping").then_some(Incoming::Ping))
        }
    }
}

fn pull_request(json: &[u8]) -> Result<Option<Incoming>, Malformed> {
    #[derive(Deserialize)]
    struct Payload {
        pull_request: wire::Pull,
        sender: Option<Sender>,
    }
    let used = [
        "opened",
        "reopened",
        "ready_for_review",
        "converted_to_draft",
        "edited",
        "synchronize",
        "closed",
    ];
    if !is_used(json, &used)? {
        return Ok(None);
    }
    let Payload { pull_request, sender } = parse(json)?;
    Ok(Some(Incoming::Pull(PullNews::new(pull_request, name_of(sender)))))
}

fn issue(json: &[u8]) -> Result<Option<Incoming>, Malformed> {
    #[derive(Deserialize)]
    struct Payload {
        action: String,
        issue: Issue,
        repository: Repo,
        sender: Option<Sender>,
    }
    #[derive(Deserialize)]
    struct Issue {
        number: u64,
        state_reason: Option<String>,
        updated_at: Timestamp,
    }
    #[derive(Deserialize)]
    struct Repo {
        full_name: RepoName,
    }
    if !is_used(json, &["closed", "reopened"])? {
        return Ok(None);
    }
    let Payload { action, issue, repository, sender } = parse(json)?;
    let at = issue.updated_at;
    let fact = if action == "reopened" {
        Fact::IssueReopened { at }
    } else {
        Fact::IssueClosed { reason: wire::close_reason(issue.state_reason.as_deref()), at }
    };
    let (sender, repo) = (name_of(sender), repository.full_name);
    Ok(Some(Incoming::Issue { sender, repo, number: issue.number, fact }))
}

impl PullNews {
    /// What `pull` says, by the account `sender`.
    pub(in crate::github) fn new(mut pull: wire::Pull, sender: String) -> Self {
        let insiders = ["OWNER", "MEMBER", "COLLABORATOR"];
        Self {
            sender,
            body: pull.body.take().unwrap_or_default(),
            branch: pull.head.branch.take().unwrap_or_default(),
            is_from_fork: pull.is_from_fork(),
            is_by_insider: pull
                .author_association
                .as_deref()
                .is_some_and(|word| insiders.contains(&word)),
            pull: pull.into(),
        }
    }

    /// Whether its words may link it to tasks: those of a stranger only once somebody has merged it.
    pub(super) fn is_trusted(&self) -> bool {
        !self.is_from_fork || self.is_by_insider || self.pull.state == PullState::Merged
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::domain::CloseReason;

    fn pull(action: &str) -> Value {
        json!({
            "action": action,
            "number": 57,
            "pull_request": {
                "number": 57, "html_url": "https://github.com/acme/shop/pull/57", "title": "Fix",
                "state": "open", "draft": true, "merged": false,
                "merge_commit_sha": "trial",
                "created_at": "2026-11-20T17:00:00Z", "updated_at": "2026-11-20T17:24:00Z",
                "body": null, "author_association": "CONTRIBUTOR",
                "head": { "sha": "abc", "ref": "fix", "repo": { "id": 7 } },
                "base": { "ref": "main", "repo": { "id": 7, "full_name": "acme/shop" } },
            },
            "sender": { "login": "copilot", "id": 1 },
        })
    }

    fn read_json(event: &str, json: &Value) -> Result<Option<Incoming>, Malformed> {
        read(event, json.to_string().as_bytes())
    }

    fn news(json: &Value) -> PullNews {
        match read_json("pull_request", json) {
            Ok(Some(Incoming::Pull(news))) => news,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_pull_request_is_read_as_it_is() {
        let read = news(&pull("opened"));
        assert_eq!((read.pull.key.repo_id, read.pull.key.number), (7, 57));
        assert_eq!((read.pull.state, read.pull.draft), (PullState::Open, true));
        assert_eq!(read.pull.merge_commit_sha, None);
        assert_eq!(read.pull.updated_at, "2026-11-20T17:24:00Z".parse().unwrap());
        assert_eq!((read.sender.as_str(), read.branch.as_str()), ("copilot", "fix"));
        assert!(!read.is_from_fork && !read.is_by_insider);
    }

    #[test]
    fn a_merge_is_told_from_a_close() {
        let mut closed = pull("closed");
        closed["pull_request"]["state"] = "closed".into();
        assert_eq!(news(&closed).pull.state, PullState::Closed);
        closed["pull_request"]["merged"] = true.into();
        let merged = news(&closed).pull;
        assert_eq!(merged.state, PullState::Merged);
        assert_eq!(merged.merge_commit_sha.as_deref(), Some("trial"));
    }

    #[test]
    fn a_head_elsewhere_or_gone_is_a_fork() {
        let mut fork = pull("edited");
        fork["pull_request"]["head"]["repo"]["id"] = 8.into();
        assert!(news(&fork).is_from_fork && !news(&fork).is_trusted());
        fork["pull_request"]["head"]["repo"] = Value::Null;
        assert!(news(&fork).is_from_fork);
        fork["pull_request"]["author_association"] = "MEMBER".into();
        assert!(news(&fork).is_trusted());
    }

    #[test]
    fn only_the_fields_that_are_needed_are_required() {
        let mut lean = pull("synchronize");
        lean.as_object_mut().unwrap().remove("sender");
        let fields = lean["pull_request"].as_object_mut().unwrap();
        for field in ["draft", "merged", "merge_commit_sha", "body", "author_association"] {
            fields.remove(field).unwrap();
        }
        assert_eq!(news(&lean).sender, "ghost");
        lean["pull_request"].as_object_mut().unwrap().remove("updated_at");
        assert!(read_json("pull_request", &lean).is_err());
    }

    #[test]
    fn an_issue_closed_as_not_planned_is_told_from_a_finished_one() {
        let issue = |action: &str, reason: Value| {
            let json = json!({
                "action": action,
                "issue": { "number": 42, "state_reason": reason, "updated_at": "2026-11-20T17:24:00Z" },
                "repository": { "full_name": "acme/shop" },
                "sender": { "login": "bob" },
            });
            match read_json("issues", &json) {
                Ok(Some(Incoming::Issue { number: 42, fact, .. })) => fact,
                other => panic!("{other:?}"),
            }
        };
        let at = "2026-11-20T17:24:00Z".parse().unwrap();
        let closed = |reason| Fact::IssueClosed { reason, at };
        assert_eq!(issue("closed", "not_planned".into()), closed(CloseReason::NotPlanned));
        assert_eq!(issue("closed", "completed".into()), closed(CloseReason::Completed));
        assert_eq!(issue("closed", Value::Null), closed(CloseReason::Completed));
        assert_eq!(issue("reopened", "reopened".into()), Fact::IssueReopened { at });
    }

    #[test]
    fn what_is_not_used_must_be_json_and_no_more() {
        assert_eq!(read("ping", b"{\"zen\": 1}"), Ok(Some(Incoming::Ping)));
        assert_eq!(read("star", b"[1, 2]"), Ok(None));
        assert_eq!(read("pull_request", b"{\"action\": \"labeled\"}"), Ok(None));
        assert_eq!(read("issues", b"{\"action\": \"pinned\", \"issue\": 1}"), Ok(None));
        for event in ["star", "ping", "issues", "pull_request"] {
            assert!(read(event, b"{").is_err() && read(event, b"").is_err(), "{event}");
        }
        assert!(read("pull_request", b"[]").is_err());
        assert!(read("pull_request", b"{\"action\": \"opened\"}").is_err());
    }
}
