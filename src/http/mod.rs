//! HTTP: routes and layers, handlers of ten lines, Server-Sent Events, the web app's files.
//!
//! `router` is the one page with every route and layer; `extract` turns requests into checked
//! values, `problem` every refusal into `application/problem+json`. What a use case does, and what
//! sockets are, is not known here.

mod assets;
mod demo;
mod docs;
mod extract;
mod health;
mod layers;
mod listener;
mod observe;
mod openapi;
mod problem;
mod refusals;
mod router;
mod session;
mod sse;
mod state;
mod tasks;
mod webhooks;

pub use listener::{Listener, Peer, Transport};
pub use openapi::openapi;
pub use problem::HttpError;
pub use router::router;
pub use state::Http;
