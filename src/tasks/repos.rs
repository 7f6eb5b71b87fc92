//! Which repositories a task may name.

use crate::domain::{Refusal, text::RepoName};

/// Where tasks may be filed.
#[derive(Clone, Debug, Default)]
pub struct RepoRules {
    default: Option<RepoName>,
    allowed: Vec<RepoName>,
}

impl RepoRules {
    /// Tasks that name no repository go to `default`; they may name that one and those of `allowed`.
    pub fn new(default: Option<RepoName>, allowed: impl IntoIterator<Item = RepoName>) -> Self {
        let allowed = default.iter().cloned().chain(allowed).collect();
        Self { default, allowed }
    }

    /// Whether a task may be filed in `repo`.
    pub fn allows(&self, repo: &RepoName) -> bool {
        self.allowed.contains(repo)
    }

    /// Where tasks go that name no repository.
    pub(super) fn default_repo(&self) -> Option<RepoName> {
        self.default.clone()
    }

    pub(super) fn resolve(&self, named: Option<RepoName>) -> Result<Option<RepoName>, Refusal> {
        match named {
            Some(repo) if self.allows(&repo) => Ok(Some(repo)),
            Some(_) => Err(Refusal::Invalid {
                field: "repo".into(),
                message: "must be one of the repositories this server is configured for".into(),
            }),
            None => Ok(self.default.clone()),
        }
    }
}
