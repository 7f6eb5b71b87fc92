//! A webhook.

use bytes::Bytes;
use uuid::{NoContext, Uuid};

use crate::domain::Timestamp;

/// A webhook, ready to be delivered: once, again, late or never. Its id stays the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// `X-GitHub-Event`.
    pub event: String,
    /// `X-GitHub-Delivery`.
    pub id: String,
    /// The issue or pull request that it is about.
    pub number: u64,
    /// The JSON.
    pub body: Bytes,
}

impl Hook {
    pub(super) fn new(event: &str, number: u64, body: String, now: Timestamp) -> Self {
        let millis = u64::try_from(now.as_millis()).unwrap_or(0);
        let at = uuid::Timestamp::from_unix(NoContext, millis / 1_000, 0);
        let id = Uuid::new_v7(at).to_string();
        Self { event: event.to_owned(), id, number, body: body.into() }
    }
}
