//! The worker of one socket: handles what it says, one message after the other.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use metrics::counter;
use tokio::{
    sync::{mpsc, watch},
    time::Instant,
};

use super::{
    Realtime,
    inbound::Packet,
    line::{Gone, Line},
};
use crate::{
    auth::Identity,
    domain::{Timestamp, text::UserId},
    feed::Subscriber,
    limits::SocketQuota,
    protocol::{
        Code, Problem,
        socket::{Ack, ClientMessage, ErrorEvent, Resync, ServerMessage},
    },
    telemetry::metrics::RATE_LIMITED,
};

/// A socket that is refused more often than this within [`REFUSALS_WITHIN`] is ended.
const MOST_REFUSALS: u32 = 100;
const REFUSALS_WITHIN: Duration = Duration::from_secs(10);

/// The worker of one socket.
pub(super) struct Worker {
    realtime: Realtime,
    line: Line,
    subscriber: Arc<Subscriber>,
    user: UserId,
    expires_at: watch::Sender<Timestamp>,
    quota: SocketQuota,
    refusals: (Instant, u32),
}

impl Worker {
    pub(super) fn new(
        realtime: Realtime,
        line: Line,
        subscriber: Arc<Subscriber>,
        identity: Identity,
    ) -> Self {
        let quota = realtime.parts().limits.socket_quota();
        let expires_at = watch::Sender::new(identity.expires_at);
        let (user, refusals) = (identity.actor.id, (Instant::now(), 0));
        Self { realtime, line, subscriber, user, expires_at, quota, refusals }
    }

    /// When the socket's token ends, as it is refreshed.
    pub(super) fn expires_at(&self) -> watch::Receiver<Timestamp> {
        self.expires_at.subscribe()
    }

    /// Works until the socket has ended, or is to end.
    pub(super) async fn run(mut self, mut inbound: mpsc::Receiver<Packet>) -> Result<(), Gone> {
        while let Some(packet) = inbound.recv().await {
            self.handle(packet).await?;
        }
        Ok(())
    }

    async fn handle(&mut self, packet: Packet) -> Result<(), Gone> {
        let Packet { message, ack } = packet;
        let (event, cost) = match &message {
            Ok(message) => (Some(message.event().to_owned()), message.cost()),
            Err(refused) => (refused.event.clone(), 1),
        };
        let cost = NonZeroU32::new(cost).unwrap_or(NonZeroU32::MIN);
        let answer = match self.quota.check_cost(cost) {
            Err(wait) => {
                counter!(RATE_LIMITED, "limit" => "socket_events").increment(1);
                if self.is_hopeless() {
                    let detail = "this connection keeps saying too much";
                    return self.line.end(Code::RateLimited, detail).await;
                }
                let detail = "too many messages on this connection; try again";
                Err(Problem::later(Code::RateLimited, detail, wait.0))
            }
            Ok(()) => match message {
                Ok(message) => self.act(message).await,
                Err(refused) => Err(refused.problem),
            },
        };
        match (ack, answer) {
            (Some(wanted), Ok(done)) => self.line.acknowledge(&wanted, &done).await,
            (Some(wanted), Err(problem)) => {
                self.line.acknowledge(&wanted, &Ack::refused(problem)).await
            }
            (None, Ok(_)) => Ok(()),
            (None, Err(problem)) => {
                let error = ErrorEvent::new(problem, event);
                self.line.say(&ServerMessage::Error(error)).await
            }
        }
    }

    /// Counts one more refusal; whether there were too many of late.
    fn is_hopeless(&mut self) -> bool {
        let (since, count) = &mut self.refusals;
        if since.elapsed() > REFUSALS_WITHIN {
            (*since, *count) = (Instant::now(), 0);
        }
        *count += 1;
        *count > MOST_REFUSALS
    }

    async fn act(&self, message: ClientMessage) -> Result<Ack, Problem> {
        let (hub, subscriber) = (&self.realtime.parts().hub, &self.subscriber);
        match message {
            ClientMessage::JoinDashboard(join) => {
                let server_time = hub.join_dashboard(subscriber, &join).await?;
                Ok(Ack::DashboardJoined { ok: true, server_time })
            }
            ClientMessage::LeaveDashboard => {
                hub.leave_all_visible(subscriber);
                Ok(Ack::Done { ok: true })
            }
            ClientMessage::JoinTask(task) => {
                let version = hub.join_task(subscriber, task).await?;
                Ok(Ack::TaskJoined { ok: true, version })
            }
            ClientMessage::LeaveTask(task) => {
                hub.leave_task(subscriber, task);
                Ok(Ack::Done { ok: true })
            }
            ClientMessage::Resync(resync) => self.resync(resync).await,
            ClientMessage::Refresh { token } => self.refresh(&token).await,
        }
    }

    async fn resync(&self, resync: Resync) -> Result<Ack, Problem> {
        let Resync { task_ids, versions, dashboard } = resync;
        let (hub, subscriber) = (&self.realtime.parts().hub, &self.subscriber);
        let done = hub.resync(subscriber, &task_ids, versions.as_ref()).await?;
        if dashboard {
            hub.resync_dashboard(subscriber).await?;
        }
        let (sent, current, missing) = (done.sent, done.current, done.missing);
        Ok(Ack::Resynced { ok: true, sent, current, missing })
    }

    async fn refresh(&self, token: &str) -> Result<Ack, Problem> {
        let parts = self.realtime.parts();
        let identity = parts.keys.verify(token, parts.clock.now())?;
        if identity.actor.id != self.user {
            return Err(Problem::new(Code::Forbidden, "the token must be the same user's"));
        }
        // First: however long the rooms take, the token came in time.
        if self.expires_at.send(identity.expires_at).is_err() {
            return Err(Problem::new(
                Code::TokenExpired,
                "the connection is ending with its token",
            ));
        }
        parts.hub.reauthorise(&self.subscriber, identity.actor).await;
        Ok(Ack::Done { ok: true })
    }
}
