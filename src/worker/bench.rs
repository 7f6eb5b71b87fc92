//! What all runs share.

use std::sync::Arc;

use super::{Settings, ledger::Ledger};
use crate::{
    analysis::Analyzer, domain::Clock, github::GitHub, store::TaskStore, tasks::TasksService,
};

/// What the worker works with.
#[derive(Clone)]
pub struct Parts {
    /// Where the tasks and their leases are.
    pub store: Arc<dyn TaskStore>,
    /// What is done to a task.
    pub tasks: TasksService,
    /// Where issues are filed.
    pub github: Arc<dyn GitHub>,
    /// Who analyses.
    pub analyzer: Arc<dyn Analyzer>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// What all runs share.
pub(super) struct Bench {
    pub(super) parts: Parts,
    pub(super) settings: Settings,
    pub(super) ledger: Ledger,
}
