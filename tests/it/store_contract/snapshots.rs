//! What is read is of one moment, while others write.

use std::collections::BTreeMap;

use taskwire::{
    domain::{Command, Event, Status, Summary, TaskId, Timestamp, fold},
    store::{Change, ListQuery, Stats},
};
use tokio::task::JoinSet;

use super::{
    fixture::StoreFixture,
    scene::{Scene, admin, comment, next_change},
};

/// How often each of the writers writes.
const EACH: usize = 24;

pub(super) async fn a_task_is_read_as_of_one_moment(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let id = scene.task().await.id;
    let mut writers = JoinSet::new();
    for _ in 0..4 {
        let scene = scene.clone();
        writers.spawn(async move {
            for n in 0..EACH {
                scene.does(id, &comment(&n.to_string())).await;
            }
        });
    }

    let mut seen = Vec::new();
    while !writers.is_empty() {
        let read = scene.read(id).await;
        assert_eq!(fold(id, &read.events).unwrap(), read.task);
        seen.push(read.task.version);
        while let Some(done) = writers.try_join_next() {
            done.unwrap();
        }
    }

    assert!(seen.is_sorted(), "no read is older than the one before: {seen:?}");
    assert_eq!(scene.read(id).await.task.version, 4 * EACH as u64 + 1);
}

pub(super) async fn a_dashboard_contains_the_changes_up_to_its_position_and_no_others(
    fixture: impl StoreFixture,
) {
    let scene = fixture.scene();
    let mut feed = scene.feed().await;
    let mut writers = JoinSet::new();
    for _ in 0..4 {
        let scene = scene.clone();
        writers.spawn(make_changes(scene));
    }
    let query = ListQuery { limit: 200, ..ListQuery::default() };

    let mut dashboards = Vec::new();
    while !writers.is_empty() {
        let (page, stats, position) = scene.store.dashboard(&admin(), &query).await.unwrap();
        let tasks: Vec<_> = page.tasks.into_iter().map(|(task, _)| task).collect();
        dashboards.push((tasks, stats, position));
        while let Some(done) = writers.try_join_next() {
            done.unwrap();
        }
    }
    let last = scene.task().await.id;
    let mut changes: Vec<Change> = Vec::new();
    while changes.last().and_then(Change::task_id) != Some(last) {
        changes.push(next_change(&mut feed).await);
    }

    assert!(dashboards.len() > 1, "there were reads while others wrote");
    for (tasks, stats, position) in dashboards {
        let contained = as_of(&changes, position);
        let listed: BTreeMap<_, _> = tasks.into_iter().map(|task| (task.id, task)).collect();
        if fixture.is_exact() {
            assert_eq!(listed, contained, "at {position}");
            assert_eq!(stats, counted(&contained), "at {position}");
        }
        for (id, task) in contained {
            assert!(listed[&id].version >= task.version, "left out at {position}: {task:?}");
        }
    }
}

/// A few tasks that come, change and change back.
async fn make_changes(scene: Scene) {
    for _ in 0..EACH / 6 {
        let id = scene.task().await.id;
        let ways =
            [comment("soon"), Command::Cancel(None), Command::Retry { reason: None, repo: None }];
        scene.does_all(id, &ways).await;
    }
}

/// Every task after the changes up to `position`.
fn as_of(changes: &[Change], position: u64) -> BTreeMap<TaskId, Summary> {
    changes
        .iter()
        .filter(|change| change.position <= position)
        .map(|change| change.steps.last().unwrap().summary.clone())
        .map(|summary| (summary.id, summary))
        .collect()
}

fn counted(tasks: &BTreeMap<TaskId, Summary>) -> Stats {
    let mut counts: BTreeMap<Status, u64> = BTreeMap::new();
    for task in tasks.values() {
        *counts.entry(task.status).or_default() += 1;
    }
    Stats { counts, last_activity_at: tasks.values().map(|task| task.updated_at).max() }
}

pub(super) async fn events_are_read_in_parts(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let id = scene.task().await.id;
    for n in 2..=10 {
        scene.does(id, &comment(&n.to_string())).await;
    }
    let versions = |events: Vec<Event>| -> Vec<u64> {
        events.into_iter().map(|event| event.version).collect()
    };
    let part = async |after, limit| versions(scene.store.events(id, after, limit).await.unwrap());
    let newest = async |n| versions(scene.store.task(id, n).await.unwrap().unwrap().events);

    assert_eq!(part(0, 3).await, [1, 2, 3]);
    assert_eq!(part(3, 100).await, [4, 5, 6, 7, 8, 9, 10]);
    assert!(part(10, 100).await.is_empty());
    assert!(part(u64::MAX, 100).await.is_empty());
    assert_eq!(newest(3).await, [8, 9, 10]);
    assert!(newest(0).await.is_empty());
    let unknown = TaskId::new(Timestamp::EPOCH);
    assert_eq!(scene.store.events(unknown, 0, 100).await.unwrap(), []);
    assert!(scene.store.task(unknown, 1).await.unwrap().is_none());
}
