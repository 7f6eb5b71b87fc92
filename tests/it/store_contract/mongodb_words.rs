//! How the shared store finds words: by an index if few tasks have them, and in any case literally.

use mongodb::bson::doc;
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

fn ids(page: &Page) -> Vec<TaskId> {
    page.tasks.iter().map(|(task, _)| task.id).collect()
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

#[tokio::test]
async fn a_rare_word_leads_to_its_tasks_and_a_common_one_along_the_list() {
    let fixture = MongoFixture::fresh().await;
    let database = fixture.database();
    let line = Line::to(&database.uri).await;
    let store = MongoStore::connect(&line.uri(), &database.name).await.unwrap();
    let rare = fixture.scene().submitted(&alice(), plain("Rare and common")).await.id;
    // Many others, older than that, as copies of one.
    let tasks = database.tasks().await;
    let pattern = tasks.find_one(doc! {}).await.unwrap().unwrap();
    let copies = (0..1005).map(|_| {
        let (id, mut copy) = (TaskId::new(Timestamp::EPOCH), pattern.clone());
        copy.insert("_id", id.to_string());
        copy.insert("search", "common");
        copy.get_document_mut("last")
            .unwrap()
            .get_document_mut("summary")
            .unwrap()
            .insert("taskId", id.to_string());
        copy
    });
    tasks.insert_many(copies).await.unwrap();

    let found = store.list(&admin(), &with("rare")).await.unwrap();
    assert_eq!(ids(&found), [rare]);
    let asked = line.command("find");
    let named = doc! { "$in": [rare.to_string()] };
    assert_eq!(asked.get_document("filter").unwrap().get_document("_id").unwrap(), &named);

    let found = store.list(&admin(), &with("common")).await.unwrap();
    assert_eq!(found.tasks.len(), 10);
    assert!(found.next.is_some());
    assert!(!line.command("find").get_document("filter").unwrap().contains_key("_id"));

    let found = store.list(&admin(), &with("nowhere")).await.unwrap();
    assert_eq!(ids(&found), []);
    let asked = line.command("find");
    assert_eq!(asked.get_str("hint").unwrap(), "by_words");
    assert_eq!(asked.get_document("projection").unwrap(), &doc! { "_id": 1 }, "no task is read");
}
