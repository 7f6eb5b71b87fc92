//! What the whole deployment does once is done by one at a time.

use std::time::Duration;

use taskwire::store::LeaseToken;
use tokio::task::JoinSet;

use super::{fixture::StoreFixture, scene::Scene};

const TERM: Duration = Duration::from_mins(1);
/// Long beside what a test takes: a store may go by a clock that runs meanwhile.
const TICK: Duration = Duration::from_secs(20);
/// A tick less than a term.
const NEARLY: Duration = Duration::from_secs(40);

async fn leads(scene: &Scene, token: LeaseToken) -> bool {
    scene.store.lead("reconcile", token, TERM).await.unwrap()
}

pub(super) async fn of_all_who_want_a_duty_one_has_it(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let mut racing = JoinSet::new();
    for _ in 0..16 {
        let scene = scene.clone();
        let token = LeaseToken::new();
        racing.spawn(async move { (token, leads(&scene, token).await) });
    }

    let results = racing.join_all().await;

    let holders: Vec<_> = results.iter().filter(|(_, leads)| *leads).collect();
    assert_eq!(holders.len(), 1);
    for (token, has_it) in results {
        assert_eq!(leads(&scene, token).await, has_it, "and it stays so");
    }
}

pub(super) async fn a_duty_moves_when_its_holder_stops_coming(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let (first, heir) = (LeaseToken::new(), LeaseToken::new());
    assert!(leads(&scene, first).await);
    fixture.pass(TERM / 2).await;
    assert!(leads(&scene, first).await, "for a whole term from now on");

    fixture.pass(NEARLY).await;
    assert!(!leads(&scene, heir).await);
    fixture.pass(TICK).await;
    assert!(leads(&scene, heir).await);

    assert!(!leads(&scene, first).await);
    scene.store.resign("reconcile", first).await.unwrap();
    assert!(!leads(&scene, LeaseToken::new()).await, "the heir keeps it");
}

pub(super) async fn a_duty_given_back_is_free_at_once(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let (first, next) = (LeaseToken::new(), LeaseToken::new());
    assert!(leads(&scene, first).await);

    scene.store.resign("reconcile", first).await.unwrap();

    assert!(leads(&scene, next).await);
    assert!(!leads(&scene, first).await);
}

pub(super) async fn duties_are_told_apart(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let (one, other) = (LeaseToken::new(), LeaseToken::new());

    assert!(leads(&scene, one).await);
    assert!(scene.store.lead("something else", other, TERM).await.unwrap());

    scene.store.resign("something else", one).await.unwrap();
    assert!(!scene.store.lead("something else", one, TERM).await.unwrap());
}
