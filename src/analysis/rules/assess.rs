//! The rules: what a text has, what it lacks, and whether that matters.

use super::{
    kind::{self, Kind},
    words::{Words, file_names, has_error_text, has_ordered_list},
};
use crate::domain::{
    NewQuestion, Question, Task,
    text::{Label, Prose},
};

/// Fewer characters than this say too little, whatever they are.
const TOO_SHORT: usize = 40;
/// From here on a text with steps, expected and actual behaviour is never asked about.
const LONG_ENOUGH: usize = 200;
/// How many files are named again in the issue.
const MOST_FILES: usize = 10;

/// What the rules look at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Material<'a> {
    pub(super) title: &'a str,
    pub(super) description: &'a str,
    pub(super) questions: &'a [Question],
    pub(super) names_repo: bool,
    pub(super) is_labelled_bug: bool,
}

impl<'a> From<&'a Task> for Material<'a> {
    fn from(task: &'a Task) -> Self {
        Self {
            title: task.title.as_str(),
            description: task.description.as_str(),
            questions: &task.questions,
            names_repo: task.repo.is_some(),
            is_labelled_bug: task.labels.iter().any(|label| label.as_str() == Kind::Bug.label()),
        }
    }
}

impl Material<'_> {
    /// The questions that have been answered.
    pub(super) fn answered(&self) -> impl Iterator<Item = (&Prose, &Prose)> {
        self.questions.iter().filter_map(|asked| Some((&asked.text, asked.answer.as_ref()?)))
    }

    /// The description and every answer: an answer is as good as if it had been there at once.
    fn text(&self) -> String {
        let answers = self.answered().map(|(_, answer)| answer.as_str());
        let parts = std::iter::once(self.description.trim()).chain(answers);
        parts.collect::<Vec<_>>().join("\n").trim().to_owned()
    }

    /// Whether somebody was asked before and has answered everything.
    fn is_clarified(&self) -> bool {
        !self.questions.is_empty() && self.questions.iter().all(|asked| asked.answer.is_some())
    }
}

/// What the rules make of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Assessment {
    pub(super) verdict: Verdict,
    pub(super) findings: Findings,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Ask(Vec<NewQuestion>),
    Proceed { labels: Vec<Label> },
}

/// What a text has.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is found or not, independent of the others"
)]
pub(super) struct Findings {
    pub(super) kind: Option<Kind>,
    pub(super) characters: usize,
    pub(super) steps: bool,
    pub(super) expected: bool,
    pub(super) actual: bool,
    pub(super) error_text: bool,
    pub(super) repo: bool,
    pub(super) files: Vec<String>,
}

impl Findings {
    /// How many things were found.
    pub(super) fn count(&self) -> u64 {
        let found = [self.steps, self.expected, self.actual, self.error_text, self.repo];
        let files = u64::try_from(self.files.len()).unwrap_or(u64::MAX);
        found.into_iter().map(u64::from).sum::<u64>() + u64::from(self.kind.is_some()) + files
    }
}

/// Reads the text and decides.
pub(super) fn assess(material: &Material<'_>) -> Assessment {
    let text = material.text();
    let (title_words, words) = (Words::of(material.title), Words::of(&text));
    let told_by_title = Kind::told_by(&title_words);
    let is_bug = told_by_title == Some(Kind::Bug) || material.is_labelled_bug;
    let findings = Findings {
        kind: if is_bug { Some(Kind::Bug) } else { told_by_title.or(Kind::told_by(&words)) },
        characters: text.chars().count(),
        steps: words.have_any(STEPS) || has_ordered_list(&text),
        expected: words.have_any(EXPECTED),
        actual: words.have_any(ACTUAL),
        error_text: has_error_text(&text),
        repo: material.names_repo,
        files: file_names(&text, MOST_FILES),
    };
    let verdict = if material.is_clarified() || is_clear(&findings, is_bug) {
        let everything = Words::of(&format!("{}\n{text}", material.title));
        Verdict::Proceed { labels: kind::labels(findings.kind, &everything) }
    } else {
        Verdict::Ask(questions(&findings))
    };
    Assessment { verdict, findings }
}

fn is_clear(findings: &Findings, is_bug: bool) -> bool {
    let Findings { characters, steps, expected, actual, .. } = *findings;
    let tells_all = characters >= LONG_ENOUGH && steps && expected && actual;
    let lacks_what_matters = is_bug && !steps && !expected;
    tells_all || (characters >= TOO_SHORT && !lacks_what_matters)
}

/// What to ask: of a bug only what its text does not say, but always something.
fn questions(findings: &Findings) -> Vec<NewQuestion> {
    const PLACES: &[&str] = &["Web page", "API", "Background job", "Somewhere else"];
    const HOW_OFTEN: &[&str] = &["Every time", "Sometimes", "Once so far"];
    const KINDS: &[&str] =
        &["Something is broken", "Something new is wanted", "The documentation is to be changed"];
    let is_short = findings.characters < TOO_SHORT;
    let asked: Vec<Option<NewQuestion>> = match findings.kind {
        Some(Kind::Bug) => vec![
            (!findings.expected || !findings.actual)
                .then(|| ask("What happens, and what did you expect instead?", &[])),
            (!findings.steps).then(|| ask("How can it be reproduced, step by step?", &[])),
            is_short.then(|| ask("How often does it happen?", HOW_OFTEN)),
        ],
        Some(Kind::Enhancement) => vec![
            Some(ask("What should be possible when this is done, and for whom?", &[])),
            findings.files.is_empty().then(|| ask("Which part does it concern?", PLACES)),
        ],
        Some(Kind::Documentation) => vec![
            findings.files.is_empty().then(|| ask("Which page or file does it concern?", &[])),
            Some(ask("What should it say when this is done?", &[])),
        ],
        None => vec![
            Some(ask("What kind of task is this?", KINDS)),
            Some(ask("What should be different when this is done?", &[])),
        ],
    };
    asked.into_iter().flatten().collect()
}

fn ask(text: &str, choices: &[&str]) -> NewQuestion {
    let prose = |text: &str| Prose::lossy(text).expect("the rules' own words are not empty");
    NewQuestion { text: prose(text), choices: choices.iter().map(|choice| prose(choice)).collect() }
}

const STEPS: &[&str] = &[
    "steps",
    "step 1",
    "reproduce",
    "reproduced",
    "reproducible",
    "reproduction",
    "repro",
    "when i",
    "when you",
    "when we",
    "when a user",
    "when users",
    "whenever",
    "after clicking",
    "click on",
    "first then",
    "how to trigger",
];

const EXPECTED: &[&str] = &[
    "expected",
    "expect",
    "expects",
    "expectation",
    "should",
    "supposed to",
    "must",
    "ought to",
    "instead of",
    "would expect",
];

const ACTUAL: &[&str] = &[
    "actual",
    "actually",
    "instead",
    "currently",
    "observed",
    "what happens",
    "nothing happens",
    "fails",
    "failed",
    "crashes",
    "crashed",
    "error",
    "errors",
    "exception",
    "shows",
    "returns",
    "gets",
    "got",
    "wrong",
    "hangs",
    "freezes",
    "is not",
    "isn't",
    "does not",
    "doesn't",
    "but",
];
