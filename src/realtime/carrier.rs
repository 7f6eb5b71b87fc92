//! The carrier: empties a subscriber's inbox onto its socket.

use std::future::pending;

use metrics::counter;

use super::line::Line;
use crate::{
    feed::{Outbound, Subscriber},
    protocol::socket::{ResyncRequired, ServerMessage},
    telemetry::metrics::RESYNCS_REQUIRED,
};

/// Carries until the client has gone. A subscriber that is closed gives out nothing more: whoever
/// closed it ends the connection.
pub(super) async fn carry(line: &Line, subscriber: &Subscriber) {
    while let Some(outbound) = subscriber.next().await {
        let carried = match outbound {
            Outbound::Message(message) => line.carry(&message).await,
            Outbound::ResyncRequired(reason) => {
                counter!(RESYNCS_REQUIRED, "reason" => reason).increment(1);
                line.say(&ServerMessage::ResyncRequired(ResyncRequired { reason })).await
            }
        };
        if carried.is_err() {
            return;
        }
    }
    pending::<()>().await;
}
