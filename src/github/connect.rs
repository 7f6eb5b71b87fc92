//! From settings to somebody who can be asked.

use std::sync::Arc;

use async_trait::async_trait;

use super::{
    Etag, FiledIssue, GitHub, GitHubError, GitHubSettings, IssueChange, IssueDraft, IssueNews,
    Listed, PullNews, Repository, SettingsError, octocrab_client::OctocrabClient,
};
use crate::domain::{CheckReport, PullRequest, TaskId, Timestamp, text::RepoName};

/// GitHub by these settings; without a token one that answers everything with
/// [`GitHubError::NotConfigured`]. Call it inside the async runtime.
pub fn connect(settings: GitHubSettings) -> Result<Arc<dyn GitHub>, SettingsError> {
    match settings.token {
        Some(token) => {
            let client = OctocrabClient::new(token, settings.api_url, settings.request_timeout)?;
            Ok(Arc::new(client))
        }
        None => Ok(Arc::new(NotConfigured)),
    }
}

/// No account: everything is refused.
struct NotConfigured;

#[async_trait]
impl GitHub for NotConfigured {
    async fn login(&self) -> Result<String, GitHubError> {
        Err(GitHubError::NotConfigured)
    }

    async fn repository(&self, _: &RepoName) -> Result<Repository, GitHubError> {
        Err(GitHubError::NotConfigured)
    }

    async fn create_issue(&self, _: &RepoName, _: &IssueDraft) -> Result<FiledIssue, GitHubError> {
        Err(GitHubError::NotConfigured)
    }

    async fn find_issue(
        &self,
        _: &RepoName,
        _: Timestamp,
        _: TaskId,
    ) -> Result<Option<FiledIssue>, GitHubError> {
        Err(GitHubError::NotConfigured)
    }

    async fn set_issue_state(
        &self,
        _: &RepoName,
        _: u64,
        _: IssueChange,
    ) -> Result<Timestamp, GitHubError> {
        Err(GitHubError::NotConfigured)
    }

    async fn pulls_since(
        &self,
        _: &RepoName,
        _: Timestamp,
        _: Option<&Etag>,
    ) -> Result<Listed<PullNews>, GitHubError> {
        Err(GitHubError::NotConfigured)
    }

    async fn issues_since(
        &self,
        _: &RepoName,
        _: Timestamp,
        _: Option<&Etag>,
    ) -> Result<Listed<IssueNews>, GitHubError> {
        Err(GitHubError::NotConfigured)
    }

    async fn checks(&self, _: &RepoName, _: &str) -> Result<Vec<CheckReport>, GitHubError> {
        Err(GitHubError::NotConfigured)
    }

    async fn pull(&self, _: &RepoName, _: u64) -> Result<PullRequest, GitHubError> {
        Err(GitHubError::NotConfigured)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn without_a_token_nothing_can_be_asked() {
        let settings = GitHubSettings {
            token: None,
            api_url: "https://api.github.com".parse().unwrap(),
            request_timeout: Duration::from_secs(1),
        };
        let github = connect(settings).unwrap();
        assert_eq!(github.login().await, Err(GitHubError::NotConfigured));
    }
}
