//! HTTP: routes and layers, handlers of ten lines, Server-Sent Events, the web app's files.

mod listener;

pub use listener::{Listener, Peer, Transport};
