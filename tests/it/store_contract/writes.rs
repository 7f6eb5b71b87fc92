//! Writes are atomic and guarded, and what was acknowledged stays.

use taskwire::{
    domain::{Command, PullKey, PullState, Summary, fold, text::RepoName},
    store::{ListQuery, StoreError},
};
use tokio::task::JoinSet;

use super::{
    fixture::StoreFixture,
    scene::{
        admin, alice, comment, events_of, hear_pull, hear_push, next_change, plain, record_issue,
    },
};

pub(super) async fn a_write_is_kept_whole(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let task = scene.task().await;
    let task = scene.does(task.id, &Command::Cancel(None)).await;

    let write = scene.decided(&task, &Command::Retry { reason: None, repo: None });
    let (after, steps) = (write.task.clone(), write.steps.clone());
    assert_eq!(steps.len(), 2, "one write of several events");
    scene.store.append(write).await.unwrap();

    let read = scene.read(task.id).await;
    assert_eq!(read.task, after);
    assert_eq!(fold(task.id, &read.events).unwrap(), after);
    assert!(read.events.ends_with(&events_of(&steps)));
    let page = scene.store.list(&alice(), &ListQuery::default()).await.unwrap();
    assert_eq!(page.tasks, [(Summary::from(&after), None)]);
}

pub(super) async fn a_refused_write_leaves_no_trace(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let old = scene.task().await;
    scene.does(old.id, &comment("faster")).await;
    let before = scene.read(old.id).await;
    let before_all = scene.store.dashboard(&admin(), &ListQuery::default()).await.unwrap();
    let pull = PullKey { repo_id: 7, number: 57 };

    let late = scene.decided(&old, &hear_pull(pull, PullState::Merged));
    let refused = scene.store.append(late).await;

    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    let after = scene.read(old.id).await;
    assert_eq!((after.task, after.events), (before.task, before.events));
    assert_eq!(scene.store.linked_to_pull(pull).await.unwrap(), []);
    let after_all = scene.store.dashboard(&admin(), &ListQuery::default()).await.unwrap();
    assert_eq!((after_all.0.tasks, after_all.1), (before_all.0.tasks, before_all.1));
}

pub(super) async fn a_task_is_created_once_and_only_then_added_to(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let creation = scene.creation(&alice(), plain("Fix payment bug"), None);
    let early = scene.decided(&creation.task, &comment("too early"));

    let refused = scene.store.append(early.clone()).await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    assert!(scene.store.task(creation.task.id, 1).await.unwrap().is_none());

    scene.store.create(creation.clone()).await.unwrap();
    scene.store.append(early).await.unwrap();
    let refused = scene.store.create(creation.clone()).await;
    assert!(matches!(refused, Err(StoreError::Conflict)), "{refused:?}");
    assert_eq!(scene.read(creation.task.id).await.task.version, 2);
}

pub(super) async fn racing_writers_lose_nothing(fixture: impl StoreFixture) {
    const WRITERS: u64 = 8;
    const EACH: u64 = 20;
    let scene = fixture.scene();
    let mut feed = scene.feed().await;
    let id = scene.task().await.id;

    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let scene = scene.clone();
        writers.spawn(async move {
            for n in 0..EACH {
                scene.does(id, &comment(&format!("{writer}: {n}"))).await;
            }
        });
    }
    writers.join_all().await;

    let read = scene.read(id).await;
    let versions: Vec<_> = read.events.iter().map(|event| event.version).collect();
    assert_eq!(versions, (1..=WRITERS * EACH + 1).collect::<Vec<_>>());
    assert_eq!(fold(id, &read.events).unwrap(), read.task);
    let mut told = Vec::new();
    while told.len() < read.events.len() {
        told.extend(events_of(&next_change(&mut feed).await.steps));
    }
    assert_eq!(told, read.events);
    for writer in 0..WRITERS {
        let prefix = format!("\"{writer}: ");
        let own = read
            .events
            .iter()
            .filter(|event| serde_json::to_string(&event.body).unwrap().contains(&prefix));
        assert_eq!(own.count() as u64, EACH, "writer {writer}");
    }
}

pub(super) async fn what_was_acknowledged_survives_a_crash(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let pull = PullKey { repo_id: 7, number: 57 };
    let mut before = Vec::new();
    for n in 0..20 {
        let id = scene.submitted(&alice(), plain(&format!("Task {n}"))).await.id;
        scene.does_all(id, &[comment("soon"), hear_pull(pull, PullState::Merged)]).await;
        let read = scene.read(id).await;
        before.push((read.task, read.events));
    }
    let (_, stats, position) =
        scene.store.dashboard(&admin(), &ListQuery::default()).await.unwrap();

    let fixture = fixture.after_a_crash().await;

    let scene = fixture.scene();
    for (task, events) in &before {
        let read = scene.read(task.id).await;
        assert_eq!((&read.task, &read.events), (task, events));
    }
    assert_eq!(scene.store.stats(&admin()).await.unwrap(), stats);
    assert_eq!(scene.store.linked_to_pull(pull).await.unwrap().len(), before.len());
    let mut feed = scene.feed().await;
    scene.task().await;
    assert!(next_change(&mut feed).await.position > position, "positions go on");
}

pub(super) async fn a_task_is_found_by_its_pull_requests(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let (one, other) = (scene.task().await.id, scene.task().await.id);
    let shared = PullKey { repo_id: 7, number: 57 };
    let own = PullKey { repo_id: 7, number: 58 };
    for id in [one, other] {
        scene.does(id, &hear_pull(shared, PullState::Open)).await;
    }
    scene.does(one, &hear_pull(own, PullState::Open)).await;
    scene.does(one, &comment("a write that links nothing new")).await;

    let mut both = scene.store.linked_to_pull(shared).await.unwrap();
    both.sort();
    let mut expected = [one, other];
    expected.sort();
    assert_eq!(both, expected);
    assert_eq!(scene.store.linked_to_pull(own).await.unwrap(), [one]);
    let elsewhere = PullKey { repo_id: 8, number: 57 };
    assert_eq!(scene.store.linked_to_pull(elsewhere).await.unwrap(), []);
}

pub(super) async fn a_task_is_found_by_the_heads_of_its_pull_requests(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let mut ids = [scene.task().await.id, scene.task().await.id];
    ids.sort();
    let [one, other] = ids;
    let [shared, own] = [57, 58].map(|number| PullKey { repo_id: 7, number });
    for id in [one, other] {
        scene.does(id, &hear_push(shared, "5ea", 1)).await;
    }
    scene.does_all(one, &[hear_push(own, "5ea", 1), hear_push(own, "b0a7", 2)]).await;
    scene.does(one, &comment("a write that pushes nothing")).await;

    let headed_by = async |head: &str| scene.store.headed_by(7, head).await.unwrap();
    assert_eq!(headed_by("5ea").await, [one, other]);
    assert_eq!(headed_by("b0a7").await, [one]);
    scene.does(other, &hear_push(shared, "b0a7", 2)).await;
    assert_eq!(headed_by("5ea").await, [one]);
    assert_eq!(headed_by("b0a7").await, [one, other]);
    assert_eq!(headed_by("b0").await, []);
    assert_eq!(scene.store.headed_by(8, "5ea").await.unwrap(), []);
}

pub(super) async fn a_task_is_found_by_its_issue_whatever_the_case_of_its_repository(
    fixture: impl StoreFixture,
) {
    let scene = fixture.scene();
    let repo = |name: &str| RepoName::try_from(name).unwrap();
    let mut new = plain("Fix payment bug");
    new.repo = Some(repo("Acme/Shop"));
    let id = scene.submitted(&alice(), new).await.id;
    assert_eq!(scene.store.filed_as(&repo("acme/shop"), 42).await.unwrap(), []);

    scene.does_all(id, &[Command::StartAnalysis, record_issue(42)]).await;

    assert_eq!(scene.store.filed_as(&repo("acme/SHOP"), 42).await.unwrap(), [id]);
    assert_eq!(scene.store.filed_as(&repo("acme/shop"), 43).await.unwrap(), []);
    assert_eq!(scene.store.filed_as(&repo("acme/other"), 42).await.unwrap(), []);
    assert_eq!(scene.store.filed_as(&repo("acme/shop"), u64::MAX).await.unwrap(), []);
}
