//! An analysis that can be watched.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;

use crate::{
    analysis::{Analysis, AnalysisError, Analyzer, ProgressStep, Report},
    domain::Task,
};

/// An analyzer that stays with each of its steps for a moment.
pub struct Paced {
    inner: Arc<dyn Analyzer>,
    beat: Duration,
}

impl Paced {
    /// `inner`, with a rest of `beat` after each step.
    pub fn new(inner: Arc<dyn Analyzer>, beat: Duration) -> Self {
        Self { inner, beat }
    }
}

#[async_trait]
impl Analyzer for Paced {
    async fn analyze(&self, task: &Task, report: &dyn Report) -> Result<Analysis, AnalysisError> {
        self.inner.analyze(task, &PacedReport { inner: report, beat: self.beat }).await
    }
}

struct PacedReport<'a> {
    inner: &'a dyn Report,
    beat: Duration,
}

#[async_trait]
impl Report for PacedReport<'_> {
    async fn progress(&self, step: ProgressStep) {
        self.inner.progress(step).await;
        // Cancel-safe: an analysis may be dropped at any moment.
        tokio::time::sleep(self.beat).await;
    }
}
