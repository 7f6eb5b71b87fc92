//! What the database's answers mean that a healthy one never gives.

use std::time::Duration;

use mongodb::bson::{Document, doc};
use taskwire::{
    domain::Status,
    store::{Feed, FeedItem, MongoStore, StoreError, TaskStore as _},
};
use tokio::time::{Instant, sleep};

use super::{
    fixture::{MongoFixture, StoreFixture as _},
    progress::step,
    scene::{Scene, alice, comment, next, plain},
};
use crate::support::{Line, PATIENCE};

/// Two instances on one database: one reaches it over the line.
struct World {
    _database: MongoFixture,
    line: Line,
    one: MongoStore,
    other: Scene,
}

impl World {
    async fn new() -> Self {
        let fixture = MongoFixture::fresh().await;
        let (line, one) = fixture.over_line().await;
        let other = fixture.another().await;
        Self { _database: fixture, line, one, other }
    }

    async fn feed(&self) -> Feed {
        let mut feed = self.one.feed().unwrap();
        assert!(matches!(next(&mut feed).await, Some(FeedItem::Live(true))));
        feed
    }
}

fn refused(answer: &mut Document, code: i32, name: &str) {
    *answer = doc! { "ok": 0.0, "code": code, "codeName": name, "errmsg": "refused" };
}

fn too_slow(answer: &mut Document) {
    refused(answer, 50, "MaxTimeMSExpired");
}

/// It may go on, with a new stream.
fn interrupted(answer: &mut Document) {
    refused(answer, 11601, "Interrupted");
    answer.insert("errorLabels", ["ResumableChangeStreamError"].to_vec());
}

fn no_majority(answer: &mut Document) {
    let told = doc! { "code": 64, "codeName": "WriteConcernTimeout", "errmsg": "timed out" };
    answer.insert("writeConcernError", told);
}

#[tokio::test]
async fn what_no_majority_has_in_time_is_not_acknowledged() {
    let World { line, one, other, _database } = World::new().await;
    line.answer("insert", no_majority);
    let creation = other.creation(&alice(), plain("Fix it"), None);
    let created = one.create(creation).await;
    assert!(matches!(created, Err(StoreError::Unavailable(_))), "{created:?}");

    let task = other.task().await;
    line.answer("findAndModify", no_majority);
    let changed = one.append(other.decided(&task, &comment("Is anybody there?"))).await;
    assert!(matches!(changed, Err(StoreError::Unavailable(_))), "{changed:?}");
    for written in ["insert", "findAndModify"] {
        let concern = line.command(written).get_document("writeConcern").unwrap().clone();
        assert_eq!(concern.get_str("w").unwrap(), "majority", "{written}");
        let timeout =
            concern.get("wtimeout").and_then(|it| it.as_i64().or(it.as_i32().map(i64::from)));
        assert!((1..4_500).contains(&timeout.unwrap()), "{written} waits {timeout:?} ms");
    }
    one.task(task.id, 0).await.unwrap();
    let concern = line.command("find").get_document("readConcern").unwrap().clone();
    assert_eq!(concern.get_str("level").unwrap(), "majority");
}

#[tokio::test]
async fn a_stream_that_can_not_be_resumed_is_a_gap_after_which_the_feed_goes_on() {
    type Lost = (&'static str, fn(&mut Document));
    let lost: [Lost; 6] = [
        ("getMore", |answer| refused(answer, 286, "ChangeStreamHistoryLost")),
        ("getMore", |answer| refused(answer, 280, "ChangeStreamFatalError")),
        ("getMore", |answer| refused(answer, 10334, "BSONObjectTooLarge")),
        ("getMore", |answer| {
            answer.get_document_mut("cursor").unwrap().insert("id", 0_i64);
        }),
        ("aggregate", |answer| refused(answer, 286, "ChangeStreamHistoryLost")),
        ("aggregate", |answer| refused(answer, 260, "InvalidResumeToken")),
    ];
    let world = World::new().await;
    let mut feed = world.feed().await;
    for (command, answer) in lost {
        if command == "aggregate" {
            world.line.refuse("getMore", interrupted);
        }
        world.line.answer(command, answer);

        assert!(matches!(next(&mut feed).await, Some(FeedItem::Live(false))), "{command}");
        let gap = next(&mut feed).await;
        assert!(matches!(gap, Some(FeedItem::Gap("history_lost"))), "{command}: {gap:?}");
        assert!(matches!(next(&mut feed).await, Some(FeedItem::Live(true))), "{command}");
        let task = world.other.task().await;
        let told = next(&mut feed).await;
        let Some(FeedItem::Change(change)) = told else { panic!("{command}: {told:?}") };
        assert_eq!(change.task_id(), Some(task.id));
    }
}

#[tokio::test]
async fn a_stream_that_is_interrupted_goes_on_without_a_gap() {
    let world = World::new().await;
    let mut feed = world.feed().await;
    for _ in 0..3 {
        world.line.refuse("getMore", interrupted);
        world.line.has_met().await;
        let task = world.other.task().await;
        loop {
            match next(&mut feed).await {
                Some(FeedItem::Change(change)) => {
                    assert_eq!(change.task_id(), Some(task.id));
                    break;
                }
                Some(FeedItem::Live(_)) => {}
                told => panic!("{told:?}"),
            }
        }
    }
}

#[tokio::test]
async fn progress_that_could_not_be_written_is_written_later() {
    let World { line, one, other, _database } = World::new().await;
    let task = other.task().await.id;
    one.set_progress(task, Status::Created, step(&other, 1)).await.unwrap();
    line.refuse("update", too_slow);
    one.set_progress(task, Status::Created, step(&other, 2)).await.unwrap();
    line.has_met().await;

    let began = Instant::now();
    while other.read(task).await.progress != Some(step(&other, 2)) {
        assert!(began.elapsed() < PATIENCE, "it is never written");
        sleep(Duration::from_millis(20)).await; // between two looks
    }
}
