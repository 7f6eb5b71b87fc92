//! A store of a test's own, a GitHub next door, and workers on both.

use std::{collections::BTreeSet, num::NonZeroU32, path::Path, sync::Arc, time::Duration};

use async_trait::async_trait;
use taskwire::{
    analysis::{Analysis, AnalysisError, Analyzer, ProgressStep, Report, RulesAnalyzer},
    domain::{
        Actor, Clock, ManualClock, NewTask, Progress, Role, Status, SystemClock, Task, TaskId,
        Timestamp, Visibility,
        text::{Label, Labels, RepoName},
    },
    feed::{Broadcaster, Hub},
    github::{GitHub, GitHubSettings, connect},
    simulator::{SimulatedIssue, Simulator, SimulatorOptions},
    store::TaskStore,
    tasks::{RepoRules, TasksService},
    worker::{Parts, Settings, Worker},
};
use tokio::{
    sync::{mpsc, oneshot, watch},
    task::JoinHandle,
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::support::Store;

/// How long a test waits for what must come.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// The term of a lease.
pub(super) const LEASE: Duration = Duration::from_mins(1);

/// How long GitHub is given to list an issue, where the clock stands still: two leases, so that an
/// attempt is not yet that old when the lease of whoever made it has run out.
pub(super) const SETTLE: Duration = Duration::from_mins(2);

/// Long beside what a test takes: a store may go by a clock that runs meanwhile.
pub(super) const TICK: Duration = Duration::from_secs(20);

/// Clear by the rules.
pub(super) const CLEAR: &str = "Steps to reproduce: 1. Put two books into the cart. 2. Pay by card. \
    Expected: the order is paid and a receipt is sent. Actual: the page answers with an error, no \
    receipt is sent, and the card is charged twice. Thanks, @octocat!";

/// What a test wants otherwise.
pub(super) struct Setup {
    pub(super) settings: Settings,
    pub(super) analyzer: Arc<dyn Analyzer>,
    /// The time of tasks, worker and GitHub, and of the leases where the store has no own.
    pub(super) clock: Arc<dyn Clock>,
    /// How far the worker's own clock is ahead.
    pub(super) ahead: Duration,
    /// How long a request to GitHub may take.
    pub(super) patience_with_github: Duration,
    pub(super) has_account: bool,
    /// GitHub as the worker sees it.
    pub(super) seen_through: fn(Arc<dyn GitHub>) -> Arc<dyn GitHub>,
    pub(super) repos: RepoRules,
    /// Nobody tells the worker of changes.
    pub(super) is_deaf: bool,
}

impl Default for Setup {
    fn default() -> Self {
        let label = Label::try_from("agent").unwrap();
        Self {
            settings: Settings {
                concurrency: NonZeroU32::new(4).unwrap(),
                lease: LEASE,
                poll: Duration::from_millis(10),
                attempts: NonZeroU32::new(3).unwrap(),
                backoff: Duration::from_millis(1),
                backoff_max: Duration::from_millis(4),
                settle: Duration::from_millis(30),
                request_timeout: Duration::from_secs(20),
                issue_labels: Labels::try_from(vec![label]).unwrap(),
                issue_assignees: vec!["copilot".into()],
            },
            analyzer: Arc::new(RulesAnalyzer),
            clock: Arc::new(SystemClock),
            ahead: Duration::ZERO,
            patience_with_github: Duration::from_secs(20),
            has_account: true,
            seen_through: |github| github,
            repos: RepoRules::new(Some(shop()), []),
            is_deaf: false,
        }
    }
}

impl Setup {
    /// The clock stands still, and one task is worked on at a time: a task that was created later
    /// and got its turn proves that the earlier one rests.
    pub(super) fn one_at_a_time(clock: &ManualClock) -> Self {
        let mut setup = Self { clock: Arc::new(clock.clone()), ..Self::default() };
        setup.settings.concurrency = NonZeroU32::MIN;
        setup.settings.settle = SETTLE;
        setup
    }

    pub(super) fn analyzed_by(analyzer: Arc<dyn Analyzer>) -> Self {
        Self { analyzer, ..Self::default() }
    }
}

/// The GitHub of a test.
pub(super) struct GitHubNextDoor {
    pub(super) simulator: Simulator,
    tracker: TaskTracker,
    shutdown: CancellationToken,
}

impl GitHubNextDoor {
    pub(super) async fn open(clock: Arc<dyn Clock>) -> Self {
        let (tracker, shutdown) = (TaskTracker::new(), CancellationToken::new());
        let options = SimulatorOptions {
            clock,
            token: "secret-token".into(),
            login: "taskwire-bot".into(),
            repos: vec![shop()],
        };
        let simulator = Simulator::start(options, &tracker, shutdown.clone()).await.unwrap();
        Self { simulator, tracker, shutdown }
    }

    pub(super) async fn close(self) {
        self.shutdown.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }
}

/// One instance of the server, as far as workers need it.
pub(super) struct Instance {
    pub(super) store: Arc<dyn TaskStore>,
    pub(super) tasks: TasksService,
    pub(super) simulator: Simulator,
    hub: Hub,
    parts: Parts,
    settings: Settings,
    is_deaf: bool,
    workers: Vec<JoinHandle<()>>,
    shutdown: CancellationToken,
    tracker: TaskTracker,
}

impl Instance {
    /// An instance with one worker, which hears of changes.
    pub(super) async fn start(
        kept: &Store,
        dir: &Path,
        simulator: &Simulator,
        setup: Setup,
    ) -> Self {
        let clock = setup.clock;
        let store = kept.open(dir, clock.clone()).await;
        let tasks = TasksService::new(store.clone(), clock.clone(), setup.repos);
        let hub = Hub::new(tasks.clone(), clock.clone());
        let tracker = TaskTracker::new();
        tracker.spawn(Broadcaster::new(hub.clone()).run(store.feed().unwrap()));
        let github = connect(GitHubSettings {
            token: setup.has_account.then(|| "secret-token".into()),
            api_url: simulator.api_url().clone(),
            request_timeout: setup.patience_with_github,
        });
        let parts = Parts {
            store: store.clone(),
            tasks: tasks.clone(),
            github: (setup.seen_through)(github.unwrap()),
            analyzer: setup.analyzer,
            clock: Arc::new(Ahead(clock, setup.ahead)),
        };
        let mut instance = Self {
            store,
            tasks,
            simulator: simulator.clone(),
            hub,
            parts,
            settings: setup.settings,
            is_deaf: setup.is_deaf,
            workers: Vec::new(),
            shutdown: CancellationToken::new(),
            tracker,
        };
        eventually(|| instance.hub.is_live()).await;
        instance.add_worker();
        instance
    }

    /// One more worker on the same store.
    pub(super) fn add_worker(&mut self) {
        let worker = Worker::new(self.parts.clone(), self.settings.clone());
        let wake = if self.is_deaf { watch::channel(0).1 } else { self.hub.changes() };
        let run = worker.run(self.shutdown.clone(), self.tracker.clone(), wake);
        self.workers.push(self.tracker.spawn(run));
    }

    pub(super) async fn submit(&self, title: &str, description: &str) -> TaskId {
        self.submit_for(Visibility::Everyone, title, description).await
    }

    pub(super) async fn submit_for(
        &self,
        visibility: Visibility,
        title: &str,
        description: &str,
    ) -> TaskId {
        self.submit_to(&self.tasks, visibility, title, description).await
    }

    pub(super) async fn submit_to(
        &self,
        tasks: &TasksService,
        visibility: Visibility,
        title: &str,
        description: &str,
    ) -> TaskId {
        let new = NewTask {
            title: title.try_into().unwrap(),
            description: description.try_into().unwrap(),
            repo: None,
            labels: Labels::try_from(vec![Label::try_from("urgent").unwrap()]).unwrap(),
            team: None,
            visibility,
        };
        tasks.create(&alice(), new, None).await.unwrap().snapshot.task.id
    }

    /// The task, once it is so.
    pub(super) async fn until(&self, id: TaskId, is_so: impl Fn(&Task) -> bool) -> Task {
        let wait = async {
            loop {
                let task = self.task(id).await;
                if is_so(&task) {
                    return task;
                }
                sleep(Duration::from_millis(5)).await; // between two looks
            }
        };
        if let Ok(task) = timeout(PATIENCE, wait).await {
            return task;
        }
        panic!("waited in vain: {:#?}", self.task(id).await)
    }

    pub(super) async fn until_status(&self, id: TaskId, status: Status) -> Task {
        self.until(id, |task| task.status == status).await
    }

    pub(super) async fn task(&self, id: TaskId) -> Task {
        self.store.task(id, 0).await.unwrap().unwrap().task
    }

    /// The types of the task's entries.
    pub(super) async fn story(&self, id: TaskId) -> Vec<&'static str> {
        let events = self.store.events(id, 0, 100).await.unwrap();
        events.iter().map(|event| event.body.kind()).collect()
    }

    /// What is being done for the task, once something is.
    pub(super) async fn progress(&self, id: TaskId) -> Progress {
        let wait = async {
            loop {
                if let Some(progress) = self.store.task(id, 0).await.unwrap().unwrap().progress {
                    return progress;
                }
            }
        };
        timeout(PATIENCE, wait).await.unwrap()
    }

    /// What the task failed with.
    pub(super) async fn failure(&self, id: TaskId) -> (String, String) {
        let error = self.until_status(id, Status::Failed).await.error.unwrap();
        (error.code.into(), error.message.into())
    }

    /// Waits until a task that has begun, and whatever else could be claimed, has had its turn: for
    /// one worker at a time.
    pub(super) async fn pass_the_turn(&self) {
        let fence = self.submit("Fence", "Thin").await;
        self.until_status(fence, Status::ClarificationNeeded).await;
    }

    /// The issues of the task, wherever GitHub got them from.
    pub(super) fn issues_of(&self, id: TaskId) -> Vec<SimulatedIssue> {
        let mut issues = self.simulator.issues(&shop());
        issues.retain(|issue| issue.body.ends_with(&format!("\n\ntaskwire:{id}")));
        issues
    }

    pub(super) fn issues(&self) -> usize {
        self.simulator.issues(&shop()).len()
    }

    /// Tells the workers to stop, and waits until they have.
    pub(super) async fn stop_workers(&mut self) {
        self.shutdown.cancel();
        for worker in self.workers.drain(..) {
            timeout(PATIENCE, worker).await.unwrap().unwrap();
        }
    }

    pub(super) async fn stop(mut self) {
        self.stop_workers().await;
        self.store.close().await;
        self.tracker.close();
        self.tracker.wait().await;
    }
}

/// A world with one instance; what most tests need.
pub(super) struct World {
    pub(super) instance: Instance,
    github: GitHubNextDoor,
    kept: Store,
    _dir: tempfile::TempDir,
}

impl World {
    pub(super) async fn start(setup: Setup) -> Self {
        let (kept, dir) = (Store::fresh(), tempfile::tempdir().unwrap());
        let github = GitHubNextDoor::open(setup.clock.clone()).await;
        let instance = Instance::start(&kept, dir.path(), &github.simulator, setup).await;
        Self { instance, github, kept, _dir: dir }
    }

    /// Lets `by` pass on `clock`, and for the store's leases.
    pub(super) async fn pass(&self, clock: &ManualClock, by: Duration) {
        self.kept.pass(clock, by).await;
    }

    pub(super) async fn stop(self) {
        self.instance.stop().await;
        self.github.close().await;
    }
}

impl std::ops::Deref for World {
    type Target = Instance;

    fn deref(&self) -> &Instance {
        &self.instance
    }
}

/// A clock that is so far ahead of another.
struct Ahead(Arc<dyn Clock>, Duration);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        self.0.now().plus(self.1)
    }
}

/// An analyzer that asks the test.
pub(super) struct ByHand(mpsc::Sender<Call>);

/// An analysis under way.
pub(super) struct Call {
    pub(super) task: Task,
    pub(super) say: mpsc::Sender<ProgressStep>,
    pub(super) answer: oneshot::Sender<Result<Analysis, AnalysisError>>,
}

impl ByHand {
    pub(super) fn new() -> (Arc<Self>, Calls) {
        let (calls, called) = mpsc::channel(16);
        (Arc::new(Self(calls)), Calls(called))
    }
}

#[async_trait]
impl Analyzer for ByHand {
    async fn analyze(&self, task: &Task, report: &dyn Report) -> Result<Analysis, AnalysisError> {
        let (say, mut said) = mpsc::channel(1);
        let (answer, answered) = oneshot::channel();
        self.0.send(Call { task: task.clone(), say, answer }).await.unwrap();
        let tell = async {
            while let Some(step) = said.recv().await {
                report.progress(step).await;
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            answer = answered => answer.unwrap(),
            () = tell => unreachable!(),
        }
    }
}

/// The analyses that the test is asked for.
pub(super) struct Calls(mpsc::Receiver<Call>);

impl Calls {
    pub(super) async fn next(&mut self) -> Call {
        timeout(PATIENCE, self.0.recv()).await.unwrap().unwrap()
    }

    /// Answers the next one.
    pub(super) async fn answer(&mut self, answer: Result<Analysis, AnalysisError>) {
        self.next().await.answer.send(answer).unwrap();
    }
}

/// An analysis that passes the description on.
pub(super) fn clear(task: &Task) -> Analysis {
    Analysis::Clear { labels: Vec::new(), body: task.description.to_string() }
}

/// Waits for what nobody tells of.
pub(super) async fn eventually(is_so: impl Fn() -> bool) {
    let wait = async {
        while !is_so() {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, wait).await.unwrap();
}

pub(super) fn shop() -> RepoName {
    "acme/shop".parse().unwrap()
}

pub(super) fn alice() -> Actor {
    Actor {
        id: "alice".try_into().unwrap(),
        name: "Alice".into(),
        roles: BTreeSet::from([Role::Member]),
        teams: BTreeSet::new(),
        repos: None,
    }
}
