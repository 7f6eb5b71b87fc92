//! What is said about pull requests and issues: reviews, checks and comments.

use taskwire::{
    domain::{Checks, Review, Summary},
    simulator::{Dice, Life, Step},
};

use super::*;

impl World {
    async fn shown(&self, id: TaskId) -> (Review, Checks) {
        let pull = Summary::from(&self.task(id).await).pull.unwrap();
        (pull.review, pull.checks)
    }

    /// A task with an open pull request that GitHub has told of; its issue's and its own number.
    async fn opened(&self) -> (TaskId, u64, u64) {
        let (id, issue) = self.dispatched(&shop()).await;
        let opened = self.open_pull(&shop(), &marker(id));
        assert_eq!(self.hear(&opened).await, (Applied, vec![id]));
        self.a_moment_later();
        (id, issue, opened.number)
    }

    fn start_check(&self, pull: u64, name: &str) -> Hook {
        self.simulator.start_check(&shop(), pull, name).unwrap()
    }

    fn end_check(&self, pull: u64, name: &str, conclusion: &'static str) -> Hook {
        self.simulator.end_check(&shop(), pull, name, conclusion).unwrap()
    }
}

/// The same webhook, delivered under another id: by another hook of the same repository, say.
fn by_another_way(hook: &Hook) -> Hook {
    Hook { id: format!("{}-again", hook.id), ..hook.clone() }
}

#[tokio::test]
async fn reviews_and_comments_are_recorded_once_whoever_brings_them() {
    let world = World::start(&[]).await;
    let (id, issue, pull) = world.opened().await;
    let reviewer = ("hubot", "changes_requested");
    let review = world.simulator.review(&shop(), pull, reviewer, "One case is missing").unwrap();
    let on_issue = world.simulator.comment(&shop(), issue, "octocat", "Any news?").unwrap();
    let on_pull = world.simulator.comment(&shop(), pull, "octocat", "Well done").unwrap();
    for hook in [&review, &on_issue, &on_pull] {
        assert_eq!(world.hear(hook).await, (Applied, vec![id]));
        assert_eq!(world.hear(hook).await, (Duplicate, vec![id]));
        assert_eq!(world.hear(&by_another_way(hook)).await, (Ignored, vec![id]));
    }
    assert_eq!(world.story(id).await, ["pr_opened", "pr_review", "comment", "comment"]);
    assert_eq!(world.shown(id).await.0, Review::ChangesRequested);
    let events = world.store.events(id, 0, 100).await.unwrap();
    let last = events.last().unwrap();
    assert_eq!((last.actor.kind, last.actor.id.as_str()), (ActorKind::Github, "octocat"));

    world.a_moment_later();
    let approved = world.simulator.review(&shop(), pull, ("hubot", "approved"), "").unwrap();
    world.hear(&approved).await;
    assert_eq!(world.shown(id).await.0, Review::Approved);
    let dismissed = world.simulator.dismiss_review(&shop(), pull).unwrap();
    world.hear(&dismissed).await;
    assert_eq!(world.shown(id).await.0, Review::ChangesRequested);
    assert_eq!(world.task(id).await.status, Status::PrOpened);
    world.stop().await;
}

#[tokio::test]
async fn a_review_may_come_before_its_pull_request() {
    let world = World::start(&[]).await;
    let (id, _) = world.dispatched(&shop()).await;
    let opened = world.open_pull(&shop(), &marker(id));
    world.a_moment_later();
    let reviewer = ("hubot", "approved");
    let review = world.simulator.review(&shop(), opened.number, reviewer, "").unwrap();
    assert_eq!(world.hear(&review).await, (Applied, vec![id]));
    assert_eq!(world.hear(&review).await, (Duplicate, vec![id]));
    assert_eq!(world.hear(&opened).await, (Ignored, vec![id]));
    assert_eq!(world.story(id).await, ["pr_opened", "pr_review"]);
    world.stop().await;
}

#[tokio::test]
async fn the_worst_check_of_the_head_counts_and_those_of_other_commits_do_not() {
    let world = World::start(&[]).await;
    let (id, _, pull) = world.opened().await;
    for name in ["build", "test"] {
        let begun = world.start_check(pull, name);
        assert_eq!(world.hear(&begun).await, (Applied, vec![id]));
    }
    assert_eq!(world.shown(id).await.1, Checks::Pending);
    world.a_moment_later();
    world.hear(&world.end_check(pull, "test", "failure")).await;
    let built = world.end_check(pull, "build", "success");
    world.hear(&built).await;
    assert_eq!(world.shown(id).await.1, Checks::Failing);
    let suite = world.simulator.end_suite(&shop(), pull).unwrap();
    assert_eq!(world.hear(&suite).await, (Ignored, vec![id]), "its runs have said so");

    world.a_moment_later();
    let again = world.start_check(pull, "test");
    world.hear(&again).await;
    assert_eq!(world.shown(id).await.1, Checks::Pending);
    world.a_moment_later();
    world.hear(&world.end_check(pull, "test", "success")).await;
    assert_eq!(world.shown(id).await.1, Checks::Passing);

    world.a_moment_later();
    let pushed = world.simulator.push(&shop(), pull).unwrap();
    world.hear(&pushed).await;
    assert_eq!(world.shown(id).await.1, Checks::None, "nobody has checked the new head");
    assert_eq!(world.hear(&by_another_way(&built)).await, (Ignored, vec![]));
    world.stop().await;
}

#[tokio::test]
async fn checks_of_a_pull_request_from_a_fork_are_known_by_its_head() {
    let world = World::start(&[]).await;
    let (id, issue) = world.dispatched(&shop()).await;
    let opened = world
        .simulator
        .open_pull(
            &shop(),
            NewPull {
                is_from_fork: true,
                author_association: "MEMBER".into(),
                ..NewPull::by_agent("Fix it", &format!("Fixes #{issue}"))
            },
        )
        .unwrap();
    assert_eq!(world.hear(&opened).await, (Applied, vec![id]));
    let begun = world.start_check(opened.number, "build");
    assert!(!String::from_utf8_lossy(&begun.body).contains("\"pull_requests\":[{"));
    assert_eq!(world.hear(&begun).await, (Applied, vec![id]));
    assert_eq!(world.shown(id).await.1, Checks::Pending);
    world.stop().await;
}

#[tokio::test]
async fn checks_are_heard_whatever_became_of_the_task() {
    let world = World::start(&[]).await;
    let (id, issue) = world.dispatched(&shop()).await;
    let fork = NewPull {
        is_from_fork: true,
        author_association: "MEMBER".into(),
        ..NewPull::by_agent("Fix it", &format!("Fixes #{issue}"))
    };
    let opened = world.simulator.open_pull(&shop(), fork).unwrap();
    world.hear(&opened).await;
    world.tasks.cancel(&alice(), id, None, None).await.unwrap();
    let begun = world.start_check(opened.number, "build");
    assert_eq!(world.hear(&begun).await, (Applied, vec![id]));
    assert_eq!(world.shown(id).await.1, Checks::Pending);
    world.stop().await;
}

#[tokio::test]
async fn checks_that_spoke_before_their_commit_was_heard_of_are_asked_for() {
    let world = World::start(&[]).await;
    let (id, _, pull) = world.opened().await;
    let pushed = world.simulator.push(&shop(), pull).unwrap();
    world.start_check(pull, "build");
    world.a_moment_later();
    let ended = world.end_check(pull, "build", "failure");
    assert_eq!(world.hear(&ended).await, (Ignored, vec![]), "no task knows this commit");

    assert_eq!(world.hear(&pushed).await, (Applied, vec![id]));
    assert_eq!(world.shown(id).await.1, Checks::Failing);
    world.stop().await;
}

#[tokio::test]
async fn checks_that_github_could_not_tell_are_asked_for_by_the_next_look() {
    let world = World::start(&[&shop()]).await;
    let (id, _) = world.dispatched(&shop()).await;
    let opened = world.open_pull(&shop(), &marker(id));
    world.start_check(opened.number, "build");
    world.simulator.fail_next(1, 503);
    assert_eq!(world.hear(&opened).await, (Applied, vec![id]));
    assert_eq!(world.shown(id).await.1, Checks::None);

    assert_eq!(world.look().await, Turn::Looked { caught_up: 1 });
    assert_eq!(world.shown(id).await.1, Checks::Pending);
    world.stop().await;
}

/// The webhooks of a life that was lived, in the order of their happening. Before it somebody closed
/// the issue and thought better of it.
fn lived(world: &World, life: Life, issue: u64, not_planned: bool) -> Vec<Hook> {
    let mut hooks = Vec::new();
    world.a_moment_later();
    hooks.push(world.simulator.close_issue(&shop(), issue, not_planned).unwrap());
    world.a_moment_later();
    hooks.push(world.simulator.reopen_issue(&shop(), issue).unwrap());
    world.a_moment_later();
    for step in life.steps() {
        hooks.push(world.simulator.play(&shop(), issue, *step).unwrap());
        world.a_moment_later();
        if matches!(step, Step::Pass | Step::Fail) {
            let pull = world.simulator.pulls(&shop()).last().unwrap().number;
            hooks.push(world.simulator.end_suite(&shop(), pull).unwrap());
        }
    }
    hooks
}

#[tokio::test]
async fn a_life_ends_alike_in_whatever_order_its_webhooks_come() {
    let lives = [
        (Life::Smooth, false, "merged"),
        (Life::Reworked, false, "merged"),
        (Life::Reopened, true, "merged"),
        (Life::Forgotten, false, "pr_opened"),
        (Life::Forgotten, true, "cancelled"),
    ];
    for (life, not_planned, end) in lives {
        let mut ends = BTreeSet::new();
        for seed in 0..6 {
            let world = World::start(&[]).await;
            let (id, issue) = world.dispatched(&shop()).await;
            let mut hooks = lived(&world, life, issue, not_planned);
            if seed > 0 {
                Dice::new(seed).shuffle(&mut hooks);
            }
            for hook in &hooks {
                world.hear(hook).await;
            }
            for hook in &hooks {
                let (outcome, _) = world.hear(hook).await;
                assert_ne!(outcome, Applied, "{life:?} {seed}: {}", hook.event);
            }
            let task = world.task(id).await;
            let story = world.story(id).await;
            let said = |kind: &str| story.iter().filter(|it| **it == kind).count();
            let shown = world.shown(id).await;
            let issue = task.issue.as_ref().map(|issue| (issue.state, issue.updated_at));
            assert_eq!(task.status.as_str(), end, "{life:?} {seed}");
            ends.insert(format!("{shown:?} {issue:?} {} {}", said("comment"), said("pr_review")));
            world.stop().await;
        }
        assert_eq!(ends.len(), 1, "{life:?}: {ends:?}");
    }
}
