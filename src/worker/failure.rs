//! Why a task fails in Taskwire's own hands: every code and every sentence.

use crate::domain::{
    TaskError,
    text::{Code, Message, RepoName},
};

/// Why a task fails. What it says is for people; no token and no body of an answer is in it.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    /// The analyzer is down.
    #[error(
        "The analysis could not be done, tried {tries} times: {cause}. The task can be retried."
    )]
    AnalyzerUnavailable { tries: u32, cause: String },
    /// The analyzer answered nonsense twice.
    #[error("The analysis gave no usable answer, twice. The task can be retried.")]
    AnalyzerInvalidOutput,
    /// The task names no repository, and none is configured.
    #[error(
        "No repository to file the issue in: set GITHUB_REPO and GITHUB_TOKEN, restart, and retry \
         the task."
    )]
    NoRepo,
    /// The task's repository is not one of those that are configured.
    #[error(
        "{0} is not among the repositories this server files issues in: add it to \
         GITHUB_ALLOWED_REPOS, restart, and retry the task."
    )]
    RepoNotAllowed(RepoName),
    /// There is no account.
    #[error("No GitHub account is configured: set GITHUB_TOKEN, restart, and retry the task.")]
    NoAccount,
    /// A task for few would be filed for all to see.
    #[error(
        "{0} is public at GitHub, and this task is not for everyone. Make the repository private \
         or the task visible to everyone, and retry it."
    )]
    RepoIsPublic(RepoName),
    /// GitHub is down.
    #[error(
        "GitHub could not file the issue, tried {tries} times: {cause}. The task can be retried."
    )]
    GitHubUnavailable { tries: u32, cause: String },
    /// GitHub says no.
    #[error("GitHub refuses to file the issue ({status}): {message}")]
    GitHubRejected { status: u16, message: String },
}

impl Failure {
    /// The word for programs.
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::AnalyzerUnavailable { .. } => "analyzer_unavailable",
            Self::AnalyzerInvalidOutput => "analyzer_invalid_output",
            Self::NoRepo | Self::RepoNotAllowed(_) | Self::NoAccount => "github_not_configured",
            Self::RepoIsPublic(_) => "repo_is_public",
            Self::GitHubUnavailable { .. } => "github_unavailable",
            Self::GitHubRejected { .. } => "github_rejected",
        }
    }

    /// What the timeline says.
    pub(super) fn to_error(&self) -> TaskError {
        TaskError {
            code: Code::try_from(self.code()).expect("every code is a word of lower-case letters"),
            message: Message::lossy(&self.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_has_a_code_and_a_sentence() {
        let repo: RepoName = "acme/shop".parse().unwrap();
        let failures = [
            Failure::AnalyzerUnavailable { tries: 5, cause: "it is away".into() },
            Failure::AnalyzerInvalidOutput,
            Failure::NoRepo,
            Failure::RepoNotAllowed(repo.clone()),
            Failure::NoAccount,
            Failure::RepoIsPublic(repo),
            Failure::GitHubUnavailable { tries: 5, cause: "it answered 503".into() },
            Failure::GitHubRejected { status: 410, message: "Issues are disabled".into() },
        ];
        for failure in failures {
            let error = failure.to_error();
            assert_eq!(error.code.as_str(), failure.code());
            assert_eq!(error.message.as_str(), failure.to_string());
        }
    }
}
