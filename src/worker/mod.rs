//! Taskwire's own hands: tasks are claimed one lease each, analysed, and filed as one GitHub issue.
//!
//! Whoever works on a task holds its lease, and nothing is written without it. A run never waits for
//! better times: what GitHub or the analyzer cannot do now is given back to the store with a rest,
//! so a runner is free for other tasks and a rest outlives the process. What must outlive it, too,
//! is in the store before it is done: an issue that may have been posted is looked for.
//!
//! It does not know who watches, nor how GitHub is reached or who analyses.

mod analyze;
mod bench;
mod dispatch;
mod failure;
mod issue_state;
mod ledger;
mod outcome;
mod run;
mod runner;
mod settings;

pub use bench::Parts;
pub use runner::Worker;
pub use settings::Settings;
