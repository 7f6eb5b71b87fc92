//! Clients that come back at once share what is read, and miss nothing for it.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use futures_util::future::join_all;
use serde_json::Value;
use taskwire::{
    domain::{
        Actor, Clock, NewTask, Role, SystemClock, TaskId, Visibility,
        text::{Description, Labels},
    },
    feed::{Bounds, Broadcaster, Hub, Outbound, Subscriber},
    protocol::socket::JoinDashboard,
    tasks::{RepoRules, TasksService},
    telemetry,
};
use tempfile::TempDir;
use tokio::{task::JoinSet, time::timeout};

use crate::support::{Line, Program, Store, StoreUnderTest, Stream, TestDatabase};

const TASKS: usize = 3;
const WRITERS: usize = 3;
const COMMENTS: usize = 60;
const CLIENTS: usize = 20;
const ROUNDS: usize = 5;

#[derive(Clone)]
struct World {
    tasks: TasksService,
    hub: Hub,
    ids: Vec<TaskId>,
    _kept: Arc<(Store, TempDir)>,
}

fn actor(id: &str, role: Role) -> Actor {
    Actor {
        id: id.try_into().unwrap(),
        name: id.to_owned(),
        roles: [role].into(),
        teams: [].into(),
        repos: None,
    }
}

impl World {
    async fn start(running: &mut JoinSet<()>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let kept = Store::fresh();
        let store = kept.open(folder.path(), clock.clone()).await;
        let feed = store.feed().unwrap();
        let tasks = TasksService::new(store, clock.clone(), RepoRules::new(None, Vec::new()));
        let hub = Hub::new(tasks.clone(), clock);
        running.spawn(Broadcaster::new(hub.clone()).run(feed));
        hub.live().await;
        let mut world = Self { tasks, hub, ids: Vec::new(), _kept: Arc::new((kept, folder)) };
        for n in 0..TASKS {
            let new = NewTask {
                title: format!("Task {n}").as_str().try_into().unwrap(),
                description: Description::default(),
                repo: None,
                labels: Labels::default(),
                team: None,
                visibility: Visibility::Everyone,
            };
            let alice = actor("alice", Role::Member);
            let done = world.tasks.create(&alice, new, None).await.unwrap();
            world.ids.push(done.snapshot.task.id);
        }
        world
    }

    async fn write(self, writer: usize) {
        let alice = actor("alice", Role::Member);
        for n in 0..COMMENTS {
            let text = format!("{writer}.{n}").as_str().try_into().unwrap();
            let task = self.ids[(writer + n) % TASKS];
            self.tasks.comment(&alice, task, text, None).await.unwrap();
        }
    }

    /// Joins everything, as a client does that has come back, and reads meanwhile: a snapshot waits
    /// for a client that does not.
    async fn join(self, id: String) -> Client {
        let bounds = Bounds { rooms: TASKS, waiting: 100_000 };
        let client = self.hub.subscribe(actor(&id, Role::Admin), bounds);
        let mut heard = VecDeque::new();
        {
            let joining = async {
                self.hub.join_dashboard(&client, &JoinDashboard::default()).await.unwrap();
                let rooms = self.ids.iter().map(|task| self.hub.join_task(&client, *task));
                for joined in join_all(rooms).await {
                    joined.unwrap();
                }
            };
            tokio::pin!(joining);
            loop {
                tokio::select! {
                    () = &mut joining => break,
                    next = client.next() => heard.push_back(next.expect("nobody ends it")),
                }
            }
        }
        Client { subscriber: client, heard }
    }

    /// The version that each task has.
    async fn versions(&self) -> BTreeMap<String, u64> {
        let admin = actor("root", Role::Admin);
        let mut versions = BTreeMap::new();
        for id in &self.ids {
            let task = self.tasks.get(&admin, *id).await.unwrap().task;
            versions.insert(id.to_string(), task.version);
        }
        versions
    }
}

/// A client, and what it has heard that was not looked at.
struct Client {
    subscriber: Arc<Subscriber>,
    heard: VecDeque<Outbound>,
}

impl Client {
    async fn next(&mut self) -> Outbound {
        if let Some(next) = self.heard.pop_front() {
            return next;
        }
        let next = timeout(Duration::from_secs(30), self.subscriber.next()).await;
        next.expect("something is missing").expect("nobody ends it")
    }
}

/// What a client heard of one task: the version of its state, and the versions after that.
#[derive(Default)]
struct Told {
    state: Option<u64>,
    since: Vec<u64>,
}

impl Told {
    fn newest(&self) -> u64 {
        self.since.last().copied().or(self.state).unwrap_or(0)
    }

    fn check(&self, last: u64, what: &str) {
        let state = self.state.expect("a state came first");
        let mut since = &self.since[..];
        // A stand-in's state may have more than it says: that is told again, and harmless.
        if StoreUnderTest::chosen() == StoreUnderTest::MongoDb {
            since = &since[since.iter().take_while(|version| **version <= state).count()..];
        }
        assert_eq!(since, (state + 1..=last).collect::<Vec<_>>(), "{what} after {state}");
    }
}

/// Reads what `client` was told until it knows `versions`; no hole and nothing twice.
async fn check(client: &mut Client, versions: &BTreeMap<String, u64>) {
    let (mut rooms, mut rows) = (BTreeMap::<String, Told>::new(), BTreeMap::<String, Told>::new());
    let is_done = |told: &BTreeMap<String, Told>| {
        versions.iter().all(|(id, last)| told.get(id).is_some_and(|told| told.newest() >= *last))
    };
    while !(is_done(&rooms) && is_done(&rows)) {
        let Outbound::Message(message) = client.next().await else {
            panic!("the client was told to resync")
        };
        let payload: Value = serde_json::from_str(message.payload().get()).unwrap();
        let id = payload["taskId"].as_str().unwrap_or_default().to_owned();
        let version = payload["version"].as_u64();
        match message.event() {
            "dashboard:state" => {
                for row in payload["tasks"].as_array().unwrap() {
                    let told = rows.entry(row["taskId"].as_str().unwrap().to_owned()).or_default();
                    assert!(told.since.is_empty() && told.state.is_none());
                    told.state = row["version"].as_u64();
                }
            }
            "task:state" => rooms.entry(id).or_default().state = version,
            "task:event_added" => rooms.entry(id).or_default().since.extend(version),
            "dashboard:task_list_updated" => rows.entry(id).or_default().since.extend(version),
            _ => {}
        }
    }
    for (id, last) in versions {
        rooms[id].check(*last, "entries");
        rows[id].check(*last, "rows");
    }
}

/// The sum of a counter, whatever its labels.
fn counted(name: &str) -> u64 {
    let text = telemetry::install_recorder().render();
    let value = |line: &str| line.strip_prefix(name)?.rsplit(' ').next()?.parse::<u64>().ok();
    text.lines().filter(|line| !line.starts_with('#')).filter_map(value).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn clients_that_come_back_amid_writes_share_reads_and_have_no_hole() {
    let _counting = telemetry::install_recorder();
    let mut running = JoinSet::new();
    let world = World::start(&mut running).await;
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        writers.spawn(world.clone().write(writer));
    }
    let mut clients = Vec::new();
    for round in 0..ROUNDS {
        let mut joining = JoinSet::new();
        for n in 0..CLIENTS {
            joining.spawn(world.clone().join(format!("{round}-{n}")));
        }
        clients.extend(joining.join_all().await);
    }
    writers.join_all().await;

    let versions = world.versions().await;
    assert_eq!(versions.values().sum::<u64>(), (TASKS + WRITERS * COMMENTS) as u64);
    for client in &mut clients {
        check(client, &versions).await;
    }
    let (asked, read) = (counted("taskwire_snapshots_total"), counted("taskwire_snapshot_reads"));
    assert!(asked >= (CLIENTS * ROUNDS * (TASKS + 1)) as u64);
    assert!(read < asked / 2, "{read} reads for {asked} snapshots");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_shares_a_read_is_shown_what_they_may_see_and_no_more() {
    let mut running = JoinSet::new();
    let world = World::start(&mut running).await;
    let bounds = Bounds { rooms: 10, waiting: 1_000 };
    let (root, agent) = (actor("root", Role::Admin), actor("agent", Role::Agent));
    let (sees, sees_not) = (world.hub.subscribe(root, bounds), world.hub.subscribe(agent, bounds));

    let whole = JoinDashboard::default();

    let both = tokio::join!(
        world.hub.join_task(&sees, world.ids[0]),
        world.hub.join_task(&sees_not, world.ids[0]),
        world.hub.join_dashboard(&sees, &whole),
        world.hub.join_dashboard(&sees_not, &whole),
    );

    assert_eq!(both.0.unwrap(), 1);
    assert!(both.1.is_err(), "a new task is not in the agent's hands");
    both.2.unwrap();
    both.3.unwrap();
    let rows = async |client: &Subscriber| loop {
        if let Some(Outbound::Message(message)) = client.next().await
            && message.event() == "dashboard:state"
        {
            let state: Value = serde_json::from_str(message.payload().get()).unwrap();
            return state["tasks"].as_array().unwrap().len();
        }
    };
    assert_eq!((rows(&sees).await, rows(&sees_not).await), (TASKS, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_that_are_resumed_at_once_do_not_each_query_the_database() {
    const STREAMS: usize = 100;
    let database = TestDatabase::fresh();
    let line = Line::to(&database.uri).await;
    let server = Program::start(&[
        ("MONGODB_URI", line.uri()),
        ("MONGODB_DATABASE", database.name.clone()),
        ("TASKWIRE__LIMITS__MAX_SOCKETS_PER_USER", STREAMS.to_string()),
        ("TASKWIRE__LIMITS__HTTP_READS_BURST", "1000".to_owned()),
    ]);
    let alice = server.token("alice", &[]);
    let id = server.create(&alice, "Fix payment bug", "?").await;
    let newest = server.task_in(&id, &alice, "clarification_needed").await["version"].as_u64();
    let path = format!("/api/tasks/{id}/stream");
    line.slow_down(Duration::from_millis(100));
    let before = line.finds();

    let resumed = join_all((0..STREAMS).map(async |_| {
        let request = server.request("GET", &path, &alice).header("Last-Event-ID", "1");
        let mut stream = Stream::of(request.send().await.unwrap());
        stream.hears("connection_ack").await;
        let mut heard = Vec::new();
        while heard.last() != newest.as_ref() {
            heard.extend(stream.next().await.unwrap().id);
        }
        heard
    }));

    let all: Vec<_> = (2..=newest.unwrap()).collect();
    assert_eq!(resumed.await, vec![all; STREAMS]);
    let read = line.finds() - before;
    assert!(read < STREAMS / 2, "{read} queries for {STREAMS} streams");
}
