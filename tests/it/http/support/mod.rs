//! The server under test, its users, and what they hear.

mod app;
mod story;
mod user;

pub(crate) use crate::support::{Frame, Stream};
pub(crate) use app::{TestApp, WEBHOOK_SECRET, eventually};
pub(crate) use user::{Answer, User, send};
