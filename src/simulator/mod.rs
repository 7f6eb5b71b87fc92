//! A small GitHub inside the process, for the demo and for tests: repositories, issues and pull
//! requests in memory, the REST endpoints that Taskwire uses, signed webhooks, and faults on
//! demand. It does not know Taskwire: what it is asked comes over HTTP, what it tells goes over HTTP.

mod answer;
mod conditional;
mod deliver;
mod dice;
mod faults;
mod hook;
mod json;
mod life;
mod list;
mod outbox;
mod pages;
mod payload;
mod restore;
mod routes;
mod script;
mod state;
mod talk;
mod things;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::Router;
use secrecy::SecretString;
use tokio::{net::TcpListener, sync::Notify};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::error;
use url::Url;

pub use deliver::DeliverError;
pub use dice::Dice;
pub use faults::Gate;
pub use hook::Hook;
pub use life::{Life, Step};
pub use things::{NewPull, SimulatedIssue, SimulatedPull};

use crate::domain::{Clock, Timestamp, text::RepoName};
use state::State;

/// The login of the coding agent.
const AGENT: &str = "copilot-swe-agent[bot]";
/// The login of whoever else does something.
const PERSON: &str = "octocat";

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
    tracker: TaskTracker,
}

/// What the routes and the script share.
struct Shared {
    token: SecretString,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    /// Something waits to be delivered.
    wake: Notify,
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
        let state = Mutex::new(State::new(origin, &login, repos, clock.now()));
        let (wake, stop) = (Notify::new(), shutdown.clone());
        let shared = Arc::new(Shared { token, clock, state, wake, shutdown: stop });
        let routes = routes::router(Arc::clone(&shared));
        tracker.spawn(async move {
            let server =
                axum::serve(listener, routes).with_graceful_shutdown(shutdown.cancelled_owned());
            if let Err(error) = server.await {
                error!(%error, "the GitHub simulator has stopped");
            }
        });
        Ok(Self { api_url, shared, tracker: tracker.clone() })
    }

    /// The base address of its REST API, and of its pages.
    pub fn api_url(&self) -> &Url {
        &self.api_url
    }
    /// From here on the links to its pages begin with `base`: whoever serves [`Simulator::pages`]
    /// there is easier to reach.
    pub fn show_pages_at(&self, base: &Url) {
        base.as_str().trim_end_matches('/').clone_into(&mut self.shared.state().pages);
    }

    /// Its pages, for people: they need no token.
    pub fn pages(&self) -> Router {
        pages::router(Arc::clone(&self.shared))
    }

    /// What is left to chance is decided by `seed` from here on.
    pub fn seed(&self, seed: u64) {
        self.shared.state().dice = Dice::new(seed);
    }
}
