//! What it costs when all clients come back at once: a thousand join the dashboard and one task at
//! the same moment, each with a read of its own, and as the hub lets them share.
//!
//! `cargo bench --bench rejoin`

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "it measures, and tells what it measured"
)]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::future::join_all;
use taskwire::{
    domain::{
        Actor, Clock, NewTask, Role, SystemClock, TaskId, Visibility,
        text::{Description, Labels},
    },
    feed::{Bounds, Broadcaster, Hub, Message},
    protocol::{
        rest::{TaskList, TaskStats},
        socket::{DashboardState, JoinDashboard, ServerMessage},
        views::Task,
    },
    store::{SqliteStore, TaskStore},
    tasks::{RepoRules, TasksService},
    telemetry,
};
use tokio_util::task::TaskTracker;

const CLIENTS: usize = 1_000;
const TASKS: usize = 200;
const COMMENTS: usize = 20;

fn member(name: &str, role: Role) -> Actor {
    Actor {
        id: name.try_into().unwrap(),
        name: name.to_owned(),
        roles: [role].into(),
        teams: [].into(),
        repos: None,
    }
}

struct World {
    tasks: TasksService,
    hub: Hub,
    task: TaskId,
}

impl World {
    async fn new(store: Arc<dyn TaskStore>, clock: Arc<dyn Clock>) -> Self {
        let tasks = TasksService::new(store, clock.clone(), RepoRules::new(None, Vec::new()));
        let alice = member("alice", Role::Member);
        let mut newest = None;
        for n in 0..TASKS {
            let new = NewTask {
                title: format!("Task {n}").as_str().try_into().unwrap(),
                description: Description::default(),
                repo: None,
                labels: Labels::default(),
                team: None,
                visibility: Visibility::Everyone,
            };
            newest = Some(tasks.create(&alice, new, None).await.unwrap().snapshot.task.id);
        }
        let task = newest.unwrap();
        for n in 0..COMMENTS {
            let text = format!("Comment {n}: {}", "words ".repeat(40));
            tasks.comment(&alice, task, text.as_str().try_into().unwrap(), None).await.unwrap();
        }
        let hub = Hub::new(tasks.clone(), clock);
        Self { tasks, hub, task }
    }

    /// As it was before reads were shared: each client reads and encodes for itself.
    async fn alone(&self, actor: Arc<Actor>) {
        let now = SystemClock.now();
        let query = JoinDashboard::default().query();
        let (page, stats, _) = self.tasks.dashboard(&actor, &query).await.unwrap();
        let list = TaskList::from(page);
        let counts = TaskStats::from(stats);
        let all = DashboardState::new(list.tasks, list.next_cursor, counts, now);
        let whole = Message::new(&ServerMessage::DashboardState(Box::new(all)), now);
        let task = Task::from(self.tasks.get(&actor, self.task).await.unwrap());
        let one = Message::new(&ServerMessage::TaskState(Box::new(task)), now);
        std::hint::black_box((whole, one));
    }

    async fn shared(&self, actor: Arc<Actor>) {
        let client = self.hub.subscribe((*actor).clone(), Bounds { rooms: 10, waiting: 1_000 });
        self.hub.join_dashboard(&client, &JoinDashboard::default()).await.unwrap();
        self.hub.join_task(&client, self.task).await.unwrap();
        self.hub.leave(&client);
    }
}

/// How often the store was read for snapshots so far.
fn reads(metrics: &telemetry::PrometheusHandle) -> u64 {
    let text = metrics.render();
    let count = |line: &str| {
        line.strip_prefix("taskwire_snapshot_reads_total")?.rsplit(' ').next()?.parse::<u64>().ok()
    };
    text.lines().filter_map(count).sum()
}

/// Runs one future for each client, all at once, in tasks of their own.
async fn all_at_once<F>(actors: &[Arc<Actor>], run: impl Fn(Arc<Actor>) -> F) -> Duration
where
    F: Future<Output = ()> + Send + 'static,
{
    let tracker = TaskTracker::new();
    let began = Instant::now();
    let running: Vec<_> = actors.iter().map(|actor| tracker.spawn(run(actor.clone()))).collect();
    for done in join_all(running).await {
        done.unwrap();
    }
    began.elapsed()
}

#[tokio::main]
async fn main() {
    let metrics = telemetry::install_recorder();
    let folder = tempfile::tempdir().unwrap();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let store: Arc<dyn TaskStore> =
        Arc::new(SqliteStore::open(folder.path(), clock.clone()).unwrap());
    let feed = store.feed().unwrap();
    let world = Arc::new(World::new(store, clock).await);
    let tracker = TaskTracker::new();
    tracker.spawn(Broadcaster::new(world.hub.clone()).run(feed));
    world.hub.live().await;

    let one_audience: Vec<_> =
        std::iter::repeat_n(Arc::new(member("operator", Role::Admin)), CLIENTS).collect();
    let own_audiences: Vec<_> =
        (0..CLIENTS).map(|n| Arc::new(member(&format!("user-{n}"), Role::Member))).collect();
    println!("{CLIENTS} clients join the dashboard ({TASKS} tasks) and one task, all at once");
    for (audience, actors) in [("the same", &one_audience), ("their own", &own_audiences)] {
        for _ in 0..3 {
            let alone = all_at_once(actors, |actor| {
                let world = world.clone();
                async move { world.alone(actor).await }
            });
            let alone = alone.await;
            let before = reads(&metrics);
            let shared = all_at_once(actors, |actor| {
                let world = world.clone();
                async move { world.shared(actor).await }
            });
            let shared = shared.await;
            println!(
                "clients see {audience}: alone {} reads, {} ms; shared {} reads, {} ms",
                2 * CLIENTS,
                alone.as_millis(),
                reads(&metrics) - before,
                shared.as_millis(),
            );
        }
    }
}
