//! What stands on the simulated GitHub.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use tokio::sync::watch;

use super::{
    dice::Dice,
    faults::Fault,
    outbox::Outbox,
    things::{Account, Comment, NewIssue, Repo, SimulatedIssue},
};
use crate::domain::{Timestamp, text::RepoName};

/// Everything.
pub(super) struct State {
    /// The address that the API's links begin with.
    pub(super) origin: String,
    /// The address that the pages' links begin with.
    pub(super) pages: String,
    pub(super) me: Account,
    /// Faults for the next requests, in order.
    pub(super) faults: VecDeque<Fault>,
    /// While this is `true`, an issue is filed at once and answered for later.
    pub(super) posts_held: watch::Sender<bool>,
    /// Webhooks on their way.
    pub(super) outbox: Outbox,
    pub(super) dice: Dice,
    repos: BTreeMap<RepoName, Repo>,
    moved: BTreeMap<RepoName, u64>,
    accounts: BTreeMap<String, u64>,
    last_id: u64,
}

impl State {
    pub(super) fn new(origin: String, login: &str, repos: Vec<RepoName>, now: Timestamp) -> Self {
        let mut state = Self {
            pages: origin.clone(),
            origin,
            me: Account { id: 0, login: login.to_owned() },
            faults: VecDeque::new(),
            posts_held: watch::Sender::new(false),
            outbox: Outbox::default(),
            dice: Dice::new(0),
            repos: BTreeMap::new(),
            moved: BTreeMap::new(),
            accounts: BTreeMap::new(),
            last_id: 1_000,
        };
        state.me = state.account(login);
        for name in repos.into_iter().collect::<BTreeSet<_>>() {
            let repo = Repo::new(state.next_id(), name.clone());
            state.repos.insert(name, repo);
        }
        // Accounts and repositories have the same ids whenever it is started; what comes later
        // never has an id of an earlier life.
        state.last_id = state.last_id.max(u64::try_from(now.as_millis()).unwrap_or(0));
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

    pub(super) fn repo(&self, name: &RepoName) -> Option<&Repo> {
        self.repos.get(name)
    }

    pub(super) fn repo_mut(&mut self, name: &RepoName) -> Option<&mut Repo> {
        self.repos.get_mut(name)
    }

    pub(super) fn repo_by_id(&self, id: u64) -> Option<&Repo> {
        self.repos.values().find(|repo| repo.id == id)
    }

    pub(super) fn repos(&self) -> impl Iterator<Item = &Repo> {
        self.repos.values()
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

    /// Opens or closes an issue, and whether that changed it; `None` if there is none.
    pub(super) fn set_issue(
        &mut self,
        repo: &RepoName,
        number: u64,
        is_open: bool,
        reason: &str,
        now: Timestamp,
    ) -> Option<(SimulatedIssue, bool)> {
        let issue = self.repos.get_mut(repo)?.issues.get_mut(&number)?;
        let changes = issue.is_open != is_open;
        if changes {
            issue.is_open = is_open;
            issue.state_reason = Some(reason.to_owned());
            issue.closed_at = (!is_open).then_some(now);
            issue.updated_at = now;
        }
        Some((issue.clone(), changes))
    }

    /// Comments on an issue or a pull request; `None` if there is none.
    pub(super) fn comment(
        &mut self,
        repo: &RepoName,
        number: u64,
        author: &str,
        body: &str,
        now: Timestamp,
    ) -> Option<Comment> {
        let id = self.next_id();
        let repo = self.repos.get_mut(repo)?;
        if let Some(issue) = repo.issues.get_mut(&number) {
            issue.updated_at = now;
        } else {
            repo.pulls.get_mut(&number)?.updated_at = now;
        }
        let (author, body) = (author.to_owned(), body.to_owned());
        let comment = Comment { id, number, author, body, at: now };
        repo.comments.push(comment.clone());
        Some(comment)
    }
}
