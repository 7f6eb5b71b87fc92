//! A small GitHub inside the process, for the demo and for tests: repositories, issues and pull
//! requests in memory, the REST endpoints that Taskwire uses, signed webhooks, and faults on
//! demand. It does not know Taskwire: what it is asked comes over HTTP, what it tells goes over HTTP.

mod conditional;
mod deliver;
mod faults;
mod json;
mod list;
mod routes;
mod script;
mod state;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use secrecy::SecretString;
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::error;
use url::Url;

pub use deliver::{DeliverError, Hook};
pub use faults::Gate;
pub use script::NewPull;
pub use state::SimulatedIssue;

use crate::domain::{Clock, Timestamp, text::RepoName};
use state::State;

/// What the simulated GitHub is like.
#[derive(Clone)]
pub struct SimulatorOptions {
    /// The time on GitHub.
    pub clock: Arc<dyn Clock>,
    /// The token that is accepted.
    pub token: SecretString,
    /// The login of the token's account.
    pub login: String,
    /// The repositories there are, each public.
    pub repos: Vec<RepoName>,
}

/// A running simulator. Cheap to clone; it stops when the token it was started with is cancelled.
#[derive(Clone)]
pub struct Simulator {
    api_url: Url,
    shared: Arc<Shared>,
}

/// What the routes and the script share.
struct Shared {
    token: SecretString,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    shutdown: CancellationToken,
}

impl Shared {
    /// GitHub's time, in whole seconds as GitHub keeps it.
    fn now(&self) -> Timestamp {
        let millis = self.clock.now().as_millis();
        Timestamp::from_millis(millis - millis.rem_euclid(1_000))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // What a panicking test left behind is still what GitHub would answer.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Simulator {
    /// Starts a simulator on a free port of 127.0.0.1; its server runs in `tracker`.
    pub async fn start(
        options: SimulatorOptions,
        tracker: &TaskTracker,
        shutdown: CancellationToken,
    ) -> io::Result<Self> {
        let SimulatorOptions { clock, token, login, repos } = options;
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let api_url = Url::parse(&origin).map_err(io::Error::other)?;
        let state = Mutex::new(State::new(origin, &login, repos));
        let shared = Arc::new(Shared { token, clock, state, shutdown: shutdown.clone() });
        let routes = routes::router(Arc::clone(&shared));
        tracker.spawn(async move {
            let server =
                axum::serve(listener, routes).with_graceful_shutdown(shutdown.cancelled_owned());
            if let Err(error) = server.await {
                error!(%error, "the GitHub simulator has stopped");
            }
        });
        Ok(Self { api_url, shared })
    }

    /// The base address of its REST API, and of its pages.
    pub fn api_url(&self) -> &Url {
        &self.api_url
    }
}
