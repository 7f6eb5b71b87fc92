//! What only the shared store promises: other processes, and other hands, are at the same database.

use std::time::Duration;

use mongodb::bson::{Bson, doc};
use taskwire::{
    domain::{Command, Status, Summary},
    store::{FeedItem, LeaseToken, ListQuery, MongoStore, StoreError},
};
use tokio::time::{Instant, timeout};

use super::{
    fixture::{MongoFixture, StoreFixture},
    progress::{shown, step},
    scene::{admin, alice, comment, next, next_change, plain, request},
};

#[tokio::test]
async fn what_one_instance_writes_every_other_tells_and_reads() {
    let fixture = MongoFixture::fresh().await;
    let (one, other) = (fixture.scene(), fixture.another().await);
    let mut feeds = [one.store.feed().unwrap(), other.store.feed().unwrap()];
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
    let mut feed = other.store.feed().unwrap();
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
async fn an_operators_hand_on_a_task_is_a_gap_and_the_feed_goes_on() {
    let fixture = MongoFixture::fresh().await;
    let scene = fixture.scene();
    let mut feed = scene.store.feed().unwrap();
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
    let mut feed = scene.store.feed().unwrap();
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
async fn nothing_in_a_word_means_anything_to_the_database() {
    let fixture = MongoFixture::fresh().await;
    let scene = fixture.scene();
    for title in ["$title costs $$NOW", "a.*b", "{ \"$gt\": \"\" }", "plain"] {
        scene.submitted(&alice(), plain(title)).await;
    }
    let count = async |word: &str| {
        let query = ListQuery { words: vec![word.into()], ..ListQuery::default() };
        scene.listed(&admin(), &query).await.len()
    };

    for (word, found) in [("$TITLE", 1), ("$$now", 1), (".*", 1), ("{", 1), ("\"$gt\":", 1)] {
        assert_eq!(count(word).await, found, "{word}");
    }
    assert_eq!(count("^plain").await, 0);
    let creator = ListQuery { creator: Some("$creator".into()), ..ListQuery::default() };
    assert_eq!(scene.listed(&admin(), &creator).await, []);
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
