//! The environment's names for the keys.

/// What every long name starts with: `TASKWIRE__SECTION__KEY`.
pub(super) const PREFIX: &str = "TASKWIRE__";

/// The short names, each with its key.
pub(super) const SHORT: &[(&str, &str)] = &[
    ("HOST", "server.host"),
    ("PORT", "server.port"),
    ("PUBLIC_URL", "server.public_url"),
    ("DATA_DIR", "server.data_dir"),
    ("FRONTEND_URL", "server.frontend_urls"),
    ("MONGODB_URI", "mongodb.uri"),
    ("MONGODB_DATABASE", "mongodb.database"),
    ("JWT_SECRET", "auth.jwt_secret"),
    ("JWT_SECRET_PREVIOUS", "auth.jwt_secret_previous"),
    ("JWT_ISSUER", "auth.issuer"),
    ("JWT_AUDIENCE", "auth.audience"),
    ("FEATURE_WEBSOCKET_ENABLED", "features.websocket_enabled"),
    ("FEATURE_WEBSOCKET_ROLLOUT_PERCENT", "features.rollout_percent"),
    ("FEATURE_WEBSOCKET_ALLOW_USERS", "features.allow_users"),
    ("GITHUB_TOKEN", "github.token"),
    ("GITHUB_API_URL", "github.api_url"),
    ("GITHUB_REPO", "github.repo"),
    ("GITHUB_ALLOWED_REPOS", "github.allowed_repos"),
    ("GITHUB_ISSUE_LABELS", "github.issue_labels"),
    ("GITHUB_ISSUE_ASSIGNEES", "github.issue_assignees"),
    ("GITHUB_WEBHOOK_SECRET", "github.webhook_secret"),
    ("GITHUB_WEBHOOK_SECRET_PREVIOUS", "github.webhook_secret_previous"),
    ("ANALYZER", "analysis.analyzer"),
    ("RUST_LOG", "log.filter"),
    ("LOG_FORMAT", "log.format"),
];

/// Names whose promise this version cannot keep: starting as if they were not there would
/// surprise, so they are refused, each with the reason.
pub(super) const UNSUPPORTED: &[(&str, &str)] = &[
    ("JWT_JWKS_URL", "must not be set: this version verifies tokens by JWT_SECRET only"),
    ("GITHUB_APP_ID", "must not be set: this version signs in to GitHub by GITHUB_TOKEN only"),
    (
        "GITHUB_APP_PRIVATE_KEY",
        "must not be set: this version signs in to GitHub by GITHUB_TOKEN only",
    ),
];

/// The key that the variable `name` sets, if it is one of ours.
pub(super) fn key_of(name: &str) -> Option<String> {
    match name.strip_prefix(PREFIX) {
        Some(rest) => Some(rest.to_lowercase().replace("__", ".")),
        None => SHORT.iter().find(|(short, _)| *short == name).map(|(_, key)| (*key).to_owned()),
    }
}
