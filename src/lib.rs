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
//! # The modules, from the inside out
//!
//! A module may use those listed above it, never those below: `tests/architecture.rs` says so.
//!
//! | module | knows |
//! |---|---|
//! | [`domain`] | what a task is: pure |
//! | [`config`] | what the operator chose: plain data, loaded once |
//! | [`telemetry`] | logs, and the names of all metrics |
//! | [`store`] | where tasks live: one atomic write, one feed |
//! | [`tasks`] | the use cases: authorise, decide, commit |
//! | [`protocol`] | every word on the wire, in and out |
//! | [`feed`] | from committed changes to what each client gets |
//! | [`auth`] | from a token to an actor |
//! | [`limits`] | how much one client may ask for |
//! | [`features`] | who gets which feature |
//! | [`github`] | asking GitHub, understanding what it tells and what it failed to tell |
//! | [`analysis`] | what is to be made of a task: file it, or ask first |
//! | [`worker`] | claims tasks: analyses, asks, files, closes |
//! | [`http`] | REST, Server-Sent Events, webhooks, the web app |
//! | [`realtime`] | Socket.IO: connect, handle in order, carry, drain |
//! | [`simulator`] | a small GitHub, for the demo and for tests |
//! | [`demo`] | the demo's people, their tasks, and an agent |
//! | [`shutdown`] | what asks the server to stop |

pub mod analysis;
pub mod app;
pub mod auth;
pub mod config;
pub mod demo;
pub mod domain;
pub mod features;
pub mod feed;
pub mod github;
pub mod http;
pub mod limits;
pub mod protocol;
pub mod realtime;
pub mod shutdown;
pub mod simulator;
pub mod store;
pub mod tasks;
pub mod telemetry;
pub mod worker;
