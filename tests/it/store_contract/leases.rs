//! One worker works on a task at a time.

use std::{collections::BTreeSet, time::Duration};

use taskwire::{
    domain::{Clock, Command, Status, TaskId},
    store::{Claim, LeaseToken, StoreError},
};
use tokio::task::JoinSet;

use super::{
    fixture::StoreFixture,
    scene::{Scene, close_issue, comment, next, record_issue, way_to},
};

const TERM: Duration = Duration::from_mins(1);
/// That of a task that was created and nothing else.
const VERSION: u64 = 1;
/// Long beside what a test takes: a store may go by a clock that runs meanwhile.
const TICK: Duration = Duration::from_secs(20);
/// A tick less than a term.
const NEARLY: Duration = Duration::from_secs(40);

async fn claim(scene: &Scene, token: LeaseToken) -> Option<Claim> {
    scene.store.claim(token, TERM).await.unwrap()
}

async fn claimed(scene: &Scene, token: LeaseToken) -> Option<TaskId> {
    claim(scene, token).await.map(|claim| claim.task.id)
}

/// The claim comes with the attempt that was made under `token` a term ago.
fn is_handed_on(claim: &Claim, token: LeaseToken) {
    assert_eq!(claim.attempt.map(|attempt| attempt.token), Some(token));
    let age = claim.attempt_age;
    assert!((TERM..TERM + TICK).contains(&age), "{age:?}");
}

fn is_lost<T>(result: &Result<T, StoreError>) -> bool {
    matches!(result, Err(StoreError::LeaseLost))
}

pub(super) async fn a_task_is_leased_to_one_at_a_time(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let mut all = BTreeSet::new();
    for _ in 0..30 {
        all.insert(scene.task().await.id);
    }
    let mut workers = JoinSet::new();
    for _ in 0..8 {
        let scene = scene.clone();
        workers.spawn(async move {
            let mut mine = Vec::new();
            while let Some(id) = claimed(&scene, LeaseToken::new()).await {
                mine.push(id);
            }
            mine
        });
    }

    let claimed = workers.join_all().await.concat();

    assert_eq!(claimed.len(), all.len(), "none twice");
    assert_eq!(claimed.into_iter().collect::<BTreeSet<_>>(), all, "and none left out");
}

pub(super) async fn a_lease_runs_out_by_the_clock(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let task = scene.task().await;
    let (dead, heir) = (LeaseToken::new(), LeaseToken::new());
    assert_eq!(claim(&scene, dead).await.unwrap().task, task);

    fixture.pass(NEARLY).await;
    assert_eq!(claimed(&scene, heir).await, None);
    fixture.pass(TICK).await;
    assert!(is_lost(&scene.store.renew(task.id, dead, TERM).await), "it is over, heir or not");
    assert_eq!(claimed(&scene, heir).await, Some(task.id));

    assert!(is_lost(&scene.store.renew(task.id, dead, TERM).await));
    assert!(is_lost(&scene.store.begin_attempt(task.id, VERSION, dead).await));
    assert!(is_lost(&scene.store.clear_attempt(task.id, dead).await));
    scene.store.release(task.id, dead, Duration::ZERO).await.unwrap();
    assert_eq!(claimed(&scene, LeaseToken::new()).await, None, "the heir's lease stands");
    scene.store.renew(task.id, heir, TERM).await.unwrap();
}

pub(super) async fn a_renewed_lease_lasts_from_then_on(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let id = scene.task().await.id;
    let token = LeaseToken::new();
    claim(&scene, token).await.unwrap();

    fixture.pass(TERM / 2).await;
    scene.store.renew(id, token, TERM).await.unwrap();

    fixture.pass(NEARLY).await;
    assert_eq!(claimed(&scene, LeaseToken::new()).await, None);
    fixture.pass(TICK).await;
    assert_eq!(claimed(&scene, LeaseToken::new()).await, Some(id));
    let unknown = TaskId::new(scene.clock.now());
    assert!(is_lost(&scene.store.renew(unknown, token, TERM).await));
}

pub(super) async fn a_released_task_rests_and_then_waits_behind_the_others(
    fixture: impl StoreFixture,
) {
    let scene = fixture.scene();
    let troubled = scene.task().await.id;
    fixture.pass(TICK).await;
    let next_in_line = scene.task().await.id;
    let token = LeaseToken::new();
    assert_eq!(claimed(&scene, token).await, Some(troubled), "the oldest comes first");

    scene.store.release(troubled, token, TERM).await.unwrap();

    assert!(is_lost(&scene.store.renew(troubled, token, TERM).await), "it was given back");
    fixture.pass(NEARLY).await;
    let another = LeaseToken::new();
    assert_eq!(claimed(&scene, another).await, Some(next_in_line));
    assert_eq!(claimed(&scene, LeaseToken::new()).await, None);
    scene.store.release(next_in_line, another, Duration::ZERO).await.unwrap();
    fixture.pass(TICK).await;
    assert_eq!(claimed(&scene, LeaseToken::new()).await, Some(next_in_line));
    assert_eq!(claimed(&scene, LeaseToken::new()).await, Some(troubled));
}

pub(super) async fn only_a_task_with_work_is_claimed(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    for status in Status::ALL {
        let id = scene.task().await.id;
        let task = scene.does_all(id, &way_to(status)).await;
        assert_eq!(task.status, status);
        let token = LeaseToken::new();
        let got = claim(&scene, token).await;
        assert_eq!(
            got.map(|claim| claim.task),
            task.work().is_some().then_some(task.clone()),
            "{status}"
        );
        // Out of the way of the next one.
        if task.work().is_some() {
            scene.does(id, &Command::Cancel(None)).await;
            scene.store.release(id, token, Duration::ZERO).await.unwrap();
        }
        assert_eq!(claimed(&scene, LeaseToken::new()).await, None, "{status}, cancelled");
    }
}

pub(super) async fn a_write_under_a_lost_lease_is_refused(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let task = scene.task().await;
    let (mine, never) = (LeaseToken::new(), LeaseToken::new());
    claim(&scene, mine).await.unwrap();
    let started = scene.decided(&task, &Command::StartAnalysis);

    assert!(is_lost(&scene.store.append(started.clone().under(never)).await));
    scene.store.append(started.clone().under(mine)).await.unwrap();
    let filed = scene.decided(&started.task, &record_issue(42)).under(mine);
    fixture.pass(TERM).await;
    assert!(is_lost(&scene.store.append(filed.clone()).await));

    assert_eq!(scene.read(task.id).await.task, started.task);
    claim(&scene, never).await.unwrap();
    assert!(is_lost(&scene.store.append(filed).await));
    scene.does(task.id, &comment("people need no lease")).await;
}

pub(super) async fn leases_are_nobody_elses_business(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let task = scene.task().await;
    let mut feed = scene.feed().await;
    let token = LeaseToken::new();

    claim(&scene, token).await.unwrap();
    scene.store.renew(task.id, token, TERM).await.unwrap();
    scene.store.begin_attempt(task.id, VERSION, token).await.unwrap();
    scene.store.clear_attempt(task.id, token).await.unwrap();
    scene.store.release(task.id, token, Duration::ZERO).await.unwrap();

    assert_eq!(scene.read(task.id).await.task, task, "no new version");
    scene.store.close().await;
    // A feed may begin with the task's creation, but has nothing else to tell.
    let mut told = Vec::new();
    while let Some(item) = next(&mut feed).await {
        told.push(format!("{item:?}"));
    }
    assert!(told.iter().all(|item| item.contains("Created {")), "{told:?}");
}

pub(super) async fn an_attempt_is_handed_on_until_it_is_cleared(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let id = scene.task().await.id;
    let (first, second, third) = (LeaseToken::new(), LeaseToken::new(), LeaseToken::new());
    assert_eq!(claim(&scene, first).await.unwrap().attempt, None);
    assert!(is_lost(&scene.store.begin_attempt(id, VERSION, second).await));
    let attempt = scene.store.begin_attempt(id, VERSION, first).await.unwrap();
    assert_eq!(attempt.token, first);

    scene.does(id, &comment("files no issue")).await;
    fixture.pass(TERM).await;

    is_handed_on(&claim(&scene, second).await.unwrap(), first);
    scene.store.clear_attempt(id, second).await.unwrap();
    fixture.pass(TERM).await;
    assert_eq!(claim(&scene, third).await.unwrap().attempt, None);
}

pub(super) async fn an_attempt_ends_when_the_issue_is_recorded(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let id = scene.task().await.id;
    let token = LeaseToken::new();
    claim(&scene, token).await.unwrap();
    let attempt = scene.store.begin_attempt(id, VERSION, token).await.unwrap();
    scene.does(id, &Command::Cancel(None)).await;
    scene.store.release(id, token, Duration::ZERO).await.unwrap();

    // Cancelled, but there may be an issue: that is work.
    let token = LeaseToken::new();
    let claim = claim(&scene, token).await.unwrap();
    assert_eq!((claim.task.status, claim.attempt), (Status::Cancelled, Some(attempt)));
    let filed = scene.decided(&claim.task, &record_issue(42)).under(token);
    scene.store.append(filed).await.unwrap();
    scene.store.release(id, token, Duration::ZERO).await.unwrap();

    let token = LeaseToken::new();
    let claim = scene.store.claim(token, TERM).await.unwrap().unwrap();
    assert_eq!(claim.attempt, None, "the issue is known; now it is to be closed");
    scene.does(id, &close_issue()).await;
    scene.store.release(id, token, Duration::ZERO).await.unwrap();
    assert_eq!(claimed(&scene, LeaseToken::new()).await, None);
}

pub(super) async fn an_attempt_begins_at_the_version_that_is_posted(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let id = scene.task().await.id;
    let token = LeaseToken::new();
    claim(&scene, token).await.unwrap();
    scene.does(id, &comment("changes what would be posted, for all the store knows")).await;

    let stale = scene.store.begin_attempt(id, VERSION, token).await;
    assert!(matches!(stale, Err(StoreError::Conflict)), "{stale:?}");
    scene.store.begin_attempt(id, VERSION + 1, token).await.unwrap();
}

pub(super) async fn an_attempt_survives_a_crash(fixture: impl StoreFixture) {
    let scene = fixture.scene();
    let id = scene.task().await.id;
    let dead = LeaseToken::new();
    claim(&scene, dead).await.unwrap();
    scene.store.begin_attempt(id, VERSION, dead).await.unwrap();

    let fixture = fixture.after_a_crash().await;
    fixture.pass(TERM).await;

    let scene = fixture.scene();
    let claim = claim(&scene, LeaseToken::new()).await.unwrap();
    assert_eq!(claim.task.id, id);
    is_handed_on(&claim, dead);
}
