//! The sections, each with its rules.

use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    num::NonZeroU32,
    path::PathBuf,
    time::Duration,
};

use ipnet::IpNet;
use secrecy::SecretString;
use tracing_subscriber::EnvFilter;
use url::Url;

use super::{origin::Origin, read::Reader};
use crate::domain::text::{Label, Labels, RepoName, UserId};

/// RFC 7518 §3.2: a key of HS256 is at least as long as its hash.
const JWT_SECRET_BYTES: usize = 32;
/// The bound of every limit: above it a quota is no quota.
const MOST: u32 = 1_000_000;
const HOUR: u64 = 3_600;

/// `[server]`: where the server listens, and who may reach it.
#[derive(Clone, Debug)]
pub struct Server {
    /// The address to listen on.
    pub host: IpAddr,
    /// The port to listen on; 0 picks a free one.
    pub port: u16,
    /// The server's own origin, if it is not the listening address.
    pub public_url: Option<Origin>,
    /// Where the `SQLite` file lives.
    pub data_dir: PathBuf,
    /// Further origins whose pages may use this server.
    pub frontend_urls: Vec<Origin>,
    /// The networks whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Where `/metrics` answers without a token.
    pub metrics_addr: Option<SocketAddr>,
}

impl Server {
    pub(super) fn read(from: &mut Reader<'_>) -> Self {
        Self {
            host: from.text("server.host", |raw| match raw {
                "localhost" => Ok(IpAddr::V4(Ipv4Addr::LOCALHOST)),
                _ => raw.parse().map_err(|_| "must be an IP address or localhost"),
            }),
            port: from.number("server.port", 0..=u64::from(u16::MAX)),
            public_url: from.optional("server.public_url", str::parse),
            data_dir: from.text("server.data_dir", |raw| match raw {
                "" => Err("must name a folder"),
                _ => Ok(PathBuf::from(raw)),
            }),
            frontend_urls: from.list("server.frontend_urls", str::parse),
            trusted_proxies: from.list("server.trusted_proxies", |raw| {
                raw.parse::<IpNet>()
                    .or_else(|_| raw.parse::<IpAddr>().map(IpNet::from))
                    .map_err(|_| "must be networks, ADDRESS/BITS")
            }),
            metrics_addr: from.optional("server.metrics_addr", |raw| {
                raw.parse().map_err(|_| "must be ADDRESS:PORT")
            }),
        }
    }
}

/// `[auth]`: how tokens are verified and signed.
#[derive(Clone, Debug)]
pub struct Auth {
    /// The HS256 secret, at least 32 bytes.
    pub jwt_secret: Option<SecretString>,
    /// The secret before it; only if there is one now.
    pub jwt_secret_previous: Option<SecretString>,
    /// The `iss` that a token must have.
    pub issuer: Option<String>,
    /// The `aud` that a token must name.
    pub audience: Option<String>,
}

impl Auth {
    pub(super) fn read(from: &mut Reader<'_>) -> Self {
        let auth = Self {
            jwt_secret: from.secret("auth.jwt_secret", JWT_SECRET_BYTES),
            jwt_secret_previous: from.secret("auth.jwt_secret_previous", JWT_SECRET_BYTES),
            issuer: from.optional("auth.issuer", str::parse),
            audience: from.optional("auth.audience", str::parse),
        };
        if auth.jwt_secret.is_none() && auth.jwt_secret_previous.is_some() {
            from.refuse("auth.jwt_secret_previous", "must come with a good auth.jwt_secret");
        }
        auth
    }
}

/// `[features]`: who gets which feature.
#[derive(Clone, Debug)]
pub struct Features {
    /// Whether anyone gets Socket.IO.
    pub websocket_enabled: bool,
    /// The share of users who get it, 0 to 100.
    pub rollout_percent: u8,
    /// Users who get it whatever the share.
    pub allow_users: BTreeSet<UserId>,
}

impl Features {
    pub(super) fn read(from: &mut Reader<'_>) -> Self {
        Self {
            websocket_enabled: from.flag("features.websocket_enabled"),
            rollout_percent: from.number("features.rollout_percent", 0..=100),
            allow_users: from.list("features.allow_users", |raw| UserId::try_from(raw)),
        }
    }
}

/// `[github]`: how issues are filed and webhooks verified.
#[derive(Clone, Debug)]
pub struct GitHub {
    /// The token that files the issues.
    pub token: Option<SecretString>,
    /// The API's address.
    pub api_url: Url,
    /// Where tasks go that name no repository.
    pub repo: Option<RepoName>,
    /// What a task may name besides.
    pub allowed_repos: Vec<RepoName>,
    /// Labels put on each issue.
    pub issue_labels: Labels,
    /// Logins each issue is assigned to.
    pub issue_assignees: Vec<String>,
    /// The secret of the webhooks.
    pub webhook_secret: Option<SecretString>,
    /// The secret before it; only if there is one now.
    pub webhook_secret_previous: Option<SecretString>,
    /// How long after an unsure attempt GitHub is asked.
    pub settle: Duration,
    /// How long one request may take; shorter than a lease.
    pub request_timeout: Duration,
    /// How often GitHub is asked for what the webhooks missed.
    pub reconcile_interval: Duration,
}

impl GitHub {
    pub(super) fn read(from: &mut Reader<'_>) -> Self {
        let labels: Vec<Label> = from.list("github.issue_labels", |raw| Label::try_from(raw));
        let issue_labels = Labels::try_from(labels).unwrap_or_else(|rule| {
            from.refuse("github.issue_labels", rule.to_string());
            Labels::default()
        });
        let github = Self {
            token: from.secret("github.token", 1),
            api_url: from.text("github.api_url", api_url),
            repo: from.optional("github.repo", str::parse),
            allowed_repos: from.list("github.allowed_repos", str::parse),
            issue_labels,
            issue_assignees: from.list("github.issue_assignees", login),
            webhook_secret: from.secret("github.webhook_secret", 1),
            webhook_secret_previous: from.secret("github.webhook_secret_previous", 1),
            settle: from.seconds("github.settle_seconds", 0..=HOUR),
            request_timeout: from.seconds("github.request_timeout_seconds", 1..=HOUR),
            reconcile_interval: from.text("github.reconcile_interval", interval),
        };
        if github.webhook_secret.is_none() && github.webhook_secret_previous.is_some() {
            from.refuse("github.webhook_secret_previous", "must come with github.webhook_secret");
        }
        github
    }
}

/// `[analysis]`: who analyses a task.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// The analyzer.
    pub analyzer: Analyzer,
}

/// An analyzer that can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Analyzer {
    /// The built-in rules, offline.
    Rules,
}

impl Analysis {
    pub(super) fn read(from: &mut Reader<'_>) -> Self {
        let analyzer = from.text("analysis.analyzer", |raw| match raw {
            "rules" => Ok(Analyzer::Rules),
            "openai" => Err("must be \"rules\": \"openai\" is not in this version yet"),
            _ => Err("must be \"rules\""),
        });
        Self { analyzer }
    }
}

/// `[worker]`: how tasks are worked on.
#[derive(Clone, Debug)]
pub struct Worker {
    /// How long a worker owns a task before another may take it over.
    pub lease: Duration,
    /// How many tasks are worked on at once.
    pub concurrency: NonZeroU32,
    /// How often the store is looked into for rests that are over.
    pub poll: Duration,
    /// How often a step is tried.
    pub attempts: NonZeroU32,
    /// The pause before the second try; it doubles each time.
    pub backoff: Duration,
    /// The longest pause.
    pub backoff_max: Duration,
}

impl Worker {
    pub(super) fn read(from: &mut Reader<'_>) -> Self {
        Self {
            lease: from.seconds("worker.lease_seconds", 1..=HOUR),
            concurrency: from.count("worker.concurrency", 256),
            poll: from.millis("worker.poll_ms", 10..=HOUR * 1_000),
            attempts: from.count("worker.attempts", 100),
            backoff: from.millis("worker.backoff_ms", 1..=HOUR * 1_000),
            backoff_max: from.millis("worker.backoff_max_ms", 1..=HOUR * 1_000),
        }
    }
}

/// `[limits]`: how much one client may ask of this instance.
#[derive(Clone, Debug)]
#[expect(
    missing_docs,
    reason = "the names are those of the keys, which config/default.toml describes"
)]
pub struct Limits {
    pub socket_events_per_second: NonZeroU32,
    pub socket_events_burst: NonZeroU32,
    pub connects_per_second_per_ip: NonZeroU32,
    pub connects_burst_per_ip: NonZeroU32,
    pub max_sockets_per_user: NonZeroU32,
    pub max_sockets: NonZeroU32,
    pub max_rooms_per_socket: NonZeroU32,
    pub http_writes_per_minute_per_user: NonZeroU32,
    pub http_writes_burst: NonZeroU32,
    pub http_reads_per_second_per_user: NonZeroU32,
    pub http_reads_burst: NonZeroU32,
    pub progress_per_second_per_task: NonZeroU32,
    pub max_waiting_messages: usize,
    pub max_body_bytes: usize,
}

impl Limits {
    pub(super) fn read(from: &mut Reader<'_>) -> Self {
        let mut count = |key: &str| from.count(key, MOST);
        Self {
            socket_events_per_second: count("limits.socket_events_per_second"),
            socket_events_burst: count("limits.socket_events_burst"),
            connects_per_second_per_ip: count("limits.connects_per_second_per_ip"),
            connects_burst_per_ip: count("limits.connects_burst_per_ip"),
            max_sockets_per_user: count("limits.max_sockets_per_user"),
            max_sockets: count("limits.max_sockets"),
            max_rooms_per_socket: count("limits.max_rooms_per_socket"),
            http_writes_per_minute_per_user: count("limits.http_writes_per_minute_per_user"),
            http_writes_burst: count("limits.http_writes_burst"),
            http_reads_per_second_per_user: count("limits.http_reads_per_second_per_user"),
            http_reads_burst: count("limits.http_reads_burst"),
            progress_per_second_per_task: count("limits.progress_per_second_per_task"),
            max_waiting_messages: from.number("limits.max_waiting_messages", 64..=1_000_000),
            max_body_bytes: from.number("limits.max_body_bytes", 1_024..=16 * 1_024 * 1_024),
        }
    }
}

/// `[socket]`: the heartbeat of a socket.
#[derive(Clone, Debug)]
pub struct Socket {
    /// How often the server pings.
    pub ping_interval: Duration,
    /// How long it waits for the answer.
    pub ping_timeout: Duration,
}

impl Socket {
    pub(super) fn read(from: &mut Reader<'_>) -> Self {
        Self {
            ping_interval: from.millis("socket.ping_interval_ms", 10..=HOUR * 1_000),
            ping_timeout: from.millis("socket.ping_timeout_ms", 10..=HOUR * 1_000),
        }
    }
}

/// `[log]`: what is logged, and how.
#[derive(Clone, Debug)]
pub struct Log {
    /// Directives that `tracing` understands.
    pub filter: String,
    /// How a line looks.
    pub format: LogFormat,
}

/// How a log line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// For machines: one JSON object a line.
    Json,
}

impl Log {
    pub(super) fn read(from: &mut Reader<'_>) -> Self {
        Self {
            filter: from.text("log.filter", |raw| {
                EnvFilter::builder().parse(raw).map(|_| raw.to_owned()).map_err(|_| {
                    "must be a level (error, warn, info, debug, trace) or directives like info,taskwire=debug"
                })
            }),
            format: from.text("log.format", |raw| match raw {
                "pretty" => Ok(LogFormat::Pretty),
                "json" => Ok(LogFormat::Json),
                _ => Err("must be \"pretty\" or \"json\""),
            }),
        }
    }
}

fn api_url(raw: &str) -> Result<Url, &'static str> {
    Url::parse(raw)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))
        .filter(|url| url.username().is_empty() && url.password().is_none())
        .filter(|url| url.query().is_none() && url.fragment().is_none())
        .ok_or("must be an http or https address without user, query or fragment")
}

fn login(raw: &str) -> Result<String, &'static str> {
    let fits = (1..=100).contains(&raw.len()) && raw.bytes().all(|b| b.is_ascii_graphic());
    if fits { Ok(raw.to_owned()) } else { Err("must be GitHub logins") }
}

fn interval(raw: &str) -> Result<Duration, &'static str> {
    humantime::parse_duration(raw)
        .ok()
        .filter(|interval| {
            (Duration::from_secs(1)..=Duration::from_secs(24 * HOUR)).contains(interval)
        })
        .ok_or("must be a time from 1s to 1day, such as 90s or 5m")
}
