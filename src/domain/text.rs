//! Text that has been checked: a value of one of these types is within its bounds.
//!
//! Lengths are counted in Unicode scalar values. Control characters other than newline and tab are
//! refused everywhere.

use std::{
    collections::BTreeSet,
    fmt,
    hash::{Hash, Hasher},
};

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// Why a text was refused, in words that follow the field's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TextError(String);

impl TextError {
    fn new(rule: impl Into<String>) -> Self {
        Self(rule.into())
    }
}

fn checked(raw: String, trim: bool, min: usize, max: usize) -> Result<String, TextError> {
    let text = if trim && raw.trim().len() != raw.len() { raw.trim().to_owned() } else { raw };
    if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err(TextError::new(
            "must not contain control characters other than newline and tab",
        ));
    }
    let length = text.chars().count();
    if length < min || length > max {
        return Err(TextError::new(if min == 0 {
            format!("must have at most {max} characters, has {length}")
        } else {
            format!("must have {min} to {max} characters, has {length}")
        }));
    }
    Ok(text)
}

macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, trim: $trim:literal, min: $min:tt, max: $max:tt) => {
        $(#[$doc])*
        #[derive(
            Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema,
        )]
        #[serde(try_from = "String", into = "String")]
        #[ts(type = "string")]
        #[schema(value_type = String, min_length = $min, max_length = $max)]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = TextError;

            fn try_from(raw: String) -> Result<Self, TextError> {
                checked(raw, $trim, $min, $max).map(Self)
            }
        }

        impl TryFrom<&str> for $name {
            type Error = TextError;

            fn try_from(raw: &str) -> Result<Self, TextError> {
                raw.to_owned().try_into()
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> String {
                text.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_type! {
    /// A task's title: 1 to 200 characters after trimming.
    Title, trim: true, min: 1, max: 200
}
text_type! {
    /// A task's description: up to 20,000 characters.
    Description, trim: false, min: 0, max: 20000
}
text_type! {
    /// A comment or an answer: 1 to 10,000 characters after trimming.
    Prose, trim: true, min: 1, max: 10000
}
text_type! {
    /// The reason of a cancellation or a retry: 1 to 1,000 characters after trimming.
    Reason, trim: true, min: 1, max: 1000
}
text_type! {
    /// One label: 1 to 50 characters after trimming.
    Label, trim: true, min: 1, max: 50
}
text_type! {
    /// A team's name, as the token's `teams` claim has it: 1 to 100 characters.
    TeamName, trim: false, min: 1, max: 100
}
text_type! {
    /// A user's id, the token's `sub`: 1 to 200 characters.
    UserId, trim: false, min: 1, max: 200
}
text_type! {
    /// A short line about progress or a failure: up to 1,000 characters.
    Message, trim: true, min: 0, max: 1000
}

#[expect(clippy::derivable_impls, reason = "spelled out: an absent description is the empty one")]
impl Default for Description {
    fn default() -> Self {
        Self(String::new())
    }
}

impl Message {
    /// A message from text of any origin: control characters become spaces, the rest is cut at the bound.
    pub fn lossy(raw: &str) -> Self {
        let clean = raw.chars().map(|c| if c.is_control() { ' ' } else { c });
        Self(clean.take(1_000).collect::<String>().trim().to_owned())
    }
}

impl Prose {
    /// What there is to keep of a text of any origin: control characters become spaces, the rest is
    /// cut at the bound; `None` if nothing is left.
    pub fn lossy(raw: &str) -> Option<Self> {
        let keep = |c: char| if c.is_control() && c != '\n' && c != '\t' { ' ' } else { c };
        let text = raw.trim().chars().map(keep).take(10_000).collect::<String>();
        Self::try_from(text).ok()
    }
}

/// Up to 20 different labels, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(try_from = "Vec<Label>")]
#[ts(type = "Array<string>")]
#[schema(value_type = Vec<Label>, max_items = 20)]
pub struct Labels(BTreeSet<Label>);

impl Labels {
    /// The most labels a task can have.
    pub const MAX: usize = 20;

    /// The labels, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &Label> {
        self.0.iter()
    }

    /// These labels and as many of `more` as the bound leaves room for.
    #[must_use]
    pub fn with(&self, more: impl IntoIterator<Item = Label>) -> Self {
        let mut all = self.0.clone();
        for label in more {
            if all.len() < Self::MAX {
                all.insert(label);
            }
        }
        Self(all)
    }
}

impl TryFrom<Vec<Label>> for Labels {
    type Error = TextError;

    fn try_from(raw: Vec<Label>) -> Result<Self, TextError> {
        let labels: BTreeSet<_> = raw.into_iter().collect();
        if labels.len() > Self::MAX {
            return Err(TextError::new(format!("must have at most {} labels", Self::MAX)));
        }
        Ok(Self(labels))
    }
}

/// A short machine-readable word, `[a-z0-9_]{1,64}`: an error's code, a progress step.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema,
)]
#[serde(try_from = "String", into = "String")]
#[ts(type = "string")]
#[schema(value_type = String, pattern = "^[a-z0-9_]{1,64}$")]
pub struct Code(String);

impl Code {
    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Code {
    type Error = TextError;

    fn try_from(raw: String) -> Result<Self, TextError> {
        let fits = (1..=64).contains(&raw.len())
            && raw.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if fits { Ok(Self(raw)) } else { Err(TextError::new("must match [a-z0-9_]{1,64}")) }
    }
}

impl TryFrom<&str> for Code {
    type Error = TextError;

    fn try_from(raw: &str) -> Result<Self, TextError> {
        raw.to_owned().try_into()
    }
}

impl From<Code> for String {
    fn from(code: Code) -> String {
        code.0
    }
}

/// A GitHub repository, `owner/name`; two that differ only in case are the same, as on GitHub.
#[derive(Clone, Debug, Serialize, Deserialize, TS, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[ts(type = "string")]
#[schema(value_type = String, pattern = "^[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}$")]
pub struct RepoName(String);

impl RepoName {
    /// `owner/name`, spelled as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the slash.
    pub fn owner(&self) -> &str {
        self.0.split_once('/').map_or("", |(owner, _)| owner)
    }

    /// The part after the slash.
    pub fn name(&self) -> &str {
        self.0.split_once('/').map_or("", |(_, name)| name)
    }

    fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl TryFrom<String> for RepoName {
    type Error = TextError;

    fn try_from(raw: String) -> Result<Self, TextError> {
        let part = |text: &str| {
            (1..=100).contains(&text.len())
                && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
                && text != "."
                && text != ".."
        };
        match raw.split_once('/') {
            Some((owner, name)) if part(owner) && part(name) => Ok(Self(raw)),
            _ => Err(TextError::new("must be owner/name, as on GitHub")),
        }
    }
}

impl TryFrom<&str> for RepoName {
    type Error = TextError;

    fn try_from(raw: &str) -> Result<Self, TextError> {
        raw.to_owned().try_into()
    }
}

impl std::str::FromStr for RepoName {
    type Err = TextError;

    fn from_str(raw: &str) -> Result<Self, TextError> {
        raw.try_into()
    }
}

impl From<RepoName> for String {
    fn from(repo: RepoName) -> String {
        repo.0
    }
}

impl fmt::Display for RepoName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl PartialEq for RepoName {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for RepoName {}

impl Hash for RepoName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.folded().hash(state);
    }
}

impl PartialOrd for RepoName {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for RepoName {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.folded().cmp(&other.folded())
    }
}

/// The client's `Idempotency-Key`: 1 to 128 printable ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    /// The key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for IdempotencyKey {
    type Error = TextError;

    fn try_from(raw: String) -> Result<Self, TextError> {
        if (1..=128).contains(&raw.len()) && raw.bytes().all(|b| (0x20..0x7f).contains(&b)) {
            Ok(Self(raw))
        } else {
            Err(TextError::new("must have 1 to 128 printable characters"))
        }
    }
}

impl From<IdempotencyKey> for String {
    fn from(key: IdempotencyKey) -> String {
        key.0
    }
}
