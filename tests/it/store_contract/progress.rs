//! Progress: the latest only, for as long as it means something.

use taskwire::{
    domain::{Clock, Command, Phase, Progress, Status, Summary, TaskId, Timestamp},
    store::{FeedItem, ListQuery},
};

use super::{
    fixture::StoreFixture,
    scene::{Scene, alice, comment, next},
};

pub(super) fn step(scene: &Scene, current: u64) -> Progress {
    Progress {
        step: "analysis".try_into().unwrap(),
        phase: Phase::Running,
        current,
        total: 3,
        items_count: None,
        message: Some("Reading the description".try_into().unwrap()),
        timestamp: scene.clock.now(),
    }
}

/// The task's progress, as the task and every list tell it alike.
pub(super) async fn shown(scene: &Scene, id: TaskId) -> Option<Progress> {
    let query = ListQuery::default();
    let of_task = scene.read(id).await.progress;
    let list = scene.store.list(&alice(), &query).await.unwrap();
    let (dashboard, _, _) = scene.store.dashboard(&alice(), &query).await.unwrap();
    for page in [list, dashboard] {
        let (_, listed) = page.tasks.into_iter().find(|(task, _)| task.id == id).unwrap();
        assert_eq!(listed, of_task);
    }
    of_task
}

pub(super) async fn the_latest_progress_is_shown_and_told(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let task = scene.task().await;
    let other = scene.task().await;
    let mut feed = scene.feed().await;

    for current in 1..=2 {
        let kept = scene
            .store
            .set_progress(task.id, Status::Created, step(&scene, current))
            .await
            .unwrap();
        assert!(kept);
    }
    let after = scene.does(task.id, &comment("changes no status")).await;

    assert_eq!(shown(&scene, task.id).await, Some(step(&scene, 2)));
    assert_eq!(shown(&scene, other.id).await, None);
    assert_eq!(after.version, task.version + 1, "progress is no entry");
    let mut told = Vec::new();
    while told.last() != Some(&step(&scene, 2)) {
        if let Some(FeedItem::Progress { summary, progress }) = next(&mut feed).await {
            // As of when it was said, or written.
            assert!([Summary::from(&task), Summary::from(&after)].contains(&summary));
            told.push(progress);
        }
    }
    assert_eq!(told, [step(&scene, 1), step(&scene, 2)]);
    let unknown = TaskId::new(Timestamp::EPOCH);
    assert!(!scene.store.set_progress(unknown, Status::Created, step(&scene, 1)).await.unwrap());
}

pub(super) async fn a_change_of_status_clears_the_progress(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let task = scene.task().await;
    let before = scene.does(task.id, &Command::StartAnalysis).await;
    scene.store.set_progress(task.id, Status::Analyzing, step(&scene, 1)).await.unwrap();

    scene.does(task.id, &Command::Cancel(None)).await;
    let late = scene.store.set_progress(task.id, Status::Analyzing, step(&scene, 2)).await;
    assert!(!late.unwrap(), "what was said of the status before is not kept");

    assert_eq!(shown(&scene, task.id).await, None);
    let after = scene.does(task.id, &Command::Retry { reason: None, repo: None }).await;
    assert_eq!(after.status, before.status);
    assert_eq!(shown(&scene, task.id).await, None, "it does not come back with the status");
    scene.store.set_progress(task.id, Status::Analyzing, step(&scene, 2)).await.unwrap();
    assert_eq!(shown(&scene, task.id).await, Some(step(&scene, 2)));
}
