//! How long a socket may stay: as long as its token.

use std::time::Duration;

use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

use super::line::{Gone, Line};
use crate::{
    domain::{Clock, Timestamp},
    protocol::{
        Code,
        socket::{AuthExpiring, ServerMessage},
    },
};

/// How long before the token ends the client is told.
const NOTICE: Duration = Duration::from_mins(1);
/// Longer than any connection lasts, and short enough to count with.
const LONGEST_LIFE: Duration = Duration::from_hours(24 * 365);

/// Tells the client when its token is about to end, and ends the connection with the token: at the
/// newest of `expires_at`, whatever else is being done for the client.
pub(super) async fn with_token(
    line: &Line,
    mut expires_at: watch::Receiver<Timestamp>,
    clock: &dyn Clock,
) -> Result<(), Gone> {
    loop {
        let expiry = *expires_at.borrow_and_update();
        let mut lifetime = Lifetime::new(expiry, clock.now());
        let refreshed = async {
            expires_at.changed().await.map_err(|_| Gone) // The worker is gone, and so is the client.
        };
        tokio::select! {
            refreshed = refreshed => refreshed?,
            ended = lifetime.pass(line) => {
                ended?;
                if expires_at.has_changed().unwrap_or(false) {
                    continue;
                }
                // From now on the worker is told that a refresh comes too late.
                drop(expires_at);
                return line.end(Code::TokenExpired, "the token has ended").await;
            }
        }
    }
}

/// When the client is told that its token ends, and when it ends.
struct Lifetime {
    notice_at: Instant,
    ends_at: Instant,
}

impl Lifetime {
    /// The lifetime of a token that ends at `expires_at`; the notice comes 60 s before, or half its
    /// life if that is shorter.
    fn new(expires_at: Timestamp, now: Timestamp) -> Self {
        let life = expires_at.since(now).min(LONGEST_LIFE);
        let ends_at = Instant::now() + life;
        Self { notice_at: ends_at - NOTICE.min(life / 2), ends_at }
    }

    /// Gives notice in time and returns when the token has ended.
    async fn pass(&mut self, line: &Line) -> Result<(), Gone> {
        sleep_until(self.notice_at).await;
        let left = self.ends_at.saturating_duration_since(Instant::now());
        let expires_in_ms = u64::try_from(left.as_millis()).unwrap_or(u64::MAX);
        line.say(&ServerMessage::AuthExpiring(AuthExpiring { expires_in_ms })).await?;
        sleep_until(self.ends_at).await;
        Ok(())
    }
}
