//! What can be asked of a task.

use super::{
    Fact, IssueState, TaskError, Timestamp, Visibility,
    text::{Description, Labels, Prose, Reason, RepoName, TeamName, Title},
};

/// A task to be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTask {
    /// Its title.
    pub title: Title,
    /// Its description.
    pub description: Description,
    /// Where it is to be filed.
    pub repo: Option<RepoName>,
    /// Its labels.
    pub labels: Labels,
    /// Its team.
    pub team: Option<TeamName>,
    /// Whom it is for.
    pub visibility: Visibility,
}

/// An answer to one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The question's id.
    pub question_id: String,
    /// The answer.
    pub answer: Prose,
}

/// An edit; `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edit {
    /// The new title.
    pub title: Option<Title>,
    /// The new description.
    pub description: Option<Description>,
    /// The new labels.
    pub labels: Option<Labels>,
    /// The new team; `Some(None)` takes the team away.
    pub team: Option<Option<TeamName>>,
    /// The new visibility.
    pub visibility: Option<Visibility>,
}

/// A question that the analysis asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewQuestion {
    /// What is asked.
    pub text: Prose,
    /// Suggested answers.
    pub choices: Vec<Prose>,
}

/// What is asked of a task: by a person, an agent, a worker or GitHub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Answer questions.
    Answer(Vec<Answer>),
    /// Add a comment.
    Comment(Prose),
    /// Edit text or audience.
    Edit(Edit),
    /// Call the task off.
    Cancel(Option<Reason>),
    /// Try again.
    Retry {
        /// Why.
        reason: Option<Reason>,
        /// Where to file a task that names no repository.
        repo: Option<RepoName>,
    },
    /// The work cannot be done.
    Fail(TaskError),
    /// The analysis begins.
    StartAnalysis,
    /// The analysis needs answers.
    Ask(Vec<NewQuestion>),
    /// The task's issue stands on GitHub.
    RecordIssue {
        /// Its number.
        number: u64,
        /// Its page.
        url: String,
        /// The task's labels from here on.
        labels: Labels,
    },
    /// Taskwire has closed or reopened the issue.
    RecordIssueState {
        /// What it is now.
        state: IssueState,
        /// GitHub's time.
        at: Timestamp,
    },
    /// GitHub told something.
    Hear(Fact),
}
