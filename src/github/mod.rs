//! GitHub: asking it, filing issues, and understanding what it tells by webhook.
//!
//! [`GitHub`] is what the rest of Taskwire may ask of it; [`Webhooks`] takes in what it tells, and
//! [`Reconciler`] asks for what it did not tell.
//! Nothing here knows how a webhook's bytes arrived, nor who listens to what a task becomes.

mod answer;
mod client;
mod connect;
mod issue_text;
mod list;
mod marker;
mod octocrab_client;
mod opinions;
mod receive;
mod reconcile;
mod webhook;
mod wire;

pub use client::{
    FiledIssue, GitHub, GitHubError, GitHubSettings, IssueChange, IssueDraft, Repository,
    SettingsError, web_host,
};
pub use connect::connect;
pub use issue_text::draft;
pub use list::{Etag, IssueNews, Listed};
pub use receive::{Received, Webhooks};
pub use reconcile::{ReconcileSettings, Reconciler, Turn};
pub use webhook::{Delivery, PullNews, Verifier, WebhookError, sign};
