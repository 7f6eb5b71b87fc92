//! A clear task is filed.

use std::time::Duration;

use taskwire::domain::{Edit, Status, Visibility, text::Label};

use super::world::{ByHand, CLEAR, Setup, World, alice, clear, shop};

#[tokio::test]
async fn a_clear_task_becomes_one_issue_whose_last_line_is_its_marker() {
    let world = World::start(Setup::default()).await;
    let id = world.submit("Paying fails", CLEAR).await;

    let task = world.until_status(id, Status::Dispatched).await;

    let issue = &world.issues_of(id)[0];
    assert_eq!(world.issues(), 1);
    assert_eq!(issue.body.lines().next_back(), Some(format!("taskwire:{id}").as_str()));
    assert!(!issue.body.contains("@octocat"), "it calls nobody: {}", issue.body);
    assert_eq!((issue.title.as_str(), issue.author.as_str()), ("Paying fails", "taskwire-bot"));
    assert_eq!(issue.assignees, ["copilot"]);
    assert_eq!(issue.labels, ["agent", "bug", "urgent"]);
    let labels: Vec<_> = task.labels.iter().map(Label::as_str).collect();
    assert_eq!(labels, ["bug", "urgent"]);
    let filed = task.issue.unwrap();
    assert_eq!(filed.number, issue.number);
    assert!(filed.url.ends_with(&format!("/acme/shop/issues/{}", issue.number)));
    assert_eq!(world.story(id).await, ["created", "analyzing", "dispatched"]);
    world.stop().await;
}

#[tokio::test]
async fn a_new_task_wakes_the_worker() {
    let mut setup = Setup::default();
    setup.settings.poll = Duration::from_hours(1);
    let world = World::start(setup).await;
    let id = world.submit("Paying fails", CLEAR).await;
    world.until_status(id, Status::Dispatched).await;
    world.stop().await;
}

#[tokio::test]
async fn a_worker_that_nobody_wakes_looks_for_itself() {
    let world = World::start(Setup { is_deaf: true, ..Setup::default() }).await;
    let id = world.submit("Paying fails", CLEAR).await;
    world.until_status(id, Status::Dispatched).await;
    world.stop().await;
}

#[tokio::test]
async fn a_text_that_was_edited_meanwhile_is_analysed_again() {
    let (analyzer, mut calls) = ByHand::new();
    let world = World::start(Setup::analyzed_by(analyzer)).await;
    let id = world.submit("Paying fails", "The old text").await;
    let first = calls.next().await;
    let edit = Edit { description: Some("The new text".try_into().unwrap()), ..Edit::default() };
    world.tasks.edit(&alice(), id, first.task.version, edit).await.unwrap();
    first.answer.send(Ok(clear(&first.task))).unwrap();

    let second = calls.next().await;
    second.answer.send(Ok(clear(&second.task))).unwrap();

    world.until_status(id, Status::Dispatched).await;
    assert_eq!(world.issues(), 1);
    assert!(world.issues_of(id)[0].body.starts_with("The new text\n"));
    world.stop().await;
}

#[tokio::test]
async fn a_task_for_few_is_filed_only_where_few_can_read_it() {
    let world = World::start(Setup::default()).await;
    let id = world.submit_for(Visibility::Private, "Paying fails", CLEAR).await;
    let (code, message) = world.failure(id).await;
    assert_eq!(code, "repo_is_public");
    assert!(message.contains("acme/shop"), "{message}");
    assert_eq!(world.issues(), 0);

    world.simulator.set_repo_private(&shop(), true);
    world.tasks.retry(&alice(), id, None, None).await.unwrap();

    world.until_status(id, Status::Dispatched).await;
    assert_eq!(world.issues_of(id).len(), 1);
    world.stop().await;
}
