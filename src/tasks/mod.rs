//! The use cases: authorise, decide, commit.
//!
//! One method per use case. The service knows the domain and the store; it does not know how a
//! request came in, nor that anyone listens to what it commits.

mod error;
mod patience;
mod read;
mod repos;
mod request;
mod service;
mod turns;
mod watch;
mod work;

pub use error::ServiceError;
pub(crate) use patience::in_time;
pub use repos::RepoRules;
pub use request::Request;
pub use service::{Done, Heard, TasksService};
