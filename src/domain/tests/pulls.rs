//! What GitHub says of pull requests, their reviews and checks.

use super::story::{
    Closed, Merged, Open, Story, check, checks, fail, file, key, pull, pull_request, review, run,
    text,
};
use crate::domain::{
    Checks, Command, EventBody, Fact, PullRequest, Review, ReviewState, Status, Summary,
};

fn shown(story: &Story) -> (u64, &'static str) {
    let pull = &story.task.shown_pull().expect("a pull request is linked").pull;
    let state = match pull.state {
        Open => "open",
        Closed => "closed",
        Merged => "merged",
    };
    (pull.key.number, state)
}

#[test]
fn a_pull_request_that_opens_is_the_status_of_dispatched_and_failed_tasks_alone() {
    for status in Status::ALL {
        let story = Story::that_is(status);
        let (kind, then) = match status {
            Status::Dispatched | Status::Failed => ("pr_opened", Status::PrOpened),
            _ => ("pr_updated", status),
        };
        assert_eq!(story.on(pull(58, Open, 50)), Ok(vec![kind]), "{status}");
        assert_eq!(story.status_after(pull(58, Open, 50)), then);
    }
}

#[test]
fn a_merge_is_accepted_in_every_status_but_merged() {
    for status in Status::ALL {
        let mut story = Story::that_is(status);
        let kinds = story.tell(&pull(58, Merged, 50).into()).unwrap();
        assert_eq!(story.task.status, Status::Merged, "{status}");
        assert_eq!(kinds.contains(&"pr_merged"), status != Status::Merged, "{status}");
        assert_eq!(kinds.len(), 2, "it was opened once: {kinds:?}");
    }
}

#[test]
fn a_merge_seen_first_adds_the_opening_before_it_at_githubs_time_of_it() {
    let story = Story::that_is(Status::Dispatched).then(pull(58, Merged, 50));
    let [.., opening, merge] = &story.events[..] else { panic!("too short") };
    let EventBody::PrOpened { pull: opened, occurred_at } = &opening.body else {
        panic!("{opening:?}");
    };
    assert_eq!((opened.state, &opened.merge_commit_sha), (Open, &None));
    assert_eq!(*occurred_at, opened.created_at);
    assert_eq!(merge.body.kind(), "pr_merged");
    assert_eq!(shown(&story), (58, "merged"));
}

#[test]
fn merged_is_final() {
    let story = Story::that_is(Status::Merged);
    for late in [pull(57, Open, 15), pull(57, Closed, 60), pull(57, Merged, 60)] {
        assert_eq!(story.on(late), Ok(vec![]));
    }
    let renamed = PullRequest { title: "Fixed".into(), ..pull_request(57, Merged, 60) };
    assert_eq!(story.on(Fact::Pull(renamed)), Ok(vec!["pr_updated"]));
    let earlier =
        Story::that_is(Status::PrOpened).then(pull(57, Closed, 30)).then(pull(57, Merged, 20));
    assert_eq!(earlier.task.status, Status::Merged, "whatever the times say");
}

#[test]
fn only_the_last_open_pull_request_takes_the_status_with_it() {
    let story = Story::that_is(Status::PrOpened).then(pull(58, Open, 20));
    assert_eq!(story.kinds().last(), Some(&"pr_updated"));
    assert_eq!(shown(&story), (58, "open"));
    let story = story.then(pull(58, Closed, 30));
    assert_eq!((story.task.status, story.kinds().last()), (Status::PrOpened, Some(&"pr_updated")));
    assert_eq!(shown(&story), (57, "open"), "an open one before a newer closed one");
    let story = story.then(pull(57, Closed, 40));
    assert_eq!((story.task.status, story.kinds().last()), (Status::Dispatched, Some(&"pr_closed")));
    assert_eq!(shown(&story), (58, "closed"), "the newest closed one");
    let story = story.then(pull(57, Open, 50));
    assert_eq!((story.task.status, story.kinds().last()), (Status::PrOpened, Some(&"pr_opened")));
}

#[test]
fn the_merged_pull_request_is_shown_before_all_others() {
    let story = Story::that_is(Status::Merged).then(pull(58, Open, 50)).then(pull(59, Closed, 60));
    assert_eq!(shown(&story), (57, "merged"));
    assert_eq!(story.task.pull_keys().count(), 3);
}

#[test]
fn the_later_description_is_true_in_whatever_order_they_come() {
    let story = Story::that_is(Status::PrOpened);
    assert_eq!(story.on(pull(57, Closed, 9)), Ok(vec![]), "older than what is known");
    assert_eq!(story.on(pull(57, Open, 10)), Ok(vec![]), "known");
    let reopened_first = story.then(pull(57, Open, 30));
    assert_eq!(reopened_first.on(pull(57, Closed, 20)), Ok(vec![]), "it was reopened after that");
    assert_eq!(reopened_first.task.status, Status::PrOpened);
}

#[test]
fn what_a_pull_request_named_when_it_was_linked_is_kept_and_shown_to_nobody() {
    let named = |names: &str, state, seconds| {
        let names = Some(names.into());
        Fact::Pull(PullRequest { names, ..pull_request(58, state, seconds) })
    };
    for status in Status::ALL {
        let story = Story::that_is(status).then(named("one", Closed, 50));
        let story = story.then(named("two", Open, 60)).then(named("three", Merged, 70));
        assert!(story.task.was_linked_by(key(58), "one"), "{status}");
        let kept = |body: &EventBody| serde_json::to_string(body).unwrap().contains("names");
        let keeping: Vec<_> = story.events.iter().filter(|event| kept(&event.body)).collect();
        assert_eq!(keeping.len(), 1, "{status}: it is said once");
        assert!(!kept(&keeping[0].body.shown()));
        assert_eq!(story.on(named("four", Merged, 70)), Ok(vec![]), "no news by itself");
    }
}

#[test]
fn two_words_of_the_same_second_are_torn_unless_one_is_a_merge() {
    let story = Story::that_is(Status::PrOpened);
    let is_torn = |pull: &PullRequest| story.task.is_torn_about(pull);
    assert!(is_torn(&pull_request(57, Closed, 10)));
    assert!(is_torn(&PullRequest { draft: true, ..pull_request(57, Open, 10) }));
    assert!(!is_torn(&pull_request(57, Open, 10)), "the same words");
    assert!(!is_torn(&pull_request(57, Merged, 10)), "a merge is final");
    assert!(!is_torn(&pull_request(57, Closed, 11)), "later");
    assert!(!is_torn(&pull_request(58, Closed, 10)), "another one");
    assert_eq!(
        story.on(pull(57, Closed, 10)),
        Ok(vec!["pr_closed"]),
        "what GitHub then says holds"
    );
}

#[test]
fn a_pull_request_opened_during_the_analysis_becomes_the_status_with_the_issue() {
    let early = Story::that_is(Status::Analyzing).then(pull(57, Open, 10));
    assert_eq!(early.on(file(42)), Ok(vec!["dispatched", "pr_opened"]));
    let gone = early.then(pull(57, Closed, 20));
    assert_eq!(gone.on(file(42)), Ok(vec!["dispatched"]));
}

#[test]
fn a_failed_task_follows_a_pull_request_that_opens_but_not_one_that_closes() {
    let story = Story::that_is(Status::PrOpened).then(fail());
    assert_eq!(story.status_after(pull(57, Closed, 20)), Status::Failed);
    assert_eq!(story.status_after(pull(58, Open, 20)), Status::PrOpened);
    let closed = story.then(pull(57, Closed, 20));
    assert_eq!(closed.on(pull(57, Open, 30)), Ok(vec!["pr_updated"]), "it knew this one");
    let retried = closed.then(pull(57, Open, 30)).then(Command::Retry { reason: None, repo: None });
    assert_eq!(retried.task.status, Status::PrOpened);
}

#[test]
fn a_draft_that_becomes_ready_is_an_update() {
    let draft = PullRequest { draft: true, ..pull_request(57, Open, 10) };
    let story = Story::that_is(Status::Dispatched).then(Fact::Pull(draft));
    assert_eq!(story.on(pull(57, Open, 20)), Ok(vec!["pr_updated"]));
    let summary = Summary::from(&story.then(pull(57, Open, 20)).task);
    assert!(summary.pull.is_some_and(|pull| !pull.draft));
}

#[test]
fn the_newest_verdict_that_stands_is_the_review() {
    use ReviewState::{Approved, ChangesRequested, Commented, Dismissed};
    type Told = &'static [(u64, ReviewState, i64)];
    let cases: [(&str, Told, Review); 9] = [
        ("nobody spoke", &[], Review::None),
        ("words alone", &[(1, Commented, 20)], Review::None),
        ("approved", &[(1, Approved, 20)], Review::Approved),
        ("then words", &[(1, Approved, 20), (2, Commented, 30)], Review::Approved),
        ("then changes", &[(1, Approved, 20), (2, ChangesRequested, 30)], Review::ChangesRequested),
        ("told late", &[(2, ChangesRequested, 30), (1, Approved, 20)], Review::ChangesRequested),
        ("dismissed", &[(1, Approved, 20), (1, Dismissed, 20)], Review::None),
        ("dismissed, told first", &[(1, Dismissed, 20), (1, Approved, 20)], Review::None),
        (
            "the other one dismissed",
            &[(1, Approved, 20), (2, ChangesRequested, 30), (2, Dismissed, 40)],
            Review::Approved,
        ),
    ];
    for (name, reviews, expected) in cases {
        let mut story = Story::that_is(Status::PrOpened);
        for (id, state, seconds) in reviews {
            story = story.then(review(57, *id, *state, *seconds));
            assert_eq!(story.kinds().last(), Some(&"pr_review"), "{name}");
            assert_eq!(story.on(review(57, *id, *state, *seconds)), Ok(vec![]), "{name}: once");
        }
        assert_eq!(story.task.shown_pull().unwrap().review(), expected, "{name}");
    }
}

#[test]
fn the_worst_check_counts_and_a_suite_only_while_its_runs_are_unknown() {
    let shown = |story: &Story| story.task.shown_pull().unwrap().head_checks();
    let hear = |story: Story, id, name, outcome, seconds| {
        story.then(check(57, "head", run(id, name), outcome, seconds))
    };
    let story = Story::that_is(Status::PrOpened);
    let story = hear(story, 900, None, Checks::Failing, 20);
    assert_eq!(shown(&story), Checks::Failing, "nobody knows better than the suite");
    let story = hear(story, 1, Some("build"), Checks::Pending, 20);
    assert_eq!(shown(&story), Checks::Pending);
    let story = hear(story, 2, Some("test"), Checks::Failing, 21);
    let story = hear(story, 1, Some("build"), Checks::Passing, 22);
    assert_eq!(shown(&story), Checks::Failing, "one has failed");
    let story = hear(story, 3, Some("test"), Checks::Pending, 23);
    assert_eq!(shown(&story), Checks::Pending, "it runs again");
    let late = check(57, "head", run(2, Some("test")), Checks::Passing, 30);
    assert_eq!(story.on(late), Ok(vec![]), "a run that is over has nothing to say");
    let story = hear(story, 3, Some("test"), Checks::Passing, 24);
    assert_eq!(shown(&story), Checks::Passing);
    let suite = check(57, "head", run(900, None), Checks::Failing, 25);
    assert_eq!(story.on(suite), Ok(vec![]), "its runs are known");
}

#[test]
fn checks_speak_of_the_head_alone_and_the_later_word_holds() {
    let story = Story::that_is(Status::PrOpened);
    assert_eq!(story.on(checks(57, "other", Checks::Failing, 20)), Ok(vec![]), "not the head");
    assert_eq!(story.on(checks(58, "head", Checks::Failing, 20)), Ok(vec![]), "not linked");
    let story = story.then(checks(57, "head", Checks::Failing, 20));
    assert_eq!(story.on(checks(57, "head", Checks::Failing, 20)), Ok(vec![]), "known");
    assert_eq!(story.on(checks(57, "head", Checks::Passing, 19)), Ok(vec![]), "late");
    assert_eq!(story.on(checks(57, "head", Checks::Pending, 20)), Ok(vec![]), "it has ended");
    let story = story.then(checks(57, "head", Checks::Passing, 30));
    assert_eq!(story.task.shown_pull().unwrap().head_checks(), Checks::Passing);
    let pushed = PullRequest { head_sha: "new".into(), ..pull_request(57, Open, 40) };
    let story = story.then(Fact::Pull(pushed));
    assert_eq!(story.task.shown_pull().unwrap().head_checks(), Checks::None, "a new head");
    assert_eq!(story.on(checks(57, "new", Checks::Pending, 25)), Ok(vec!["checks"]));
}

#[test]
fn reviews_and_checks_change_no_status() {
    let story = Story::that_is(Status::PrOpened);
    let story = story
        .then(review(57, 1, ReviewState::Approved, 20))
        .then(checks(57, "head", Checks::Failing, 20))
        .then(Command::Comment(text("Hm")));
    assert_eq!(story.task.status, Status::PrOpened);
    assert_eq!(story.on(review(99, 2, ReviewState::Approved, 20)), Ok(vec![]), "not linked");
    assert!(story.task.linked(key(57)).is_some());
}
