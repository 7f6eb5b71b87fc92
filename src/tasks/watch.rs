//! Whether what is stored is what it should be.

use metrics::counter;

use crate::{domain::fold, store::Snapshot, telemetry::metrics::FOLD_MISMATCHES};

/// Says so if a task that is read whole is not the fold of its events: a bug that nothing mends.
pub(super) fn watch_fold(snapshot: &Snapshot) {
    let Snapshot { task, events, .. } = snapshot;
    if events.first().is_some_and(|first| first.version == 1)
        && fold(task.id, events).ok().as_ref() != Some(task)
    {
        counter!(FOLD_MISMATCHES).increment(1);
        tracing::error!(task.id = %task.id, event.version = task.version, "not the fold of its events");
    }
}
