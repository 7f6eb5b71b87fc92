//! Webhooks come late, doubled and out of order: in whatever order, they end alike.

use proptest::{prelude::*, sample::select};

use super::story::{
    Closed, Merged, Open, Story, check, comment_on_github, fail, key, pull, pull_request, review,
    run,
};
use crate::domain::{Checks, Fact, PullRequest, PullState, Review, ReviewState, Status, Summary};

/// The life of pull request `number`: open, closed and open again as GitHub would tell it, each word
/// at a time of its own; once merged it stays so. A new title never comes back.
fn life(number: u64) -> impl Strategy<Value = Vec<PullRequest>> {
    let renamed = proptest::bool::weighted(0.2);
    let steps = proptest::collection::vec((select(vec![Open, Closed]), renamed), 1..5);
    let merges = prop_oneof![8 => Just(0_usize), 1 => Just(1), 1 => Just(2)];
    (steps, merges).prop_map(move |(steps, merges)| {
        let merges = std::iter::repeat_n((Merged, true), merges);
        let mut title = 0;
        let told = steps.into_iter().chain(merges).enumerate();
        told.map(|(index, (state, renamed))| {
            title += u32::from(renamed);
            let seconds = 100 + 10 * i64::try_from(index).unwrap();
            let title = format!("Fix it, take {title}");
            PullRequest { title, ..pull_request(number, state, seconds) }
        })
        .collect()
    })
}

fn lives() -> impl Strategy<Value = (Vec<PullRequest>, Vec<PullRequest>)> {
    let facts = (life(57), life(58), life(59)).prop_map(|(a, b, c)| [a, b, c].concat());
    facts.prop_flat_map(|facts| (Just(facts.clone()), Just(facts).prop_shuffle()))
}

/// Where pull requests may find a task. A failed one must not know them yet: whether it goes on with
/// one that closed and opened again hangs on the moment it failed.
fn start() -> impl Strategy<Value = Story> {
    let stories = Status::ALL.map(Story::that_is).into_iter();
    let knows_two = Story::that_is(Status::PrOpened).then(pull(58, Open, 50));
    let cancelled = knows_two.clone().then(crate::domain::Command::Cancel(None));
    let knows_another = Story::that_is(Status::Dispatched).then(pull(60, Open, 50)).then(fail());
    select(stories.chain([knows_two, cancelled, knows_another]).collect::<Vec<_>>())
}

fn hear_all(mut story: Story, pulls: &[PullRequest]) -> Summary {
    for pull in pulls {
        let fact = Fact::Pull(pull.clone()).into();
        story.tell(&fact).expect("GitHub is never refused");
        assert_eq!(story.tell(&fact), Ok(vec![]), "doubled");
    }
    Summary::from(&story.task)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_same_words_about_pull_requests_end_alike_in_any_order(
        story in start(),
        (told, shuffled) in lives(),
    ) {
        let one = hear_all(story.clone(), &told);
        let other = hear_all(story, &shuffled);
        prop_assert_eq!(one.status, other.status);
        prop_assert_eq!(one.pull, other.pull);
    }

    #[test]
    fn a_dispatched_task_ends_where_its_pull_requests_do((told, shuffled) in lives()) {
        let last = |number| told.iter().rfind(|pull| pull.key == key(number)).map(|pull| pull.state);
        let ends: Vec<PullState> = [57, 58, 59].into_iter().filter_map(last).collect();
        let expected = if ends.contains(&Merged) {
            Status::Merged
        } else if ends.contains(&Open) {
            Status::PrOpened
        } else {
            Status::Dispatched
        };
        let summary = hear_all(Story::that_is(Status::Dispatched), &shuffled);
        prop_assert_eq!(summary.status, expected);
    }

    #[test]
    fn the_same_reviews_end_in_the_same_verdict_in_any_order(
        (told, shuffled) in reviews().prop_flat_map(|r| (Just(r.clone()), Just(r).prop_shuffle())),
    ) {
        let verdict = |facts: &[Fact]| -> Review {
            let mut story = Story::that_is(Status::PrOpened);
            for fact in facts {
                story.tell(&fact.clone().into()).expect("GitHub is never refused");
            }
            story.task.shown_pull().expect("it is open").review()
        };
        prop_assert_eq!(verdict(&told), verdict(&shuffled));
    }

    #[test]
    fn the_same_checks_come_to_the_same_in_any_order(
        (told, shuffled) in reports().prop_flat_map(|r| (Just(r.clone()), Just(r).prop_shuffle())),
    ) {
        let outcome = |facts: &[Fact]| {
            let mut story = Story::that_is(Status::PrOpened);
            for fact in facts {
                story.tell(&fact.clone().into()).expect("GitHub is never refused");
                let again = story.tell(&fact.clone().into());
                assert_eq!(again, Ok(vec![]), "doubled");
            }
            story.task.shown_pull().expect("it is open").head_checks()
        };
        prop_assert_eq!(outcome(&told), outcome(&shuffled));
    }

    #[test]
    fn the_same_comments_are_recorded_once_each_in_any_order(
        (told, shuffled) in comments().prop_flat_map(|c| (Just(c.clone()), Just(c).prop_shuffle())),
    ) {
        let recorded = |facts: &[Fact]| {
            let mut story = Story::that_is(Status::Dispatched);
            for fact in facts {
                story.tell(&fact.clone().into()).expect("GitHub is never refused");
            }
            let comments = story.kinds().into_iter().filter(|kind| *kind == "comment").count();
            (comments, story.task.heard)
        };
        prop_assert_eq!(recorded(&told), recorded(&shuffled));
    }
}

/// Words of few checks and few moments, some of a run that was begun again.
fn reports() -> impl Strategy<Value = Vec<Fact>> {
    use Checks::{Failing, Passing, Pending};
    let names = vec![(1, Some("build")), (2, Some("build")), (3, Some("test")), (900, None)];
    let report = (select(names), select(vec![Pending, Passing, Failing]), 20..23_i64);
    let report = report.prop_map(|((id, name), outcome, seconds)| {
        check(57, "head", run(id, name), outcome, seconds)
    });
    proptest::collection::vec(report, 0..8)
}

/// Comments, some of them told more than once.
fn comments() -> impl Strategy<Value = Vec<Fact>> {
    let comment = (1..4_u64).prop_map(|id| comment_on_github(id, &format!("Word {id}")));
    proptest::collection::vec(comment, 0..6)
}

/// Reviews of few moments, so that some fall together, and some of them dismissed.
fn reviews() -> impl Strategy<Value = Vec<Fact>> {
    use ReviewState::{Approved, ChangesRequested, Commented, Dismissed};
    let state = select(vec![Approved, ChangesRequested, Commented]);
    proptest::collection::vec((state, 20..23_i64, any::<bool>()), 0..6).prop_map(|reviews| {
        let told = reviews.into_iter().zip(1..).flat_map(|((state, seconds, dismissed), id)| {
            let dismissal = dismissed.then(|| review(57, id, Dismissed, seconds));
            std::iter::once(review(57, id, state, seconds)).chain(dismissal)
        });
        told.collect()
    })
}
