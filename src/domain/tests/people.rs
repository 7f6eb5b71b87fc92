//! What people and workers ask: answers, edits, cancellations, retries.

use super::story::{
    Closed, Merged, Open, Story, answer, ask, at, checks, comment_on_github, edit_title, fail,
    file, issue_closed, labels, pull, review, text,
};
use crate::domain::{
    Answer, Checks, CloseReason, Command, Edit, EventBody, Refusal, ReviewState, Status, Task,
    Visibility, Work,
};

fn cancelled(story: Story) -> Story {
    story.then(Command::Cancel(None))
}

#[test]
fn a_retry_goes_back_to_where_the_work_stands() {
    let dispatched = || Story::that_is(Status::Dispatched);
    let opened = || Story::that_is(Status::PrOpened);
    let closed = || issue_closed(CloseReason::Completed, 20);
    let not_planned = || issue_closed(CloseReason::NotPlanned, 20);
    let retry = || Command::Retry { reason: None, repo: None };
    let cases = [
        ("failed before an issue", Story::that_is(Status::Failed), "analyzing"),
        ("cancelled before an issue", Story::that_is(Status::Cancelled), "analyzing"),
        ("cancelled at once", cancelled(Story::new()), "analyzing"),
        (
            "cancelled while questions are open",
            cancelled(Story::that_is(Status::ClarificationNeeded)),
            "analyzing",
        ),
        ("failed with an issue", dispatched().then(fail()), "dispatched"),
        ("cancelled with an issue", cancelled(dispatched()), "dispatched"),
        (
            "failed, its issue closed",
            dispatched().then(closed()).then(fail()),
            "dispatched, reopening",
        ),
        (
            "its issue closed as not planned",
            dispatched().then(not_planned()),
            "dispatched, reopening",
        ),
        (
            "filed after it was cancelled",
            Story::that_is(Status::Cancelled).then(file(42)),
            "dispatched",
        ),
        ("failed with an open pull request", opened().then(fail()), "pr_opened"),
        (
            "opened while cancelled",
            Story::that_is(Status::Cancelled).then(pull(57, Open, 10)),
            "pr_opened",
        ),
        (
            "an open pull request, its issue not planned",
            opened().then(not_planned()),
            "pr_opened, reopening",
        ),
    ];
    for (name, story, expected) in cases {
        let story = story.then(retry());
        let reopening =
            if story.task.work() == Some(Work::ReopenIssue) { ", reopening" } else { "" };
        assert_eq!(format!("{}{reopening}", story.task.status), expected, "{name}");
        assert_eq!(story.kinds()[story.kinds().len() - 2], "retried", "{name}");
        assert_eq!(story.task.error, None, "{name}");
    }
}

#[test]
fn a_retry_whose_pull_request_was_closed_meanwhile_waits_for_another() {
    let story =
        Story::that_is(Status::PrOpened).then(fail()).then(pull(57, super::story::Closed, 30));
    assert_eq!(story.task.status, Status::Failed);
    assert_eq!(story.status_after(Command::Retry { reason: None, repo: None }), Status::Dispatched);
}

#[test]
fn a_failed_task_says_why_until_it_goes_on() {
    let story = Story::that_is(Status::Dispatched).then(fail());
    assert_eq!(story.task.error.as_ref().map(|error| error.code.as_str()), Some("agent_gave_up"));
    assert_eq!(story.then(pull(57, Open, 10)).task.error, None);
}

#[test]
fn the_last_answer_sends_the_task_back_to_analysis() {
    let story = Story::that_is(Status::ClarificationNeeded);
    assert_eq!(story.on(answer(&[("q1", "Stripe")])), Ok(vec!["clarification_answered"]));
    let story = story.then(answer(&[("q2", "Any words are an answer")]));
    assert_eq!(story.task.status, Status::ClarificationNeeded);
    assert_eq!(
        story.on(answer(&[("q1", "Stripe")])),
        Ok(vec!["clarification_answered", "analyzing"])
    );
    let story = story.then(answer(&[("q1", "Stripe")]));
    assert!(story.task.is_clarified());
    let by: Vec<_> = story.task.questions.iter().filter_map(|q| q.answered_by.as_ref()).collect();
    assert_eq!(by.iter().map(|person| person.id.as_str()).collect::<Vec<_>>(), ["alice", "alice"]);
}

#[test]
fn the_first_answer_wins_in_whatever_status_the_second_comes() {
    let half = Story::that_is(Status::ClarificationNeeded).then(answer(&[("q1", "Stripe")]));
    let stories = [
        half.clone(),
        cancelled(half.clone()),
        half.clone().then(answer(&[("q2", "Yes")])),
        half.then(answer(&[("q2", "Yes")])).then(file(42)),
    ];
    for story in stories {
        let late = story.on(answer(&[("q1", "Adyen")]));
        assert_eq!(late, Err(Refusal::AlreadyAnswered { question_id: "q1".into() }));
        assert_eq!(story.task.questions[0].answer, Some(text("Stripe")));
    }
}

#[test]
fn answers_that_do_not_fit_are_refused_whole() {
    let story = Story::that_is(Status::ClarificationNeeded);
    let field_of = |command| match story.on(command) {
        Err(Refusal::Invalid { field, .. }) => field,
        other => panic!("not refused as invalid: {other:?}"),
    };
    assert_eq!(field_of(Command::Answer(vec![])), "answers");
    assert_eq!(field_of(answer(&[("q1", "a"), ("q9", "b")])), "answers[1].questionId");
    assert_eq!(field_of(answer(&[("q1", "a"), ("q1", "b")])), "answers[1].questionId");
    let open_question_of_a_cancelled_task = cancelled(story.clone()).on(answer(&[("q1", "a")]));
    assert!(matches!(open_question_of_a_cancelled_task, Err(Refusal::InvalidTransition { .. })));
}

#[test]
fn a_new_round_keeps_what_was_answered_and_never_gives_an_id_again() {
    let story = Story::that_is(Status::ClarificationNeeded).then(answer(&[("q1", "Stripe")]));
    let story = cancelled(story).then(Command::Retry { reason: None, repo: None }).then(ask(2));
    let ids: Vec<_> = story.task.questions.iter().map(|question| question.id.as_str()).collect();
    assert_eq!(ids, ["q1", "q3", "q4"], "q2 was never answered: it is gone, and so is its id");
    assert_eq!(story.task.questions[0].answer, Some(text("Stripe")));
    assert!(matches!(story.on(ask(1)), Err(Refusal::InvalidTransition { .. })));
    let nothing = Story::that_is(Status::Analyzing).on(Command::Ask(vec![]));
    assert!(matches!(nothing, Err(Refusal::Invalid { .. })));
}

#[test]
fn an_edit_names_only_what_changed_and_nothing_new_is_no_entry() {
    let story = Story::new();
    assert_eq!(story.on(Command::Edit(Edit::default())), Ok(vec![]));
    assert_eq!(story.on(edit_title("Fix payment bug")), Ok(vec![]));
    let edit = Edit {
        title: Some(text("Fix payment bug")),
        labels: Some(labels(&["bug"])),
        ..Edit::default()
    };
    let story = story.then(Command::Edit(edit));
    let last = &story.events.last().unwrap().body;
    let EventBody::Edited { title, description, labels: new, team, visibility } = last else {
        panic!("{last:?}");
    };
    assert_eq!((title, description, team, visibility), (&None, &None, &None, &None));
    assert_eq!(new.as_ref(), Some(&labels(&["bug"])));
    assert_eq!(story.task.labels, labels(&["bug"]));
}

#[test]
fn a_task_for_a_team_keeps_its_team() {
    let to_team = Edit { visibility: Some(Visibility::Team), ..Edit::default() };
    let needs_team = Story::new().on(Command::Edit(to_team.clone()));
    assert!(matches!(needs_team, Err(Refusal::Invalid { field, .. }) if field == "team"));
    let named = Edit { team: Some(Some(text("payments"))), ..to_team };
    let story = Story::new().then(Command::Edit(named));
    let loses_team = Edit { team: Some(None), ..Edit::default() };
    let refused = story.on(Command::Edit(loses_team.clone()));
    assert!(matches!(refused, Err(Refusal::Invalid { field, .. }) if field == "team"));
    let for_everyone = Edit { visibility: Some(Visibility::Everyone), ..loses_team };
    assert_eq!(story.then(Command::Edit(for_everyone)).task.team, None);
}

#[test]
fn a_task_can_be_edited_and_commented_whatever_its_status() {
    for status in Status::ALL {
        let story = Story::that_is(status);
        assert_eq!(story.on(edit_title("Another")), Ok(vec!["edited"]), "{status}");
        assert_eq!(story.on(Command::Comment(text("Hi"))), Ok(vec!["comment"]), "{status}");
        assert_eq!(story.status_after(edit_title("Another")), status);
    }
}

#[test]
fn a_full_timeline_takes_no_more_comments_and_edits_but_an_edit_without_news_is_none() {
    let mut story = Story::that_is(Status::Dispatched);
    story.task.timeline_bytes = Task::TIMELINE_LIMIT - 1;
    assert_eq!(story.on(Command::Comment(text("The last one"))), Ok(vec!["comment"]));
    story.task.timeline_bytes = Task::TIMELINE_LIMIT;
    assert_eq!(story.on(Command::Comment(text("Too late"))), Err(Refusal::TimelineFull));
    assert_eq!(story.on(edit_title("Too late")), Err(Refusal::TimelineFull));
    assert_eq!(story.on(edit_title("Fix payment bug")), Ok(vec![]));
    assert_eq!(story.on(comment_on_github(1, "Too late")), Ok(vec![]));
    assert_eq!(story.on(Command::Cancel(None)), Ok(vec!["cancelled"]));
}

#[test]
fn a_timeline_that_is_nearly_all_a_store_can_keep_takes_changes_of_status_alone() {
    let told = |status: Status, bytes: u64, command: Command| {
        let mut story = Story::that_is(status);
        story.task.timeline_bytes = bytes;
        story.on(command)
    };
    let (opened, asked, failed) = (Status::PrOpened, Status::ClarificationNeeded, Status::Failed);
    let (roomy, full) = (Task::STATUS_ONLY - 1, Task::STATUS_ONLY);

    let not_now: [Command; 4] = [
        review(57, 1, ReviewState::Approved, 20).into(),
        checks(57, "head", Checks::Passing, 20).into(),
        pull(57, Open, 20).into(),
        issue_closed(CloseReason::Completed, 20).into(),
    ];
    for command in not_now {
        assert_eq!(told(opened, roomy, command.clone()).unwrap().len(), 1, "{command:?}");
        assert_eq!(told(opened, full, command.clone()), Ok(vec![]), "{command:?}");
    }
    let retry = Command::Retry { reason: None, repo: None };
    for (status, command) in [(asked, answer(&[("q1", "Stripe")])), (failed, retry)] {
        assert!(told(status, roomy, command.clone()).is_ok(), "{command:?}");
        assert_eq!(told(status, full, command), Err(Refusal::TimelineFull));
    }
    let always: [(Command, &[&str]); 6] = [
        (pull(57, Closed, 20).into(), &["pr_closed"]),
        (pull(57, Merged, 20).into(), &["pr_merged"]),
        (pull(58, Merged, 20).into(), &["pr_updated", "pr_merged"]),
        (issue_closed(CloseReason::NotPlanned, 20).into(), &["issue_closed", "cancelled"]),
        (Command::Cancel(None), &["cancelled"]),
        (fail(), &["failed"]),
    ];
    for (command, kinds) in always {
        assert_eq!(told(opened, full, command).as_deref(), Ok(kinds));
    }
}

#[test]
fn a_takeover_of_the_analysis_is_no_news() {
    assert_eq!(Story::that_is(Status::Analyzing).on(Command::StartAnalysis), Ok(vec![]));
}

#[test]
fn the_timeline_counts_its_bytes() {
    let story = Story::that_is(Status::Merged);
    let bytes: usize =
        story.events.iter().map(|event| serde_json::to_vec(event).unwrap().len()).sum();
    assert_eq!(story.task.timeline_bytes, bytes as u64);
    assert!(story.task.updated_at > at(1));
}

#[test]
fn an_answer_names_its_question_by_id_not_by_place() {
    let given = Answer { question_id: "q2".into(), answer: text("Yes") };
    let story = Story::that_is(Status::ClarificationNeeded).then(Command::Answer(vec![given]));
    assert_eq!(story.task.questions[0].answer, None);
    assert_eq!(story.task.questions[1].answer, Some(text("Yes")));
}
