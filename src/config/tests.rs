use std::{io::Write as _, time::Duration};

use secrecy::ExposeSecret as _;

use super::*;
use crate::domain::text::{RepoName, UserId};

const SECRET: &str = "a secret that is long enough to be one";

type Env<'a> = &'a [(&'a str, &'a str)];

/// A variable, a value, how to see what it set, and what is seen.
type Row = (&'static str, &'static str, fn(&Config) -> String, &'static str);

fn owned(env: Env<'_>) -> Vec<(String, String)> {
    env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn load(env: Env<'_>) -> Config {
    Config::load(None, owned(env)).unwrap()
}

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file
}

/// What is wrong with a configuration, one line per key.
fn wrong(text: &str, env: Env<'_>) -> Vec<String> {
    match Config::load(Some(file(text).path()), owned(env)) {
        Err(ConfigError::Keys(bad)) => bad.iter().map(ToString::to_string).collect(),
        other => panic!("expected bad keys, got {other:?}"),
    }
}

fn all_keys() -> Vec<String> {
    let defaults: toml_edit::DocumentMut =
        include_str!("../../config/default.toml").parse().unwrap();
    let sections = defaults.iter().flat_map(|(section, table)| {
        let keys = table.as_table().unwrap().iter();
        keys.map(move |(key, _)| format!("{section}.{key}"))
    });
    sections.collect()
}

#[test]
fn the_defaults_are_a_whole_configuration_without_secrets() {
    let config = load(&[]);
    assert_eq!(config.server.host.to_string(), "127.0.0.1");
    assert_eq!(config.server.port, 3000);
    assert!(config.auth.jwt_secret.is_none());
    assert!(config.github.token.is_none());
    assert_eq!(config.github.reconcile_interval, Duration::from_mins(5));
    assert_eq!(config.limits.socket_events_burst.get(), 40);
    assert_eq!(config.limits.max_body_bytes, 262_144);
    assert_eq!(config.socket.ping_interval, Duration::from_secs(25));
}

#[test]
fn every_short_name_sets_its_key() {
    let table: &[Row] = &[
        ("HOST", "0.0.0.0", |c| c.server.host.to_string(), "0.0.0.0"),
        ("PORT", "0", |c| c.server.port.to_string(), "0"),
        (
            "PUBLIC_URL",
            "https://Tasks.Example/",
            |c| some(c.server.public_url.as_ref()),
            "https://tasks.example",
        ),
        ("DATA_DIR", "/var/tw", |c| c.server.data_dir.display().to_string(), "/var/tw"),
        (
            "FRONTEND_URL",
            "https://a.example:443, http://b.example:8080",
            |c| c.server.frontend_urls.iter().map(Origin::as_str).collect::<Vec<_>>().join(" "),
            "https://a.example http://b.example:8080",
        ),
        ("MONGODB_URI", "mongodb://db", |c| secret(c.mongodb.uri.as_ref()), "mongodb://db"),
        ("MONGODB_DATABASE", "tasks_2", |c| c.mongodb.database.clone(), "tasks_2"),
        ("JWT_SECRET", SECRET, |c| secret(c.auth.jwt_secret.as_ref()), SECRET),
        ("JWT_ISSUER", "12", |c| some(c.auth.issuer.as_ref()), "12"),
        ("JWT_AUDIENCE", "true", |c| some(c.auth.audience.as_ref()), "true"),
        (
            "FEATURE_WEBSOCKET_ENABLED",
            "FALSE",
            |c| c.features.websocket_enabled.to_string(),
            "false",
        ),
        (
            "FEATURE_WEBSOCKET_ROLLOUT_PERCENT",
            "10",
            |c| c.features.rollout_percent.to_string(),
            "10",
        ),
        (
            "FEATURE_WEBSOCKET_ALLOW_USERS",
            "bob,alice,",
            |c| c.features.allow_users.iter().map(UserId::as_str).collect::<Vec<_>>().join(" "),
            "alice bob",
        ),
        ("GITHUB_TOKEN", "123456", |c| secret(c.github.token.as_ref()), "123456"),
        (
            "GITHUB_API_URL",
            "https://ghe.example/api/v3",
            |c| c.github.api_url.to_string(),
            "https://ghe.example/api/v3",
        ),
        ("GITHUB_REPO", "acme/shop", |c| some(c.github.repo.as_ref()), "acme/shop"),
        (
            "GITHUB_ALLOWED_REPOS",
            "acme/shop, acme/web",
            |c| c.github.allowed_repos.iter().map(RepoName::as_str).collect::<Vec<_>>().join(" "),
            "acme/shop acme/web",
        ),
        (
            "GITHUB_ISSUE_LABELS",
            "bug,help wanted",
            |c| c.github.issue_labels.iter().map(ToString::to_string).collect::<Vec<_>>().join("+"),
            "bug+help wanted",
        ),
        (
            "GITHUB_ISSUE_ASSIGNEES",
            "copilot-swe-agent[bot]",
            |c| c.github.issue_assignees.join(" "),
            "copilot-swe-agent[bot]",
        ),
        ("GITHUB_WEBHOOK_SECRET", "s", |c| secret(c.github.webhook_secret.as_ref()), "s"),
        ("ANALYZER", "rules", |c| format!("{:?}", c.analysis.analyzer), "Rules"),
        ("RUST_LOG", "warn,taskwire=debug", |c| c.log.filter.clone(), "warn,taskwire=debug"),
        ("LOG_FORMAT", "json", |c| format!("{:?}", c.log.format), "Json"),
    ];
    for (name, value, read, expected) in table {
        assert_eq!(read(&load(&[(name, value)])), *expected, "{name}");
    }
    let rotated = load(&[
        ("JWT_SECRET", SECRET),
        ("JWT_SECRET_PREVIOUS", "the secret of yesterday, 32 bytes or more"),
        ("GITHUB_WEBHOOK_SECRET", "new"),
        ("GITHUB_WEBHOOK_SECRET_PREVIOUS", "old"),
    ]);
    assert_eq!(
        secret(rotated.auth.jwt_secret_previous.as_ref()),
        "the secret of yesterday, 32 bytes or more"
    );
    assert_eq!(secret(rotated.github.webhook_secret_previous.as_ref()), "old");

    let told = table.len() + 2;
    assert_eq!(told, names::SHORT.len(), "a short name is missing from this table");
}

fn some<T: ToString>(value: Option<&T>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

fn secret(value: Option<&secrecy::SecretString>) -> String {
    value.map(|secret| secret.expose_secret().to_owned()).unwrap_or_default()
}

#[test]
fn every_key_has_a_long_name_and_refuses_what_it_cannot_be() {
    for key in all_keys() {
        let (section, name) = key.split_once('.').unwrap();
        let from_file = wrong(&format!("[{section}]\n{name} = [[1]]"), &[]);
        assert!(
            from_file.iter().any(|line| line.starts_with(&format!("{key} must"))),
            "{from_file:?}"
        );

        let variable = format!("TASKWIRE__{}__{}", section.to_uppercase(), name.to_uppercase());
        let known = Config::load(None, owned(&[(&variable, "\u{7}")]));
        assert!(!format!("{known:?}").contains("names no known key"), "{variable}");
    }
}

#[test]
fn the_environment_is_over_the_file_which_is_over_the_defaults() {
    let file = file("[server]\nport = 1000\nhost = \"::1\"\n[limits]\nmax_sockets = 7");
    let config = Config::load(
        Some(file.path()),
        owned(&[("PORT", "2000"), ("TASKWIRE__LIMITS__SOCKET_EVENTS_BURST", "9"), ("HOST", "")]),
    )
    .unwrap();
    assert_eq!(config.server.port, 2000);
    assert_eq!(config.server.host.to_string(), "::1", "an empty variable is not set");
    assert_eq!(config.limits.max_sockets.get(), 7);
    assert_eq!(config.limits.socket_events_burst.get(), 9);
    assert_eq!(config.limits.http_reads_burst.get(), 100);
}

#[test]
fn a_long_name_wins_over_a_short_one_in_whatever_order() {
    let mut env = [("PORT", "1"), ("TASKWIRE__SERVER__PORT", "2")];
    assert_eq!(load(&env).server.port, 2);
    env.reverse();
    assert_eq!(load(&env).server.port, 2);
}

#[test]
fn every_bad_key_is_named_with_what_it_must_be() {
    let found = wrong(
        "server = 1\nextra = 2\n[limits]\nmax_socket = 5\nmax_sockets = 0",
        &[
            ("PORT", "http"),
            ("FRONTEND_URL", "https://a.example,*"),
            ("FEATURE_WEBSOCKET_ROLLOUT_PERCENT", "101"),
            ("TASKWIRE__SERVER__PROT", "1"),
            ("TASKWIRE__LIMITS", "1"),
            ("UNRELATED", "x"),
        ],
    );
    let expected = [
        "extra is not a section of the configuration",
        "limits.max_socket is not a known key",
        "server must be a section, [name]",
        "TASKWIRE__LIMITS names no known key",
        "TASKWIRE__SERVER__PROT names no known key",
        "PORT (server.port) must be a whole number from 0 to 65535",
        "FRONTEND_URL (server.frontend_urls) must name each origin: * is refused (entry 2)",
        "FEATURE_WEBSOCKET_ROLLOUT_PERCENT (features.rollout_percent) must be a whole number from 0 to 100",
        "limits.max_sockets must be a whole number from 1 to 1000000",
    ];
    assert_eq!(found, expected);
}

#[test]
fn bad_values_are_refused_one_by_one() {
    let table = [
        ("HOST", "example.org", "IP address"),
        ("PORT", "65536", "whole number"),
        ("PORT", "-1", "whole number"),
        ("PUBLIC_URL", "https://a.example/path", "origin"),
        ("PUBLIC_URL", "ftp://a.example", "origin"),
        ("FRONTEND_URL", "a.example", "origin"),
        ("FRONTEND_URL", "https://user@a.example", "origin"),
        ("FRONTEND_URL", "https://*.a.example", "* is refused"),
        ("JWT_SECRET", "31 bytes are not enough, truly.", "at least 32 bytes"),
        ("JWT_SECRET_PREVIOUS", SECRET, "must come with"),
        ("MONGODB_URI", "hush@db", "mongodb://"),
        ("MONGODB_DATABASE", "a.b", "letters"),
        ("JWT_JWKS_URL", "https://id.example/jwks", "not be set"),
        ("FEATURE_WEBSOCKET_ENABLED", "maybe", "true or false"),
        ("GITHUB_API_URL", "ssh://git@a.example", "http or https"),
        ("GITHUB_REPO", "shop", "owner/name"),
        ("GITHUB_ALLOWED_REPOS", "acme/shop,shop", "owner/name"),
        ("GITHUB_APP_ID", "1", "not be set"),
        ("GITHUB_APP_PRIVATE_KEY", "key", "not be set"),
        ("GITHUB_WEBHOOK_SECRET_PREVIOUS", "s", "must come with"),
        ("ANALYZER", "openai", "not in this version"),
        ("ANALYZER", "magic", "rules"),
        ("RUST_LOG", "taskwire=loud", "a level"),
        ("LOG_FORMAT", "xml", "pretty"),
        ("TASKWIRE__SERVER__TRUSTED_PROXIES", "10.0.0.0/33", "networks"),
        ("TASKWIRE__SERVER__METRICS_ADDR", "9100", "ADDRESS:PORT"),
        ("TASKWIRE__GITHUB__RECONCILE_INTERVAL", "5", "such as 90s"),
        ("TASKWIRE__GITHUB__RECONCILE_INTERVAL", "0s", "such as 90s"),
        ("TASKWIRE__WORKER__LEASE_SECONDS", "10", "a lease outlives a request"),
    ];
    for (name, value, rule) in table {
        let found = wrong("", &[(name, value)]);
        assert_eq!(found.len(), 1, "{name}={value}: {found:?}");
        assert!(found[0].starts_with(name) && found[0].contains(rule), "{name}={value}: {found:?}");
    }
}

#[test]
fn more_labels_than_an_issue_takes_are_refused() {
    let labels = (0..21).map(|n| format!("l{n}")).collect::<Vec<_>>().join(",");
    let found = wrong("", &[("GITHUB_ISSUE_LABELS", &labels)]);
    assert_eq!(found, ["GITHUB_ISSUE_LABELS (github.issue_labels) must have at most 20 labels"]);
}

#[test]
fn a_trusted_proxy_may_be_one_address() {
    let config = load(&[("TASKWIRE__SERVER__TRUSTED_PROXIES", "10.1.2.3,fd00::/8")]);
    let shown = config.server.trusted_proxies.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(shown, ["10.1.2.3/32", "fd00::/8"]);
}

#[test]
fn a_file_that_cannot_be_used_is_named_without_its_words() {
    let broken = file("[auth]\njwt_secret = \"hush hush");
    let error = Config::load(Some(broken.path()), owned(&[])).unwrap_err().to_string();
    assert!(error.contains(&broken.path().display().to_string()), "{error}");
    assert!(error.contains("is not TOML: line 2"), "{error}");
    assert!(!error.contains("hush"), "{error}");

    let missing = Config::load(Some(Path::new("/nowhere/taskwire.toml")), owned(&[]));
    assert!(missing.unwrap_err().to_string().contains("/nowhere/taskwire.toml cannot be read"));
}

#[test]
fn what_is_printed_is_a_configuration_that_loads_to_the_same_without_secrets() {
    let env = [
        ("JWT_SECRET", SECRET),
        ("JWT_SECRET_PREVIOUS", "hush-previous-hush-previous-hush-previous"),
        ("MONGODB_URI", "mongodb://taskwire:hush-password@db/?replicaSet=rs"),
        ("GITHUB_TOKEN", "hush-token"),
        ("GITHUB_WEBHOOK_SECRET", "hush-hook"),
        ("GITHUB_WEBHOOK_SECRET_PREVIOUS", "hush-older-hook"),
        ("PORT", "8080"),
        ("FRONTEND_URL", "https://a.example,https://b.example"),
    ];
    let printed = redacted_toml(None, owned(&env)).unwrap();
    assert!(!printed.contains("hush") && !printed.contains(SECRET), "{printed}");
    assert_eq!(printed.matches("\"[redacted]\"").count(), 6);
    assert!(printed.contains("port = 8080\n"), "{printed}");
    assert!(printed.contains(r#"frontend_urls = ["https://a.example", "https://b.example"]"#));

    let reloaded = printed.replace("uri = \"[redacted]", "uri = \"mongodb://db");
    let reloaded = reloaded.replace("[redacted]", SECRET);
    let config = Config::load(Some(file(&reloaded).path()), owned(&[])).unwrap();
    assert_eq!(config.server.port, 8080);
    assert_eq!(redacted_toml(None, owned(&[])).unwrap(), include_str!("../../config/default.toml"));
}

#[test]
fn no_error_and_no_debug_text_repeats_a_secret() {
    let short = "hush";
    let found = wrong("", &[("JWT_SECRET", short), ("GITHUB_REPO", "hush-hush")]);
    assert!(!found.join("\n").contains("hush"), "{found:?}");
    let config = load(&[("JWT_SECRET", SECRET), ("GITHUB_TOKEN", "hush-token")]);
    assert!(!format!("{config:?}").contains("hush") && !format!("{config:?}").contains(SECRET));
}
