//! What only the shared store promises: other processes, and other hands, are at the same database.

use std::time::Duration;

use mongodb::bson::{Bson, doc};
use taskwire::{
    domain::{Command, EventBody, Status, Summary, TaskId},
    store::{
        FeedItem, LeaseToken, ListQuery, MongoStore, Stats, StoreError, TaskStore as _, WholeTask,
        Write,
    },
};
use tokio::time::{Instant, sleep, timeout};

use super::{
    fixture::{MongoFixture, StoreFixture},
    progress::{shown, step},
    scene::{Scene, admin, alice, comment, next, next_change, plain, request},
};
use crate::support::TestDatabase;

#[tokio::test]
async fn what_one_instance_writes_every_other_tells_and_reads() {
    let fixture = MongoFixture::fresh().await;
    let (one, other) = (fixture.scene(), fixture.another().await);
    let mut feeds = [one.feed().await, other.feed().await];
    let task = one.task().await;
    let after = other.does(task.id, &comment("from next door")).await;

    for feed in &mut feeds {
        assert_eq!(next_change(feed).await.steps[0].summary, Summary::from(&task));
        assert_eq!(next_change(feed).await.steps[0].summary, Summary::from(&after));
    }
    assert_eq!(one.read(task.id).await.task, after);
    let stale = one.store.append(one.decided(&task, &comment("too late"))).await;
    assert!(matches!(stale, Err(StoreError::Conflict)), "{stale:?}");
    let write = one.creation(&alice(), plain("Once"), request("alice", "k", "h"));
    one.store.create(write).await.unwrap();
    let again = other.creation(&alice(), plain("Once"), request("alice", "k", "h"));
    let known = other.store.create(again).await;
    assert!(matches!(known, Err(StoreError::KnownCause)), "{known:?}");
}

#[tokio::test]
async fn a_lease_outlives_its_process_until_it_runs_out() {
    let term = Duration::from_mins(1);
    let fixture = MongoFixture::fresh().await;
    let (one, other) = (fixture.scene(), fixture.another().await);
    let task = one.task().await;
    one.store.claim(LeaseToken::new(), term).await.unwrap().unwrap();

    assert!(other.store.claim(LeaseToken::new(), term).await.unwrap().is_none());
    fixture.pass(term).await;
    assert_eq!(other.store.claim(LeaseToken::new(), term).await.unwrap().unwrap().task, task);
}

#[tokio::test]
async fn progress_is_written_once_a_second_and_the_last_one_always() {
    let fixture = MongoFixture::fresh().await;
    let (one, other) = (fixture.scene(), fixture.another().await);
    let task = one.task().await;
    let mut feed = other.feed().await;
    let began = Instant::now();
    for current in 1..=50 {
        one.store.set_progress(task.id, Status::Created, step(&one, current)).await.unwrap();
    }
    let took = began.elapsed();

    assert_eq!(shown(&one, task.id).await, Some(step(&one, 50)), "where it was said, at once");
    let mut told = Vec::new();
    while told.last() != Some(&step(&one, 50)) {
        if let Some(FeedItem::Progress { progress, .. }) = next(&mut feed).await {
            told.push(progress);
        }
    }
    assert!(told.len() as u64 <= 2 + took.as_secs(), "{} in {took:?}", told.len());
    assert_eq!(shown(&other, task.id).await, Some(step(&one, 50)));
}

#[tokio::test]
async fn progress_goes_on_after_whoever_reported_it_has_hung_up() {
    let fixture = MongoFixture::fresh().await;
    let (one, other) = (fixture.scene(), fixture.another().await);
    let mut tasks = Vec::new();
    // At any moment of what a report asks the database for.
    for half_millis in 0..16 {
        let task = one.task().await.id;
        let report = one.store.set_progress(task, Status::Created, step(&one, 1));
        timeout(Duration::from_micros(500 * half_millis), report).await.ok();
        assert!(one.store.set_progress(task, Status::Created, step(&one, 2)).await.unwrap());
        tasks.push(task);
    }
    for task in tasks {
        let began = Instant::now();
        while other.read(task).await.progress != Some(step(&one, 2)) {
            assert!(began.elapsed() < Duration::from_secs(10), "it is never written");
            sleep(Duration::from_millis(50)).await; // between two looks
        }
    }
}

/// A task whose first progress is written, and whose second waits for its turn.
async fn with_progress_that_waits(scene: &Scene) -> TaskId {
    let task = scene.task().await.id;
    for current in 1..=2 {
        scene.store.set_progress(task, Status::Created, step(scene, current)).await.unwrap();
    }
    task
}

#[tokio::test]
async fn progress_that_waits_when_the_store_is_closed_is_written() {
    let fixture = MongoFixture::fresh().await;
    let (one, other) = (fixture.scene(), fixture.another().await);
    let task = with_progress_that_waits(&one).await;

    one.store.close().await;

    assert_eq!(shown(&other, task).await, Some(step(&one, 2)));
}

#[tokio::test]
async fn progress_that_waits_gives_way_to_what_was_said_later_next_door() {
    let fixture = MongoFixture::fresh().await;
    let (one, other) = (fixture.scene(), fixture.another().await);
    let task = with_progress_that_waits(&one).await;
    fixture.pass(Duration::from_secs(1)).await;
    let latest = step(&other, 3);
    other.store.set_progress(task, Status::Created, latest.clone()).await.unwrap();
    assert_eq!(shown(&one, task).await.as_ref(), Some(&latest));

    one.store.close().await;

    assert_eq!(shown(&other, task).await, Some(latest));
}

#[tokio::test]
async fn an_operators_hand_on_a_task_is_a_gap_and_the_feed_goes_on() {
    let fixture = MongoFixture::fresh().await;
    let scene = fixture.scene();
    let mut feed = scene.feed().await;
    let task = scene.task().await;
    next_change(&mut feed).await;
    let tasks = fixture.database().tasks().await;
    let id = doc! { "_id": task.id.to_string() };
    let mut stored = tasks.find_one(id.clone()).await.unwrap().unwrap();
    stored.insert("note", "put back from a backup");

    tasks.replace_one(id.clone(), stored.clone()).await.unwrap();
    tasks.update_one(id.clone(), doc! { "$inc": { "version": 1 } }).await.unwrap();
    let mut imported = stored;
    imported.insert("_id", "0198c5b2-0000-7000-8000-000000000000");
    imported.insert("version", Bson::Int64(7));
    tasks.insert_one(imported).await.unwrap();
    tasks.delete_one(id).await.unwrap();

    for reason in ["import", "unreadable", "import", "deleted"] {
        let item = next(&mut feed).await;
        assert!(matches!(item, Some(FeedItem::Gap(why)) if why == reason), "{item:?}");
    }
    let task = scene.task().await;
    assert_eq!(next_change(&mut feed).await.task_id(), Some(task.id));
}

#[tokio::test]
async fn a_dropped_collection_is_a_gap_after_which_the_feed_goes_on() {
    let fixture = MongoFixture::fresh().await;
    let scene = fixture.scene();
    let mut feed = scene.feed().await;
    scene.task().await;
    next_change(&mut feed).await;

    fixture.database().tasks().await.drop().await.unwrap();

    let mut said = Vec::new();
    while said.len() < 3 {
        said.push(format!("{:?}", next(&mut feed).await.unwrap()));
    }
    assert_eq!(said, ["Live(false)", "Gap(\"history_lost\")", "Live(true)"]);
    let task = scene.task().await;
    assert_eq!(next_change(&mut feed).await.task_id(), Some(task.id));
    let once = scene.creation(&alice(), plain("Once"), request("alice", "k", "h"));
    scene.store.create(once).await.unwrap();
    let again = scene.creation(&alice(), plain("Once"), request("alice", "k", "h"));
    let known = scene.store.create(again).await;
    assert!(matches!(known, Err(StoreError::KnownCause)), "it has its indexes again: {known:?}");
}

#[tokio::test]
async fn an_attempts_age_goes_by_the_databases_clock() {
    let hour = Duration::from_hours(1);
    let fixture = MongoFixture::fresh().await;
    let scene = fixture.scene();
    let id = scene.task().await.id;
    let token = LeaseToken::new();
    scene.store.claim(token, hour).await.unwrap().unwrap();
    scene.store.begin_attempt(id, 1, token).await.unwrap();
    let began = Instant::now();
    let earlier = doc! { "$subtract": ["$attempt.at", i64::try_from(hour.as_millis()).unwrap()] };
    let update = vec![doc! { "$set": { "attempt.at": earlier } }];
    fixture.database().tasks().await.update_many(doc! {}, update).await.unwrap();
    scene.store.release(id, token, Duration::ZERO).await.unwrap();
    scene.clock.advance(10 * hour);

    let claim = scene.store.claim(LeaseToken::new(), hour).await.unwrap().unwrap();

    let most = hour + began.elapsed() + Duration::from_secs(1);
    assert!((hour..=most).contains(&claim.attempt_age), "{:?}", claim.attempt_age);
}

#[tokio::test]
async fn all_is_read_from_the_primary_whatever_the_address_says() {
    let database = TestDatabase::fresh();
    let client = mongodb::Client::with_uri_str(&database.uri).await.unwrap();
    let hello = client.database("admin").run_command(doc! { "hello": 1 }).await.unwrap();
    let (hosts, set) = (hello.get_array("hosts").unwrap(), hello.get_str("setName").unwrap());
    let hosts: Vec<_> = hosts.iter().filter_map(Bson::as_str).collect();
    // Of a single member there is no secondary that could answer.
    let uri = format!("mongodb://{}/?replicaSet={set}&readPreference=secondary", hosts.join(","));

    let store = MongoStore::connect(&uri, &database.name).await.unwrap();

    assert!(store.list(&admin(), &ListQuery::default()).await.unwrap().tasks.is_empty());
    assert_eq!(store.stats(&admin()).await.unwrap(), Stats::default());
}

#[tokio::test]
async fn a_task_that_is_too_large_for_the_database_is_refused_by_name() {
    let scene = MongoFixture::fresh().await.scene();
    let write = scene.creation(&alice(), plain("Long"), None);
    let (mut task, mut events) = (write.task, vec![write.steps[0].event.clone()]);
    let long = "x".repeat(10_000);
    for _ in 0..1_600 {
        let text = long.as_str().try_into().unwrap();
        let said = EventBody::Comment { text, object_id: None, url: None, occurred_at: None };
        let write =
            Write::append(&task, vec![said], &alice().to_ref(), task.updated_at, None).unwrap();
        events.extend(write.steps.into_iter().map(|step| step.event));
        task = write.task;
    }
    let whole = WholeTask::new(task.id, events, None).unwrap();

    let refused = scene.store.import(whole).await;

    assert!(matches!(refused, Err(StoreError::TooLarge)), "{refused:?}");
    assert!(scene.store.task(task.id, 0).await.unwrap().is_none());
}

#[tokio::test]
async fn the_newest_write_stands_whole_in_the_document_and_only_once() {
    let fixture = MongoFixture::fresh().await;
    let scene = fixture.scene();
    let task = scene.task().await;
    let cancelled = scene.does(task.id, &Command::Cancel(None)).await;
    scene.does(task.id, &Command::Retry { reason: None, repo: None }).await;

    let tasks = fixture.database().tasks().await;
    let stored = tasks.find_one(doc! { "_id": task.id.to_string() }).await.unwrap().unwrap();

    let last = stored.get_document("last").unwrap();
    assert_eq!(last.get_array("entries").unwrap().len(), 2);
    assert_eq!(last.get_array("summaries").unwrap().len(), 1);
    let from = last.get_document("from").unwrap();
    assert_eq!(from.get_i64("version").unwrap(), i64::try_from(cancelled.version).unwrap());
    assert_eq!(stored.get_array("events").unwrap().len(), 4);
    assert_eq!(stored.get_i64("version").unwrap(), 4);
}

#[tokio::test]
async fn what_is_not_there_is_said_within_five_seconds() {
    let (nobody, began) = ("mongodb://127.0.0.1:1/?directConnection=true", Instant::now());
    let refused = timeout(Duration::from_secs(5), MongoStore::connect(nobody, "taskwire")).await;
    let refused = refused.unwrap().map(|_| ());
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    assert!(began.elapsed() > Duration::from_secs(1), "it is waited for, for a while");

    let secret = "mongodb://taskwire:hunter2@127.0.0.1:1/?maxPoolSize=none";
    let refused = MongoStore::connect(secret, "taskwire").await.map(|_| ()).unwrap_err();
    assert!(!refused.to_string().contains("hunter2"), "{refused}");
}
