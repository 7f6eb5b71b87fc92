//! Signals: what asks the server to stop.

use tokio_util::sync::CancellationToken;

/// Cancels `stop` at the first SIGTERM or Ctrl-C. Further ones change nothing: stopping takes ten
/// seconds at most.
pub async fn on_signal(stop: CancellationToken) {
    let name = tokio::select! {
        () = terminate() => "SIGTERM",
        // Without a handler for Ctrl-C the system ends the process: nothing to wait for here.
        _ = tokio::signal::ctrl_c() => "Ctrl-C",
        () = stop.cancelled() => return,
    };
    tracing::info!(signal = name, "stopping");
    stop.cancel();
}

#[cfg(unix)]
async fn terminate() {
    use tokio::signal::unix::{SignalKind, signal};

    match signal(SignalKind::terminate()) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(error) => {
            tracing::warn!(%error, "SIGTERM cannot be caught; the system's default applies");
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(not(unix))]
async fn terminate() {
    std::future::pending::<()>().await;
}
