//! What only the embedded store promises: it has its file for itself.

use std::{fs, sync::Arc, time::Duration};

use taskwire::{
    domain::{Command, Status, SystemClock},
    store::{LeaseToken, SqliteStore, StoreError, TaskStore},
};

use super::{
    fixture::{SqliteFixture, StoreFixture},
    progress::{shown, step},
    scene::{Scene, alice, comment, next, next_change, plain},
};

const TERM: Duration = Duration::from_mins(1);

#[tokio::test]
async fn the_leases_of_an_earlier_process_are_void_and_rests_are_not() {
    let fixture = SqliteFixture::fresh().await;
    let scene = fixture.scene();
    let task = scene.task().await;
    fixture.pass(Duration::from_millis(1)).await;
    let resting = scene.task().await;
    let (old, released) = (LeaseToken::new(), LeaseToken::new());
    assert_eq!(scene.store.claim(old, TERM).await.unwrap().unwrap().task, task);
    assert_eq!(scene.store.claim(released, TERM).await.unwrap().unwrap().task, resting);
    scene.store.release(resting.id, released, TERM).await.unwrap();

    let fixture = fixture.after_a_crash().await;

    let scene = fixture.scene();
    let renewed = scene.store.renew(task.id, old, TERM).await;
    assert!(matches!(renewed, Err(StoreError::LeaseLost)), "{renewed:?}");
    let under = scene.decided(&task, &Command::StartAnalysis).under(old);
    let written = scene.store.append(under).await;
    assert!(matches!(written, Err(StoreError::LeaseLost)), "{written:?}");
    assert_eq!(scene.store.claim(LeaseToken::new(), TERM).await.unwrap().unwrap().task, task);
    assert!(scene.store.claim(LeaseToken::new(), TERM).await.unwrap().is_none());
}

#[tokio::test]
async fn progress_ends_with_the_process() {
    let fixture = SqliteFixture::fresh().await;
    let scene = fixture.scene();
    let task = scene.task().await;
    scene.store.set_progress(task.id, Status::Created, step(&scene, 1)).await.unwrap();

    let fixture = fixture.after_a_crash().await;

    assert_eq!(shown(&fixture.scene(), task.id).await, None);
}

#[tokio::test]
async fn the_duties_of_an_earlier_process_are_free() {
    let fixture = SqliteFixture::fresh().await;
    let (old, new) = (LeaseToken::new(), LeaseToken::new());
    assert!(fixture.scene().store.lead("reconcile", old, TERM).await.unwrap());

    let fixture = fixture.after_a_crash().await;

    assert!(fixture.scene().store.lead("reconcile", new, TERM).await.unwrap());
}

#[tokio::test]
async fn a_store_that_is_only_looked_at_shows_what_is_written_beside_it_and_touches_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let missing = SqliteStore::open_to_read(dir.path()).map(|_| ());
    assert!(matches!(missing, Err(StoreError::Unavailable(_))), "{missing:?}");
    let clock = SqliteFixture::fresh().await.scene().clock;
    let writing = SqliteStore::open(dir.path(), Arc::new(clock.clone())).unwrap();
    let scene = Scene { store: Arc::new(writing), clock };
    let id = scene.task().await.id;
    let token = LeaseToken::new();
    scene.store.claim(token, TERM).await.unwrap().unwrap();

    let looking = SqliteStore::open_to_read(dir.path()).unwrap();
    scene.does(id, &comment("written meanwhile")).await;

    assert_eq!(looking.export(None, 10).await.unwrap()[0].task().version, 2);
    let write = scene.creation(&alice(), plain("Not by this one"), None);
    let refused = looking.create(write).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    assert!(looking.feed().is_none());
    scene.store.renew(id, token, TERM).await.unwrap();
}

#[tokio::test]
async fn dropping_the_store_ends_its_feed() {
    let fixture = SqliteFixture::fresh().await;
    let mut feed = fixture.scene().feed().await;
    let task = fixture.scene().task().await;

    drop(fixture);

    assert_eq!(next_change(&mut feed).await.task_id(), Some(task.id));
    assert!(next(&mut feed).await.is_none());
}

#[tokio::test]
async fn a_closed_store_is_one_file_that_can_be_copied() {
    let (dir, copy) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let fixture = SqliteFixture::fresh().await;
    let scene = fixture.scene();
    let store = Arc::new(SqliteStore::open(dir.path(), Arc::new(scene.clock.clone())).unwrap());
    let write = scene.creation(&alice(), plain("Fix payment bug"), None);
    let task = write.task.clone();
    store.create(write).await.unwrap();

    store.close().await;

    fs::copy(dir.path().join("taskwire.db"), copy.path().join("taskwire.db")).unwrap();
    let copied = SqliteStore::open(copy.path(), Arc::new(SystemClock)).unwrap();
    assert_eq!(copied.task(task.id, 1).await.unwrap().unwrap().task, task);
}

#[test]
fn what_is_no_database_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("taskwire.db"), "a shopping list, ".repeat(100)).unwrap();

    let refused = SqliteStore::open(dir.path(), Arc::new(SystemClock)).map(|_| ());

    assert!(matches!(refused, Err(StoreError::Broken(_))), "{refused:?}");
}
