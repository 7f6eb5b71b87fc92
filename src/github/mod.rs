//! GitHub: asking it, filing issues, and understanding what it tells by webhook.
//!
//! [`GitHub`] is what the rest of Taskwire may ask of it; [`Webhooks`] takes in what it tells.
//! Nothing here knows how a webhook's bytes arrived, nor who listens to what a task becomes.

mod answer;
mod client;
mod connect;
mod issue_text;
mod marker;
mod octocrab_client;
mod receive;
mod webhook;
mod wire;

pub use client::{
    FiledIssue, GitHub, GitHubError, GitHubSettings, IssueChange, IssueDraft, Repository,
    SettingsError, web_host,
};
pub use connect::connect;
pub use issue_text::draft;
pub use receive::{Received, Webhooks};
pub use webhook::{Delivery, Verifier, WebhookError, sign};
