//! What a task is: its timeline, its states, who may see it and what may happen to it.
//!
//! Everything here is pure. It does not know of async, I/O, HTTP, sockets or databases; time and
//! identity come in by the door. A command is decided against a [`Task`] and yields new
//! [`EventBody`]s or a [`Refusal`]; the fold of the events is the task.

mod actor;
mod audience;
mod clock;
mod command;
mod decide;
mod event;
mod fold;
mod github;
mod id;
mod progress;
mod question;
mod status;
mod summary;
mod task;
pub mod text;
mod visibility;

pub use actor::{Actor, ActorKind, ActorRef, Person, Role};
pub use audience::Outlook;
pub use clock::{Clock, ManualClock, SystemClock, Timestamp};
pub use command::{Answer, Command, Edit, NewQuestion, NewTask};
pub use decide::{Refusal, create, decide};
pub use event::{Cause, Event, EventBody, GivenAnswer, TaskError};
pub use fold::{FoldError, fold};
pub use github::{
    CheckReport, CheckRun, Checks, CloseReason, Fact, IssueState, PullKey, PullRequest, PullState,
    Review, ReviewState,
};
pub use id::TaskId;
pub use progress::{Phase, Progress};
pub use question::Question;
pub use status::Status;
pub use summary::{PullSummary, Summary};
pub use task::{Issue, Task, Work};
pub use visibility::Visibility;

#[cfg(test)]
mod tests;
