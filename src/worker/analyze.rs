//! From a submitted task to a finding: what its issue is to say, or what to ask first.

use std::{ops::ControlFlow, time::Duration};

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::{
    failure::Failure,
    ledger::{Finding, Matter},
    outcome::{Halt, Outcome},
    run::Run,
};
use crate::{
    analysis::{Analysis, AnalysisError, ProgressStep, Report},
    domain::{Command, Status, Task},
    store::Attempt,
};

/// Nonsense is asked about once more.
const ANSWERS: u32 = 2;

impl Run {
    /// Looks for the issue that may be filed already; else analyses, then asks or dispatches.
    pub(super) async fn analyze(
        &self,
        task: &Task,
        attempt: Option<(Attempt, Duration)>,
    ) -> Result<Outcome, Halt> {
        if let Some(attempt) = attempt
            && let ControlFlow::Break(outcome) = self.settle(task, attempt).await?
        {
            return Ok(outcome);
        }
        self.go_on()?;
        let task = self.write(Command::StartAnalysis).await?;
        let matter = self.matter(&task).await?;
        match self.find_out(&task, &matter).await? {
            ControlFlow::Continue(finding) => self.dispatch(&task, &matter, &finding).await,
            ControlFlow::Break(outcome) => Ok(outcome),
        }
    }

    async fn find_out(
        &self,
        task: &Task,
        matter: &Matter,
    ) -> Result<ControlFlow<Outcome, Finding>, Halt> {
        let ledger = &self.bench.ledger;
        if let Some(finding) = ledger.finding(matter) {
            return Ok(ControlFlow::Continue(finding));
        }
        for _ in 0..ANSWERS {
            match self.listen(task).await? {
                Ok(Analysis::Clear { labels, body }) => {
                    let finding = Finding { labels, body };
                    ledger.keep(matter, finding.clone(), self.bench.parts.clock.now());
                    return Ok(ControlFlow::Continue(finding));
                }
                Ok(Analysis::Unclear { questions }) if !questions.is_empty() => {
                    self.write(Command::Ask(questions)).await?;
                    ledger.forget(self.id);
                    return Ok(ControlFlow::Break(Outcome::done("asked")));
                }
                Err(AnalysisError::Unavailable(cause)) => {
                    let failure = |tries| Failure::AnalyzerUnavailable { tries, cause };
                    let outcome = self.try_later(matter, Duration::ZERO, failure).await?;
                    return Ok(ControlFlow::Break(outcome));
                }
                Ok(Analysis::Unclear { .. }) => warn!("the analyzer asks, but nothing"),
                Err(error @ AnalysisError::InvalidOutput(_)) => warn!(%error, "no analysis"),
            }
        }
        Ok(ControlFlow::Break(self.fail(Failure::AnalyzerInvalidOutput).await?))
    }

    /// One analysis, told about as it goes; dropped when the task leaves meanwhile.
    async fn listen(&self, task: &Task) -> Result<Result<Analysis, AnalysisError>, Halt> {
        let listener = Listener { run: self, left: CancellationToken::new() };
        let analysis = self.bench.parts.analyzer.analyze(task, &listener);
        tokio::select! {
            biased;
            () = listener.left.cancelled() => Err(Halt::Overtaken),
            analysis = self.unless_stopped(analysis) => analysis,
        }
    }
}

/// Hears how far an analysis is.
struct Listener<'a> {
    run: &'a Run,
    /// The task is not to be analysed any more.
    left: CancellationToken,
}

#[async_trait]
impl Report for Listener<'_> {
    async fn progress(&self, step: ProgressStep) {
        match self.run.current().await {
            Ok(task) if task.status == Status::Analyzing => self.run.show(step).await,
            Ok(_) => self.left.cancel(),
            // If the store is away, whoever writes next will say so.
            Err(_) => {}
        }
    }
}
