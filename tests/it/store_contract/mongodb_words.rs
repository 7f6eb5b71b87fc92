//! How the shared store finds words: literally, along the list or by an index, whichever is shorter.

use std::time::Duration;

use futures_util::future::try_join_all;
use mongodb::bson::{DateTime, doc};
use taskwire::{
    domain::{TaskId, Timestamp},
    store::{ListQuery, MongoStore, Page, TaskStore as _},
};

use super::{
    fixture::{MongoFixture, StoreFixture as _},
    scene::{admin, alice, plain},
};
use crate::support::Line;

/// A list of the tasks with `word`, ten at a time.
fn with(word: &str) -> ListQuery {
    ListQuery { words: vec![word.into()], limit: 10, ..ListQuery::default() }
}

#[tokio::test]
async fn nothing_in_a_word_means_anything_to_the_database() {
    let fixture = MongoFixture::fresh().await;
    let scene = fixture.scene();
    for title in ["$title costs $$NOW", "a.*b", "{ \"$gt\": \"\" }", r"C:\Etc [ä-z]+(?i)", "plain"]
    {
        scene.submitted(&alice(), plain(title)).await;
    }
    let count = async |word: &str| scene.listed(&admin(), &with(word)).await.len();

    for word in ["$TITLE", "$$now", ".*", "{", "\"$gt\":", r":\E", "[Ä-Z]+(", "(?i)"] {
        assert_eq!(count(word).await, 1, "{word}");
    }
    for word in ["^plain", "plain$", "pl.in", "pla?in", r"\x70lain", r"\Qplain\E", "plain\0", "\0"]
    {
        assert_eq!(count(word).await, 0, "{word}");
    }
    let creator = ListQuery { creator: Some("$creator".into()), ..ListQuery::default() };
    assert_eq!(scene.listed(&admin(), &creator).await, []);
}

/// A database of many tasks, a store that reaches it over a line, and one that does not.
struct World {
    fixture: MongoFixture,
    line: Line,
    over_line: MongoStore,
}

impl World {
    /// Tasks as copies of one, of which every fourth has "rare" in it and all have "common".
    async fn with_many(count: i64) -> Self {
        let fixture = MongoFixture::fresh().await;
        let (line, over_line) = fixture.over_line().await;
        let first = fixture.scene().submitted(&alice(), plain("Rare and common")).await;
        let tasks = fixture.database().tasks().await;
        let pattern = tasks.find_one(doc! {}).await.unwrap().unwrap();
        let copies = (1..count).map(|n| {
            // Some share a time.
            let at = Timestamp::from_millis(first.updated_at.as_millis() - n / 3);
            let (id, mut copy) = (TaskId::new(at), pattern.clone());
            let summary =
                copy.get_document_mut("last").unwrap().get_document_mut("summary").unwrap();
            summary.insert("id", id.to_string());
            summary.insert("updatedAt", at.to_string());
            copy.insert("_id", id.to_string());
            copy.insert("updatedAt", DateTime::from_millis(at.as_millis()));
            copy.insert("search", if n % 4 == 0 { "rare and common" } else { "common" });
            copy
        });
        tasks.insert_many(copies).await.unwrap();
        Self { fixture, line, over_line }
    }

    /// Every page of the list over the line is what it is beside it.
    async fn expect_the_same(&self, word: &str) {
        let mut query = with(word);
        let whole = ListQuery { limit: 2000, ..with(word) };
        let direct = self.fixture.scene().listed(&admin(), &whole).await;
        assert!(direct.len() > 2 * ids_at_once(&query), "several pages: {}", direct.len());
        for expected in direct.chunks(ids_at_once(&query)).take(3) {
            let page = self.over_line.list(&admin(), &query).await.unwrap();
            assert_eq!(ids(&page), expected, "{word}");
            query.after = page.next;
        }
    }
}

fn ids(page: &Page) -> Vec<TaskId> {
    page.tasks.iter().map(|(task, _)| task.id).collect()
}

fn ids_at_once(query: &ListQuery) -> usize {
    usize::try_from(query.limit).unwrap()
}

#[tokio::test]
async fn where_the_way_along_the_list_is_long_the_index_of_words_leads_to_the_same_tasks() {
    let world = World::with_many(320).await;
    // Whatever reads along the list never comes back; tasks that are asked for by their ids do.
    world.line.hold("find \"filter\": { \"$and\": [{}");

    for word in ["rare", "COMMON"] {
        world.expect_the_same(word).await;
    }

    let nowhere = world.over_line.list(&admin(), &with("nowhere")).await.unwrap();
    assert!(nowhere.tasks.is_empty() && nowhere.next.is_none());
    assert_eq!(world.line.held(), 7, "three pages of each, and the one without a task");
    let asked = world.line.command("find");
    assert_eq!(asked.get_str("hint").unwrap(), "by_words");
    assert_eq!(asked.get_document("projection").unwrap(), &doc! { "_id": 1 }, "no task is read");
}

#[tokio::test]
async fn words_are_found_without_their_index_too() {
    let world = World::with_many(100).await;
    let direct = world.fixture.scene().listed(&admin(), &with("rare")).await;
    // With connections at hand, and so slow that the index is asked before the list has come.
    try_join_all((0..8).map(|_| world.over_line.ping())).await.unwrap();
    world.line.slow_down(Duration::from_secs(1));
    world.line.refuse("find by_words", |answer| {
        *answer = doc! { "ok": 0.0, "code": 2, "codeName": "BadValue", "errmsg": "no such hint" };
    });

    let page = world.over_line.list(&admin(), &with("rare")).await.unwrap();

    assert_eq!(ids(&page), direct);
    world.line.has_met().await;
}
