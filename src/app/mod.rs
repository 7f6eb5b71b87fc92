//! Where the parts meet: the only place that knows all of them.

mod demo;
mod error;
mod gateway;
mod metrics;
mod probe;
mod storage;
mod transfer;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use futures_util::future::join;
use tokio::{
    net::TcpSocket,
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

pub use demo::without_outside;
pub use error::AppError;
pub use probe::probe;
pub use transfer::{ImportSummary, export, import};

use self::{
    demo::Demo,
    storage::{Access, Storage},
};
use crate::{
    analysis::RulesAnalyzer,
    auth::Keys,
    config::{Config, Origin},
    domain::{Clock, SystemClock},
    features::Rollout,
    feed::{Broadcaster, Hub},
    github::{self, ReconcileSettings, Reconciler, Webhooks},
    http::{self, Http, Listener, Peer},
    limits::Limits,
    realtime::{self, Realtime},
    shutdown,
    store::{DirLock, Feed, TaskStore},
    tasks::{RepoRules, TasksService},
    telemetry,
    worker::{self, Worker},
};

/// How many connections may wait to be accepted: thousands of clients come back at once.
const BACKLOG: u32 = 1024;
/// How long clients hear of the end before the listener is closed: a polling client has to come and
/// fetch it, and a load balancer has to notice that readiness is red.
const FAREWELL: Duration = Duration::from_secs(1);
/// How long after the listener is closed sockets are closed: what was being accepted is answered.
const SETTLE: Duration = Duration::from_millis(250);
/// How long requests under way and open streams may take to come to their end.
const LAST_ANSWERS: Duration = Duration::from_secs(3);
/// How long what the worker asks of GitHub may take to be answered and written down.
const LAST_WORK: Duration = Duration::from_secs(5);
/// How long the whole of stopping may take. Less than what is promised, for the process has an end, too.
const STOP_WITHIN: Duration = Duration::from_secs(9);

/// Everything, put together and not yet running.
pub struct App {
    router: Router,
    realtime: Realtime,
    hub: Hub,
    feed: Feed,
    tasks: TasksService,
    store: Arc<dyn TaskStore>,
    worker: Worker,
    reconciler: Reconciler,
    draining: CancellationToken,
    metrics: metrics::Metrics,
    tracker: TaskTracker,
    demo: Option<Demo>,
    lock: Option<DirLock>,
}

/// Runs a server of `config` until it is told to stop by a signal.
pub async fn serve(config: Config) -> Result<(), AppError> {
    let (tcp, addr) = bind(&config)?;
    until_signal(tcp, App::build(&config, addr, None)).await
}

/// Runs a demo of `config` until it is told to stop by a signal; what it ignores, it names.
pub async fn serve_demo(mut config: Config, ignored: &[String]) -> Result<(), AppError> {
    let (tcp, addr) = bind(&config)?;
    let demo = Demo::start(&mut config, addr, ignored).await?;
    until_signal(tcp, App::build(&config, addr, Some(demo))).await
}

/// Serves what is being built; a signal is also heard while a database is waited for.
async fn until_signal(
    tcp: TcpSocket,
    building: impl Future<Output = Result<App, AppError>>,
) -> Result<(), AppError> {
    let (stop, tracker) = (CancellationToken::new(), TaskTracker::new());
    tracker.spawn(shutdown::on_signal(stop.clone()));
    match stop.run_until_cancelled(building).await {
        Some(app) => app?.serve(tcp, stop).await,
        None => Ok(()),
    }
}

/// The address of `config`, taken and not yet listened on: whoever comes before everything is there is
/// turned away at once, and asks another instance or later.
fn bind(config: &Config) -> Result<(TcpSocket, SocketAddr), AppError> {
    let addr = SocketAddr::new(config.server.host, config.server.port);
    let bind = || -> io::Result<_> {
        let tcp = if addr.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        // What the last process left behind there does not keep this one out.
        tcp.set_reuseaddr(cfg!(not(windows)))?;
        tcp.bind(addr)?;
        let addr = tcp.local_addr()?;
        Ok((tcp, addr))
    };
    bind().map_err(|error| AppError::Listen(addr, error))
}

impl App {
    /// Puts a server together that will listen on `addr`. Opens the store and locks its folder.
    async fn build(
        config: &Config,
        addr: SocketAddr,
        demo: Option<Demo>,
    ) -> Result<Self, AppError> {
        let keys = Arc::new(Keys::from_config(&config.auth)?);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let access = if demo.is_some() { Access::WriteDemo } else { Access::Write };
        let Storage { store, lock } = Storage::open(config, clock.clone(), access).await?;
        let feed = store.feed().ok_or(AppError::FeedTaken)?;
        let github = github::connect((&config.github).into())?;
        let allowed = config.github.allowed_repos.clone();
        let repos = RepoRules::new(config.github.repo.clone(), allowed);
        let tasks = TasksService::new(store.clone(), clock.clone(), repos);
        let hub = Hub::new(tasks.clone(), clock.clone());
        let limits = Arc::new(Limits::new(&config.limits));
        let rollout = Arc::new(Rollout::new(&config.features));
        let instance_id: Arc<str> = Uuid::now_v7().simple().to_string().into();
        let origins = origins(config, addr);
        let draining = CancellationToken::new();
        let tracker = TaskTracker::new();
        let metrics =
            metrics::Metrics::new(telemetry::install_recorder(), config.server.metrics_addr);

        let (realtime, socket_io) = Realtime::new(realtime::Parts {
            hub: hub.clone(),
            clock: clock.clone(),
            keys: keys.clone(),
            limits: limits.clone(),
            rollout: rollout.clone(),
            origins: origins.clone(),
            instance_id: instance_id.clone(),
            socket: config.socket.clone(),
            draining: draining.clone(),
            tracker: tracker.clone(),
        });
        let worker = Worker::new(
            worker::Parts {
                store: store.clone(),
                tasks: tasks.clone(),
                github: github.clone(),
                analyzer: match &demo {
                    Some(demo) => demo.paced(Arc::new(RulesAnalyzer)),
                    None => Arc::new(RulesAnalyzer),
                },
                clock: clock.clone(),
            },
            worker::Settings::new(&config.worker, &config.github),
        );
        let webhooks = Webhooks::new(
            tasks.clone(),
            store.clone(),
            github,
            config.github.repo.iter().chain(&config.github.allowed_repos).cloned().collect(),
            github::web_host(&config.github.api_url),
        );
        let reconciler = Reconciler::new(
            webhooks.clone(),
            clock.clone(),
            ReconcileSettings::new(&config.github, &config.worker),
        );
        let secrets = [&config.github.webhook_secret, &config.github.webhook_secret_previous];
        let http = Http {
            tasks: tasks.clone(),
            hub: hub.clone(),
            store: store.clone(),
            clock,
            keys,
            limits,
            rollout,
            webhooks,
            webhook_secrets: secrets.into_iter().flatten().cloned().collect(),
            metrics: metrics.handle(),
            instance_id,
            origins,
            demo: demo.as_ref().map(Demo::users),
            draining: draining.clone(),
        };
        let guard = gateway::Gateway::new(realtime.clone(), &config.server);
        let router = http::router(http, |router| {
            let router = match &demo {
                Some(demo) => demo.with_pages(router),
                None => router,
            };
            gateway::around(router, socket_io, guard)
        });
        Ok(Self {
            router,
            realtime,
            hub,
            feed,
            tasks,
            store,
            worker,
            reconciler,
            draining,
            metrics,
            tracker,
            demo,
            lock,
        })
    }

    /// Serves on `tcp` until `stop` is cancelled, then stops in order, within ten seconds:
    ///
    /// readiness turns red and clients hear `server:draining`; the listener closes; requests under
    /// way are finished and streams end; sockets are closed so that stock clients reconnect; the
    /// worker gives its leases back; the store finishes its writes and ends the feed.
    pub async fn serve(self, tcp: TcpSocket, stop: CancellationToken) -> Result<(), AppError> {
        let Self {
            router,
            realtime,
            hub,
            feed,
            tasks,
            store,
            worker,
            reconciler,
            draining,
            metrics,
            tracker,
            demo,
            lock: _lock,
        } = self;
        // First: whoever cannot serve must not begin to work.
        metrics.serve(&tracker, &stop).await?;
        if let Some(demo) = &demo {
            demo.restore(&store).await?;
        }
        tracker.spawn(Broadcaster::new(hub.clone()).run(feed));
        // Told to stop meanwhile, it stops in order below.
        stop.run_until_cancelled(hub.live()).await;
        let addr = tcp.local_addr().map_err(AppError::Serve)?;
        let tcp = tcp.listen(BACKLOG).map_err(|error| AppError::Listen(addr, error))?;
        let working = CancellationToken::new();
        let worker = tracker.spawn(worker.run(working.clone(), tracker.clone(), hub.changes()));
        let reconciler = tracker.spawn(reconciler.run(working.clone()));

        let listener = Listener::new(tcp);
        let service = router.into_make_service_with_connect_info::<Peer>();
        let closing = CancellationToken::new();
        let server = axum::serve(listener, service)
            .with_graceful_shutdown(closing.clone().cancelled_owned());
        let mut server = tracker.spawn(server.into_future());
        announce(addr);
        if let Some(demo) = &demo {
            demo.begin((tasks, store.clone()), &tracker, &stop);
        }

        stop.cancelled().await;
        let stopping = async {
            draining.cancel();
            realtime.drain();
            sleep(FAREWELL).await;
            closing.cancel();
            working.cancel();
            sleep(SETTLE).await;
            realtime.shutdown().await;
            // A client that reads nothing does not keep the others' work from being finished. An
            // error would be one of accepting, which is over.
            if timeout(LAST_ANSWERS, &mut server).await.is_err() {
                server.abort();
            }
            // Leases are given back while the store still takes it. A run that takes longer is as one
            // of a process that died.
            if timeout(LAST_WORK, join(worker, reconciler)).await.is_err() {
                tracing::warn!("work is left behind in the middle; it is taken up again");
            }
            store.close().await;
            tracker.close();
            tracker.wait().await;
        };
        if timeout(STOP_WITHIN, stopping).await.is_err() {
            tracing::warn!("something did not stop in time; the process ends without it");
        }
        Ok(())
    }
}

/// The origins whose pages may use this server: its own and those allowed.
fn origins(config: &Config, addr: SocketAddr) -> Arc<[Origin]> {
    let own = match &config.server.public_url {
        Some(own) => vec![own.clone()],
        None => Origin::of_listener(addr),
    };
    own.into_iter().chain(config.server.frontend_urls.iter().cloned()).collect()
}

/// The one line that whoever started the program waits for.
fn announce(addr: SocketAddr) {
    use std::io::Write as _;

    let mut stdout = std::io::stdout();
    // Nobody may be reading it.
    writeln!(stdout, "listening on http://{addr}").and_then(|()| stdout.flush()).ok();
}
