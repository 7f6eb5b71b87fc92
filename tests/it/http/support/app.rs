//! A whole server: a store of its own, the feed being read, a port of its own.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use taskwire::{
    auth::Keys,
    config::Config,
    demo::Cast,
    domain::{Clock, ManualClock, SystemClock, Timestamp},
    features::Rollout,
    feed::{Broadcaster, Hub},
    github::{self, GitHubSettings, Webhooks},
    http::{Http, Listener, Peer, router},
    limits::Limits,
    protocol::rest::DemoUser,
    store::TaskStore,
    tasks::{RepoRules, TasksService},
    telemetry,
};
use tempfile::TempDir;
use tokio::{net::TcpListener, time::timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{Answer, User};
use crate::support::{Client, Store};

/// What waits for a condition gives up after this.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) const WEBHOOK_SECRET: &str = "the secret of the webhooks";

pub(crate) struct TestApp {
    pub(crate) tasks: TasksService,
    pub(crate) store: Arc<dyn TaskStore>,
    pub(crate) hub: Hub,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) draining: CancellationToken,
    pub(crate) http: Client,
    /// The same server for requests without a connection, where the clock may be made to stand still.
    pub(crate) router: Router,
    pub(crate) address: SocketAddr,
    keys: Arc<Keys>,
    running: TaskTracker,
    stop: CancellationToken,
    _folder: TempDir,
    _kept: Store,
}

/// How a server differs from the usual one.
#[derive(Default)]
pub(crate) struct Builder {
    environment: Vec<(String, String)>,
    clock: Option<ManualClock>,
    is_demo: bool,
}

impl Builder {
    /// Sets one key of the configuration, by its name in the environment.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Lives by `clock` instead of the machine's.
    pub(crate) fn clock(mut self, clock: &ManualClock) -> Self {
        self.clock = Some(clock.clone());
        self
    }

    /// Has the user picker of demo mode.
    pub(crate) fn demo(mut self) -> Self {
        self.is_demo = true;
        self
    }

    pub(crate) async fn start(self) -> TestApp {
        let demo = self.is_demo.then(|| Cast::default().users().into());
        let clock: Arc<dyn Clock> = match self.clock {
            Some(clock) => Arc::new(clock),
            None => Arc::new(SystemClock),
        };
        TestApp::start_with(&config(self.environment), clock, demo).await
    }
}

fn config(mut environment: Vec<(String, String)>) -> Config {
    for (name, value) in [
        ("JWT_SECRET", "a secret of the tests, long enough"),
        ("GITHUB_WEBHOOK_SECRET", WEBHOOK_SECRET),
        ("GITHUB_REPO", "acme/shop"),
        ("GITHUB_ALLOWED_REPOS", "acme/api"),
        ("FRONTEND_URL", "https://app.example"),
    ] {
        if environment.iter().all(|(given, _)| given != name) {
            environment.push((name.into(), value.into()));
        }
    }
    Config::load(None, environment).unwrap()
}

impl TestApp {
    pub(crate) async fn start() -> Self {
        Self::builder().start().await
    }

    pub(crate) fn builder() -> Builder {
        Builder::default()
    }

    async fn start_with(
        config: &Config,
        clock: Arc<dyn Clock>,
        demo: Option<Arc<[DemoUser]>>,
    ) -> Self {
        let (folder, kept) = (TempDir::new().unwrap(), Store::fresh());
        let store = kept.open(folder.path(), clock.clone()).await;
        let rules = RepoRules::new(config.github.repo.clone(), config.github.allowed_repos.clone());
        let tasks = TasksService::new(store.clone(), clock.clone(), rules);
        let hub = Hub::new(tasks.clone(), clock.clone());
        let keys = Arc::new(Keys::from_config(&config.auth).unwrap());
        let draining = CancellationToken::new();

        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = tcp.local_addr().unwrap();
        let own = format!("http://{address}").parse().unwrap();
        let http = Http {
            tasks: tasks.clone(),
            hub: hub.clone(),
            store: store.clone(),
            clock: clock.clone(),
            keys: keys.clone(),
            limits: Arc::new(Limits::new(&config.limits)),
            rollout: Arc::new(Rollout::new(&config.features)),
            webhooks: webhooks(config, &tasks, &store),
            webhook_secrets: config.github.webhook_secret.iter().cloned().collect(),
            metrics: telemetry::install_recorder(),
            instance_id: "under-test".into(),
            origins: std::iter::once(own).chain(config.server.frontend_urls.clone()).collect(),
            demo,
            draining: draining.clone(),
        };

        let running = TaskTracker::new();
        let feed = store.feed().unwrap();
        running.spawn(Broadcaster::new(hub.clone()).run(feed));
        let stop = CancellationToken::new();
        let router = router(http, |routes| routes);
        let service = router.clone().into_make_service_with_connect_info::<Peer>();
        let serve = axum::serve(Listener::new(tcp), service)
            .with_graceful_shutdown(stop.clone().cancelled_owned());
        running.spawn(async move { serve.await.unwrap() });

        let app = Self {
            tasks,
            store,
            hub,
            clock,
            draining,
            http: Client::new(),
            router,
            address,
            keys,
            running,
            stop,
            _folder: folder,
            _kept: kept,
        };
        eventually(async || app.hub.is_live().then_some(())).await;
        app
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A member called `id`.
    pub(crate) fn user(&self, id: &str) -> User<'_> {
        User::new(self, &self.keys, id)
    }

    /// A request without a token.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::read(self.http.get(self.url(path)).send().await.unwrap()).await
    }

    /// Stops the server as a whole; what it has committed stays until the folder goes.
    pub(crate) async fn stop(self) {
        self.draining.cancel();
        self.stop.cancel();
        self.store.close().await;
        self.running.close();
        timeout(PATIENCE, self.running.wait()).await.unwrap();
    }
}

fn webhooks(config: &Config, tasks: &TasksService, store: &Arc<dyn TaskStore>) -> Webhooks {
    let github = github::connect(GitHubSettings::from(&config.github)).unwrap();
    let allowed = config.github.allowed_repos.clone();
    Webhooks::new(tasks.clone(), store.clone(), github, allowed, "github.com".into())
}

/// Looks again and again until there is something to see.
pub(crate) async fn eventually<T>(mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let found = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, found).await.expect("it did not happen in time")
}
