//! An issue that may have been filed is looked for, and never filed twice.

use std::{sync::Arc, time::Duration};

use taskwire::{domain::Status, store::LeaseToken};
use tokio::runtime::Runtime;

use super::world::{
    CLEAR, GitHubNextDoor, Instance, LEASE, PATIENCE, SETTLE, Setup, TICK, World, alice, eventually,
};
use crate::support::Store;

#[tokio::test]
async fn an_issue_whose_answer_came_too_late_is_found_once_github_has_settled() {
    let clock = Store::clock();
    let setup =
        Setup { patience_with_github: Duration::from_secs(1), ..Setup::one_at_a_time(&clock) };
    let world = World::start(setup).await;
    let gate = world.simulator.delay_posts();
    let id = world.submit("Paying fails", CLEAR).await;
    eventually(|| world.issues() == 1).await;
    world.pass_the_turn().await;
    gate.release();
    world.pass(&clock, Duration::from_secs(100)).await;
    world.pass_the_turn().await;
    assert_eq!(world.task(id).await.status, Status::Analyzing, "it is too early to look");

    world.pass(&clock, TICK).await;

    let task = world.until_status(id, Status::Dispatched).await;
    let issues = world.issues_of(id);
    assert_eq!(issues.len(), 1);
    assert_eq!(task.issue.unwrap().number, issues[0].number);
    assert!(task.labels.iter().any(|label| label.as_str() == "bug"), "what was found is kept");
    world.stop().await;
}

#[tokio::test]
async fn an_issue_whose_answer_broke_off_is_found() {
    let world = World::start(Setup::default()).await;
    world.simulator.break_next();
    let id = world.submit("Paying fails", CLEAR).await;
    world.until_status(id, Status::Dispatched).await;
    assert_eq!(world.issues_of(id).len(), 1);
    assert_eq!(world.story(id).await, ["created", "analyzing", "dispatched"]);
    world.stop().await;
}

#[test]
fn a_server_that_dies_while_it_files_leaves_one_issue() {
    let clock = Store::clock();
    let outer = Runtime::new().unwrap();
    let (kept, dir) = (Store::fresh(), tempfile::tempdir().unwrap());
    let github = outer.block_on(GitHubNextDoor::open(Arc::new(clock.clone())));
    let gate = github.simulator.delay_posts();

    let server = Runtime::new().unwrap();
    let id = server.block_on(async {
        let setup = Setup::one_at_a_time(&clock);
        let instance = Instance::start(&kept, dir.path(), &github.simulator, setup).await;
        let id = instance.submit("Paying fails", CLEAR).await;
        eventually(|| instance.issues() == 1).await;
        assert_eq!(instance.task(id).await.status, Status::Analyzing);
        id
    });
    // Whatever it was doing, it does it no more.
    server.shutdown_timeout(PATIENCE);

    outer.block_on(async {
        kept.pass(&clock, LEASE).await;
        // How long ago it was filed is for the store to say: the next one's clock is wrong.
        let ahead = Duration::from_hours(1);
        let setup = Setup { ahead, ..Setup::one_at_a_time(&clock) };
        let next = Instance::start(&kept, dir.path(), &github.simulator, setup).await;
        next.pass_the_turn().await;
        assert_eq!(next.task(id).await.status, Status::Analyzing, "it is too early to look");
        kept.pass(&clock, LEASE).await;
        next.until_status(id, Status::Dispatched).await;
        assert_eq!(next.issues_of(id).len(), 1);
        assert_eq!(next.story(id).await, ["created", "analyzing", "dispatched"]);
        gate.release();
        next.stop().await;
        github.close().await;
    });
}

#[tokio::test]
async fn an_issue_of_a_task_that_was_called_off_meanwhile_is_found_and_closed() {
    let clock = Store::clock();
    let world = World::start(Setup::one_at_a_time(&clock)).await;
    world.simulator.break_next();
    let id = world.submit("Paying fails", CLEAR).await;
    world.until_status(id, Status::Analyzing).await;
    world.pass_the_turn().await;
    world.tasks.cancel(&alice(), id, None, None).await.unwrap();
    // Whoever looks at it now, and rests until GitHub has settled, has looked.
    world.pass_the_turn().await;

    world.pass(&clock, SETTLE).await;

    world.until(id, |task| task.issue.is_some() && task.work().is_none()).await;
    let story = world.story(id).await;
    assert_eq!(story, ["created", "analyzing", "cancelled", "issue_filed", "issue_closed"]);
    let issue = &world.issues_of(id)[0];
    assert_eq!((issue.is_open, issue.state_reason.as_deref()), (false, Some("not_planned")));
    world.stop().await;
}

#[tokio::test]
async fn an_attempt_without_an_issue_is_forgotten_when_the_task_was_called_off() {
    let clock = Store::clock();
    let mut world = World::start(Setup::one_at_a_time(&clock)).await;
    world.simulator.fail_next(1, 503);
    let id = world.submit("Paying fails", CLEAR).await;
    world.until_status(id, Status::Analyzing).await;
    world.pass_the_turn().await;
    world.tasks.cancel(&alice(), id, None, None).await.unwrap();
    world.pass_the_turn().await;

    world.pass(&clock, SETTLE).await;

    world.pass_the_turn().await;
    world.instance.stop_workers().await;
    let left = world.store.claim(LeaseToken::new(), Duration::from_secs(1)).await;
    assert!(left.unwrap().is_none(), "there is nothing left to do");
    assert_eq!(world.story(id).await, ["created", "analyzing", "cancelled"]);
    assert_eq!(world.issues(), 0);
    world.stop().await;
}
