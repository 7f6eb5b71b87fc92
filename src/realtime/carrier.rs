//! The carrier: empties a subscriber's inbox onto its socket.

use std::sync::Arc;

use metrics::counter;

use super::line::{Gone, Line};
use crate::{
    feed::{Outbound, Subscriber},
    protocol::socket::{ResyncRequired, ServerMessage},
    telemetry::metrics::RESYNCS_REQUIRED,
};

/// Carries until the client has gone or the subscriber is closed.
pub(super) async fn carry(line: Line, subscriber: Arc<Subscriber>) -> Result<(), Gone> {
    while let Some(outbound) = subscriber.next().await {
        match outbound {
            Outbound::Message(message) => line.carry(&message).await?,
            Outbound::ResyncRequired(reason) => {
                counter!(RESYNCS_REQUIRED, "reason" => reason).increment(1);
                line.say(&ServerMessage::ResyncRequired(ResyncRequired { reason })).await?;
            }
        }
    }
    Ok(())
}
