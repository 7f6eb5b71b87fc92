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

#[tokio::test]
async fn a_snapshot_that_waits_for_room_goes_on_after_an_overflow() {
    let actor = Actor {
        id: "alice".try_into().unwrap(),
        name: "Alice".into(),
        roles: BTreeSet::new(),
        teams: BTreeSet::new(),
        repos: None,
    };
    let subscriber = Subscriber::new(1, Arc::new(actor), Bounds { rooms: 10, waiting: 1_000 });
    (0..100).for_each(|_| subscriber.send(message()));
    let carrier = async {
        // By now the snapshot waits; then so much comes that all of it is forgotten.
        subscriber.require_resync("slow_consumer");
        assert!(matches!(subscriber.next().await, Some(Outbound::ResyncRequired(_))));
    };

    let both = async { join!(subscriber.send_snapshot(message()), carrier) };

    timeout(Duration::from_secs(5), both).await.expect("nobody waits for ever");
}
