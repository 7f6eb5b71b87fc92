//! Makes the story happen: people submit and answer, an agent works, GitHub takes its course.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use tokio_util::sync::CancellationToken;
use tracing::{debug, info, warn};

use super::{
    cast::Cast,
    scene::{Act, Scene},
    story::Story,
};
use crate::{
    domain::{
        Answer, Cause, Clock, Phase, Progress, Status, Summary, TaskError, TaskId, Timestamp,
        text::{Code, IdempotencyKey, Message, Reason},
    },
    simulator::{Dice, Simulator},
    store::{ListQuery, Sort, StoreError, TaskStore},
    tasks::{Request, ServiceError, TasksService},
};

/// How many of the demo's own tasks are on their way at once, at most.
const MOST_OPEN: usize = 30;
/// How many parts the agent's work is shown in.
const PARTS: u64 = 4;
/// How many tasks are looked at in one go.
const AT_A_TIME: u32 = 200;
/// What the demo's own tasks are submitted under, so that none is submitted twice.
const KEY: &str = "demo-";

/// Whoever makes the story happen.
pub struct Director {
    story: Story,
    cast: Cast,
    tasks: TasksService,
    store: Arc<dyn TaskStore>,
    simulator: Simulator,
    clock: Arc<dyn Clock>,
    scenes: BTreeMap<TaskId, Scene>,
    shown: BTreeMap<TaskId, u64>,
}

impl Director {
    /// A director of `plan` who has not begun.
    pub fn new(
        plan: Story,
        (tasks, store): (TasksService, Arc<dyn TaskStore>),
        simulator: Simulator,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let (cast, scenes, shown) = (Cast::default(), BTreeMap::new(), BTreeMap::new());
        Self { story: plan, cast, tasks, store, simulator, clock, scenes, shown }
    }

    /// Directs until `stop`, from where an earlier run ended.
    pub async fn run(mut self, stop: CancellationToken) {
        let story = self.story;
        let direct = async {
            self.simulator.seed(story.seed());
            let mut next = self.submitted().await;
            let mut due = self.clock.now().plus(story.pause_at_start(next));
            loop {
                if self.clock.now() >= due && self.has_room() {
                    match self.submit(next).await {
                        Ok(()) => next += 1,
                        Err(error) => warn!(%error, "the demo could not submit a task"),
                    }
                    due = self.clock.now().plus(story.pause_before(next));
                }
                if let Err(error) = self.look().await {
                    warn!(%error, "the demo cannot see its tasks");
                }
                tokio::time::sleep(story.tick()).await;
            }
        };
        // Cancel-safe: whatever was not done is done after the next start.
        tokio::select! {
            never = direct => never,
            () = stop.cancelled() => {}
        }
    }

    /// How many of the demo's tasks were submitted in earlier runs.
    async fn submitted(&self) -> u64 {
        let mut count = 0;
        loop {
            let creator = self.story.plot(count).creator;
            match self.store.created_with(creator, &key_of(count)).await {
                Ok(Some(_)) => count += 1,
                Ok(None) => return count,
                Err(error) => {
                    warn!(%error, "the demo begins anew");
                    return count;
                }
            }
        }
    }

    fn has_room(&self) -> bool {
        self.scenes.values().filter(|scene| scene.plot.is_some()).count() < MOST_OPEN
    }

    async fn submit(&self, index: u64) -> Result<(), ServiceError> {
        let plot = self.story.plot(index);
        let creator = self.cast.named(plot.creator);
        let key = IdempotencyKey::try_from(key_of(index)).expect("it is short and printable");
        let request = Request::new(key, "create", &plot.title);
        self.tasks.create(creator, plot.new_task(), Some(&request)).await?;
        Ok(())
    }

    /// Looks at every task that somebody may have to do something for.
    async fn look(&mut self) -> Result<(), ServiceError> {
        let mut query = ListQuery {
            statuses: vec![Status::ClarificationNeeded, Status::Dispatched, Status::PrOpened],
            sort: Sort::CreatedAt,
            limit: AT_A_TIME,
            ..ListQuery::default()
        };
        let mut seen = BTreeSet::new();
        loop {
            let page = self.tasks.list(self.cast.admin(), &query).await?;
            for (task, _) in page.tasks {
                seen.insert(task.id);
                self.attend(&task).await?;
            }
            query.after = page.next;
            if query.after.is_none() {
                break;
            }
        }
        // One that is being analysed comes back: what is done stays known by its pull request.
        self.scenes.retain(|id, _| seen.contains(id));
        self.shown.retain(|id, _| seen.contains(id));
        Ok(())
    }

    async fn attend(&mut self, task: &Summary) -> Result<(), ServiceError> {
        let mut scene = match self.scenes.remove(&task.id) {
            Some(scene) => scene,
            None => self.cast_scene(task.id).await?,
        };
        let now = self.clock.now();
        if let Some(act) = scene.due(&self.story, task, now) {
            if self.do_act(task, &scene, act).await {
                scene.go_on(&self.story, now);
            } else {
                scene.try_later(&self.story, now);
            }
        }
        self.show_coding(task, &scene, now).await;
        self.scenes.insert(task.id, scene);
        Ok(())
    }

    /// A task that is new on the stage: one of the demo's own, or a guest's.
    async fn cast_scene(&self, id: TaskId) -> Result<Scene, StoreError> {
        let first = self.store.events(id, 0, 1).await?;
        let own = first.first().and_then(|event| match &event.cause {
            Some(Cause::Request { key, .. }) => key.as_str().strip_prefix(KEY)?.parse().ok(),
            _ => None,
        });
        if let Some(index) = own {
            return Ok(Scene::told(self.story.plot(index), self.story.dice(index)));
        }
        let mix = |mixed: u64, byte| mixed.rotate_left(8) ^ u64::from(byte);
        let mixed = id.to_string().bytes().fold(self.story.seed(), mix);
        Ok(Scene::of_a_guest(Dice::new(mixed)))
    }

    /// Does what is due; whether it could be done.
    async fn do_act(&self, task: &Summary, scene: &Scene, act: Act) -> bool {
        let done = match act {
            Act::Answer => self.answer(task.id, scene).await,
            Act::Cancel => self.cancel(task).await,
            Act::GiveUp => self.give_up(task.id).await,
            Act::Play(step) => {
                let (Some(repo), Some((issue, _))) = (&task.repo, &task.issue) else {
                    return false;
                };
                let hook = self.simulator.play(repo, *issue, step);
                debug!(task.id = %task.id, ?step, done = hook.is_some(), "the demo goes on");
                return hook.is_some();
            }
        };
        match done {
            Ok(()) => true,
            // A guest was faster.
            Err(error) => {
                info!(task.id = %task.id, %error, "the demo could not do what it wanted");
                false
            }
        }
    }

    async fn answer(&self, id: TaskId, scene: &Scene) -> Result<(), ServiceError> {
        let Some(plot) = &scene.plot else { return Ok(()) };
        let creator = self.cast.named(plot.creator);
        let task = self.tasks.get(creator, id).await?.task;
        let open = task.questions.iter().filter(|question| question.answer.is_none());
        let answers = open.enumerate().map(|(index, question)| Answer {
            question_id: question.id.clone(),
            answer: plot.answer(index),
        });
        self.tasks.answer(creator, id, answers.collect(), None).await?;
        Ok(())
    }

    async fn cancel(&self, task: &Summary) -> Result<(), ServiceError> {
        let reason = Reason::try_from("We have found a better way").ok();
        self.tasks.cancel(self.cast.named(&task.creator.id), task.id, reason, None).await?;
        Ok(())
    }

    async fn give_up(&self, id: TaskId) -> Result<(), ServiceError> {
        let words = "The agent gave up: the new format is described nowhere it may look.";
        let error = TaskError {
            code: Code::try_from("agent_gave_up").expect("a word of lower-case letters"),
            message: Message::lossy(words),
        };
        self.tasks.fail(self.cast.agent(), id, error).await?;
        Ok(())
    }

    /// Shows how far the agent is before there is anything to see of it on GitHub.
    async fn show_coding(&mut self, task: &Summary, scene: &Scene, now: Timestamp) {
        let Some(part) = scene.coding(now, PARTS) else {
            self.shown.remove(&task.id);
            return;
        };
        if self.shown.insert(task.id, part) == Some(part) {
            return;
        }
        let words = match part {
            0 => "Reading the issue",
            1 => "Looking through the code",
            2 => "Writing the change",
            _ => "Running the tests",
        };
        let progress = Progress {
            step: Code::try_from("coding").expect("a word of lower-case letters"),
            phase: if part == 0 { Phase::Starting } else { Phase::Running },
            current: part,
            total: PARTS,
            items_count: None,
            message: Some(Message::lossy(words)),
            timestamp: now,
        };
        let admit = || Ok::<_, ServiceError>(());
        if let Err(error) = self.tasks.report(self.cast.agent(), task.id, progress, admit).await {
            debug!(%error, "the agent's progress was not shown");
        }
    }
}

fn key_of(index: u64) -> String {
    format!("{KEY}{index}")
}
