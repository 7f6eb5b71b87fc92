//! How long a socket may stay: as long as its token.

use std::{convert::Infallible, time::Duration};

use tokio::{
    sync::watch,
    time::{Instant, sleep, sleep_until},
};
use tokio_util::sync::CancellationToken;

use super::line::{Gone, Line};
use crate::{
    domain::{Clock, Timestamp},
    feed::{Hub, Subscriber},
    http::Transport,
    protocol::{
        Code, Problem,
        socket::{AuthExpiring, ErrorEvent, ServerMessage},
    },
};

/// How long before the token ends the client is told.
const NOTICE: Duration = Duration::from_mins(1);
/// How long a client that was told to leave may take to hang up by itself.
const HANG_UP: Duration = Duration::from_secs(1);

/// Tells the client that its token ends, 60 s before or half its life if that is shorter, and ends
/// the connection with it. A token that is handed in meanwhile, by `expires_at`, begins a new life.
pub(super) async fn with_token(
    line: &Line,
    hub: &Hub,
    subscriber: &Subscriber,
    clock: &dyn Clock,
    mut expires_at: watch::Receiver<Timestamp>,
) -> Result<Infallible, Gone> {
    loop {
        let left = expires_at.borrow_and_update().since(clock.now());
        let ends_at = Instant::now() + left;
        let over = async {
            sleep_until(ends_at - NOTICE.min(left / 2)).await;
            let rest = ends_at.saturating_duration_since(Instant::now());
            let expires_in_ms = u64::try_from(rest.as_millis()).unwrap_or(u64::MAX);
            line.say(&ServerMessage::AuthExpiring(AuthExpiring { expires_in_ms })).await?;
            sleep_until(ends_at).await;
            Ok(())
        };
        tokio::select! {
            over = over => over?,
            // The worker, which hands tokens in, ends with this.
            _ = expires_at.changed() => continue,
        }
        hub.leave(subscriber); // From here on nothing more is heard under the old token.
        return Err(because(line, Code::TokenExpired, "the token has ended").await);
    }
}

/// Tells the client why, and ends its connection.
pub(super) async fn because(line: &Line, code: Code, detail: &str) -> Gone {
    let error = ErrorEvent::new(Problem::new(code, detail), None);
    if line.say(&ServerMessage::Error(error)).await.is_ok() {
        line.end();
    }
    Gone
}

/// Ends the connection of a socket that has ended. Stock clients have hung up by themselves; one
/// that stays could begin anew on it, past every limit.
pub(super) async fn hang_up(websocket: Option<Transport>, stopping: &CancellationToken) {
    let Some(transport) = websocket else { return };
    tokio::select! {
        () = stopping.cancelled() => {} // Then every connection ends.
        () = sleep(HANG_UP) => transport.close(),
    }
}
