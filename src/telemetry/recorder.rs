//! Where the metrics are kept.

use std::sync::OnceLock;

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use super::metrics::{ALL, Kind};

/// Half a second is the promise from a change to the screen; the steps are finest below it.
const SECONDS: [f64; 13] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// The process's one recorder, installed by the first call; later calls get the same handle.
///
/// Whoever serves the metrics calls [`PrometheusHandle::run_upkeep`] every few seconds: without it
/// the histograms' samples pile up until they are read.
pub fn install_recorder() -> PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(install).clone()
}

fn install() -> PrometheusHandle {
    let recorder = PrometheusBuilder::new()
        .set_buckets(&SECONDS)
        .expect("there is at least one step")
        .build_recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_err() {
        tracing::warn!("another metrics recorder is installed: /metrics will be empty");
    }
    for &(name, kind, description) in ALL {
        match kind {
            Kind::Counter => describe_counter!(name, description),
            Kind::Gauge => describe_gauge!(name, description),
            Kind::Seconds => describe_histogram!(name, Unit::Seconds, description),
        }
    }
    handle
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::telemetry::metrics;

    #[test]
    fn a_counted_thing_is_shown_with_its_description_by_every_handle() {
        install_recorder();
        ::metrics::counter!(metrics::FOLD_MISMATCHES).increment(1);
        let shown = install_recorder().render();
        assert!(shown.contains("# TYPE taskwire_fold_mismatch_total counter"), "{shown}");
        assert!(shown.contains("# HELP taskwire_fold_mismatch_total Tasks whose"), "{shown}");
    }

    #[test]
    fn metric_names_differ_and_say_their_kind() {
        let names: BTreeSet<_> = ALL.iter().map(|(name, ..)| name).collect();
        assert_eq!(names.len(), ALL.len());
        for (name, kind, _) in ALL {
            assert!(name.starts_with("taskwire_"), "{name}");
            assert_eq!(name.ends_with("_total"), *kind == Kind::Counter, "{name}");
            assert_eq!(name.ends_with("_seconds"), *kind == Kind::Seconds, "{name}");
        }
    }
}
