//! What the operator sees: log lines and the names of all metrics.
//!
//! Logs go to stderr, never to stdout, which has the line that says where the server listens. This
//! module does not know what is measured; it knows what the measures are called.

mod log;
pub mod metrics;
mod recorder;

pub use log::{TelemetryError, init};
pub use metrics_exporter_prometheus::PrometheusHandle;
pub use recorder::install_recorder;
