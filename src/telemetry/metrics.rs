//! The names of all metrics.
//!
//! A counter ends in `_total`, a time in `_seconds`. Labels have few values each: never an id.

/// What kind of measure a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// A spread of seconds.
    Seconds,
}

/// HTTP requests answered, by `method`, `route` (the pattern) and `status`.
pub const HTTP_REQUESTS: &str = "taskwire_http_requests_total";
/// Time to answer an HTTP request, by `method` and `route`.
pub const HTTP_SECONDS: &str = "taskwire_http_request_seconds";
/// Sockets connected now.
pub const SOCKETS: &str = "taskwire_sockets_connected";
/// Server-Sent Event streams open now.
pub const STREAMS: &str = "taskwire_sse_streams_open";
/// Connections refused, by `reason`.
pub const CONNECTS_REFUSED: &str = "taskwire_connects_refused_total";
/// Requests and socket events refused for their rate, by `limit`.
pub const RATE_LIMITED: &str = "taskwire_rate_limited_total";
/// Events handed to sockets and streams, by `event`.
pub const EVENTS_DELIVERED: &str = "taskwire_events_delivered_total";
/// Events replaced by a newer one before they were sent.
pub const EVENTS_COALESCED: &str = "taskwire_events_coalesced_total";
/// Clients told that they may have missed something, by `reason`.
pub const RESYNCS_REQUIRED: &str = "taskwire_resyncs_required_total";
/// Snapshots handed to clients that joined or resynced, by `of`: a task or a dashboard.
pub const SNAPSHOTS: &str = "taskwire_snapshots_total";
/// Reads of the store for them, by `of`: clients that ask at the same moment share one.
pub const SNAPSHOT_READS: &str = "taskwire_snapshot_reads_total";
/// Time from a write's decision until the feed brings it.
pub const FEED_LAG: &str = "taskwire_feed_lag_seconds";
/// Writes committed by the store.
pub const STORE_WRITES: &str = "taskwire_store_writes_total";
/// Writes that found a newer version and were decided again.
pub const STORE_CONFLICTS: &str = "taskwire_store_conflicts_total";
/// Finished runs of the worker, by `outcome`.
pub const WORKER_RUNS: &str = "taskwire_worker_runs_total";
/// Time of a run of the worker, by `work`.
pub const WORKER_SECONDS: &str = "taskwire_worker_run_seconds";
/// Webhook deliveries, by `outcome`.
pub const WEBHOOKS: &str = "taskwire_webhooks_total";
/// Whether this instance is the one that asks GitHub for what the webhooks missed.
pub const RECONCILE_LEADING: &str = "taskwire_reconcile_leading";
/// Looks at all repositories, by `outcome`.
pub const RECONCILE_LOOKS: &str = "taskwire_reconcile_looks_total";
/// Lists that GitHub was asked for, by `answer`: one that is `unchanged` costs nothing.
pub const RECONCILE_REQUESTS: &str = "taskwire_reconcile_requests_total";
/// What no webhook had told and a look found, counted per task.
pub const RECONCILE_CAUGHT_UP: &str = "taskwire_reconcile_caught_up_total";
/// Second issues of a task that were closed.
pub const RECONCILE_DUPLICATES_CLOSED: &str = "taskwire_reconcile_duplicates_closed_total";
/// Tasks whose stored status is not the fold of their events: a bug.
pub const FOLD_MISMATCHES: &str = "taskwire_fold_mismatch_total";

/// Every metric with its kind and its description.
pub const ALL: &[(&str, Kind, &str)] = &[
    (HTTP_REQUESTS, Kind::Counter, "HTTP requests answered, by method, route and status"),
    (HTTP_SECONDS, Kind::Seconds, "Time to answer an HTTP request, by method and route"),
    (SOCKETS, Kind::Gauge, "Sockets connected now"),
    (STREAMS, Kind::Gauge, "Server-Sent Event streams open now"),
    (CONNECTS_REFUSED, Kind::Counter, "Connections refused, by reason"),
    (RATE_LIMITED, Kind::Counter, "Requests and socket events refused for their rate, by limit"),
    (EVENTS_DELIVERED, Kind::Counter, "Events handed to sockets and streams, by event"),
    (EVENTS_COALESCED, Kind::Counter, "Events replaced by a newer one before they were sent"),
    (
        RESYNCS_REQUIRED,
        Kind::Counter,
        "Clients told that they may have missed something, by reason",
    ),
    (SNAPSHOTS, Kind::Counter, "Snapshots handed to clients that joined or resynced, by of"),
    (SNAPSHOT_READS, Kind::Counter, "Reads of the store for snapshots, by of"),
    (FEED_LAG, Kind::Seconds, "Time from a write's decision until the feed brings it"),
    (STORE_WRITES, Kind::Counter, "Writes committed by the store"),
    (STORE_CONFLICTS, Kind::Counter, "Writes that found a newer version and were decided again"),
    (WORKER_RUNS, Kind::Counter, "Finished runs of the worker, by outcome"),
    (WORKER_SECONDS, Kind::Seconds, "Time of a run of the worker, by work"),
    (WEBHOOKS, Kind::Counter, "Webhook deliveries, by outcome"),
    (
        RECONCILE_LEADING,
        Kind::Gauge,
        "Whether this instance is the one that asks GitHub for what the webhooks missed",
    ),
    (RECONCILE_LOOKS, Kind::Counter, "Looks at all repositories, by outcome"),
    (RECONCILE_REQUESTS, Kind::Counter, "Lists that GitHub was asked for, by answer"),
    (
        RECONCILE_CAUGHT_UP,
        Kind::Counter,
        "What no webhook had told and a look found, counted per task",
    ),
    (RECONCILE_DUPLICATES_CLOSED, Kind::Counter, "Second issues of a task that were closed"),
    (FOLD_MISMATCHES, Kind::Counter, "Tasks whose stored status is not the fold of their events"),
];
