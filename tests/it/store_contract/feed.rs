//! The feed tells every committed change once, and nothing else.

use taskwire::{
    domain::{Command, Summary},
    store::{FeedItem, LeaseToken, StoreError},
};
use tokio::task::JoinSet;

use super::{
    fixture::StoreFixture,
    scene::{alice, comment, next, next_change, plain, request},
};

pub(super) async fn every_change_is_told_once_and_in_order(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let mut feed = scene.feed().await;
    let creation = scene.creation(&alice(), plain("Fix payment bug"), None);
    let cancelled = scene.decided(&creation.task, &Command::Cancel(None));
    let retried = scene.decided(&cancelled.task, &Command::Retry { reason: None, repo: None });
    let writes = [creation.clone(), cancelled, retried];

    scene.store.create(creation).await.unwrap();
    for write in writes.iter().skip(1) {
        scene.store.append(write.clone()).await.unwrap();
    }

    let mut position = 0;
    for write in writes {
        let change = next_change(&mut feed).await;
        assert_eq!((change.from, change.steps), (write.from, write.steps));
        assert!(change.position > position);
        position = change.position;
    }
    scene.store.close().await;
    assert!(next(&mut feed).await.is_none(), "and nothing more");
}

pub(super) async fn what_is_refused_is_not_told(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let old = scene.task().await;
    scene.does(old.id, &comment("faster")).await;
    let known = scene.creation(&alice(), plain("Once"), request("alice", "k", "h"));
    scene.store.create(known).await.unwrap();
    let mut feed = scene.feed().await;

    let late = scene.decided(&old, &comment("too late"));
    scene.store.append(late.clone()).await.unwrap_err();
    scene.store.append(late.under(LeaseToken::new())).await.unwrap_err();
    let again = scene.creation(&alice(), plain("Twice"), request("alice", "k", "h"));
    scene.store.create(again).await.unwrap_err();
    let after = scene.does(old.id, &comment("in time")).await;

    // Skip what was committed before: a feed may begin a little earlier than it was taken.
    let told = loop {
        let change = next_change(&mut feed).await;
        let newest = change.steps.last().unwrap().summary.clone();
        if newest.version >= after.version || newest.title.as_str() == "Twice" {
            break newest;
        }
    };
    assert_eq!(told, Summary::from(&after));
    scene.store.close().await;
    assert!(next(&mut feed).await.is_none());
}

pub(super) async fn what_is_told_can_be_read(fixture: impl StoreFixture) {
    const WRITES: u64 = 200;
    let scene = fixture.scene();
    let mut feed = scene.feed().await;
    let mut writers = JoinSet::new();
    for _ in 0..4 {
        let scene = scene.clone();
        writers.spawn(async move {
            let id = scene.task().await.id;
            for _ in 1..WRITES / 4 {
                scene.does(id, &comment("more")).await;
            }
        });
    }

    for _ in 0..WRITES {
        let change = next_change(&mut feed).await;
        let step = change.steps.last().unwrap();
        let read = scene.store.task(step.summary.id, 0).await.unwrap().unwrap();
        assert!(read.task.version >= step.summary.version);
    }
    writers.join_all().await;
}

pub(super) async fn the_feed_is_taken_once_and_ends_when_the_store_is_closed(
    fixture: impl StoreFixture,
) {
    let scene = fixture.scene();
    let mut feed = scene.feed().await;
    assert!(scene.store.feed().is_none());
    let task = scene.task().await;
    scene.store.ping().await.unwrap();

    scene.store.close().await;
    scene.store.close().await;

    assert_eq!(next_change(&mut feed).await.task_id(), Some(task.id));
    assert!(next(&mut feed).await.is_none());
    let late = scene.store.append(scene.decided(&task, &comment("too late"))).await;
    assert!(matches!(late, Err(StoreError::Unavailable(_))), "{late:?}");
    let ping = scene.store.ping().await;
    assert!(matches!(ping, Err(StoreError::Unavailable(_))), "{ping:?}");
}

pub(super) async fn a_reader_that_left_holds_nobody_up(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let mut feed = scene.feed().await;
    let id = scene.task().await.id;
    assert!(matches!(next(&mut feed).await, Some(FeedItem::Change(_))));
    drop(feed);

    let after = scene.does_all(id, &[comment("one"), comment("two")]).await;

    assert_eq!(after.version, 3);
    scene.store.close().await;
}
