//! Webhooks come late, doubled and out of order: in whatever order, they end alike.

use std::collections::{BTreeMap, BTreeSet};

use proptest::{
    prelude::*,
    sample::{select, subsequence},
};

use super::story::{
    Closed, Merged, Open, Story, check, comment_on_github, fail, issue_closed, issue_reopened, key,
    pull, pull_request, review, run, we_closed, we_reopened,
};
use crate::domain::{
    Checks,
    CloseReason::{Completed, NotPlanned},
    Command, Fact, IssueState, PullKey, PullRequest, PullState, Review, ReviewState, Status,
    Summary, Timestamp,
    summary::PullSummary,
};

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

/// The lives of some pull requests; a task may know some of them.
fn pulls() -> impl Strategy<Value = Vec<PullRequest>> {
    let numbers = subsequence(vec![57, 58, 59], 0..=3);
    numbers.prop_flat_map(|numbers| {
        let lives = numbers.into_iter().map(life).collect::<Vec<_>>();
        lives.prop_map(|lives| lives.concat())
    })
}

fn lives() -> impl Strategy<Value = (Vec<PullRequest>, Vec<PullRequest>)> {
    pulls().prop_flat_map(|pulls| (Just(pulls.clone()), Just(pulls).prop_shuffle()))
}

/// How the issue was closed and opened again, each word at a time of its own. Some closings and
/// reopenings in between nobody tells.
fn life_of_the_issue() -> impl Strategy<Value = Vec<Fact>> {
    let step = select(vec![Some(Completed), Some(NotPlanned), None]);
    proptest::collection::vec(step, 0..5).prop_map(|steps| {
        let told =
            steps.into_iter().zip((100..).step_by(10)).map(|(closed, seconds)| match closed {
                Some(reason) => issue_closed(reason, seconds),
                None => issue_reopened(seconds),
            });
        told.collect()
    })
}

/// What one webhook says. A review brings its pull request as it was then.
#[derive(Clone, Debug)]
struct Word {
    brings: Option<PullRequest>,
    fact: Fact,
}

impl Word {
    fn plain(fact: Fact) -> Self {
        Self { brings: None, fact }
    }
}

/// The words about a task from everywhere.
fn words() -> impl Strategy<Value = (Vec<Word>, Vec<Word>)> {
    let verdict = select(vec![ReviewState::Approved, ReviewState::ChangesRequested]);
    let reviews = proptest::collection::vec((any::<proptest::sample::Index>(), verdict), 0..4);
    let words = (pulls(), reviews, comments(), life_of_the_issue());
    let words = words.prop_map(|(pulls, reviews, comments, issue)| {
        let reviews: Vec<Word> = reviews
            .into_iter()
            .zip(1..)
            .filter(|_| !pulls.is_empty())
            .map(|((index, state), id)| {
                let pull = index.get(&pulls).clone();
                let seconds = pull.updated_at.as_millis() / 1000;
                let fact = review(pull.key.number, id, state, seconds);
                Word { brings: Some(pull), fact }
            })
            .collect();
        let pulls = pulls.into_iter().map(Fact::Pull);
        let plain = pulls.chain(comments).chain(issue).map(Word::plain);
        plain.chain(reviews).collect::<Vec<_>>()
    });
    words.prop_flat_map(|words| (Just(words.clone()), Just(words).prop_shuffle()))
}

/// Where words may find a task.
fn start() -> impl Strategy<Value = Story> {
    let stories = Status::ALL.map(Story::that_is).into_iter();
    let knows_two = Story::that_is(Status::PrOpened).then(pull(58, Open, 50));
    let knows_closed = Story::that_is(Status::PrOpened).then(pull(57, Closed, 50));
    let knows_another = Story::that_is(Status::Dispatched).then(pull(60, Open, 50));
    let known = [knows_two, knows_closed, knows_another];
    let failed = known.clone().map(|story| story.then(fail()));
    let cancelled = known.clone().map(|story| story.then(Command::Cancel(None)));
    let retried = cancelled.clone().map(|story| {
        story
            .then(we_closed(60))
            .then(Command::Retry { reason: None, repo: None })
            .then(we_reopened(70))
    });
    let stories = stories.chain(known).chain(failed).chain(cancelled).chain(retried);
    select(stories.collect::<Vec<_>>())
}

/// What is the same in whatever order it was told.
#[derive(Debug, PartialEq)]
struct Truth {
    status: Status,
    shown: Option<PullSummary>,
    pulls: BTreeMap<PullKey, (PullRequest, Review)>,
    issue: Option<(IssueState, Option<Timestamp>)>,
    /// Reviews and comments, each once.
    heard: BTreeSet<String>,
    /// How often the timeline says so.
    reviews: usize,
    comments: usize,
    merges: usize,
}

impl Truth {
    fn of(story: &Story) -> Self {
        let task = &story.task;
        let said = |kind: &str| story.kinds().into_iter().filter(|it| *it == kind).count();
        Self {
            status: task.status,
            shown: Summary::from(task).pull,
            pulls: task
                .pulls
                .iter()
                .map(|it| (it.pull.key, (it.pull.clone(), it.review())))
                .collect(),
            issue: task.issue.as_ref().map(|issue| (issue.state, issue.updated_at)),
            heard: task.heard.clone(),
            reviews: said("pr_review"),
            comments: said("comment"),
            merges: said("pr_merged"),
        }
    }
}

/// The story with all that is said heard, each word twice.
fn hear_all(mut story: Story, words: &[Word]) -> Story {
    for Word { brings, fact } in words {
        let unknown = brings.as_ref().filter(|pull| story.task.linked(pull.key).is_none());
        let facts = unknown.map(|pull| Fact::Pull(pull.clone())).into_iter().chain([fact.clone()]);
        for fact in facts {
            let command = fact.into();
            story.tell(&command).expect("GitHub is never refused");
            assert_eq!(story.tell(&command), Ok(vec![]), "doubled");
        }
    }
    story
}

fn plain(pulls: &[PullRequest]) -> Vec<Word> {
    pulls.iter().cloned().map(Fact::Pull).map(Word::plain).collect()
}

/// A failed task is called off by nobody, so whether it is hangs on what went before.
fn is_not_planned(word: &Word) -> bool {
    matches!(word.fact, Fact::IssueClosed { reason: NotPlanned, .. })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn the_same_words_about_pull_requests_end_alike_in_any_order(
        story in start(),
        (told, shuffled) in lives(),
    ) {
        let one = hear_all(story.clone(), &plain(&told));
        let other = hear_all(story, &plain(&shuffled));
        prop_assert_eq!(Truth::of(&one), Truth::of(&other));
    }

    #[test]
    fn the_same_words_from_everywhere_end_alike_in_any_order(
        story in start(),
        (mut told, mut shuffled) in words(),
    ) {
        if story.task.status == Status::Failed {
            told.retain(|word| !is_not_planned(word));
            shuffled.retain(|word| !is_not_planned(word));
        }
        let wants_nothing = story.task.work().is_none();
        let one = hear_all(story.clone(), &told);
        let other = hear_all(story, &shuffled);
        prop_assert_eq!(Truth::of(&one), Truth::of(&other));
        // What Taskwire was about to do when they came is another matter.
        if wants_nothing {
            prop_assert_eq!(one.task.work(), other.task.work());
        }
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
        let story = hear_all(Story::that_is(Status::Dispatched), &plain(&shuffled));
        prop_assert_eq!(story.task.status, expected);
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
