//! The stores under test.

use std::{fs, sync::Arc, time::Duration};

use taskwire::{
    domain::{ManualClock, Timestamp},
    store::{SqliteStore, TaskStore},
};
use tempfile::TempDir;

use super::scene::Scene;

/// A store to test, empty at first, with a clock that the test moves.
pub(crate) trait StoreFixture {
    /// An empty store.
    async fn fresh() -> Self;

    /// The store and its clock.
    fn scene(&self) -> Scene;

    /// Lets `by` pass on the clock that the store's leases go by.
    async fn pass(&self, by: Duration);

    /// The store opened again as a killed process has left it: never closed.
    async fn after_a_crash(self) -> Self;
}

/// A time at which all tests begin; not a whole second.
fn start() -> Timestamp {
    "2026-11-20T17:24:00.123Z".parse().unwrap()
}

pub(crate) struct SqliteFixture {
    dir: TempDir,
    store: Arc<SqliteStore>,
    clock: ManualClock,
}

impl SqliteFixture {
    fn open(dir: TempDir, clock: ManualClock) -> Self {
        let store = Arc::new(SqliteStore::open(dir.path(), Arc::new(clock.clone())).unwrap());
        Self { dir, store, clock }
    }
}

impl StoreFixture for SqliteFixture {
    async fn fresh() -> Self {
        Self::open(tempfile::tempdir().unwrap(), ManualClock::new(start()))
    }

    fn scene(&self) -> Scene {
        let store: Arc<dyn TaskStore> = self.store.clone();
        Scene { store, clock: self.clock.clone() }
    }

    async fn pass(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// A copy of the files while the store has them open: what a kill leaves on the disk.
    async fn after_a_crash(self) -> Self {
        let left = tempfile::tempdir().unwrap();
        for file in ["taskwire.db", "taskwire.db-wal"] {
            fs::copy(self.dir.path().join(file), left.path().join(file)).unwrap();
        }
        Self::open(left, self.clock)
    }
}
