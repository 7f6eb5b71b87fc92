//! What is to be made of a task: file it, or ask first.
//!
//! An [`Analyzer`] reads a task, says as it goes how far it is, and comes to an [`Analysis`]. It does
//! not know who waits for the answer, what is done with it, nor the time.

mod analyzer;
mod rules;

pub use analyzer::{Analysis, AnalysisError, Analyzer, ProgressStep, Report};
pub use rules::RulesAnalyzer;
