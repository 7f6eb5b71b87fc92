//! What holds for every task, whatever was asked of it and whatever GitHub told.

use std::collections::{BTreeMap, BTreeSet};

use proptest::{collection::vec, prelude::*, sample::select};

use super::story::{
    Closed, Merged, Open, Story, answer, ask, at, check, comment_on_github, edit_title, fail, file,
    issue_closed, issue_reopened, pull_request, review, run, text, we_closed, we_reopened,
};
use crate::domain::{
    Checks, CloseReason, Command, Edit, Event, EventBody, Fact, FoldError, PullRequest, PullState,
    ReviewState, Status, Task, Visibility, decide, fold,
};

/// A small world: three pull requests, eight moments, few words. So things meet.
fn fact() -> impl Strategy<Value = Fact> {
    let number = || select(vec![57_u64, 58, 59]);
    let moment = || 20..28_i64;
    let sha = || select(vec!["head", "next"]);
    let pulls = (number(), select(vec![Open, Closed, Merged]), moment(), any::<bool>(), sha());
    let states = select(vec![
        ReviewState::Approved,
        ReviewState::ChangesRequested,
        ReviewState::Commented,
        ReviewState::Dismissed,
    ]);
    let words = select(vec![Checks::Pending, Checks::Passing, Checks::Failing]);
    let runs = select(vec![
        run(900, None),
        run(1, Some("build")),
        run(2, Some("build")),
        run(3, Some("test")),
    ]);
    let reasons = select(vec![CloseReason::Completed, CloseReason::NotPlanned]);
    prop_oneof![
        8 => pulls.prop_map(|(number, state, seconds, draft, sha)| {
            let pull = pull_request(number, state, seconds);
            Fact::Pull(PullRequest { draft, head_sha: sha.into(), ..pull })
        }),
        2 => (number(), 1..4_u64, states, moment()).prop_map(|(n, id, s, at)| review(n, id, s, at)),
        2 => (number(), sha(), runs, words, moment())
            .prop_map(|(n, sha, run, s, at)| check(n, sha, run, s, at)),
        1 => (reasons, moment()).prop_map(|(reason, seconds)| issue_closed(reason, seconds)),
        1 => moment().prop_map(issue_reopened),
        1 => (1..3_u64).prop_map(|id| comment_on_github(id, "Me too")),
    ]
}

fn command() -> impl Strategy<Value = Command> {
    let id = || select(vec!["q1", "q2", "q3", "q9"]);
    let words = select(vec!["Stripe", "Adyen"]);
    let edit = (0..3_u8).prop_map(|which| match which {
        0 => edit_title("Fix payment bug"),
        1 => edit_title("Fix it"),
        _ => Command::Edit(Edit { visibility: Some(Visibility::Team), ..Edit::default() }),
    });
    prop_oneof![
        12 => fact().prop_map(Command::Hear),
        4 => Just(Command::StartAnalysis),
        3 => (0..3_usize).prop_map(ask),
        2 => (id(), words).prop_map(|(id, words)| answer(&[(id, words)])),
        2 => Just(answer(&[("q1", "Stripe"), ("q2", "Yes")])),
        4 => (42..44_u64).prop_map(file),
        2 => prop_oneof![(20..28_i64).prop_map(we_closed), (20..28_i64).prop_map(we_reopened)],
        1 => Just(Command::Comment(text("Any news?"))),
        1 => edit,
        1 => Just(Command::Cancel(None)),
        3 => Just(Command::Retry { reason: None, repo: None }),
        2 => Just(fail()),
    ]
}

/// Any task that has lived a little.
fn story() -> impl Strategy<Value = Story> {
    let start = select(Status::ALL.map(Story::that_is).to_vec());
    (start, vec(command(), 0..25)).prop_map(|(mut story, commands)| {
        for command in commands {
            let _refused_or_not = story.tell(&command);
        }
        story
    })
}

/// The fold of what comes back when the events have been JSON.
fn read_back(story: &Story) -> Task {
    let json = serde_json::to_string(&story.events).unwrap();
    let events: Vec<Event> = serde_json::from_str(&json).unwrap();
    fold(story.task.id, &events).unwrap()
}

fn open_pulls(task: &Task) -> usize {
    task.pulls.iter().filter(|linked| linked.pull.state == PullState::Open).count()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_task_is_the_fold_of_its_events_through_json(story in story()) {
        prop_assert_eq!(&read_back(&story), &story.task);
        let json = serde_json::to_string(&story.task).unwrap();
        prop_assert_eq!(serde_json::from_str::<Task>(&json).unwrap(), story.task);
    }

    #[test]
    fn versions_count_up_and_time_does_not_run_back(story in story()) {
        for (event, version) in story.events.iter().zip(1..) {
            prop_assert_eq!(event.version, version);
        }
        prop_assert!(story.events.is_sorted_by_key(|event| event.at));
        prop_assert_eq!(story.task.version, story.events.len() as u64);
        prop_assert_eq!(story.task.updated_at, story.events.last().unwrap().at);
        prop_assert_eq!(story.task.created_at, at(1));
    }

    #[test]
    fn every_step_of_the_status_is_in_the_table(story in story()) {
        let mut status = Status::Created;
        for version in 1..=story.events.len() {
            let next = fold(story.task.id, &story.events[..version]).unwrap().status;
            let named = &story.events[version - 1].body;
            prop_assert!(next == status || status.may_become(next), "{} → {}", status, next);
            prop_assert!(next == status || leads_to(named) == Some(next), "{}", named.kind());
            status = next;
        }
    }

    #[test]
    fn a_refused_command_changes_nothing(mut story in story(), command in command()) {
        let before = story.clone();
        if story.tell(&command).is_err() {
            prop_assert_eq!(&story.task, &before.task);
            prop_assert_eq!(story.events, before.events);
        }
    }

    #[test]
    fn the_same_fact_heard_twice_says_nothing_new(mut story in story(), fact in fact()) {
        let command = Command::Hear(fact);
        prop_assert!(story.tell(&command).is_ok(), "GitHub is never refused");
        prop_assert_eq!(story.tell(&command), Ok(vec![]));
    }

    #[test]
    fn the_same_edit_issue_and_takeover_say_nothing_new(mut story in story(), number in 42..44_u64) {
        for command in [edit_title("Fix it"), file(number), Command::StartAnalysis] {
            if story.tell(&command).is_ok() {
                prop_assert_eq!(story.tell(&command), Ok(vec![]), "{:?}", command);
            }
        }
    }

    #[test]
    fn a_merge_ends_every_task_that_is_not_merged(mut story in story()) {
        let was = story.task.status;
        let kinds = story.tell(&super::story::pull(61, Merged, 30).into()).unwrap();
        prop_assert_eq!(kinds.contains(&"pr_merged"), was != Status::Merged);
        prop_assert_eq!(story.task.status, Status::Merged);
    }

    #[test]
    fn the_status_agrees_with_the_pull_requests_and_the_error(story in story()) {
        let Task { status, error, .. } = &story.task;
        prop_assert_eq!(error.is_some(), *status == Status::Failed);
        match status {
            Status::Dispatched => prop_assert_eq!(open_pulls(&story.task), 0),
            Status::PrOpened => prop_assert!(open_pulls(&story.task) > 0),
            _ => {}
        }
        let merged = story.task.pulls.iter().any(|linked| linked.pull.state == PullState::Merged);
        prop_assert_eq!(merged, *status == Status::Merged);
    }

    #[test]
    fn a_question_is_asked_under_one_id_and_answered_once(story in story()) {
        let mut asked = BTreeSet::new();
        let mut answered = Vec::new();
        for event in &story.events {
            match &event.body {
                EventBody::ClarificationNeeded { questions } => {
                    for question in questions {
                        prop_assert!(asked.insert(question.id.clone()), "{} again", question.id);
                    }
                }
                EventBody::ClarificationAnswered { answers } => {
                    for given in answers {
                        let is_new = answered.iter().all(|(id, _)| *id != given.question_id);
                        prop_assert!(is_new, "{} again", given.question_id);
                        answered.push((given.question_id.clone(), given.answer.clone()));
                    }
                }
                _ => {}
            }
        }
        let kept = story.task.questions.into_iter().filter_map(|q| Some((q.id, q.answer?)));
        let kept: BTreeMap<_, _> = kept.collect();
        prop_assert!(kept.len() >= answered.len().min(Task::ANSWERS_KEPT));
        for (id, answer) in kept {
            prop_assert!(answered.contains(&(id, answer)));
        }
    }

    #[test]
    fn a_full_timeline_stops_comments_and_edits_alone(story in story(), command in command()) {
        let mut full = story.task.clone();
        full.timeline_bytes = Task::TIMELINE_LIMIT;
        let (roomy, tight) = (decide(&story.task, &command), decide(&full, &command));
        match command {
            Command::Comment(_) => prop_assert!(tight.is_err()),
            Command::Edit(_) => prop_assert!(tight.is_err() || tight == Ok(vec![])),
            Command::Hear(Fact::IssueComment { .. }) => prop_assert_eq!(tight, Ok(vec![])),
            _ => prop_assert_eq!(tight, roomy),
        }
    }
}

/// The status that an entry of this kind makes, if it makes one.
fn leads_to(body: &EventBody) -> Option<Status> {
    match body {
        EventBody::Created { .. } => Some(Status::Created),
        EventBody::Analyzing {} => Some(Status::Analyzing),
        EventBody::ClarificationNeeded { .. } => Some(Status::ClarificationNeeded),
        EventBody::Dispatched { .. } | EventBody::PrClosed { .. } => Some(Status::Dispatched),
        EventBody::PrOpened { .. } => Some(Status::PrOpened),
        EventBody::PrMerged { .. } => Some(Status::Merged),
        EventBody::Failed { .. } => Some(Status::Failed),
        EventBody::Cancelled { .. } => Some(Status::Cancelled),
        _ => None,
    }
}

#[test]
fn a_timeline_with_a_hole_or_without_a_beginning_is_no_task() {
    let Story { task, events } = Story::that_is(Status::Merged);
    assert_eq!(fold(task.id, &[]), Err(FoldError::NoBeginning));
    assert_eq!(fold(task.id, &events[1..]), Err(FoldError::NoBeginning));
    let mut holed = events.clone();
    holed.remove(2);
    assert_eq!(fold(task.id, &holed), Err(FoldError::Gap { expected: 3, found: 4 }));
    let doubled = [&events[..2], &events[1..]].concat();
    assert_eq!(fold(task.id, &doubled), Err(FoldError::Gap { expected: 3, found: 2 }));
}
