//! The built-in analyzer: a few rules about English words, offline.
//!
//! It understands nothing. It counts characters, and looks for words that people use when they tell
//! how to reproduce something, what they expected and what they got. So it asks for what is plainly
//! missing and otherwise passes the text on as it is: it adds no content of its own.

mod assess;
mod body;
mod kind;
mod words;

use async_trait::async_trait;

use super::{Analysis, AnalysisError, Analyzer, ProgressStep, Report};
use crate::domain::{
    Phase, Task,
    text::{Code, Message},
};
use assess::{Assessment, Material, Verdict, assess};

const STEPS: u64 = 3;

/// The analyzer that needs nothing but the text.
///
/// It never asks when the text has 200 characters or more with steps, expected and actual behaviour,
/// nor when the questions of an earlier round have been answered; it always asks when the text has
/// fewer than 40. In between it asks about a bug that is told with neither steps nor expectation.
#[derive(Clone, Copy, Debug, Default)]
pub struct RulesAnalyzer;

#[async_trait]
impl Analyzer for RulesAnalyzer {
    async fn analyze(&self, task: &Task, report: &dyn Report) -> Result<Analysis, AnalysisError> {
        report.progress(step(Phase::Starting, 0, None, "Starting the analysis")).await;
        report.progress(step(Phase::Running, 1, None, "Reading the description")).await;
        let material = Material::from(task);
        report.progress(step(Phase::Running, 2, None, "Looking for what is missing")).await;
        let Assessment { verdict, findings } = assess(&material);
        let found = Some(findings.count());
        report.progress(step(Phase::Running, STEPS, found, "Coming to a conclusion")).await;
        let (analysis, items, message) = match verdict {
            Verdict::Ask(questions) => {
                let items = questions.len();
                (Analysis::Unclear { questions }, items, "Some questions first")
            }
            Verdict::Proceed { labels } => {
                let items = labels.len();
                let body = body::write(&material, &findings);
                (Analysis::Clear { labels, body }, items, "Clear enough to be filed")
            }
        };
        let items = u64::try_from(items).ok();
        report.progress(step(Phase::Completed, STEPS, items, message)).await;
        Ok(analysis)
    }
}

fn step(phase: Phase, current: u64, items_count: Option<u64>, message: &str) -> ProgressStep {
    ProgressStep {
        step: Code::try_from("analysis").expect("it is a plain word"),
        phase,
        current,
        total: STEPS,
        items_count,
        message: Some(Message::lossy(message)),
    }
}

#[cfg(test)]
mod tests;
