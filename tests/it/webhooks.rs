//! What GitHub tells reaches the tasks it is about: once, in any order, and nobody else's.

#[path = "webhooks/links.rs"]
mod links;
#[path = "webhooks/opinions.rs"]
mod opinions;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use axum::{Router, body::Bytes, extract::State, http::HeaderMap, routing::post};
use taskwire::{
    domain::{
        Actor, ActorKind, Command, ManualClock, NewTask, Role, Status, Task, TaskId, Visibility,
        Work,
        text::{Description, Labels, RepoName},
    },
    github::{
        Delivery, GitHubSettings, Received, ReconcileSettings, Reconciler, Turn, Verifier,
        WebhookError, Webhooks, connect, web_host,
    },
    protocol::rest::WebhookOutcome,
    simulator::{Hook, NewPull, Simulator, SimulatorOptions},
    store::{LeaseToken, TaskStore},
    tasks::{RepoRules, TasksService},
};
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::support::Store;
use WebhookOutcome::{Applied, Duplicate, Ignored};

const LEASE: Duration = Duration::from_mins(1);

struct World {
    clock: ManualClock,
    simulator: Simulator,
    store: Arc<dyn TaskStore>,
    tasks: TasksService,
    webhooks: Webhooks,
    tracker: TaskTracker,
    shutdown: CancellationToken,
    _dir: tempfile::TempDir,
    _kept: Store,
}

impl World {
    /// Two repositories there are tasks for, of which `allowed` may speak for each other.
    async fn start(allowed: &[&RepoName]) -> Self {
        let clock = ManualClock::new("2026-11-20T17:24:00Z".parse().unwrap());
        let (tracker, shutdown) = (TaskTracker::new(), CancellationToken::new());
        let options = SimulatorOptions {
            clock: Arc::new(clock.clone()),
            token: "secret-token".into(),
            login: "taskwire-bot".into(),
            repos: vec![shop(), web()],
        };
        let simulator = Simulator::start(options, &tracker, shutdown.clone()).await.unwrap();
        let github = connect(GitHubSettings {
            token: Some("secret-token".into()),
            api_url: simulator.api_url().clone(),
            request_timeout: Duration::from_secs(20),
        });
        let dir = tempfile::tempdir().unwrap();
        let kept = Store::fresh();
        let store = kept.open(dir.path(), Arc::new(clock.clone())).await;
        let rules = RepoRules::new(Some(shop()), [web()]);
        let tasks = TasksService::new(store.clone(), Arc::new(clock.clone()), rules);
        let webhooks = Webhooks::new(
            tasks.clone(),
            store.clone(),
            github.unwrap(),
            allowed.iter().copied().cloned().collect(),
            web_host(simulator.api_url()),
        );
        Self { clock, simulator, store, tasks, webhooks, tracker, shutdown, _dir: dir, _kept: kept }
    }

    /// A task that waits for a pull request, and its issue's number.
    async fn dispatched(&self, repo: &RepoName) -> (TaskId, u64) {
        let new = NewTask {
            title: "Fix payment bug".try_into().unwrap(),
            description: Description::default(),
            repo: Some(repo.clone()),
            labels: Labels::default(),
            team: None,
            visibility: Visibility::Everyone,
        };
        self.tasks.create(&alice(), new, None).await.unwrap();
        let lease = LeaseToken::new();
        let task = self.store.claim(lease, LEASE).await.unwrap().unwrap().task;
        self.tasks.work(task.id, lease, Command::StartAnalysis).await.unwrap();
        let number =
            self.simulator.file_issue(repo, "taskwire-bot", "Fix", &marker(task.id)).unwrap();
        let url = format!("{}{repo}/issues/{number}", self.simulator.api_url());
        let record = Command::RecordIssue { number, url, labels: Labels::default() };
        self.tasks.work(task.id, lease, record).await.unwrap();
        self.store.release(task.id, lease, Duration::ZERO).await.unwrap();
        (task.id, number)
    }

    async fn hear(&self, hook: &Hook) -> (WebhookOutcome, Vec<TaskId>) {
        match self.webhooks.receive(&delivery(hook), &hook.body).await.unwrap() {
            Received::Receipt(receipt) => (receipt.outcome, receipt.task_ids),
            Received::Pong => panic!("a {} is no ping", hook.event),
        }
    }

    fn open_pull(&self, repo: &RepoName, body: &str) -> Hook {
        self.simulator.open_pull(repo, NewPull::by_agent("Fix it", body)).unwrap()
    }

    /// A look at GitHub by a server that has just started.
    async fn look(&self) -> Turn {
        let settings = ReconcileSettings {
            interval: Duration::from_mins(5),
            term: Duration::from_mins(1),
            backoff: Duration::from_millis(500),
        };
        let clock = Arc::new(self.clock.clone());
        let mut reconciler = Reconciler::new(self.webhooks.clone(), clock, settings);
        let turn = reconciler.turn().await;
        // It gives the duty back, so that the next look can take it on.
        let stopped = CancellationToken::new();
        stopped.cancel();
        reconciler.run(stopped).await;
        turn
    }

    fn a_moment_later(&self) {
        self.clock.advance(Duration::from_secs(5));
    }

    async fn task(&self, id: TaskId) -> Task {
        self.store.task(id, 0).await.unwrap().unwrap().task
    }

    /// The types of the entries since the task was dispatched.
    async fn story(&self, id: TaskId) -> Vec<&'static str> {
        let events = self.store.events(id, 3, 100).await.unwrap();
        events.iter().map(|event| event.body.kind()).collect()
    }

    async fn title_of_pull(&self, id: TaskId) -> String {
        taskwire::domain::Summary::from(&self.task(id).await).pull.unwrap().title
    }

    async fn stop(self) {
        self.store.close().await;
        self.shutdown.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }
}

fn shop() -> RepoName {
    "acme/shop".parse().unwrap()
}

fn web() -> RepoName {
    "acme/web".parse().unwrap()
}

fn marker(id: TaskId) -> String {
    format!("taskwire:{id}")
}

fn alice() -> Actor {
    Actor {
        id: "alice".try_into().unwrap(),
        name: "Alice".into(),
        roles: BTreeSet::from([Role::Member]),
        teams: BTreeSet::new(),
        repos: None,
    }
}

fn headers(event: &str, id: &str) -> HeaderMap {
    [("content-type", "application/json"), ("x-github-event", event), ("x-github-delivery", id)]
        .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
        .into_iter()
        .collect()
}

fn delivery(hook: &Hook) -> Delivery {
    Delivery::read(&headers(&hook.event, &hook.id)).unwrap()
}

#[tokio::test]
async fn a_marked_pull_request_is_followed_to_its_merge_each_delivery_once() {
    let world = World::start(&[]).await;
    let (id, _) = world.dispatched(&shop()).await;
    let opened = world.open_pull(&shop(), &marker(id));
    assert_eq!(world.hear(&opened).await, (Applied, vec![id]));
    assert_eq!(world.task(id).await.status, Status::PrOpened);
    assert_eq!(world.hear(&opened).await, (Duplicate, vec![id]));

    world.a_moment_later();
    let merged = world.simulator.merge(&shop(), opened.number).unwrap();
    assert_eq!(world.hear(&merged).await, (Applied, vec![id]));
    assert_eq!(world.hear(&merged).await, (Duplicate, vec![id]));
    assert_eq!(world.hear(&opened).await, (Duplicate, vec![id]));
    assert_eq!(world.story(id).await, ["pr_opened", "pr_merged"]);

    let entry = world.store.events(id, 3, 1).await.unwrap().remove(0);
    let agent = ("copilot-swe-agent[bot]", ActorKind::Github);
    assert_eq!((entry.actor.id.as_str(), entry.actor.kind), agent);
    world.stop().await;
}

#[tokio::test]
async fn a_merge_that_comes_first_tells_the_opening_too_and_what_is_late_changes_nothing() {
    let world = World::start(&[]).await;
    let (id, issue) = world.dispatched(&shop()).await;
    let opened = world.open_pull(&shop(), &format!("Fixes #{issue}"));
    world.a_moment_later();
    let pushed = world.simulator.push(&shop(), opened.number).unwrap();
    world.a_moment_later();
    let merged = world.simulator.merge(&shop(), opened.number).unwrap();
    assert_eq!(world.hear(&merged).await, (Applied, vec![id]));
    assert_eq!(world.hear(&opened).await, (Ignored, vec![id]));
    assert_eq!(world.hear(&pushed).await, (Ignored, vec![id]));
    assert_eq!(world.story(id).await, ["pr_opened", "pr_merged"]);
    world.stop().await;
}

#[tokio::test]
async fn a_pull_request_that_names_no_task_is_ignored() {
    let world = World::start(&[]).await;
    let (id, issue) = world.dispatched(&shop()).await;
    let bodies = [
        String::new(),
        format!("See #{issue}"),
        format!("Fixes #{}", issue + 40),
        marker("0198c5b2-7d1f-7a3e-8f00-0123456789ab".parse().unwrap()),
    ];
    for body in bodies {
        assert_eq!(world.hear(&world.open_pull(&shop(), &body)).await, (Ignored, vec![]), "{body}");
    }
    assert!(world.story(id).await.is_empty());
    world.stop().await;
}

#[tokio::test]
async fn a_strangers_fork_is_heard_once_somebody_has_merged_it() {
    let world = World::start(&[]).await;
    let (id, issue) = world.dispatched(&shop()).await;
    let body = format!("{}\n\nCloses #{issue}", marker(id));
    let mut fork = NewPull::by_agent("Fix it", &body);
    (fork.is_from_fork, fork.author_association) = (true, "NONE".into());
    let opened = world.simulator.open_pull(&shop(), fork).unwrap();
    assert_eq!(world.hear(&opened).await, (Ignored, vec![]));
    world.a_moment_later();
    let merged = world.simulator.merge(&shop(), opened.number).unwrap();
    assert_eq!(world.hear(&merged).await, (Applied, vec![id]));
    world.stop().await;
}

#[tokio::test]
async fn another_repository_may_speak_only_if_both_are_allowed() {
    for (allowed, expected) in [(vec![], Ignored), (vec![shop(), web()], Applied)] {
        let world = World::start(&allowed.iter().collect::<Vec<_>>()).await;
        let (id, _) = world.dispatched(&shop()).await;
        let opened = world.open_pull(&web(), &marker(id));
        assert_eq!(world.hear(&opened).await.0, expected);
        world.stop().await;
    }
}

#[tokio::test]
async fn numbers_that_no_issue_has_keep_no_task_from_its_pull_request() {
    let world = World::start(&[]).await;
    let (id, issue) = world.dispatched(&shop()).await;
    let body = format!("Fixes #9999999999999999999, fixes #9223372036854775807, fixes #{issue}");

    let opened = world.open_pull(&shop(), &body);

    assert_eq!(world.hear(&opened).await, (Applied, vec![id]));
    world.stop().await;
}

#[tokio::test]
async fn a_link_is_kept_when_the_body_is_edited() {
    let world = World::start(&[]).await;
    let (first, _) = world.dispatched(&shop()).await;
    let (second, _) = world.dispatched(&shop()).await;
    let opened = world.open_pull(&shop(), &marker(first));
    world.hear(&opened).await;
    world.a_moment_later();
    let edited =
        world.simulator.edit_pull(&shop(), opened.number, "Other", &marker(second)).unwrap();
    assert_eq!(world.hear(&edited).await, (Applied, vec![first]));
    assert_eq!(world.title_of_pull(first).await, "Other");
    assert!(world.story(second).await.is_empty());
    world.stop().await;
}

#[tokio::test]
async fn of_two_edits_in_one_second_github_says_which_is_true() {
    let world = World::start(&[]).await;
    let (id, _) = world.dispatched(&shop()).await;
    let opened = world.open_pull(&shop(), &marker(id));
    world.hear(&opened).await;
    world.a_moment_later();
    let earlier = world.simulator.edit_pull(&shop(), opened.number, "Earlier", "").unwrap();
    let later = world.simulator.edit_pull(&shop(), opened.number, "Later", "").unwrap();

    assert_eq!(world.hear(&later).await, (Applied, vec![id]));
    assert_eq!(world.hear(&earlier).await, (Ignored, vec![id]));
    assert_eq!(world.title_of_pull(id).await, "Later");

    world.a_moment_later();
    let earlier = world.simulator.edit_pull(&shop(), opened.number, "Before", "").unwrap();
    let later = world.simulator.edit_pull(&shop(), opened.number, "After", "").unwrap();
    world.hear(&earlier).await;
    world.simulator.fail_next(1, 503);
    assert_eq!(world.hear(&later).await, (Applied, vec![id]));
    assert_eq!(world.title_of_pull(id).await, "After");
    world.stop().await;
}

#[tokio::test]
async fn of_two_edits_in_one_second_that_come_at_once_github_says_which_is_true() {
    let world = World::start(&[]).await;
    let (id, _) = world.dispatched(&shop()).await;
    let opened = world.open_pull(&shop(), &marker(id));
    world.hear(&opened).await;
    for round in 0..10 {
        world.a_moment_later();
        let [earlier, later] = ["Earlier", "Later"].map(|title| {
            let title = format!("{title} {round}");
            world.simulator.edit_pull(&shop(), opened.number, &title, "").unwrap()
        });
        tokio::join!(world.hear(&later), world.hear(&earlier));
        assert_eq!(world.title_of_pull(id).await, format!("Later {round}"));
    }
    world.stop().await;
}

#[tokio::test]
async fn an_issue_closed_before_it_was_reopened_is_open_though_the_closing_comes_last() {
    let world = World::start(&[]).await;
    let (id, issue) = world.dispatched(&shop()).await;
    world.a_moment_later();
    let closed = world.simulator.close_issue(&shop(), issue, false).unwrap();
    world.a_moment_later();
    let reopened = world.simulator.reopen_issue(&shop(), issue).unwrap();

    assert_eq!(world.hear(&reopened).await, (Applied, vec![id]));
    assert_eq!(world.hear(&closed).await, (Ignored, vec![id]));

    world.tasks.cancel(&alice(), id, None, None).await.unwrap();
    assert_eq!(world.task(id).await.work(), Some(Work::CloseIssue), "it is open on GitHub");
    world.stop().await;
}

#[tokio::test]
async fn closing_the_issue_as_not_planned_cancels_the_task() {
    let world = World::start(&[]).await;
    let (done, finished) = world.dispatched(&shop()).await;
    let (dropped, not_planned) = world.dispatched(&shop()).await;
    world.a_moment_later();
    let closed = world.simulator.close_issue(&shop(), finished, false).unwrap();
    assert_eq!(world.hear(&closed).await, (Applied, vec![done]));
    assert_eq!(world.task(done).await.status, Status::Dispatched);
    world.a_moment_later();
    let reopened = world.simulator.reopen_issue(&shop(), finished).unwrap();
    assert_eq!(world.hear(&reopened).await, (Applied, vec![done]));
    assert_eq!(world.story(done).await, ["issue_closed", "issue_reopened"]);

    let closed = world.simulator.close_issue(&shop(), not_planned, true).unwrap();
    assert_eq!(world.hear(&closed).await, (Applied, vec![dropped]));
    assert_eq!(world.hear(&closed).await, (Duplicate, vec![dropped]));
    assert_eq!(world.task(dropped).await.status, Status::Cancelled);
    world.stop().await;
}

#[tokio::test]
async fn a_ping_is_answered_the_unused_ignored_and_nonsense_refused() {
    let world = World::start(&[]).await;
    let receive = async |event: &str, body: &'static [u8]| {
        world.webhooks.receive(&Delivery::read(&headers(event, "d-1")).unwrap(), body).await
    };
    assert_eq!(receive("ping", b"{}").await.unwrap(), Received::Pong);
    let Received::Receipt(receipt) = receive("star", b"{}").await.unwrap() else { panic!() };
    assert_eq!((receipt.outcome, receipt.task_ids), (Ignored, vec![]));
    for (event, body) in
        [("pull_request", &b"{"[..]), ("star", b"{"), ("star", b"{\"repository\":\"\xff\"}")]
    {
        let nonsense = receive(event, body).await;
        assert!(matches!(nonsense, Err(WebhookError::Malformed(_))), "{nonsense:?}");
    }
    world.stop().await;
}

#[tokio::test]
async fn what_the_simulator_delivers_is_signed_as_github_signs() {
    async fn verify(State(secret): State<&'static str>, headers: HeaderMap, body: Bytes) -> String {
        let mut verifier = Verifier::new(&[secret.into()]);
        verifier.update(&body);
        let signature = headers.get("x-hub-signature-256").map(|value| value.to_str().unwrap());
        let delivery = Delivery::read(&headers).unwrap();
        format!("{} {} {}", delivery.event, delivery.id, verifier.verify(signature).is_ok())
    }
    let world = World::start(&[]).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let to = format!("http://{}/hook", listener.local_addr().unwrap()).parse().unwrap();
    let app = Router::new().route("/hook", post(verify)).with_state("our secret");
    let stop = world.shutdown.clone().cancelled_owned();
    world.tracker.spawn(async move {
        axum::serve(listener, app).with_graceful_shutdown(stop).await.unwrap();
    });
    let hook = world.open_pull(&shop(), "");
    for (secret, genuine) in [("our secret", true), ("another", false)] {
        let (status, body) = world.simulator.deliver(&hook, &to, &secret.into()).await.unwrap();
        assert!(status.is_success());
        assert_eq!(body, format!("pull_request {} {genuine}", hook.id));
    }
    world.stop().await;
}
