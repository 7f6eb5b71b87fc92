//! What may be asked of GitHub, in Taskwire's words. It does not know how GitHub is reached.

use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;
use url::Url;

use super::{
    list::{Etag, IssueNews, Listed},
    webhook::PullNews,
};
use crate::{
    config,
    domain::{CheckReport, PullRequest, TaskId, Timestamp, text::RepoName},
};

/// How GitHub is reached, and as whom.
#[derive(Clone, Debug)]
pub struct GitHubSettings {
    /// The token of the account that files the issues; without one nothing can be asked.
    pub token: Option<SecretString>,
    /// The REST API's base address.
    pub api_url: Url,
    /// How long one request may take, from connecting to the answer's last byte.
    pub request_timeout: Duration,
}

impl From<&config::GitHub> for GitHubSettings {
    fn from(config: &config::GitHub) -> Self {
        Self {
            token: config.token.clone(),
            api_url: config.api_url.clone(),
            request_timeout: config.request_timeout,
        }
    }
}

/// A setting that no client can be made from.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SettingsError(pub(super) String);

/// Why GitHub did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GitHubError {
    /// Taskwire has no account on GitHub.
    #[error("no GitHub account is configured")]
    NotConfigured,
    /// GitHub is down, cannot be reached, or wants fewer requests. Nothing was done.
    #[error("GitHub is unavailable: {cause}")]
    Unavailable {
        /// How long GitHub asks to be left alone.
        retry_after: Option<Duration>,
        /// What went wrong, in a few words.
        cause: String,
    },
    /// It may have been done: the request was on its way when the answer failed to come. Look.
    #[error("GitHub's answer was lost: it may have been done")]
    Unsure,
    /// GitHub refuses, and would again. Nothing was done.
    #[error("GitHub refused ({status}): {message}")]
    Rejected {
        /// GitHub's HTTP status.
        status: u16,
        /// GitHub's own words, shortened.
        message: String,
    },
}

impl GitHubError {
    pub(super) fn unavailable(cause: impl Into<String>) -> Self {
        Self::Unavailable { retry_after: None, cause: cause.into() }
    }
}

/// A repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    /// GitHub's id; it survives a rename.
    pub id: u64,
    /// Whether only its members see it.
    pub private: bool,
    /// Its name now, which may not be the one it was asked for by.
    pub full_name: RepoName,
}

/// An issue to be filed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueDraft {
    /// One line.
    pub title: String,
    /// Markdown; its last line is the task's marker.
    pub body: String,
    /// Put on the issue.
    pub labels: Vec<String>,
    /// Asked to do it, by login.
    pub assignees: Vec<String>,
}

/// An issue that stands on GitHub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FiledIssue {
    /// Its number.
    pub number: u64,
    /// Its page.
    pub url: String,
}

/// What an issue is to become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IssueChange {
    /// Open.
    Open,
    /// Closed.
    Closed {
        /// As not planned, not as completed.
        not_planned: bool,
    },
}

/// GitHub, as one account of it.
///
/// Everything but [`GitHub::create_issue`] may be asked again without harm.
#[async_trait]
pub trait GitHub: Send + Sync + 'static {
    /// The login of the account that issues are filed as; asked once.
    async fn login(&self) -> Result<String, GitHubError>;

    /// The repository `repo`, wherever it may have moved to.
    async fn repository(&self, repo: &RepoName) -> Result<Repository, GitHubError>;

    /// Files an issue. The request is sent at most once and follows no redirect. With
    /// [`GitHubError::Unsure`] there may be an issue; with any other error there is none.
    async fn create_issue(
        &self,
        repo: &RepoName,
        draft: &IssueDraft,
    ) -> Result<FiledIssue, GitHubError>;

    /// The issue that was filed for `task`, among those touched since `since`: by our own account,
    /// with the task's marker as its last line. Of several, the earliest.
    async fn find_issue(
        &self,
        repo: &RepoName,
        since: Timestamp,
        task: TaskId,
    ) -> Result<Option<FiledIssue>, GitHubError>;

    /// Opens or closes an issue; GitHub's time of it.
    async fn set_issue_state(
        &self,
        repo: &RepoName,
        number: u64,
        change: IssueChange,
    ) -> Result<Timestamp, GitHubError>;

    /// The pull requests of `repo` that changed at `since` or later; nothing is read if the list is
    /// as `known`. Of a list without end only its newest rows.
    async fn pulls_since(
        &self,
        repo: &RepoName,
        since: Timestamp,
        known: Option<&Etag>,
    ) -> Result<Listed<PullNews>, GitHubError>;

    /// The issues of `repo` that changed at `since` or later; nothing is read if the list is as
    /// `known` for the same `since`. Of a list without end only its newest rows.
    async fn issues_since(
        &self,
        repo: &RepoName,
        since: Timestamp,
        known: Option<&Etag>,
    ) -> Result<Listed<IssueNews>, GitHubError>;

    /// What the checks of a commit say, each run of the latest once.
    async fn checks(
        &self,
        repo: &RepoName,
        head_sha: &str,
    ) -> Result<Vec<CheckReport>, GitHubError>;

    /// The pull request as it is now.
    async fn pull(&self, repo: &RepoName, number: u64) -> Result<PullRequest, GitHubError>;
}

/// The host of the pages that belong to the API at `api_url`: `github.com` for `api.github.com`,
/// the same host (and port) for an Enterprise server.
pub fn web_host(api_url: &Url) -> String {
    let host = api_url.host_str().unwrap_or_default();
    let host = match host.strip_prefix("api.") {
        Some(web) if web.contains('.') => web,
        _ => host,
    };
    match api_url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_live_beside_the_api() {
        let host = |api: &str| web_host(&api.parse().unwrap());
        assert_eq!(host("https://api.github.com"), "github.com");
        assert_eq!(host("https://api.acme.ghe.com"), "acme.ghe.com");
        assert_eq!(host("https://git.acme.example/api/v3"), "git.acme.example");
        assert_eq!(host("http://127.0.0.1:4321"), "127.0.0.1:4321");
        assert_eq!(host("https://api.localhost"), "api.localhost");
    }
}
