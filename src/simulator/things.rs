//! What there is on the simulated GitHub.

use std::collections::BTreeMap;

use crate::domain::{Timestamp, text::RepoName};

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Account {
    pub(super) id: u64,
    pub(super) login: String,
}

/// An issue as it stands on the simulated GitHub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimulatedIssue {
    /// Its number.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// Its body.
    pub body: String,
    /// Its labels.
    pub labels: Vec<String>,
    /// Its assignees' logins.
    pub assignees: Vec<String>,
    /// The login of the account that filed it.
    pub author: String,
    /// Whether it is open.
    pub is_open: bool,
    /// Why it is closed, or `reopened`.
    pub state_reason: Option<String>,
    pub(super) id: u64,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) closed_at: Option<Timestamp>,
}

/// A pull request as it stands on the simulated GitHub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimulatedPull {
    /// Its number.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// Its body.
    pub body: String,
    /// The login of the account that opened it.
    pub author: String,
    /// Whether it is a draft.
    pub draft: bool,
    /// Whether it is open.
    pub is_open: bool,
    /// When it was merged.
    pub merged_at: Option<Timestamp>,
    pub(super) id: u64,
    pub(super) author_association: String,
    pub(super) branch: String,
    pub(super) is_from_fork: bool,
    pub(super) head_sha: String,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) reviews: Vec<Review>,
    /// The check runs of every commit it has had.
    pub(super) runs: Vec<Run>,
}

/// A review of a pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Review {
    pub(super) id: u64,
    pub(super) author: String,
    pub(super) body: String,
    /// `approved`, `changes_requested`, `commented` or `dismissed`.
    pub(super) state: &'static str,
    pub(super) commit: String,
    pub(super) at: Timestamp,
}

/// One run of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) id: u64,
    pub(super) suite: u64,
    pub(super) name: String,
    pub(super) head_sha: String,
    /// `success`, `failure`, … once it has ended.
    pub(super) conclusion: Option<&'static str>,
    pub(super) started_at: Timestamp,
    pub(super) completed_at: Option<Timestamp>,
}

/// A comment on an issue or a pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Comment {
    pub(super) id: u64,
    /// What it is about.
    pub(super) number: u64,
    pub(super) author: String,
    pub(super) body: String,
    pub(super) at: Timestamp,
}

/// A repository. Issues and pull requests share one series of numbers.
#[derive(Clone, Debug)]
pub(super) struct Repo {
    pub(super) id: u64,
    pub(super) name: RepoName,
    pub(super) private: bool,
    pub(super) issues: BTreeMap<u64, SimulatedIssue>,
    pub(super) pulls: BTreeMap<u64, SimulatedPull>,
    pub(super) comments: Vec<Comment>,
    last_number: u64,
}

impl Repo {
    pub(super) fn new(id: u64, name: RepoName) -> Self {
        Self {
            id,
            name,
            private: false,
            issues: BTreeMap::new(),
            pulls: BTreeMap::new(),
            comments: Vec::new(),
            last_number: 0,
        }
    }

    pub(super) fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    /// Never gives `number` to anything else.
    pub(super) fn reserve(&mut self, number: u64) {
        self.last_number = self.last_number.max(number);
    }
}

/// An issue to be filed.
pub(super) struct NewIssue {
    pub(super) author: String,
    pub(super) title: String,
    pub(super) body: String,
    pub(super) labels: Vec<String>,
    pub(super) assignees: Vec<String>,
}

/// A pull request to be opened.
#[derive(Clone, Debug)]
pub struct NewPull {
    /// Its title.
    pub title: String,
    /// What its author writes.
    pub body: String,
    /// The branch it comes from.
    pub branch: String,
    /// Its author's login.
    pub author: String,
    /// What GitHub calls the author: `OWNER`, `MEMBER`, `COLLABORATOR`, `CONTRIBUTOR`, `NONE`, …
    pub author_association: String,
    /// It comes from a fork.
    pub is_from_fork: bool,
    /// It is not yet ready for review.
    pub draft: bool,
}

impl NewPull {
    /// A coding agent's pull request from a branch of the same repository, ready for review.
    pub fn by_agent(title: &str, body: &str) -> Self {
        Self {
            title: title.to_owned(),
            body: body.to_owned(),
            branch: "copilot/work".to_owned(),
            author: super::AGENT.to_owned(),
            author_association: "CONTRIBUTOR".to_owned(),
            is_from_fork: false,
            draft: false,
        }
    }
}
