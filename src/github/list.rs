//! What GitHub lists: the pull requests and issues of a repository, and whether there is news at all.

use super::{webhook::PullNews, wire};
use crate::domain::{Fact, IssueState, TaskId, Timestamp};

/// GitHub's name for what a list was like (RFC 9110, 8.8.3): whoever shows it is told only whether
/// the list is another one now, and that costs nothing of the rate limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Etag(pub(super) String);

/// What a list that was asked for says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listed<T> {
    /// The same as before.
    Unchanged,
    /// These rows, the newest change first.
    Rows {
        /// The rows.
        rows: Vec<T>,
        /// What to show the next time.
        etag: Option<Etag>,
    },
}

/// The login that stands for whoever it was: lists do not say who did something.
pub(super) const SOMEBODY: &str = "github";

/// An issue as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueNews {
    /// Its number.
    pub(super) number: u64,
    /// Whether it is open.
    pub(super) state: IssueState,
    /// What its state says to the task it is linked to.
    pub(super) fact: Fact,
    /// GitHub's time of `state`, as far as it tells.
    pub(super) at: Timestamp,
    /// The task whose marker it carries, if it is by our own account.
    pub(super) filed_for: Option<TaskId>,
    /// GitHub's time of the last change to anything about it.
    pub(super) updated_at: Timestamp,
}

impl IssueNews {
    /// `None` if the "issue" is a pull request: lists of issues hold both.
    pub(super) fn new(issue: wire::ListedIssue, me: u64) -> Option<Self> {
        if issue.pull_request.is_some() {
            return None;
        }
        let is_ours = issue.user.is_some_and(|user| user.id == me);
        let filed_for =
            issue.body.filter(|_| is_ours).and_then(|body| super::marker::filed_for(&body));
        let (state, at) = match issue.state {
            wire::State::Open => (IssueState::Open, issue.updated_at),
            // A comment after the closing does not close it anew.
            wire::State::Closed => {
                (IssueState::Closed, issue.closed_at.unwrap_or(issue.updated_at))
            }
        };
        let fact = match state {
            IssueState::Open => Fact::IssueReopened { at },
            IssueState::Closed => {
                Fact::IssueClosed { reason: wire::close_reason(issue.state_reason.as_deref()), at }
            }
        };
        let (number, updated_at) = (issue.number, issue.updated_at);
        Some(Self { number, state, fact, at, filed_for, updated_at })
    }
}

/// Something in a list, with GitHub's time of its last change.
pub(super) trait Row {
    fn updated_at(&self) -> Timestamp;
}

impl Row for wire::ListedIssue {
    fn updated_at(&self) -> Timestamp {
        self.updated_at
    }
}

impl Row for wire::Pull {
    fn updated_at(&self) -> Timestamp {
        self.updated_at
    }
}

impl Row for IssueNews {
    fn updated_at(&self) -> Timestamp {
        self.updated_at
    }
}

impl Row for PullNews {
    fn updated_at(&self) -> Timestamp {
        self.pull.updated_at
    }
}

impl<T> Listed<T> {
    /// The rows put into other words; those without any are left out.
    pub(super) fn filter_map<U>(self, map: impl FnMut(T) -> Option<U>) -> Listed<U> {
        match self {
            Self::Unchanged => Listed::Unchanged,
            Self::Rows { rows, etag } => {
                Listed::Rows { rows: rows.into_iter().filter_map(map).collect(), etag }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::CloseReason;

    const ID: &str = "0198c5b2-7d1f-7a3e-8f00-0123456789ab";

    fn listed(more: &serde_json::Value) -> Option<IssueNews> {
        let mut issue = json!({
            "number": 42, "state": "open", "updated_at": "2026-11-20T17:24:00Z",
            "user": { "id": 1, "login": "taskwire-bot" }, "body": format!("Text\n\ntaskwire:{ID}"),
        });
        issue.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        IssueNews::new(serde_json::from_value(issue).unwrap(), 1)
    }

    #[test]
    fn a_closed_issue_was_closed_when_it_was_closed_and_not_when_somebody_spoke_last() {
        let closed_at: Timestamp = "2026-11-20T17:00:00Z".parse().unwrap();
        let closed = json!({
            "state": "closed", "state_reason": "not_planned", "closed_at": "2026-11-20T17:00:00Z",
        });
        let fact = Fact::IssueClosed { reason: CloseReason::NotPlanned, at: closed_at };
        assert_eq!(listed(&closed).unwrap().fact, fact);
    }

    #[test]
    fn a_marker_counts_in_issues_of_our_own_account_alone() {
        assert_eq!(listed(&json!({})).unwrap().filed_for, Some(ID.parse().unwrap()));
        let strangers = json!({ "user": { "id": 2, "login": "mallory" } });
        assert_eq!(listed(&strangers).unwrap().filed_for, None);
        assert_eq!(listed(&json!({ "user": null })).unwrap().filed_for, None);
    }

    #[test]
    fn a_pull_request_among_the_issues_is_none() {
        assert_eq!(listed(&json!({ "pull_request": { "url": "" } })), None);
    }
}
