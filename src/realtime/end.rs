//! How long a socket may stay: as long as its token.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::domain::Timestamp;

/// How long before the token ends the client is told.
const NOTICE: Duration = Duration::from_mins(1);

/// When the client is told that its token ends, and when it ends.
pub(super) struct Lifetime {
    ends_at: Instant,
    notice_at: Option<Instant>,
}

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// The token ends in this long.
    Notice(Duration),
    /// The token has ended.
    End,
}

impl Lifetime {
    /// The lifetime of a token that ends at `expires_at`; the notice comes 60 s before, or half its
    /// life if that is shorter.
    pub(super) fn new(expires_at: Timestamp, now: Timestamp) -> Self {
        let life = expires_at.since(now);
        let ends_at = Instant::now() + life;
        Self { ends_at, notice_at: Some(ends_at - NOTICE.min(life / 2)) }
    }

    /// Waits for what is due next. Cancel-safe.
    pub(super) async fn due(&mut self) -> Due {
        if let Some(notice_at) = self.notice_at {
            sleep_until(notice_at).await;
            self.notice_at = None;
            return Due::Notice(self.ends_at.saturating_duration_since(Instant::now()));
        }
        sleep_until(self.ends_at).await;
        Due::End
    }
}
