//! Lists, searches, counts.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::support::{TestApp, User};

async fn titles(user: &User<'_>, query: &str) -> BTreeSet<String> {
    let answer = user.get(&format!("/api/tasks?{query}")).await;
    let tasks = answer.body["tasks"].as_array().unwrap_or_else(|| panic!("{answer:?}"));
    tasks.iter().map(|task| task["title"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn pages_hold_every_task_once_while_others_are_added() {
    let app = TestApp::builder().with("TASKWIRE__LIMITS__HTTP_WRITES_BURST", "100").start().await;
    let alice = app.user("alice");
    let mut before = BTreeSet::new();
    for n in 0..25 {
        before.insert(alice.creates(&format!("Task {n}")).await);
    }

    let mut seen = Vec::new();
    let mut path = "/api/tasks?limit=10&sort=-createdAt".to_owned();
    let mut pages = 0;
    loop {
        let page = alice.get(&path).await.body;
        pages += 1;
        let tasks = page["tasks"].as_array().unwrap();
        seen.extend(tasks.iter().map(|task| task["taskId"].as_str().unwrap().to_owned()));
        alice.creates("Added meanwhile").await;
        let Some(cursor) = page["nextCursor"].as_str() else { break };
        path = format!("/api/tasks?limit=10&sort=-createdAt&cursor={cursor}");
    }

    assert_eq!(pages, 3);
    assert_eq!(seen.len(), 25);
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), before);
    app.stop().await;
}

#[tokio::test]
async fn a_search_finds_every_word_anywhere_in_any_case() {
    let app = TestApp::start().await;
    let alice = app.user("alice");
    let payment = json!({ "title": "Fix PAYMENT bug", "description": "Stripe says no" });
    alice.creates_with(payment).await;
    alice.creates_with(json!({ "title": "Ärger mit Zahlung" })).await;
    alice.creates("Another bug").await;

    assert_eq!(titles(&alice, "q=payment").await, ["Fix PAYMENT bug".into()].into());
    assert_eq!(titles(&alice, "q=STRIPE+bug").await, ["Fix PAYMENT bug".into()].into());
    assert_eq!(titles(&alice, "q=%C3%A4RGER").await, ["Ärger mit Zahlung".into()].into());
    assert_eq!(titles(&alice, "q=bug").await.len(), 2);
    assert_eq!(titles(&alice, "q=stripe+another").await.len(), 0);
    assert_eq!(titles(&alice, "q=%25").await.len(), 0);
    assert_eq!(titles(&alice, "q=").await.len(), 3);
    app.stop().await;
}

#[tokio::test]
async fn a_list_is_narrowed_by_each_parameter() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.user("alice").team("payments"), app.user("bob"));
    let team = json!({ "title": "Of the team", "team": "payments", "repo": "ACME/api" });
    alice.creates_with(team).await;
    let asked = bob.creates("Asked about").await;
    app.asks(&asked, &["Why?"]).await;
    let cancelled = bob.creates("Cancelled").await;
    bob.post(&format!("/api/tasks/{cancelled}/cancel"), &json!({})).await;

    assert_eq!(titles(&alice, "status=created").await, ["Of the team".into()].into());
    let both = titles(&alice, "status=cancelled&status=clarification_needed").await;
    assert_eq!(both, ["Asked about".into(), "Cancelled".into()].into());
    assert_eq!(titles(&alice, "creator=alice").await, ["Of the team".into()].into());
    assert_eq!(titles(&alice, "repo=acme/API").await, ["Of the team".into()].into());
    assert_eq!(titles(&alice, "team=payments").await, ["Of the team".into()].into());
    let updated = bob.task(&cancelled).await["updatedAt"].as_str().unwrap().to_owned();
    assert!(titles(&alice, &format!("updatedSince={updated}")).await.contains("Cancelled"));
    assert_eq!(titles(&alice, "updatedSince=2999-01-01T00:00:00Z").await.len(), 0);
    assert_eq!(titles(&alice, "updatedSince=2000-01-01T00:00:00%2B02:00&limit=2").await.len(), 2);
    app.stop().await;
}

#[tokio::test]
async fn a_list_has_summaries_and_its_order() {
    let app = TestApp::start().await;
    let alice = app.user("alice");
    let old = alice.creates("Old").await;
    alice.creates("New").await;
    alice.comments(&old, "Still there").await;

    let page = alice.get("/api/tasks").await.body;
    let times: Vec<_> = page["tasks"].as_array().unwrap().iter().map(|t| &t["updatedAt"]).collect();
    assert!(times.is_sorted_by(|a, b| a.as_str() >= b.as_str()), "{times:?}");
    assert_eq!(page["nextCursor"], Value::Null);
    let summary = page["tasks"][0].as_object().unwrap();
    for absent in ["description", "questions", "events", "eventsFrom"] {
        assert!(!summary.contains_key(absent), "{absent}");
    }
    for null in ["issue", "pullRequest", "progress", "error", "team"] {
        assert_eq!(summary[null], Value::Null, "{null}");
    }
    app.stop().await;
}

#[tokio::test]
async fn the_counts_are_over_what_the_caller_sees() {
    let app = TestApp::start().await;
    let (alice, bob) = (app.user("alice"), app.user("bob"));
    alice.creates("For all").await;
    alice.creates_with(json!({ "title": "Mine", "visibility": "private" })).await;
    let cancelled = bob.creates("Cancelled").await;
    bob.post(&format!("/api/tasks/{cancelled}/cancel"), &json!({})).await;

    let (all, some) =
        (alice.get("/api/tasks/stats").await.body, bob.get("/api/tasks/stats").await.body);
    assert_eq!((&all["counts"]["created"], &all["openCount"]), (&json!(2), &json!(2)));
    assert_eq!((&some["counts"]["created"], &some["openCount"]), (&json!(1), &json!(1)));
    assert_eq!(some["counts"]["cancelled"], 1);
    assert_eq!(some["counts"].as_object().unwrap().len(), 8);
    assert_eq!(some["lastActivityAt"], bob.task(&cancelled).await["updatedAt"]);
    app.stop().await;
}

#[tokio::test]
async fn the_timeline_is_read_piece_by_piece() {
    let app = TestApp::start().await;
    let alice = app.user("alice");
    let id = alice.creates("Fix payment bug").await;
    for text in ["one", "two", "three"] {
        alice.comments(&id, text).await;
    }
    let part = alice.get(&format!("/api/tasks/{id}/events?after=1&limit=2")).await.body;
    let versions: Vec<_> =
        part["events"].as_array().unwrap().iter().map(|event| &event["version"]).collect();
    assert_eq!(versions, [2, 3]);
    assert_eq!(part["version"], 4);
    let whole = alice.get(&format!("/api/tasks/{id}/events")).await.body;
    assert_eq!(whole["events"], alice.task(&id).await["events"]);
    app.stop().await;
}
