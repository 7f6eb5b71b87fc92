//! Taskwire: a Socket.IO-compatible realtime task server.
//!
//! # The flow, one way
//!
//! ```text
//!  REST        GitHub webhook      Socket.IO event      worker (analyse, dispatch)
//!    \______________\_______________/_____________________/
//!                         ▼
//!                    tasks::TasksService      authorise → decide → commit
//!                         │   domain decides, purely
//!                         ▼
//!                    store::TaskStore         events + status + version in one atomic write
//!                         │   feed: every committed change, once, per task in order
//!                         ▼
//!                    feed::Broadcaster        each change shaped into protocol messages once
//!                     /        \
//!           realtime (sockets)  http (SSE)    to those who may see it
//! ```
//!
//! A module may use those listed above it, never those below: `tests/architecture.rs` says so.

pub mod auth; // from a token to an actor
pub mod config; // what the operator chose: plain data, loaded once
pub mod analysis; // file a task, or ask first
pub mod domain; // what a task is: pure
pub mod features; // who gets which feature
pub mod feed; // from committed changes to what each client gets
pub mod http; // REST, Server-Sent Events, webhooks, the web app
pub mod limits; // how much one client may ask for
pub mod protocol;
pub mod store; // where tasks live: one atomic write, one feed
pub mod tasks; // the use cases: authorise, decide, commit // every word on the wire, in and out
pub mod telemetry; // logs, and the names of all metrics
