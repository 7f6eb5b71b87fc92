//! The carrier: empties a subscriber's inbox onto its socket.

use metrics::counter;

use super::line::{Gone, Line};
use crate::{
    feed::{Outbound, Subscriber},
    protocol::socket::{ResyncRequired, ServerMessage},
    telemetry::metrics::RESYNCS_REQUIRED,
};

/// Carries until the client has gone or the subscriber is closed.
pub(super) async fn carry(line: &Line, subscriber: &Subscriber) -> Result<(), Gone> {
    let upgraded = line.upgraded_with_loss();
    tokio::pin!(upgraded);
    let mut watched = true;
    loop {
        let outbound = tokio::select! {
            outbound = subscriber.next() => outbound,
            () = &mut upgraded, if watched => {
                watched = false;
                subscriber.require_resync("upgraded");
                continue;
            }
        };
        match outbound {
            Some(Outbound::Message(message)) => line.carry(&message).await?,
            Some(Outbound::ResyncRequired(reason)) => {
                counter!(RESYNCS_REQUIRED, "reason" => reason).increment(1);
                line.say(&ServerMessage::ResyncRequired(ResyncRequired { reason })).await?;
            }
            None => return Ok(()),
        }
    }
}
