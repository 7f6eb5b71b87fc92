//! What people do on the simulated GitHub, and the webhook each of it causes.

use serde_json::{Value, json};

use super::{
    Simulator,
    deliver::Hook,
    json,
    state::{NewIssue, SimulatedIssue, SimulatedPull, State},
};
use crate::domain::{Timestamp, text::RepoName};

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
            author: "copilot-swe-agent[bot]".to_owned(),
            author_association: "CONTRIBUTOR".to_owned(),
            is_from_fork: false,
            draft: false,
        }
    }
}

/// Whatever names something that the simulator does not have does nothing and returns `None`.
impl Simulator {
    /// Makes a repository private or public.
    pub fn set_repo_private(&self, repo: &RepoName, private: bool) {
        if let Some(repo) = self.shared.state().repo_mut(repo) {
            repo.private = private;
        }
    }

    /// Gives a repository another name. The old one redirects.
    pub fn rename_repo(&self, from: &RepoName, to: RepoName) {
        self.shared.state().rename(from, to);
    }

    /// The issues of a repository, by number.
    pub fn issues(&self, repo: &RepoName) -> Vec<SimulatedIssue> {
        let state = self.shared.state();
        state.repo(repo).map(|repo| repo.issues.values().cloned().collect()).unwrap_or_default()
    }

    /// Files an issue as the account `author`; its number.
    pub fn file_issue(
        &self,
        repo: &RepoName,
        author: &str,
        title: &str,
        body: &str,
    ) -> Option<u64> {
        let draft = NewIssue {
            author: author.to_owned(),
            title: title.to_owned(),
            body: body.to_owned(),
            labels: Vec::new(),
            assignees: Vec::new(),
        };
        let issue = self.shared.state().file(repo, draft, self.shared.now())?;
        Some(issue.number)
    }

    /// Opens a pull request; its number is the hook's.
    pub fn open_pull(&self, repo: &RepoName, new: NewPull) -> Option<Hook> {
        let now = self.shared.now();
        let mut state = self.shared.state();
        let id = state.next_id();
        let found = state.repo_mut(repo)?;
        let pull = SimulatedPull {
            id,
            number: found.next_number(),
            title: new.title,
            body: new.body,
            author: new.author,
            author_association: new.author_association,
            branch: new.branch,
            is_from_fork: new.is_from_fork,
            draft: new.draft,
            is_open: true,
            merged_at: None,
            head_sha: json::commit("head", id),
            created_at: now,
            updated_at: now,
        };
        let number = pull.number;
        found.pulls.insert(number, pull);
        pull_hook(&mut state, repo, number, "opened", now)
    }

    /// Marks a draft as ready for review.
    pub fn ready(&self, repo: &RepoName, number: u64) -> Option<Hook> {
        self.change_pull(repo, number, "ready_for_review", |pull, _| pull.draft = false)
    }

    /// Gives a pull request another title and body.
    pub fn edit_pull(&self, repo: &RepoName, number: u64, title: &str, body: &str) -> Option<Hook> {
        self.change_pull(repo, number, "edited", |pull, _| {
            title.clone_into(&mut pull.title);
            body.clone_into(&mut pull.body);
        })
    }

    /// Pushes a commit to a pull request.
    pub fn push(&self, repo: &RepoName, number: u64) -> Option<Hook> {
        self.change_pull(repo, number, "synchronize", |pull, _| {
            pull.head_sha = json::commit(&pull.head_sha, pull.id);
        })
    }

    /// Closes a pull request without merging it.
    pub fn close(&self, repo: &RepoName, number: u64) -> Option<Hook> {
        self.change_pull(repo, number, "closed", |pull, _| pull.is_open = false)
    }

    /// Opens a closed pull request again.
    pub fn reopen(&self, repo: &RepoName, number: u64) -> Option<Hook> {
        self.change_pull(repo, number, "reopened", |pull, _| pull.is_open = true)
    }

    /// Merges a pull request.
    pub fn merge(&self, repo: &RepoName, number: u64) -> Option<Hook> {
        self.change_pull(repo, number, "closed", |pull, now| {
            pull.is_open = false;
            pull.merged_at = Some(now);
        })
    }

    /// Closes an issue, as not planned or as completed.
    pub fn close_issue(&self, repo: &RepoName, number: u64, not_planned: bool) -> Option<Hook> {
        let reason = if not_planned { "not_planned" } else { "completed" };
        self.change_issue(repo, number, "closed", reason)
    }

    /// Opens a closed issue again.
    pub fn reopen_issue(&self, repo: &RepoName, number: u64) -> Option<Hook> {
        self.change_issue(repo, number, "reopened", "reopened")
    }

    fn change_pull(
        &self,
        repo: &RepoName,
        number: u64,
        action: &str,
        change: impl FnOnce(&mut SimulatedPull, Timestamp),
    ) -> Option<Hook> {
        let now = self.shared.now();
        let mut state = self.shared.state();
        let pull = state.repo_mut(repo).and_then(|repo| repo.pulls.get_mut(&number))?;
        change(pull, now);
        pull.updated_at = now;
        pull_hook(&mut state, repo, number, action, now)
    }

    fn change_issue(
        &self,
        repo: &RepoName,
        number: u64,
        action: &str,
        reason: &str,
    ) -> Option<Hook> {
        let now = self.shared.now();
        let mut state = self.shared.state();
        let issue = state.set_issue(repo, number, action == "reopened", reason, now)?;
        let found = state.repo(repo)?.clone();
        let sender = state.account("octocat");
        let body = json!({
            "action": action,
            "issue": json::issue(&mut state, &found, &issue),
            "repository": json::repo(&state, &found),
            "sender": json::account(&sender),
        });
        Some(hook("issues", number, &body, now))
    }
}

fn pull_hook(
    state: &mut State,
    repo: &RepoName,
    number: u64,
    action: &str,
    now: Timestamp,
) -> Option<Hook> {
    let found = state.repo(repo)?.clone();
    let pull = found.pulls.get(&number)?;
    let sender = state.account(&pull.author);
    let body = json!({
        "action": action,
        "number": number,
        "pull_request": json::pull(state, &found, pull),
        "repository": json::repo(state, &found),
        "sender": json::account(&sender),
    });
    Some(hook("pull_request", number, &body, now))
}

fn hook(event: &str, number: u64, body: &Value, now: Timestamp) -> Hook {
    Hook::new(event, number, body.to_string(), now)
}
