//! What the handlers need.

use std::sync::Arc;

use axum::extract::FromRef;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;

use crate::{
    auth::Keys, config::Origin, domain::Clock, features::Rollout, feed::Hub, github::Webhooks,
    limits::Limits, protocol::rest::DemoUser, store::TaskStore, tasks::TasksService,
    telemetry::PrometheusHandle,
};

/// What the handlers need. Cheap to clone.
#[derive(Clone)]
pub struct Http {
    /// The use cases.
    pub tasks: TasksService,
    /// Where streams follow tasks.
    pub hub: Hub,
    /// Asked only whether it answers.
    pub store: Arc<dyn TaskStore>,
    /// The present moment.
    pub clock: Arc<dyn Clock>,
    /// What verifies tokens.
    pub keys: Arc<Keys>,
    /// How much one client may ask for.
    pub limits: Arc<Limits>,
    /// Who gets Socket.IO.
    pub rollout: Arc<Rollout>,
    /// Where GitHub's deliveries go.
    pub webhooks: Webhooks,
    /// What signs them: the current secret and the one before. None: no delivery is taken.
    pub webhook_secrets: Arc<[SecretString]>,
    /// What `/metrics` shows.
    pub metrics: PrometheusHandle,
    /// This instance's name for its clients.
    pub instance_id: Arc<str>,
    /// The origins whose pages may use this server, its own among them.
    pub origins: Arc<[Origin]>,
    /// The users to choose from if this is a demo, where GitHub is simulated.
    pub demo: Option<Arc<[DemoUser]>>,
    /// Cancelled when the server is about to stop: it is no longer ready, takes no new streams and
    /// ends those that are open once they have been sent what waits.
    pub draining: CancellationToken,
}

impl FromRef<Http> for TasksService {
    fn from_ref(http: &Http) -> Self {
        http.tasks.clone()
    }
}

impl FromRef<Http> for PrometheusHandle {
    fn from_ref(http: &Http) -> Self {
        http.metrics.clone()
    }
}
