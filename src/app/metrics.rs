//! The metrics' upkeep, and their own listener.

use std::{net::SocketAddr, time::Duration};

use axum::{Router, routing::get};
use tokio::{
    net::TcpListener,
    time::{MissedTickBehavior, interval},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::AppError;
use crate::telemetry::PrometheusHandle;

/// How often what histograms gathered is summed up.
const UPKEEP: Duration = Duration::from_secs(5);

/// The metrics of this process.
pub(super) struct Metrics {
    handle: PrometheusHandle,
    addr: Option<SocketAddr>,
}

impl Metrics {
    pub(super) fn new(handle: PrometheusHandle, addr: Option<SocketAddr>) -> Self {
        Self { handle, addr }
    }

    pub(super) fn handle(&self) -> PrometheusHandle {
        self.handle.clone()
    }

    /// Keeps the metrics up, and serves them without a token where the operator wants it.
    pub(super) async fn serve(
        self,
        tracker: &TaskTracker,
        stop: &CancellationToken,
    ) -> Result<(), AppError> {
        let Self { handle, addr } = self;
        tracker.spawn(stop.clone().run_until_cancelled_owned(upkeep(handle.clone())));
        let Some(addr) = addr else { return Ok(()) };
        let tcp = TcpListener::bind(addr).await.map_err(|error| AppError::Listen(addr, error))?;
        let router = Router::new().route("/metrics", get(async move || handle.render()));
        let stop = stop.clone().cancelled_owned();
        let server = axum::serve(tcp, router).with_graceful_shutdown(stop);
        tracker.spawn(server.into_future());
        Ok(())
    }
}

async fn upkeep(handle: PrometheusHandle) {
    let mut tick = interval(UPKEEP);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        handle.run_upkeep();
    }
}
