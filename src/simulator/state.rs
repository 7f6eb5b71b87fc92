//! What stands on the simulated GitHub.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use tokio::sync::watch;

use super::faults::Fault;
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

/// A pull request.
#[derive(Clone, Debug)]
pub(super) struct SimulatedPull {
    pub(super) id: u64,
    pub(super) number: u64,
    pub(super) title: String,
    pub(super) body: String,
    pub(super) author: String,
    pub(super) author_association: String,
    pub(super) branch: String,
    pub(super) is_from_fork: bool,
    pub(super) draft: bool,
    pub(super) is_open: bool,
    pub(super) merged_at: Option<Timestamp>,
    pub(super) head_sha: String,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

/// A repository. Issues and pull requests share one series of numbers.
#[derive(Clone, Debug)]
pub(super) struct SimulatedRepo {
    pub(super) id: u64,
    pub(super) name: RepoName,
    pub(super) private: bool,
    pub(super) issues: BTreeMap<u64, SimulatedIssue>,
    pub(super) pulls: BTreeMap<u64, SimulatedPull>,
    last_number: u64,
}

impl SimulatedRepo {
    pub(super) fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }
}

/// Everything.
pub(super) struct State {
    /// The address that pages and links begin with.
    pub(super) origin: String,
    pub(super) me: Account,
    /// Faults for the next requests, in order.
    pub(super) faults: VecDeque<Fault>,
    /// While this is `true`, an issue is filed at once and answered for later.
    pub(super) posts_held: watch::Sender<bool>,
    repos: BTreeMap<RepoName, SimulatedRepo>,
    moved: BTreeMap<RepoName, u64>,
    accounts: BTreeMap<String, u64>,
    last_id: u64,
}

impl State {
    pub(super) fn new(origin: String, login: &str, repos: Vec<RepoName>) -> Self {
        let mut state = Self {
            origin,
            me: Account { id: 0, login: login.to_owned() },
            faults: VecDeque::new(),
            posts_held: watch::Sender::new(false),
            repos: BTreeMap::new(),
            moved: BTreeMap::new(),
            accounts: BTreeMap::new(),
            last_id: 1_000,
        };
        state.me = state.account(login);
        for name in repos.into_iter().collect::<BTreeSet<_>>() {
            let id = state.next_id();
            let repo = SimulatedRepo {
                id,
                name: name.clone(),
                private: false,
                issues: BTreeMap::new(),
                pulls: BTreeMap::new(),
                last_number: 0,
            };
            state.repos.insert(name, repo);
        }
        state
    }

    pub(super) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// The account `login`, made up when it is first named.
    pub(super) fn account(&mut self, login: &str) -> Account {
        let id = match self.accounts.get(login) {
            Some(id) => *id,
            None => self.next_id(),
        };
        self.accounts.insert(login.to_owned(), id);
        Account { id, login: login.to_owned() }
    }

    pub(super) fn repo(&self, name: &RepoName) -> Option<&SimulatedRepo> {
        self.repos.get(name)
    }

    pub(super) fn repo_mut(&mut self, name: &RepoName) -> Option<&mut SimulatedRepo> {
        self.repos.get_mut(name)
    }

    pub(super) fn repo_by_id(&self, id: u64) -> Option<&SimulatedRepo> {
        self.repos.values().find(|repo| repo.id == id)
    }

    /// The id of the repository that had this name once.
    pub(super) fn moved(&self, name: &RepoName) -> Option<u64> {
        self.moved.get(name).copied()
    }

    pub(super) fn rename(&mut self, from: &RepoName, to: RepoName) {
        if let Some(mut repo) = self.repos.remove(from) {
            self.moved.insert(from.clone(), repo.id);
            repo.name = to.clone();
            self.repos.insert(to, repo);
        }
    }

    /// Files an issue; `None` if there is no such repository.
    pub(super) fn file(
        &mut self,
        repo: &RepoName,
        draft: NewIssue,
        now: Timestamp,
    ) -> Option<SimulatedIssue> {
        let id = self.next_id();
        let author = self.account(&draft.author).login;
        let repo = self.repos.get_mut(repo)?;
        let issue = SimulatedIssue {
            number: repo.next_number(),
            title: draft.title,
            body: draft.body,
            labels: draft.labels,
            assignees: draft.assignees,
            author,
            is_open: true,
            state_reason: None,
            id,
            created_at: now,
            updated_at: now,
            closed_at: None,
        };
        repo.issues.insert(issue.number, issue.clone());
        Some(issue)
    }

    /// Opens or closes an issue; `None` if there is none.
    pub(super) fn set_issue(
        &mut self,
        repo: &RepoName,
        number: u64,
        is_open: bool,
        reason: &str,
        now: Timestamp,
    ) -> Option<SimulatedIssue> {
        let issue = self.repos.get_mut(repo)?.issues.get_mut(&number)?;
        if issue.is_open != is_open {
            issue.is_open = is_open;
            issue.state_reason = Some(reason.to_owned());
            issue.closed_at = (!is_open).then_some(now);
            issue.updated_at = now;
        }
        Some(issue.clone())
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
