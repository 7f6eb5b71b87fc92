//! What GitHub says of the issue, and what Taskwire does to it.

use super::story::{
    Story, comment_on_github, fail, file, issue_closed, issue_reopened, we_closed, we_reopened,
};
use crate::domain::{
    CloseReason::{Completed, NotPlanned},
    Command, EventBody, Status, Work,
};

fn dispatched() -> Story {
    Story::that_is(Status::Dispatched)
}

fn cancelled() -> Story {
    dispatched().then(Command::Cancel(None))
}

#[test]
fn an_issue_closed_as_not_planned_cancels_the_task() {
    for story in [dispatched(), dispatched().then(fail()), Story::that_is(Status::PrOpened)] {
        let status = story.task.status;
        let told = story.on(issue_closed(NotPlanned, 20));
        if status == Status::Failed {
            assert_eq!(told, Ok(vec!["issue_closed"]), "a failed task is called off by nobody");
        } else {
            assert_eq!(told, Ok(vec!["issue_closed", "cancelled"]), "{status}");
            let story = story.then(issue_closed(NotPlanned, 20));
            let last = &story.events.last().unwrap().body;
            assert!(matches!(last, EventBody::Cancelled { reason: Some(_) }), "{last:?}");
            assert_eq!(story.task.work(), None, "the issue is closed already");
        }
    }
}

#[test]
fn an_issue_closed_as_completed_or_reopened_changes_no_status() {
    let story = dispatched();
    assert_eq!(story.on(issue_closed(Completed, 20)), Ok(vec!["issue_closed"]));
    let story = story.then(issue_closed(Completed, 20));
    assert_eq!(story.on(issue_reopened(30)), Ok(vec!["issue_reopened"]));
    assert_eq!(story.then(issue_reopened(30)).task.status, Status::Dispatched);
}

#[test]
fn late_and_doubled_words_about_the_issue_are_no_news() {
    let story = dispatched().then(issue_closed(Completed, 20));
    assert_eq!(story.on(issue_closed(Completed, 20)), Ok(vec![]));
    assert_eq!(story.on(issue_reopened(19)), Ok(vec![]), "it was closed after that");
    let story = dispatched().then(issue_reopened(20));
    assert_eq!(story.kinds().last(), Some(&"issue_reopened"), "it must have been closed");
    for late in [issue_reopened(20), issue_reopened(19), issue_closed(Completed, 19)] {
        assert_eq!(story.on(late), Ok(vec![]), "older than what is known");
    }
    let story = dispatched().then(issue_closed(Completed, 20)).then(issue_closed(Completed, 40));
    assert_eq!(story.kinds()[3..], ["issue_closed", "issue_closed"], "it must have been open");
    assert_eq!(story.on(issue_reopened(30)), Ok(vec![]), "it was closed after that");
    assert_eq!(Story::new().on(issue_closed(NotPlanned, 20)), Ok(vec![]), "there is no issue");
}

#[test]
fn not_planned_as_a_second_thought_cancels_too() {
    let story = dispatched().then(issue_closed(Completed, 20));
    assert_eq!(story.on(issue_closed(NotPlanned, 30)), Ok(vec!["issue_closed", "cancelled"]));
}

#[test]
fn not_planned_cancels_however_late_it_is_told() {
    let cancels = Ok(vec!["issue_closed", "cancelled"]);
    let closed = dispatched().then(issue_closed(Completed, 30));
    assert_eq!(closed.on(issue_closed(NotPlanned, 10)), cancels);
    let open = dispatched().then(issue_reopened(20));
    assert_eq!(
        open.on(issue_closed(NotPlanned, 10)),
        Ok(vec!["issue_closed", "cancelled", "issue_reopened"])
    );
    let story = open.then(issue_closed(NotPlanned, 10));
    let in_order = dispatched().then(issue_closed(NotPlanned, 10)).then(issue_reopened(20));
    assert_eq!(story.task.issue, in_order.task.issue);
    assert_eq!((story.task.status, story.task.work()), (Status::Cancelled, None));
    assert_eq!(in_order.task.work(), None, "somebody on GitHub wanted it open");
}

#[test]
fn what_was_said_before_a_retry_cancels_nothing_after_it() {
    let retry = || Command::Retry { reason: None, repo: None };
    let story = dispatched().then(issue_closed(NotPlanned, 10)).then(issue_reopened(20));
    let story = story.then(retry());
    assert_eq!(story.task.status, Status::Dispatched);
    for late in [10, 20] {
        assert_eq!(story.on(issue_closed(NotPlanned, late)), Ok(vec![]));
    }
    let ours = cancelled().then(we_closed(20)).then(retry()).then(we_reopened(30));
    for late in [20, 25, 30] {
        assert_eq!(ours.on(issue_closed(NotPlanned, late)), Ok(vec![]), "our own closing");
    }
    assert_eq!(ours.on(issue_closed(NotPlanned, 31)), Ok(vec!["issue_closed", "cancelled"]));
}

#[test]
fn the_issue_of_a_cancelled_task_is_closed_once_and_then_left_to_people() {
    let story = cancelled();
    assert_eq!(story.task.work(), Some(Work::CloseIssue));
    let story = story.then(we_closed(20));
    assert_eq!(story.kinds().last(), Some(&"issue_closed"));
    assert_eq!(story.task.work(), None);
    let story = story.then(issue_reopened(30));
    assert_eq!(story.task.status, Status::Cancelled);
    assert_eq!(story.task.work(), None, "somebody on GitHub wanted it open");
}

#[test]
fn an_issue_filed_for_a_task_that_was_cancelled_meanwhile_is_closed() {
    let story = Story::that_is(Status::Cancelled);
    assert_eq!(story.on(file(42)), Ok(vec!["issue_filed"]));
    let story = story.then(file(42));
    assert_eq!(story.task.status, Status::Cancelled);
    assert_eq!(story.task.work(), Some(Work::CloseIssue));
    assert_eq!(story.on(file(43)), Ok(vec![]), "one issue per task");
}

#[test]
fn a_retried_task_gets_its_issue_reopened_once() {
    let story = cancelled().then(we_closed(20)).then(Command::Retry { reason: None, repo: None });
    assert_eq!(story.task.work(), Some(Work::ReopenIssue));
    assert_eq!(story.on(issue_closed(NotPlanned, 20)), Ok(vec![]), "our own closing, told late");
    let story = story.then(we_reopened(30));
    assert_eq!((story.task.status, story.task.work()), (Status::Dispatched, None));
    assert_eq!(story.on(issue_closed(NotPlanned, 20)), Ok(vec![]), "told later still");
}

#[test]
fn a_retry_during_the_closing_is_not_cancelled_by_it() {
    let story = cancelled().then(Command::Retry { reason: None, repo: None }).then(we_closed(20));
    assert_eq!(story.task.status, Status::Dispatched);
    assert_eq!(story.task.work(), Some(Work::ReopenIssue));
    assert_eq!(story.then(we_reopened(21)).task.work(), None);
}

#[test]
fn what_is_wanted_of_the_issue_is_forgotten_when_the_task_ends() {
    let retried = cancelled().then(we_closed(20)).then(Command::Retry { reason: None, repo: None });
    assert_eq!(retried.clone().then(fail()).task.work(), None);
    assert_eq!(retried.then(Command::Cancel(None)).task.work(), None, "closed is what it is");
}

#[test]
fn a_comment_on_github_is_recorded_once_whoever_brings_it() {
    let story = dispatched();
    assert_eq!(story.on(comment_on_github(1, "Me too")), Ok(vec!["comment"]));
    let story = story.then(comment_on_github(1, "Me too"));
    assert_eq!(story.on(comment_on_github(1, "Me too, edited")), Ok(vec![]));
    assert_eq!(story.on(comment_on_github(2, "Me too")), Ok(vec!["comment"]));
    assert_eq!(story.on(comment_on_github(3, " \u{7} ")), Ok(vec![]), "nothing is left of it");
}
