//! The issue follows a task that is called off and taken up again.

use taskwire::domain::{IssueState, Status, Task};

use super::world::{ByHand, CLEAR, Setup, World, alice, clear, eventually};
use crate::support::Store;

fn issue_is(task: &Task, state: IssueState) -> bool {
    task.issue.as_ref().is_some_and(|issue| issue.state == state)
}

#[tokio::test]
async fn a_task_called_off_before_it_is_filed_is_not_filed() {
    let (analyzer, mut calls) = ByHand::new();
    let setup = Setup { analyzer, ..Setup::one_at_a_time(&Store::clock()) };
    let mut world = World::start(setup).await;
    let id = world.submit("Paying fails", "Text").await;
    let call = calls.next().await;
    world.tasks.cancel(&alice(), id, None, None).await.unwrap();

    call.answer.send(Ok(clear(&call.task))).unwrap();

    // Another has its turn: this one's is over.
    let other = world.submit("Receipts are missing", "Text").await;
    calls.next().await;
    world.instance.stop_workers().await;
    assert_eq!(world.story(id).await, ["created", "analyzing", "cancelled"]);
    assert_eq!(world.task(other).await.status, Status::Analyzing);
    assert_eq!(world.issues(), 0);
    world.stop().await;
}

#[tokio::test]
async fn a_task_called_off_while_it_is_filed_has_its_issue_closed_as_not_planned() {
    let world = World::start(Setup::default()).await;
    let gate = world.simulator.delay_posts();
    let id = world.submit("Paying fails", CLEAR).await;
    eventually(|| world.issues() == 1).await;
    world.tasks.cancel(&alice(), id, None, None).await.unwrap();

    gate.release();

    let task = world.until(id, |task| issue_is(task, IssueState::Closed)).await;
    assert_eq!(task.status, Status::Cancelled);
    let story = world.story(id).await;
    assert_eq!(story, ["created", "analyzing", "cancelled", "issue_filed", "issue_closed"]);
    let issues = world.issues_of(id);
    assert_eq!(issues.len(), 1);
    assert_eq!(issues[0].state_reason.as_deref(), Some("not_planned"));
    world.stop().await;
}

#[tokio::test]
async fn a_task_taken_up_again_has_its_issue_reopened() {
    let world = World::start(Setup::default()).await;
    let id = world.submit("Paying fails", CLEAR).await;
    world.until_status(id, Status::Dispatched).await;
    world.tasks.cancel(&alice(), id, None, None).await.unwrap();
    world.until(id, |task| issue_is(task, IssueState::Closed)).await;
    assert!(!world.issues_of(id)[0].is_open);

    world.tasks.retry(&alice(), id, None, None).await.unwrap();

    let task = world.until(id, |task| issue_is(task, IssueState::Open)).await;
    assert_eq!(task.status, Status::Dispatched);
    let issues = world.issues_of(id);
    assert_eq!((issues.len(), issues[0].is_open), (1, true));
    world.stop().await;
}

#[tokio::test]
async fn an_issue_is_closed_although_github_was_down() {
    let world = World::start(Setup::default()).await;
    let id = world.submit("Paying fails", CLEAR).await;
    world.until_status(id, Status::Dispatched).await;
    world.simulator.fail_next(5, 503);
    world.tasks.cancel(&alice(), id, None, None).await.unwrap();
    world.until(id, |task| issue_is(task, IssueState::Closed)).await;
    assert!(!world.issues_of(id)[0].is_open);
    world.stop().await;
}
