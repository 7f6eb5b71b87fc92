//! What kind of task it is, and the labels that its words call for.

use super::words::Words;
use crate::domain::text::Label;

/// The kinds of tasks that the rules tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Bug,
    Enhancement,
    Documentation,
}

impl Kind {
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Bug => "bug",
            Self::Enhancement => "enhancement",
            Self::Documentation => "documentation",
        }
    }

    /// The kind that `words` tell; when they tell several, the one a triager would look at first.
    pub(super) fn told_by(words: &Words) -> Option<Self> {
        if words.have_any(DOCUMENTATION) {
            Some(Self::Documentation)
        } else if words.begin_with_any(REQUESTS) {
            Some(Self::Enhancement)
        } else if words.have_any(BUG) {
            Some(Self::Bug)
        } else if words.have_any(ENHANCEMENT) {
            Some(Self::Enhancement)
        } else {
            None
        }
    }
}

/// The labels that the words of title and text call for; the title's word on the kind goes first.
pub(super) fn labels(kind: Option<Kind>, everything: &Words) -> Vec<Label> {
    let topics = TOPICS.iter().filter(|(_, words)| everything.have_any(words));
    let names = kind.map(Kind::label).into_iter().chain(topics.map(|(name, _)| *name));
    names.filter_map(|name| Label::try_from(name).ok()).collect()
}

const DOCUMENTATION: &[&str] = &[
    "doc",
    "docs",
    "document",
    "documentation",
    "readme",
    "typo",
    "typos",
    "tutorial",
    "changelog",
];

const BUG: &[&str] = &[
    "bug",
    "bugs",
    "fix",
    "fixes",
    "broken",
    "breaks",
    "crash",
    "crashes",
    "crashed",
    "crashing",
    "error",
    "errors",
    "exception",
    "fail",
    "fails",
    "failed",
    "failing",
    "failure",
    "incorrect",
    "wrong",
    "regression",
    "panic",
    "panics",
    "freezes",
    "hangs",
    "stuck",
    "missing",
    "lost",
    "does not work",
    "doesn't work",
    "not working",
    "stopped working",
    "can't",
    "cannot",
];

/// Whoever begins so wants something new, say an error page.
const REQUESTS: &[&str] = &[
    "add",
    "allow",
    "enable",
    "enhance",
    "extend",
    "implement",
    "improve",
    "introduce",
    "offer",
    "provide",
    "support",
];

const ENHANCEMENT: &[&str] = &[
    "add",
    "allow",
    "enable",
    "enhance",
    "enhancement",
    "extend",
    "feature",
    "implement",
    "improve",
    "introduce",
    "let",
    "make",
    "new",
    "offer",
    "provide",
    "show",
    "support",
    "want",
    "would like",
];

const TOPICS: &[(&str, &[&str])] = &[
    (
        "performance",
        &[
            "performance",
            "slow",
            "slower",
            "slowly",
            "latency",
            "faster",
            "memory leak",
            "cpu usage",
        ],
    ),
    (
        "security",
        &[
            "security",
            "vulnerability",
            "vulnerable",
            "xss",
            "csrf",
            "cve",
            "exploit",
            "sql injection",
            "injection",
            "privilege escalation",
        ],
    ),
    ("accessibility", &["accessibility", "a11y", "screen reader", "aria", "keyboard navigation"]),
    ("tests", &["flaky", "flaky test", "unit test", "unit tests", "test coverage", "e2e tests"]),
    ("dependencies", &["dependency", "dependencies", "upgrade", "bump", "deprecated package"]),
];
