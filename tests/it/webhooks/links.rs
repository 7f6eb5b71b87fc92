//! A pull request for several tasks, of which only some have heard when the server dies.

use super::*;

/// So many that a server which dies when the first has heard has not told the last.
const MANY: usize = 12;

impl World {
    /// Tasks that wait for a pull request, and the text of one that is for all of them.
    async fn several(&self) -> (Vec<TaskId>, String) {
        let mut filed = Vec::new();
        for _ in 0..MANY {
            filed.push(self.dispatched(&shop()).await);
        }
        filed.sort();
        let body: Vec<String> = filed.iter().map(|(_, issue)| format!("Fixes #{issue}")).collect();
        (filed.into_iter().map(|(id, _)| id).collect(), body.join("\n"))
    }

    /// Delivers a webhook to a server that dies once the first of `tasks` has heard.
    async fn hear_cut_short(&self, hook: &Hook, tasks: &[TaskId]) {
        let first_has_heard = async {
            while !self.is_linked(tasks[0]).await {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            _ = self.hear(hook) => {}
            () = first_has_heard => {}
        }
        assert!(self.is_linked(tasks[0]).await && !self.is_linked(tasks[MANY - 1]).await);
    }

    async fn is_linked(&self, id: TaskId) -> bool {
        self.task(id).await.pull_keys().next().is_some()
    }

    async fn all_are(&self, tasks: &[TaskId], status: Status, story: &[&str]) {
        for id in tasks {
            assert_eq!(self.task(*id).await.status, status);
            assert_eq!(self.story(*id).await, story);
        }
    }
}

#[tokio::test]
async fn an_opening_that_reached_some_of_its_tasks_is_completed_by_its_redelivery() {
    let world = World::start(&[]).await;
    let (tasks, body) = world.several().await;
    let opened = world.open_pull(&shop(), &body);
    world.hear_cut_short(&opened, &tasks).await;

    assert_eq!(world.hear(&opened).await, (Applied, tasks.clone()));
    assert_eq!(world.hear(&opened).await, (Duplicate, tasks.clone()));
    world.all_are(&tasks, Status::PrOpened, &["pr_opened"]).await;
    world.stop().await;
}

#[tokio::test]
async fn a_merge_that_reached_some_of_its_tasks_is_completed_by_its_redelivery() {
    let world = World::start(&[]).await;
    let (tasks, body) = world.several().await;
    let stranger = NewPull { is_from_fork: true, ..NewPull::by_agent("Fix it", &body) };
    let opened = world.simulator.open_pull(&shop(), stranger).unwrap();
    assert_eq!(world.hear(&opened).await, (Ignored, vec![]), "strangers are heard once merged");
    world.a_moment_later();
    let merged = world.simulator.merge(&shop(), opened.number).unwrap();
    world.hear_cut_short(&merged, &tasks).await;

    assert_eq!(world.hear(&merged).await, (Applied, tasks.clone()));
    assert_eq!(world.hear(&merged).await, (Duplicate, tasks.clone()));
    world.all_are(&tasks, Status::Merged, &["pr_opened", "pr_merged"]).await;
    world.stop().await;
}

#[tokio::test]
async fn an_opening_that_reached_some_of_its_tasks_is_completed_by_the_next_webhook() {
    let world = World::start(&[]).await;
    let (tasks, body) = world.several().await;
    let opened = world.open_pull(&shop(), &body);
    world.hear_cut_short(&opened, &tasks).await;
    world.a_moment_later();
    let merged = world.simulator.merge(&shop(), opened.number).unwrap();

    assert_eq!(world.hear(&merged).await, (Applied, tasks.clone()));
    world.all_are(&tasks, Status::Merged, &["pr_opened", "pr_merged"]).await;
    world.stop().await;
}

#[tokio::test]
async fn an_opening_that_reached_some_of_its_tasks_is_completed_by_the_next_look() {
    let world = World::start(&[&shop()]).await;
    let (tasks, body) = world.several().await;
    let opened = world.open_pull(&shop(), &body);
    world.hear_cut_short(&opened, &tasks).await;

    assert!(matches!(world.look().await, Turn::Looked { caught_up: 1.. }));
    world.all_are(&tasks, Status::PrOpened, &["pr_opened"]).await;
    assert_eq!(world.look().await, Turn::Looked { caught_up: 0 }, "all is known");
    world.stop().await;
}

#[tokio::test]
async fn a_review_that_brought_its_pull_request_to_some_of_its_tasks_is_completed_too() {
    let world = World::start(&[]).await;
    let (tasks, body) = world.several().await;
    let opened = world.open_pull(&shop(), &body);
    world.a_moment_later();
    let reviewer = ("hubot", "approved");
    let review = world.simulator.review(&shop(), opened.number, reviewer, "").unwrap();
    world.hear_cut_short(&review, &tasks).await;

    assert_eq!(world.hear(&review).await, (Applied, tasks.clone()));
    assert_eq!(world.hear(&review).await, (Duplicate, tasks.clone()));
    world.all_are(&tasks, Status::PrOpened, &["pr_opened", "pr_review"]).await;
    world.stop().await;
}

#[tokio::test]
async fn a_pull_request_that_names_more_tasks_later_is_for_those_it_was_for_alone() {
    let world = World::start(&[&shop()]).await;
    let (first, one) = world.dispatched(&shop()).await;
    let (second, two) = world.dispatched(&shop()).await;
    let opened = world.open_pull(&shop(), &format!("Fixes #{one}"));
    world.hear(&opened).await;
    world.a_moment_later();
    let body = format!("Fixes #{one}, fixes #{two}");
    let edited = world.simulator.edit_pull(&shop(), opened.number, "Fix both", &body).unwrap();
    assert_eq!(world.hear(&edited).await, (Applied, vec![first]));
    world.a_moment_later();
    let pushed = world.simulator.push(&shop(), opened.number).unwrap();
    assert_eq!(world.hear(&pushed).await, (Applied, vec![first]));
    assert_eq!(world.look().await, Turn::Looked { caught_up: 0 });
    assert!(world.story(second).await.is_empty());
    world.stop().await;
}
