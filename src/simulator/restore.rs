//! What stood on GitHub before the process that simulated it ended, told by somebody who remembers.

use super::{
    AGENT, Simulator,
    json::commit,
    things::{SimulatedIssue, SimulatedPull},
};
use crate::domain::{PullRequest, PullState, Timestamp, text::RepoName};

/// What is to stand in a repository that the simulator does not have does nothing.
impl Simulator {
    /// Puts an issue of our own account where it stood; one with its number is replaced.
    pub fn restore_issue(
        &self,
        repo: &RepoName,
        number: u64,
        (title, body): (&str, &str),
        is_open: bool,
        at: Timestamp,
    ) {
        let mut state = self.shared.state();
        let (id, author) = (state.next_id(), state.me.login.clone());
        let Some(repo) = state.repo_mut(repo) else { return };
        repo.reserve(number);
        let issue = SimulatedIssue {
            number,
            title: title.to_owned(),
            body: body.to_owned(),
            labels: Vec::new(),
            assignees: Vec::new(),
            author,
            is_open,
            state_reason: None,
            id,
            created_at: at,
            updated_at: at,
            closed_at: (!is_open).then_some(at),
        };
        repo.issues.insert(number, issue);
    }

    /// Puts the pull request for `issue` where it stood; one with its number is replaced.
    pub fn restore_pull(&self, pull: &PullRequest, issue: Option<u64>) {
        let mut state = self.shared.state();
        let id = state.next_id();
        let Some(repo) = state.repo_mut(&pull.repo) else { return };
        repo.reserve(pull.key.number);
        let restored = SimulatedPull {
            number: pull.key.number,
            title: pull.title.clone(),
            body: issue.map(|issue| format!("Fixes #{issue}")).unwrap_or_default(),
            author: AGENT.to_owned(),
            draft: pull.draft,
            is_open: pull.state == PullState::Open,
            merged_at: (pull.state == PullState::Merged).then_some(pull.updated_at),
            id,
            author_association: "CONTRIBUTOR".to_owned(),
            branch: format!("copilot/fix-{}", issue.unwrap_or(id)),
            is_from_fork: false,
            head_sha: if pull.head_sha.is_empty() {
                commit("head", id)
            } else {
                pull.head_sha.clone()
            },
            created_at: pull.created_at,
            updated_at: pull.updated_at,
            reviews: Vec::new(),
            runs: Vec::new(),
        };
        repo.pulls.insert(restored.number, restored);
    }
}
