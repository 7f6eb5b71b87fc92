//! The analysis asks, tells how far it is, and may fail.

use std::time::Duration;

use taskwire::{
    analysis::{Analysis, AnalysisError, ProgressStep},
    domain::{Answer, Clock as _, Edit, NewQuestion, Phase, Status, SystemClock, TaskId},
};

use super::world::{ByHand, Calls, Setup, TICK, World, alice, clear};
use crate::support::Store;

fn unavailable() -> Result<Analysis, AnalysisError> {
    Err(AnalysisError::Unavailable("it is away".into()))
}

fn nonsense() -> Result<Analysis, AnalysisError> {
    Err(AnalysisError::InvalidOutput("not JSON".into()))
}

fn half_way() -> ProgressStep {
    ProgressStep {
        step: "analysis".try_into().unwrap(),
        phase: Phase::Running,
        current: 1,
        total: 2,
        items_count: None,
        message: None,
    }
}

#[tokio::test]
async fn a_thin_task_is_asked_about_and_filed_once_everything_is_answered() {
    let world = World::start(Setup::default()).await;
    let id = world.submit("Paying fails", "It does not work").await;
    let asked = world.until_status(id, Status::ClarificationNeeded).await;
    assert_eq!(world.issues(), 0);

    let answer = |text: &str| text.try_into().unwrap();
    let answers = asked.questions.iter().map(|question| Answer {
        question_id: question.id.clone(),
        answer: answer("Expected: paid. Actual: an error. Steps: 1. Pay by card."),
    });
    world.tasks.answer(&alice(), id, answers.collect(), None).await.unwrap();

    world.until_status(id, Status::Dispatched).await;
    let story = world.story(id).await;
    let answered = ["clarification_needed", "clarification_answered", "analyzing", "dispatched"];
    assert_eq!(story, [&["created", "analyzing"][..], &answered].concat());
    assert!(world.issues_of(id)[0].body.contains("Actual: an error."));
    world.stop().await;
}

#[tokio::test]
async fn an_analysis_is_watched_as_it_goes() {
    let (analyzer, mut calls) = ByHand::new();
    let world = World::start(Setup::analyzed_by(analyzer)).await;
    let before = SystemClock.now();
    let id = world.submit("Paying fails", "Text").await;
    let call = calls.next().await;

    call.say.send(half_way()).await.unwrap();

    let progress = world.progress(id).await;
    assert_eq!((progress.current, progress.total), (1, 2));
    assert!(progress.timestamp >= before);
    call.answer.send(Ok(clear(&call.task))).unwrap();
    world.until_status(id, Status::Dispatched).await;
    assert_eq!(world.store.task(id, 0).await.unwrap().unwrap().progress, None);
    world.stop().await;
}

#[tokio::test]
async fn an_analysis_ends_when_its_task_is_called_off() {
    let (analyzer, mut calls) = ByHand::new();
    let world = World::start(Setup::analyzed_by(analyzer)).await;
    let id = world.submit("Paying fails", "Text").await;
    let mut call = calls.next().await;
    world.tasks.cancel(&alice(), id, None, None).await.unwrap();

    call.say.send(half_way()).await.unwrap();

    call.answer.closed().await;
    let snapshot = world.store.task(id, 0).await.unwrap().unwrap();
    assert_eq!((snapshot.task.status, snapshot.progress), (Status::Cancelled, None));
    world.stop().await;
}

#[tokio::test]
async fn an_analyzer_that_is_away_for_a_while_is_waited_for() {
    let (analyzer, mut calls) = ByHand::new();
    let world = World::start(Setup::analyzed_by(analyzer)).await;
    let id = world.submit("Paying fails", "Text").await;
    calls.answer(unavailable()).await;
    calls.answer(unavailable()).await;
    let third = calls.next().await;
    third.answer.send(Ok(clear(&third.task))).unwrap();
    world.until_status(id, Status::Dispatched).await;
    assert_eq!(world.story(id).await, ["created", "analyzing", "dispatched"]);
    world.stop().await;
}

#[tokio::test]
async fn an_analyzer_that_stays_away_fails_the_task_and_each_retry_counts_anew() {
    let (analyzer, mut calls) = ByHand::new();
    let world = World::start(Setup::analyzed_by(analyzer)).await;
    let id = world.submit("Paying fails", "Text").await;
    for _ in 0..3 {
        calls.answer(unavailable()).await;
    }
    let (code, message) = world.failure(id).await;
    assert_eq!(code, "analyzer_unavailable");
    assert!(message.contains("it is away"), "{message}");

    world.tasks.retry(&alice(), id, None, None).await.unwrap();

    calls.answer(unavailable()).await;
    calls.answer(unavailable()).await;
    let call = calls.next().await;
    call.answer.send(Ok(clear(&call.task))).unwrap();
    world.until_status(id, Status::Dispatched).await;
    world.stop().await;
}

#[tokio::test]
async fn a_task_that_is_talked_about_is_given_up_no_later() {
    let (analyzer, mut calls) = ByHand::new();
    let world = World::start(Setup::analyzed_by(analyzer)).await;
    let id = world.submit("Paying fails", "Text").await;
    for _ in 0..3 {
        let call = calls.next().await;
        world.tasks.comment(&alice(), id, "Any news?".try_into().unwrap(), None).await.unwrap();
        call.answer.send(unavailable()).unwrap();
    }
    assert_eq!(world.failure(id).await.0, "analyzer_unavailable");
    world.stop().await;
}

/// A task that is clear and waits for GitHub; it gets its turn again once a minute has passed.
async fn found_and_resting(world: &World, calls: &mut Calls) -> TaskId {
    world.simulator.limit_next(1, Duration::from_mins(1));
    let id = world.submit("Paying fails", "Text").await;
    let call = calls.next().await;
    call.answer.send(Ok(clear(&call.task))).unwrap();
    // One is worked on at a time: once another had its turn, this one rests.
    let fence = world.submit("Fence", "Thin").await;
    let question = NewQuestion { text: "Which?".try_into().unwrap(), choices: Vec::new() };
    calls.answer(Ok(Analysis::Unclear { questions: vec![question] })).await;
    world.until_status(fence, Status::ClarificationNeeded).await;
    assert_eq!(world.task(id).await.status, Status::Analyzing);
    id
}

#[tokio::test]
async fn what_was_found_stands_while_the_task_is_only_talked_about() {
    let (clock, (analyzer, mut calls)) = (Store::clock(), ByHand::new());
    let world = World::start(Setup { analyzer, ..Setup::one_at_a_time(&clock) }).await;
    let id = found_and_resting(&world, &mut calls).await;
    // More than the worker reads of a timeline at once.
    for _ in 0..201 {
        world.tasks.comment(&alice(), id, "Any news?".try_into().unwrap(), None).await.unwrap();
    }

    world.pass(&clock, Duration::from_mins(1) + TICK).await;

    // Nobody would answer another analysis.
    world.until_status(id, Status::Dispatched).await;
    world.stop().await;
}

#[tokio::test]
async fn what_was_found_is_found_anew_when_the_text_says_something_else() {
    let (clock, (analyzer, mut calls)) = (Store::clock(), ByHand::new());
    let world = World::start(Setup { analyzer, ..Setup::one_at_a_time(&clock) }).await;
    let id = found_and_resting(&world, &mut calls).await;
    let description = Some("The new text".try_into().unwrap());
    let edit = Edit { description, ..Edit::default() };
    let version = world.task(id).await.version;
    world.tasks.edit(&alice(), id, version, edit).await.unwrap();

    world.pass(&clock, Duration::from_mins(1) + TICK).await;

    let call = calls.next().await;
    assert_eq!(call.task.description.as_str(), "The new text");
    call.answer.send(Ok(clear(&call.task))).unwrap();
    world.until_status(id, Status::Dispatched).await;
    assert!(world.issues_of(id)[0].body.starts_with("The new text"));
    world.stop().await;
}

#[tokio::test]
async fn nonsense_is_asked_about_once_more() {
    let (analyzer, mut calls) = ByHand::new();
    let world = World::start(Setup::analyzed_by(analyzer)).await;
    let id = world.submit("Paying fails", "Text").await;
    calls.answer(nonsense()).await;
    let question = NewQuestion { text: "Which?".try_into().unwrap(), choices: Vec::new() };
    calls.answer(Ok(Analysis::Unclear { questions: vec![question] })).await;
    let asked = world.until_status(id, Status::ClarificationNeeded).await;
    assert_eq!(asked.questions[0].text.as_str(), "Which?");
    world.stop().await;
}

#[tokio::test]
async fn nonsense_twice_fails_the_task() {
    let (analyzer, mut calls) = ByHand::new();
    let world = World::start(Setup::analyzed_by(analyzer)).await;
    let id = world.submit("Paying fails", "Text").await;
    calls.answer(nonsense()).await;
    calls.answer(Ok(Analysis::Unclear { questions: Vec::new() })).await;
    assert_eq!(world.failure(id).await.0, "analyzer_invalid_output");
    assert_eq!(world.issues(), 0);
    world.stop().await;
}
