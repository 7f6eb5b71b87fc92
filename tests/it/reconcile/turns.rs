//! Several reconcilers on one store, and a GitHub that is not there.

use std::{sync::Arc, time::Duration};

use secrecy::SecretString;
use taskwire::{
    domain::{
        Actor, Checks, Command, ManualClock, NewTask, Role, Status, Summary, TaskId, Visibility,
        text::{Description, Labels, RepoName},
    },
    github::{self, GitHubSettings, ReconcileSettings, Reconciler, Turn, Webhooks},
    simulator::{NewPull, Simulator, SimulatorOptions},
    store::{LeaseToken, TaskStore},
    tasks::{RepoRules, TasksService},
};
use tempfile::TempDir;
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

use crate::support::Store;

const TERM: Duration = Duration::from_mins(1);
/// Long beside what a test takes: a store may go by a clock that runs meanwhile.
const TICK: Duration = Duration::from_secs(20);
/// A tick less than a term.
const NEARLY: Duration = Duration::from_secs(40);

struct World {
    clock: ManualClock,
    store: Arc<dyn TaskStore>,
    tasks: TasksService,
    simulator: Simulator,
    repo: RepoName,
    tracker: TaskTracker,
    kept: Store,
    _folder: TempDir,
    _stop: DropGuard,
}

impl World {
    async fn start() -> Self {
        let (clock, kept) = (Store::clock(), Store::fresh());
        let (repo, stop) = (RepoName::try_from("acme/shop").unwrap(), CancellationToken::new());
        let options = SimulatorOptions {
            clock: Arc::new(clock.clone()),
            token: SecretString::from("token"),
            login: "taskwire-bot".into(),
            repos: vec![repo.clone()],
        };
        let tracker = TaskTracker::new();
        let simulator = Simulator::start(options, &tracker, stop.clone()).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let store = kept.open(folder.path(), Arc::new(clock.clone())).await;
        let rules = RepoRules::new(Some(repo.clone()), Vec::new());
        let tasks = TasksService::new(store.clone(), Arc::new(clock.clone()), rules);
        Self {
            clock,
            store,
            tasks,
            simulator,
            repo,
            tracker,
            kept,
            _folder: folder,
            _stop: stop.drop_guard(),
        }
    }

    /// The reconciler of one more instance.
    fn reconciler(&self) -> Reconciler {
        let github = github::connect(GitHubSettings {
            token: Some(SecretString::from("token")),
            api_url: self.simulator.api_url().clone(),
            request_timeout: Duration::from_secs(10),
        });
        let webhooks = Webhooks::new(
            self.tasks.clone(),
            self.store.clone(),
            github.unwrap(),
            vec![self.repo.clone(), self.repo.clone()],
            github::web_host(self.simulator.api_url()),
        );
        let settings = ReconcileSettings {
            interval: Duration::from_mins(5),
            term: TERM,
            backoff: Duration::from_millis(500),
        };
        Reconciler::new(webhooks, Arc::new(self.clock.clone()), settings)
    }

    /// A task that is filed as an issue; its id and the issue's number.
    async fn dispatched(&self) -> (TaskId, u64) {
        let alice = Actor {
            id: "alice".try_into().unwrap(),
            name: "Alice".into(),
            roles: [Role::Member].into(),
            teams: [].into(),
            repos: None,
        };
        let new = NewTask {
            title: "Fix payment bug".try_into().unwrap(),
            description: Description::default(),
            repo: Some(self.repo.clone()),
            labels: Labels::default(),
            team: None,
            visibility: Visibility::Everyone,
        };
        let id = self.tasks.create(&alice, new, None).await.unwrap().snapshot.task.id;
        let token = LeaseToken::new();
        self.store.claim(token, TERM).await.unwrap().unwrap();
        self.tasks.work(id, token, Command::StartAnalysis).await.unwrap();
        let body = format!("It fails\n\ntaskwire:{id}");
        let number = self.simulator.file_issue(&self.repo, "taskwire-bot", "Fix", &body).unwrap();
        let url = format!("{}acme/shop/issues/{number}", self.simulator.api_url());
        let filed = Command::RecordIssue { number, url, labels: Labels::default() };
        self.tasks.work(id, token, filed).await.unwrap();
        (id, number)
    }

    /// Opens a pull request that nobody tells.
    fn pull_for(&self, issue: u64) -> u64 {
        let new = NewPull::by_agent("Fix it", &format!("Fixes #{issue}"));
        self.simulator.open_pull(&self.repo, new).unwrap().number
    }

    async fn status(&self, id: TaskId) -> Status {
        self.store.task(id, 0).await.unwrap().unwrap().task.status
    }

    async fn checks(&self, id: TaskId) -> Checks {
        let task = self.store.task(id, 0).await.unwrap().unwrap().task;
        Summary::from(&task).pull.unwrap().checks
    }

    async fn story(&self, id: TaskId) -> Vec<&'static str> {
        let events = self.store.events(id, 0, 100).await.unwrap();
        events.iter().map(|event| event.body.kind()).collect()
    }
}

#[tokio::test]
async fn of_two_one_asks_until_it_dies_and_then_the_other_takes_over() {
    let world = World::start().await;
    let (id, issue) = world.dispatched().await;
    let (mut one, mut other) = (world.reconciler(), world.reconciler());
    assert_eq!(one.turn().await, Turn::Looked { caught_up: 0 });

    let pull = world.pull_for(issue);
    assert_eq!(other.turn().await, Turn::NotOurs);
    assert_eq!(world.status(id).await, Status::Dispatched, "it has not asked");
    assert_eq!(one.turn().await, Turn::Looked { caught_up: 1 });
    assert_eq!(world.status(id).await, Status::PrOpened);

    // The first is dead: it does not come again.
    world.simulator.merge(&world.repo, pull).unwrap();
    world.kept.pass(&world.clock, NEARLY).await;
    assert_eq!(other.turn().await, Turn::NotOurs);
    world.kept.pass(&world.clock, TICK).await;
    assert_eq!(other.turn().await, Turn::Looked { caught_up: 1 });
    assert_eq!(world.status(id).await, Status::Merged);
    assert_eq!(one.turn().await, Turn::NotOurs, "should it come to life again");
    assert_eq!(
        world.story(id).await,
        ["created", "analyzing", "dispatched", "pr_opened", "pr_merged"]
    );
}

#[tokio::test]
async fn an_instance_that_stops_gives_its_duty_back() {
    let world = World::start().await;
    let (id, issue) = world.dispatched().await;
    world.pull_for(issue);
    let (one, mut other) = (world.reconciler(), world.reconciler());
    let stop = CancellationToken::new();
    let running = world.tracker.spawn(one.run(stop.clone()));
    let has_looked = async {
        while world.status(id).await != Status::PrOpened {
            tokio::time::sleep(Duration::from_millis(10)).await; // between two looks
        }
    };
    tokio::time::timeout(Duration::from_secs(30), has_looked).await.expect("it takes the duty on");
    assert_eq!(other.turn().await, Turn::NotOurs);

    stop.cancel();
    running.await.unwrap();

    assert_eq!(other.turn().await, Turn::Looked { caught_up: 0 });
}

#[tokio::test]
async fn a_github_that_is_down_is_asked_again_and_nothing_is_missed() {
    let world = World::start().await;
    let (id, issue) = world.dispatched().await;
    let mut reconciler = world.reconciler();
    world.pull_for(issue);

    world.simulator.fail_next(1, 503);
    assert_eq!(reconciler.turn().await, Turn::Troubled { retry_after: None });
    world.simulator.limit_next(1, Duration::from_secs(90));
    let limited = Turn::Troubled { retry_after: Some(Duration::from_secs(90)) };
    assert_eq!(reconciler.turn().await, limited);
    assert_eq!(world.status(id).await, Status::Dispatched);

    assert_eq!(reconciler.turn().await, Turn::Looked { caught_up: 1 });
    assert_eq!(world.status(id).await, Status::PrOpened);
    assert_eq!(reconciler.turn().await, Turn::Looked { caught_up: 0 }, "all is known");
}

#[tokio::test]
async fn a_word_on_a_pull_request_is_no_entry_and_a_change_of_it_is_one() {
    let world = World::start().await;
    let (id, issue) = world.dispatched().await;
    let mut reconciler = world.reconciler();
    let pull = world.pull_for(issue);
    reconciler.turn().await;
    let body = format!("Fixes #{issue}");

    world.clock.advance(Duration::from_secs(30));
    world.simulator.edit_pull(&world.repo, pull, "Fix it", &body).unwrap();
    assert_eq!(reconciler.turn().await, Turn::Looked { caught_up: 0 }, "only its time is new");

    world.clock.advance(Duration::from_secs(30));
    world.simulator.push(&world.repo, pull).unwrap();
    assert_eq!(reconciler.turn().await, Turn::Looked { caught_up: 1 });
    assert_eq!(
        world.story(id).await,
        ["created", "analyzing", "dispatched", "pr_opened", "pr_updated"]
    );
}

#[tokio::test]
async fn a_word_on_an_open_issue_is_no_entry() {
    let world = World::start().await;
    let (id, issue) = world.dispatched().await;
    let mut reconciler = world.reconciler();
    reconciler.turn().await;
    world.clock.advance(Duration::from_secs(30));
    world.simulator.comment(&world.repo, issue, "octocat", "Any news?").unwrap();
    assert_eq!(reconciler.turn().await, Turn::Looked { caught_up: 0 });
    assert_eq!(world.story(id).await, ["created", "analyzing", "dispatched"]);
}

#[tokio::test]
async fn checks_that_no_webhook_told_are_asked_for() {
    let world = World::start().await;
    let (id, issue) = world.dispatched().await;
    let mut reconciler = world.reconciler();
    let pull = world.pull_for(issue);
    world.simulator.start_check(&world.repo, pull, "build").unwrap();
    assert_eq!(reconciler.turn().await, Turn::Looked { caught_up: 2 }, "an opening and a check");
    assert_eq!(world.checks(id).await, Checks::Pending);

    world.clock.advance(Duration::from_secs(30));
    world.simulator.push(&world.repo, pull).unwrap();
    assert_eq!(reconciler.turn().await, Turn::Looked { caught_up: 1 });
    assert_eq!(world.checks(id).await, Checks::None, "they have not begun");
    // GitHub's list of pull requests does not tell that a check has begun.
    world.simulator.start_check(&world.repo, pull, "build").unwrap();
    world.simulator.end_check(&world.repo, pull, "build", "failure").unwrap();
    assert_eq!(reconciler.turn().await, Turn::Looked { caught_up: 1 });
    assert_eq!(world.checks(id).await, Checks::Failing);
    assert_eq!(reconciler.turn().await, Turn::Looked { caught_up: 0 }, "all is known");
}

#[tokio::test]
async fn two_states_of_one_second_are_told_apart_by_the_next_look() {
    let world = World::start().await;
    let (id, issue) = world.dispatched().await;
    let mut reconciler = world.reconciler();
    world.simulator.close_issue(&world.repo, issue, false).unwrap();
    assert_eq!(reconciler.turn().await, Turn::Looked { caught_up: 1 });

    world.simulator.reopen_issue(&world.repo, issue).unwrap();
    assert_eq!(reconciler.turn().await, Turn::Looked { caught_up: 0 }, "which of them was last?");
    world.clock.advance(Duration::from_secs(10));
    assert_eq!(reconciler.turn().await, Turn::Looked { caught_up: 1 });
    assert_eq!(world.story(id).await[3..], ["issue_closed", "issue_reopened"]);
}
