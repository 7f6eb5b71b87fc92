//! The server under test, its users, and what they hear.

mod app;
mod story;
mod stream;
mod user;

pub(crate) use app::{TestApp, WEBHOOK_SECRET, eventually};
pub(crate) use stream::{Frame, Stream};
pub(crate) use user::{Answer, User, send};
