//! What has caused a write causes none again.

use taskwire::store::StoreError;
use tokio::task::JoinSet;

use super::{
    fixture::StoreFixture,
    scene::{admin, alice, bob, comment, delivery, plain, request},
};

fn is_known(result: &Result<(), StoreError>) -> bool {
    matches!(result, Err(StoreError::KnownCause))
}

pub(super) async fn a_key_creates_one_task_per_user(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let first = scene.creation(&alice(), plain("Once"), request("alice", "k", "hash"));
    let again = scene.creation(&alice(), plain("Twice"), request("alice", "k", "other hash"));
    let bobs = scene.creation(&bob(), plain("Bob's"), request("bob", "k", "hash"));
    assert_eq!(scene.store.created_with("alice", "k").await.unwrap(), None);

    scene.store.create(first.clone()).await.unwrap();
    let refused = scene.store.create(again.clone()).await;
    scene.store.create(bobs.clone()).await.unwrap();

    assert!(is_known(&refused), "{refused:?}");
    assert!(scene.store.task(again.task.id, 1).await.unwrap().is_none());
    let known = scene.store.created_with("alice", "k").await.unwrap();
    assert_eq!(known, Some((first.task.id, "hash".into())));
    let known = scene.store.created_with("bob", "k").await.unwrap();
    assert_eq!(known, Some((bobs.task.id, "hash".into())));
    assert_eq!(scene.store.created_with("alice", "K").await.unwrap(), None);
}

pub(super) async fn a_key_writes_once_per_user_and_task(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let (one, other) = (scene.task().await, scene.task().await);
    let hello = comment("hello");
    let first = scene.caused(&one, &hello, request("alice", "k", "hash"));
    scene.store.append(first).await.unwrap();
    let now = scene.read(one.id).await.task;

    for decided_on in [&one, &now] {
        let again = scene.caused(decided_on, &hello, request("alice", "k", "hash"));
        let refused = scene.store.append(again).await;
        assert!(is_known(&refused), "on version {}: {refused:?}", decided_on.version);
    }
    scene.store.append(scene.caused(&now, &hello, request("bob", "k", "bob's"))).await.unwrap();
    scene.store.append(scene.caused(&other, &hello, request("alice", "k", "h"))).await.unwrap();

    assert_eq!(scene.read(one.id).await.task.version, 3);
    let written = |id, user| scene.store.written_with(id, user, "k");
    assert_eq!(written(one.id, "alice").await.unwrap().as_deref(), Some("hash"));
    assert_eq!(written(one.id, "bob").await.unwrap().as_deref(), Some("bob's"));
    assert_eq!(written(other.id, "alice").await.unwrap().as_deref(), Some("h"));
    assert_eq!(written(other.id, "bob").await.unwrap(), None);
    assert_eq!(scene.store.created_with("alice", "k").await.unwrap(), None, "creates nothing");
}

pub(super) async fn a_delivery_writes_once_per_task(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let (one, other) = (scene.task().await, scene.task().await);
    let hello = comment("hello");
    assert!(!scene.store.heard(one.id, "d").await.unwrap());
    scene.store.append(scene.caused(&one, &hello, delivery("d"))).await.unwrap();
    let now = scene.read(one.id).await.task;

    for decided_on in [&one, &now] {
        let refused = scene.store.append(scene.caused(decided_on, &hello, delivery("d"))).await;
        assert!(is_known(&refused), "on version {}: {refused:?}", decided_on.version);
    }

    assert!(scene.store.heard(one.id, "d").await.unwrap());
    assert!(!scene.store.heard(other.id, "d").await.unwrap());
    scene.store.append(scene.caused(&other, &hello, delivery("d"))).await.unwrap();
    assert!(scene.store.heard(other.id, "d").await.unwrap());
}

pub(super) async fn of_racing_repetitions_one_is_kept(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let mut racing = JoinSet::new();
    for n in 0..16 {
        let write = scene.creation(&alice(), plain(&format!("{n}")), request("alice", "k", "h"));
        let store = scene.store.clone();
        racing.spawn(async move { store.create(write).await });
    }
    let results = racing.join_all().await;

    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    assert_eq!(results.iter().filter(|result| is_known(result)).count(), 15);
    let counts = scene.store.stats(&admin()).await.unwrap().counts;
    assert_eq!(counts.values().sum::<u64>(), 1);
}

pub(super) async fn causes_survive_a_crash(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let first = scene.creation(&alice(), plain("Once"), request("alice", "k", "hash"));
    let task = first.task.clone();
    scene.store.create(first).await.unwrap();
    let heard = scene.caused(&task, &comment("hello"), delivery("d"));
    scene.store.append(heard).await.unwrap();

    let fixture = fixture.after_a_crash().await;

    let scene = fixture.scene();
    let again = scene.creation(&alice(), plain("Twice"), request("alice", "k", "hash"));
    assert!(is_known(&scene.store.create(again).await));
    let again = scene.caused(&task, &comment("hello"), delivery("d"));
    assert!(is_known(&scene.store.append(again).await));
    let known = scene.store.created_with("alice", "k").await.unwrap();
    assert_eq!(known, Some((task.id, "hash".into())));
}
