//! What people and agents do on the simulated GitHub, and the webhook that each of it causes.

use super::{
    Simulator,
    hook::Hook,
    json, payload,
    state::State,
    things::{NewIssue, NewPull, Review, Run, SimulatedIssue, SimulatedPull},
};
use crate::domain::{Timestamp, text::RepoName};

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

    /// The pull requests of a repository, by number.
    pub fn pulls(&self, repo: &RepoName) -> Vec<SimulatedPull> {
        let state = self.shared.state();
        state.repo(repo).map(|repo| repo.pulls.values().cloned().collect()).unwrap_or_default()
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
        self.act(|state, now| {
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
                reviews: Vec::new(),
                runs: Vec::new(),
            };
            let number = pull.number;
            found.pulls.insert(number, pull);
            payload::pull(state, repo, number, "opened", now)
        })
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

    /// Reviews a pull request; `verdict` is `approved`, `changes_requested` or `commented`.
    pub fn review(
        &self,
        repo: &RepoName,
        number: u64,
        (reviewer, verdict): (&str, &'static str),
        words: &str,
    ) -> Option<Hook> {
        self.act(|state, now| {
            let id = state.next_id();
            let pull = state.repo_mut(repo)?.pulls.get_mut(&number)?;
            let review = Review {
                id,
                author: reviewer.to_owned(),
                body: words.to_owned(),
                state: verdict,
                commit: pull.head_sha.clone(),
                at: now,
            };
            pull.reviews.push(review.clone());
            pull.updated_at = now;
            payload::review(state, repo, number, &review, now)
        })
    }

    /// Takes the newest review of a pull request back.
    pub fn dismiss_review(&self, repo: &RepoName, number: u64) -> Option<Hook> {
        self.act(|state, now| {
            let pull = state.repo_mut(repo)?.pulls.get_mut(&number)?;
            let review = pull.reviews.last_mut()?;
            review.state = "dismissed";
            let review = review.clone();
            pull.updated_at = now;
            payload::review(state, repo, number, &review, now)
        })
    }

    /// Begins the check `name` of a pull request's head. One that ran before begins again.
    pub fn start_check(&self, repo: &RepoName, number: u64, name: &str) -> Option<Hook> {
        self.act(|state, now| {
            let (id, new_suite) = (state.next_id(), state.next_id());
            let pull = state.repo_mut(repo)?.pulls.get_mut(&number)?;
            let of_head = pull.runs.iter().find(|run| run.head_sha == pull.head_sha);
            let run = Run {
                id,
                suite: of_head.map_or(new_suite, |run| run.suite),
                name: name.to_owned(),
                head_sha: pull.head_sha.clone(),
                conclusion: None,
                started_at: now,
                completed_at: None,
            };
            pull.runs.retain(|known| known.name != run.name || known.head_sha != run.head_sha);
            pull.runs.push(run.clone());
            payload::run(state, repo, number, &run, now)
        })
    }

    /// Ends the check `name` of a pull request's head; `conclusion` is `success`, `failure` or
    /// another of GitHub's. If it was the last one of its suite, the suite is told of after it.
    pub fn end_check(
        &self,
        repo: &RepoName,
        number: u64,
        name: &str,
        conclusion: &'static str,
    ) -> Option<Hook> {
        let ended = self.act(|state, now| {
            let pull = state.repo_mut(repo)?.pulls.get_mut(&number)?;
            let head = pull.head_sha.clone();
            let run = pull.runs.iter_mut().find(|run| run.name == name && run.head_sha == head)?;
            run.conclusion = Some(conclusion);
            run.completed_at = Some(now);
            let run = run.clone();
            payload::run(state, repo, number, &run, now)
        })?;
        self.end_suite(repo, number);
        Some(ended)
    }

    /// What the suite of a pull request's head says, if all its checks have ended.
    pub fn end_suite(&self, repo: &RepoName, number: u64) -> Option<Hook> {
        self.act(|state, now| {
            let pull = state.repo(repo)?.pulls.get(&number)?;
            let suite = pull.runs.iter().find(|run| run.head_sha == pull.head_sha)?.suite;
            payload::suite(state, repo, number, suite, now)
        })
    }

    /// Comments on an issue or a pull request.
    pub fn comment(&self, repo: &RepoName, number: u64, author: &str, words: &str) -> Option<Hook> {
        self.act(|state, now| {
            let comment = state.comment(repo, number, author, words, now)?;
            payload::comment(state, repo, &comment, now)
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
        self.act(|state, now| {
            let pull = state.repo_mut(repo)?.pulls.get_mut(&number)?;
            change(pull, now);
            pull.updated_at = now;
            payload::pull(state, repo, number, action, now)
        })
    }

    fn change_issue(
        &self,
        repo: &RepoName,
        number: u64,
        action: &str,
        reason: &str,
    ) -> Option<Hook> {
        self.act(|state, now| {
            let (issue, _) = state.set_issue(repo, number, action == "reopened", reason, now)?;
            payload::issue(state, repo, &issue, (action, super::PERSON), now)
        })
    }

    /// Does something, and tells of it whoever has subscribed.
    fn act(&self, act: impl FnOnce(&mut State, Timestamp) -> Option<Hook>) -> Option<Hook> {
        let now = self.shared.now();
        let mut state = self.shared.state();
        let hook = act(&mut state, now)?;
        self.shared.tell(&mut state, &hook);
        Some(hook)
    }
}
