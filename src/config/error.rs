//! Why a configuration was refused, in words for the operator.

use std::{fmt, path::PathBuf};

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read, or it is not TOML.
    #[error("the configuration file {} {reason}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it; quotes nothing of what it says.
        reason: String,
    },
    /// Keys that are unknown or hold a bad value: all of them.
    #[error("{}", lines(.0))]
    Keys(Vec<BadKey>),
}

/// One key that is unknown or holds a bad value. Its value is in no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadKey {
    /// The key, `section.key`, or the environment variable that belongs to none.
    pub key: String,
    /// The environment variable that set it, if one did.
    pub variable: Option<String>,
    /// What it must be.
    pub rule: String,
}

impl fmt::Display for BadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.variable {
            Some(variable) => write!(f, "{variable} ({}) {}", self.key, self.rule),
            None => write!(f, "{} {}", self.key, self.rule),
        }
    }
}

fn lines(bad: &[BadKey]) -> String {
    let keys = bad.iter().map(|key| format!("\n  {key}"));
    std::iter::once("the configuration cannot be used:".to_owned()).chain(keys).collect()
}
