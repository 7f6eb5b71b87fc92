//! What one task is about, and what becomes of it.

use super::cast::{REPO, TEAM, VAULT, repo};
use crate::{
    domain::{
        NewTask, Visibility,
        text::{Description, Label, Labels, Prose, TeamName, Title},
    },
    simulator::Life,
};

/// What becomes of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// The agent takes it up, and this becomes of it.
    Lives(Life),
    /// Its creator calls it off once it is dispatched.
    Cancelled,
    /// The agent tries and gives up.
    GivenUp,
}

/// One task of the demo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plot {
    /// Who submits it and answers what is asked about it.
    pub(super) creator: &'static str,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) labels: &'static [&'static str],
    pub(super) visibility: Visibility,
    /// What is answered, one after the other; the last one to all further questions.
    pub(super) answers: &'static [&'static str],
    pub(super) fate: Fate,
}

impl Plot {
    /// The task as its creator submits it. What is not for everyone goes to the private repository.
    pub(super) fn new_task(&self) -> NewTask {
        let labels = self.labels.iter().filter_map(|label| Label::try_from(*label).ok());
        let is_open = self.visibility == Visibility::Everyone;
        NewTask {
            title: Title::try_from(self.title.as_str()).expect("a title of the demo is one"),
            description: Description::try_from(self.description.as_str())
                .expect("a description of the demo is one"),
            repo: Some(repo(if is_open { REPO } else { VAULT })),
            labels: Labels::try_from(labels.collect::<Vec<_>>()).unwrap_or_default(),
            team: (self.visibility == Visibility::Team)
                .then(|| TeamName::try_from(TEAM).expect("it is a plain word")),
            visibility: self.visibility,
        }
    }

    /// The answer to the question at `index`.
    pub(super) fn answer(&self, index: usize) -> Prose {
        let answers = self.answers;
        let words = answers.get(index).or(answers.last()).copied();
        let words = words.unwrap_or("As it is done everywhere else in the shop.");
        Prose::lossy(words).expect("an answer of the demo says something")
    }
}
