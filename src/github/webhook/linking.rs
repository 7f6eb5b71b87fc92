//! Which tasks a pull request is for, as far as its own words say.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

use super::{PullNews, references::closing};
use crate::{
    domain::{TaskId, text::RepoName},
    github::marker,
};

/// As many links as one pull request can have; what it names beyond that is not looked up.
const MOST_LINKS: usize = 50;

/// Under which conditions a pull request's words count.
#[derive(Clone, Debug)]
pub(in crate::github) struct Rules {
    /// The repositories that may speak for each other.
    pub(in crate::github) allowed: Vec<RepoName>,
    /// The host of the pages of issues.
    pub(in crate::github) web_host: String,
}

impl Rules {
    /// The tasks that the pull request marks, in its body first. A fork marks none.
    pub(in crate::github) fn marked(news: &PullNews) -> Vec<TaskId> {
        if news.is_from_fork {
            return Vec::new();
        }
        let mut tasks = Vec::new();
        for task in marker::in_body(&news.body).chain(marker::in_branch(&news.branch)) {
            if tasks.len() < MOST_LINKS && !tasks.contains(&task) {
                tasks.push(task);
            }
        }
        tasks
    }

    /// The issues that the pull request closes and may speak for.
    pub(in crate::github) fn closed(&self, news: &PullNews) -> Vec<(RepoName, u64)> {
        if !news.is_trusted() {
            return Vec::new();
        }
        let base = &news.pull.repo;
        let mut issues = closing(&news.body, base, &self.web_host);
        issues.retain(|(repo, _)| self.may_link(base, repo));
        issues.truncate(MOST_LINKS);
        issues
    }

    /// What stands for all that the pull request names: another one, if its text names others.
    pub(in crate::github) fn fingerprint(&self, news: &PullNews) -> String {
        let mut hash = Sha256::new();
        for task in Self::marked(news) {
            hash.update(format!("{task}\n"));
        }
        for (repo, number) in self.closed(news) {
            hash.update(format!("{repo}#{number}\n"));
        }
        URL_SAFE_NO_PAD.encode(hash.finalize())
    }

    /// Whether a pull request into `base` may be for a task of `repo`.
    pub(in crate::github) fn may_link(&self, base: &RepoName, repo: &RepoName) -> bool {
        base == repo || (self.allowed.contains(base) && self.allowed.contains(repo))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{PullKey, PullRequest, PullState, Timestamp};

    const ID: &str = "0198c5b2-7d1f-7a3e-8f00-0123456789ab";
    const OTHER: &str = "0198c5b2-7d1f-7a3e-8f00-0123456789ac";

    fn news(body: &str) -> PullNews {
        let pull = PullRequest {
            key: PullKey { repo_id: 7, number: 57 },
            repo: "acme/shop".parse().unwrap(),
            url: String::new(),
            title: String::new(),
            state: PullState::Open,
            draft: false,
            head_sha: String::new(),
            merge_commit_sha: None,
            created_at: Timestamp::EPOCH,
            updated_at: Timestamp::EPOCH,
            names: None,
        };
        PullNews {
            sender: "copilot".into(),
            pull,
            body: body.into(),
            branch: "main".into(),
            is_from_fork: false,
            is_by_insider: false,
        }
    }

    fn rules(allowed: &[&str]) -> Rules {
        Rules {
            allowed: allowed.iter().map(|repo| repo.parse().unwrap()).collect(),
            web_host: "github.com".into(),
        }
    }

    fn closed(rules: &Rules, news: &PullNews) -> Vec<String> {
        rules.closed(news).into_iter().map(|(repo, number)| format!("{repo}#{number}")).collect()
    }

    #[test]
    fn markers_in_body_and_branch_count_each_once() {
        let mut news = news(&format!("taskwire:{ID} taskwire:{ID}"));
        news.branch = format!("taskwire-{OTHER}");
        let expected = [ID, OTHER].map(|id| id.parse().unwrap());
        assert_eq!(Rules::marked(&news), expected);
    }

    #[test]
    fn a_fork_marks_nothing_and_closes_only_in_an_insiders_name_or_when_merged() {
        let rules = rules(&[]);
        let mut news = news(&format!("taskwire:{ID} closes #42"));
        assert_eq!(closed(&rules, &news), ["acme/shop#42"]);
        news.is_from_fork = true;
        assert!(Rules::marked(&news).is_empty() && closed(&rules, &news).is_empty());
        news.is_by_insider = true;
        assert_eq!(closed(&rules, &news), ["acme/shop#42"]);
        news.is_by_insider = false;
        news.pull.state = PullState::Closed;
        assert!(closed(&rules, &news).is_empty());
        news.pull.state = PullState::Merged;
        assert_eq!(closed(&rules, &news), ["acme/shop#42"]);
        assert!(Rules::marked(&news).is_empty());
    }

    #[test]
    fn another_repositorys_issue_counts_only_if_both_are_allowed() {
        let news = news("closes acme/web#7, closes ACME/Shop#1");
        assert_eq!(closed(&rules(&[]), &news), ["ACME/Shop#1"]);
        assert_eq!(closed(&rules(&["acme/web"]), &news), ["ACME/Shop#1"]);
        let both = rules(&["acme/web", "Acme/shop"]);
        assert_eq!(closed(&both, &news), ["acme/web#7", "ACME/Shop#1"]);
    }

    #[test]
    fn no_pull_request_has_links_without_end() {
        let named: Vec<_> = (1..=500).map(|number| format!("fixes #{number}")).collect();
        let body = named.join("\n");
        assert_eq!(closed(&rules(&[]), &news(&body)).len(), MOST_LINKS);
    }
}
