//! What every analyzer promises.

use async_trait::async_trait;

use crate::domain::{
    NewQuestion, Phase, Progress, Task, Timestamp,
    text::{Code, Label, Message},
};

/// Something that reads tasks.
#[async_trait]
pub trait Analyzer: Send + Sync {
    /// Reads `task` and comes to a conclusion; `report` hears how far it is. Changes nothing, so it
    /// may be dropped at any moment and begun again.
    async fn analyze(&self, task: &Task, report: &dyn Report) -> Result<Analysis, AnalysisError>;
}

/// Whoever wants to know how far an analysis is.
#[async_trait]
pub trait Report: Send + Sync {
    /// Takes in how far it is; what cannot be told on is lost, and the analysis goes on.
    async fn progress(&self, step: ProgressStep);
}

/// How far an analysis is. Whoever hears it adds the time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgressStep {
    /// The step's name.
    pub step: Code,
    /// How far the step is.
    pub phase: Phase,
    /// Which of `total` this is.
    pub current: u64,
    /// How many there are.
    pub total: u64,
    /// How many things were found, where that means something.
    pub items_count: Option<u64>,
    /// One line for people.
    pub message: Option<Message>,
}

impl ProgressStep {
    /// This step as said at `timestamp`.
    pub fn at(self, timestamp: Timestamp) -> Progress {
        let Self { step, phase, current, total, items_count, message } = self;
        Progress { step, phase, current, total, items_count, message, timestamp }
    }
}

/// What an analysis came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Analysis {
    /// The task can be filed.
    Clear {
        /// Labels that fit it, beside those it has.
        labels: Vec<Label>,
        /// The text, in Markdown, as long as the task's own text allows.
        body: String,
    },
    /// Somebody must answer first.
    Unclear {
        /// What to ask: one to three questions.
        questions: Vec<NewQuestion>,
    },
}

/// Why an analysis came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnalysisError {
    /// The analyzer could not be reached, or not in time: later it may be.
    #[error("the analyzer is unavailable: {0}")]
    Unavailable(String),
    /// The analyzer's answer makes no sense.
    #[error("the analyzer gave invalid output: {0}")]
    InvalidOutput(String),
}
