//! One worker for each task, and none for ever.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use taskwire::{
    analysis::{Analysis, AnalysisError, Analyzer, Report},
    domain::{Status, Task, TaskId},
    store::LeaseToken,
};

use super::world::{ByHand, CLEAR, LEASE, Setup, World, clear, eventually};
use crate::support::Store;

/// Counts who is analysed, and how often at once.
#[derive(Default)]
struct Counted {
    now: Mutex<HashSet<TaskId>>,
    times: Mutex<HashMap<TaskId, u32>>,
    lasts: Duration,
}

#[async_trait]
impl Analyzer for Counted {
    async fn analyze(&self, task: &Task, _: &dyn Report) -> Result<Analysis, AnalysisError> {
        assert!(self.now.lock().unwrap().insert(task.id), "two workers on one task");
        *self.times.lock().unwrap().entry(task.id).or_default() += 1;
        tokio::time::sleep(self.lasts).await;
        self.now.lock().unwrap().remove(&task.id);
        Ok(clear(task))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_never_work_on_the_same_task() {
    let counted = Arc::new(Counted { lasts: Duration::from_millis(1), ..Counted::default() });
    let mut world = World::start(Setup::analyzed_by(counted.clone())).await;
    world.instance.add_worker();
    let mut ids = Vec::new();
    for number in 0..20 {
        ids.push(world.submit(&format!("Task {number}"), "Text").await);
    }
    for id in &ids {
        world.until_status(*id, Status::Dispatched).await;
    }
    let times = counted.times.lock().unwrap().clone();
    assert_eq!(times, ids.iter().map(|id| (*id, 1)).collect());
    assert_eq!(world.issues(), ids.len());
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lease_is_kept_as_long_as_the_work_lasts() {
    let counted = Arc::new(Counted { lasts: Duration::from_secs(7), ..Counted::default() });
    let mut setup = Setup::analyzed_by(counted.clone());
    // Long enough for a database that is busy with other tests.
    setup.settings.lease = Duration::from_secs(3);
    setup.settings.request_timeout = Duration::from_millis(100);
    let mut world = World::start(setup).await;
    world.instance.add_worker();
    let id = world.submit("Paying fails", "Text").await;
    world.until_status(id, Status::Dispatched).await;
    assert_eq!(counted.times.lock().unwrap()[&id], 1);
    world.stop().await;
}

#[tokio::test]
async fn nothing_is_written_or_filed_without_the_lease() {
    let clock = Store::clock();
    let (analyzer, mut calls) = ByHand::new();
    let setup = Setup { analyzer, ..Setup::one_at_a_time(&clock) };
    let mut world = World::start(setup).await;
    let id = world.submit("Paying fails", "Text").await;
    let call = calls.next().await;
    world.pass(&clock, LEASE).await;
    let ours = LeaseToken::new();
    assert_eq!(world.store.claim(ours, LEASE).await.unwrap().unwrap().task.id, id);

    call.answer.send(Ok(clear(&call.task))).unwrap();

    world.instance.stop_workers().await;
    assert_eq!(world.story(id).await, ["created", "analyzing"]);
    assert_eq!(world.issues(), 0);
    world.store.renew(id, ours, LEASE).await.expect("the lease is still ours");
    world.stop().await;
}

#[tokio::test]
async fn a_server_that_stops_gives_its_leases_back() {
    let (analyzer, mut calls) = ByHand::new();
    let mut world = World::start(Setup::analyzed_by(analyzer)).await;
    let id = world.submit("Paying fails", "Text").await;
    let mut call = calls.next().await;

    world.instance.stop_workers().await;

    call.answer.closed().await;
    let claim = world.store.claim(LeaseToken::new(), LEASE).await.unwrap().unwrap();
    assert_eq!((claim.task.id, claim.task.status), (id, Status::Analyzing));
    assert_eq!(claim.attempt, None);
    world.stop().await;
}

#[tokio::test]
async fn a_server_that_stops_waits_for_the_issue_it_is_filing() {
    let mut world = World::start(Setup::default()).await;
    let gate = world.simulator.delay_posts();
    let id = world.submit("Paying fails", CLEAR).await;
    eventually(|| world.issues() == 1).await;

    // In this order: the workers are told to stop, then GitHub answers.
    tokio::join!(world.instance.stop_workers(), async { gate.release() });

    assert_eq!(world.task(id).await.status, Status::Dispatched);
    world.stop().await;
}
