//! Promises that only show under the lid; the rest is proven through the server.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use tokio::{join, time::timeout};

use super::{Bounds, Message, Outbound, Subscriber};
use crate::{
    domain::{Actor, TaskId, Timestamp},
    protocol::socket::{ServerMessage, TaskRemoved},
};

fn message() -> Arc<Message> {
    let removed = TaskRemoved { task_id: TaskId::new(Timestamp::EPOCH) };
    Message::new(&ServerMessage::TaskRemoved(removed), Timestamp::EPOCH)
}

fn subscriber(waiting: usize) -> Subscriber {
    let actor = Actor {
        id: "alice".try_into().unwrap(),
        name: "Alice".into(),
        roles: BTreeSet::new(),
        teams: BTreeSet::new(),
        repos: None,
    };
    Subscriber::new(1, Arc::new(actor), Bounds { rooms: 10, waiting })
}

#[tokio::test]
async fn who_lags_too_far_is_told_to_resync_and_then_served_again() {
    let subscriber = subscriber(64);
    (0..64).for_each(|_| subscriber.send(message()));
    assert!(matches!(subscriber.next().await, Some(Outbound::Message(_))));
    (0..2).for_each(|_| subscriber.send(message()));

    assert!(matches!(subscriber.next().await, Some(Outbound::ResyncRequired("slow_consumer"))));

    subscriber.send(message());
    assert!(matches!(subscriber.next().await, Some(Outbound::Message(_))));
    let more = timeout(Duration::from_millis(50), subscriber.next()).await;
    assert!(more.is_err(), "what was forgotten does not come: {more:?}");
}

#[tokio::test]
async fn a_snapshot_that_waits_for_room_goes_on_after_an_overflow() {
    let subscriber = subscriber(1_000);
    (0..100).for_each(|_| subscriber.send(message()));
    let carrier = async {
        // By now the snapshot waits; then so much comes that all of it is forgotten.
        subscriber.require_resync("slow_consumer");
        assert!(matches!(subscriber.next().await, Some(Outbound::ResyncRequired(_))));
    };

    let both = async { join!(subscriber.send_snapshot(message()), carrier) };

    timeout(Duration::from_secs(5), both).await.expect("nobody waits for ever");
}
