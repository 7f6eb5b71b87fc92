//! The log.

use std::io::{self, IsTerminal as _};

use tracing::{Level, Metadata};
use tracing_subscriber::{
    EnvFilter, Layer as _, filter::filter_fn, layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

use crate::config::{Log, LogFormat};

/// Crates that log what clients send, tokens and all, at `debug` and `trace`.
const WIRE: [&str; 4] = ["socketioxide", "engineioxide", "tungstenite", "tokio_tungstenite"];

/// Why the log could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter's directives do not parse.
    #[error("log.filter does not parse")]
    Filter,
    /// This process has a log already.
    #[error("the log is set up already")]
    Twice,
}

/// Whatever the operator asks for, what travels on the wire stays out of the log.
fn keeps_secrets(metadata: &Metadata<'_>) -> bool {
    let is_wire = WIRE.iter().any(|wire| metadata.target().starts_with(wire));
    !is_wire || *metadata.level() <= Level::WARN
}

/// Sends the program's log to stderr, filtered and formatted as `log` says. Once per process.
pub fn init(log: &Log) -> Result<(), TelemetryError> {
    let filter = EnvFilter::builder().parse(&log.filter).map_err(|_| TelemetryError::Filter)?;
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    let lines = match log.format {
        LogFormat::Pretty => lines.with_ansi(io::stderr().is_terminal()).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    tracing_subscriber::registry()
        .with(filter)
        .with(filter_fn(keeps_secrets))
        .with(lines)
        .try_init()
        .map_err(|_| TelemetryError::Twice)
}
