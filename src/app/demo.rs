//! `serve --demo`: the same server, with a simulated GitHub beside it and made-up people on it.

use std::{
    collections::BTreeSet, io::Write as _, net::SocketAddr, path::PathBuf, sync::Arc,
    time::Duration,
};

use axum::Router;
use secrecy::SecretString;
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};
use tracing::warn;
use url::Url;

use super::AppError;
use crate::{
    analysis::Analyzer,
    auth::{Grant, Keys},
    config::{Config, Origin},
    demo::{self, Cast, DemoSecret, Director, Paced, Story},
    domain::{Clock, SystemClock, text::RepoName},
    protocol::rest::DemoUser,
    simulator::{Simulator, SimulatorOptions},
    store::TaskStore,
    tasks::TasksService,
};

/// Where the simulated GitHub's pages are on this server.
const PAGES: &str = "/simulated-github";
/// The login that the demo's issues are filed as.
const ACCOUNT: &str = "taskwire-demo[bot]";
/// The story that every demo tells.
const SEED: u64 = 20_261_120;
/// How long the link's token is good.
const TTL: Duration = Duration::from_hours(12);

/// What names a place or an account outside: a demo uses none.
const OUTSIDE: [&str; 12] = [
    "GITHUB_TOKEN",
    "GITHUB_APP_ID",
    "GITHUB_APP_PRIVATE_KEY",
    "GITHUB_API_URL",
    "GITHUB_REPO",
    "GITHUB_ALLOWED_REPOS",
    "GITHUB_ISSUE_ASSIGNEES",
    "GITHUB_WEBHOOK_SECRET",
    "GITHUB_WEBHOOK_SECRET_PREVIOUS",
    "MONGODB_URI",
    "MONGODB_DATABASE",
    "JWT_JWKS_URL",
];

/// The environment without what a demo ignores, and the names of what it does ignore.
pub fn without_outside(
    env: impl IntoIterator<Item = (String, String)>,
) -> (Vec<(String, String)>, Vec<String>) {
    let is_outside = |(name, _): &(String, String)| {
        let key = name.strip_prefix("TASKWIRE__").map(|key| key.replace("__", "_"));
        let key = key.as_deref().unwrap_or(name);
        OUTSIDE.contains(&key.strip_prefix("AUTH_").unwrap_or(key))
    };
    let (ignored, kept): (Vec<_>, Vec<_>) = env.into_iter().partition(is_outside);
    let ignored = ignored.into_iter().filter(|(_, value)| !value.is_empty());
    let mut names: Vec<String> = ignored.map(|(name, _)| name).collect();
    names.sort();
    (kept, names)
}

/// What a file of `config` has set in vain.
fn outside(config: &Config) -> impl Iterator<Item = String> {
    let github = &config.github;
    let set = [
        ("mongodb.uri", config.mongodb.uri.is_some()),
        ("github.token", github.token.is_some()),
        ("github.repo", github.repo.is_some()),
        ("github.webhook_secret", github.webhook_secret.is_some()),
    ];
    set.into_iter().filter(|(_, is_set)| *is_set).map(|(key, _)| key.to_owned())
}

/// What a demo has beside the server. Dropped, its GitHub is gone.
pub(super) struct Demo {
    /// Signs the tokens if no other is configured, and marks the folder as a demo's.
    secret: DemoSecret,
    simulator: Simulator,
    story: Story,
    cast: Cast,
    link: String,
    data_dir: PathBuf,
    _stop: DropGuard,
}

impl Demo {
    /// Starts the simulated GitHub for a server that will listen on `addr`, and makes `config` that
    /// of a demo. `ignored` is what was set in vain.
    pub(super) async fn start(
        config: &mut Config,
        addr: SocketAddr,
        ignored: &[String],
    ) -> Result<Self, AppError> {
        let ignored = ignored.iter().cloned().chain(outside(config)).collect::<BTreeSet<_>>();
        let secret = DemoSecret::of(&config.server.data_dir)?;
        if config.auth.jwt_secret.is_none() {
            config.auth.jwt_secret = Some(secret.value().clone());
        }
        let (token, stop) = (random(), CancellationToken::new());
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let options = SimulatorOptions {
            clock: clock.clone(),
            token: token.clone(),
            login: ACCOUNT.to_owned(),
            repos: vec![repo(demo::REPO), repo(demo::VAULT)],
        };
        let simulator = Simulator::start(options, &TaskTracker::new(), stop.clone()).await;
        let simulator = simulator.map_err(AppError::Serve)?;
        simulator.set_repo_private(&repo(demo::VAULT), true);
        let home = home(config, addr);
        if let Ok(pages) = Url::parse(&format!("{home}{PAGES}")) {
            simulator.show_pages_at(&pages);
        }
        let signed = random();
        if let Ok(webhooks) = Url::parse(&format!("http://{}/api/webhooks/github", reached(addr))) {
            simulator.subscribe(webhooks, signed.clone());
        }

        config.mongodb.uri = None;
        let github = &mut config.github;
        github.token = Some(token);
        github.api_url = simulator.api_url().clone();
        github.repo = Some(repo(demo::REPO));
        github.allowed_repos = vec![repo(demo::VAULT)];
        github.issue_assignees = vec!["copilot".to_owned()];
        github.webhook_secret = Some(signed);
        github.webhook_secret_previous = None;

        let cast = Cast::default();
        let lead = cast.lead();
        let grant = Grant {
            sub: lead.id.clone(),
            name: Some(lead.name.clone()),
            roles: lead.roles.clone(),
            teams: lead.teams.clone(),
            ttl: TTL,
        };
        let token = Keys::from_config(&config.auth)?.sign(&grant, clock.now());
        warn!(
            "demo mode: GitHub is simulated inside this process and its users are made up; tasks \
             are kept in SQLite"
        );
        if !ignored.is_empty() {
            let ignored = ignored.into_iter().collect::<Vec<_>>();
            warn!("demo mode ignores {}", ignored.join(", "));
        }
        Ok(Self {
            secret,
            simulator,
            story: Story::new(SEED, config.demo.speed.get()),
            cast,
            link: format!("{home}/#token={token}"),
            data_dir: config.server.data_dir.clone(),
            _stop: stop.drop_guard(),
        })
    }

    /// `analyzer`, slow enough to be watched.
    pub(super) fn paced(&self, analyzer: Arc<dyn Analyzer>) -> Arc<dyn Analyzer> {
        Arc::new(Paced::new(analyzer, self.story.beat()))
    }

    /// Who can be chosen.
    pub(super) fn users(&self) -> Arc<[DemoUser]> {
        self.cast.users().into()
    }

    /// `router` with the simulated GitHub's pages in it.
    pub(super) fn with_pages<S: Clone + Send + Sync + 'static>(
        &self,
        router: Router<S>,
    ) -> Router<S> {
        router.nest_service(PAGES, self.simulator.pages())
    }

    /// Puts back what an earlier demo has left in `store`. What is there must be a demo's: real tasks
    /// are not mixed with made-up ones.
    pub(super) async fn restore(&self, store: &Arc<dyn TaskStore>) -> Result<(), AppError> {
        let count = demo::restore(store, &self.simulator).await?;
        if count > 0 && !self.secret.is_kept() {
            return Err(AppError::NotADemo(self.data_dir.clone()));
        }
        Ok(self.secret.keep()?)
    }

    /// Prints the login link, on stdout and nowhere else, and lets the story begin.
    pub(super) fn begin(
        &self,
        service: (TasksService, Arc<dyn TaskStore>),
        tracker: &TaskTracker,
        stop: &CancellationToken,
    ) {
        let mut stdout = std::io::stdout();
        let words = "demo with a simulated GitHub; log in at";
        // Nobody may be reading it.
        writeln!(stdout, "{words} {}", self.link).and_then(|()| stdout.flush()).ok();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let director = Director::new(self.story, service, self.simulator.clone(), clock);
        tracker.spawn(director.run(stop.clone()));
    }
}

/// The origin that people reach this server by.
fn home(config: &Config, addr: SocketAddr) -> String {
    let own = config.server.public_url.clone();
    let own = own.or_else(|| Origin::of_listener(addr).into_iter().next());
    own.map_or_else(|| format!("http://{addr}"), |own| own.to_string())
}

/// Where a server that listens on `addr` is reached from this machine.
fn reached(addr: SocketAddr) -> SocketAddr {
    let ip = match addr.ip() {
        std::net::IpAddr::V4(ip) if ip.is_unspecified() => std::net::Ipv4Addr::LOCALHOST.into(),
        std::net::IpAddr::V6(ip) if ip.is_unspecified() => std::net::Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, addr.port())
}

fn random() -> SecretString {
    use std::fmt::Write as _;

    let bytes = rand::random::<[u8; 32]>();
    let hex = bytes.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    SecretString::from(hex)
}

fn repo(name: &str) -> RepoName {
    RepoName::try_from(name).expect("it is owner/name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_outside_is_ignored_and_named() {
        let env = [
            ("GITHUB_TOKEN", "t"),
            ("PORT", "0"),
            ("MONGODB_URI", "m"),
            ("GITHUB_REPO", ""),
            ("TASKWIRE__GITHUB__API_URL", "a"),
            ("TASKWIRE__AUTH__JWT_JWKS_URL", "j"),
        ];
        let env = env.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let (kept, ignored) = without_outside(env);
        assert_eq!(kept, [("PORT".to_owned(), "0".to_owned())]);
        let named = ["TASKWIRE__AUTH__JWT_JWKS_URL", "TASKWIRE__GITHUB__API_URL"];
        assert_eq!(ignored, [["GITHUB_TOKEN", "MONGODB_URI"], named].concat());
    }

    #[test]
    fn a_server_on_every_address_is_reached_on_this_machines_own() {
        let reached = |raw: &str| reached(raw.parse().unwrap()).to_string();
        assert_eq!(reached("0.0.0.0:3000"), "127.0.0.1:3000");
        assert_eq!(reached("[::]:3000"), "[::1]:3000");
        assert_eq!(reached("192.0.2.1:80"), "192.0.2.1:80");
    }
}
