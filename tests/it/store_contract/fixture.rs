//! The stores under test.

use std::{fs, sync::Arc, time::Duration};

use taskwire::{
    domain::{Clock as _, ManualClock, SystemClock, Timestamp},
    store::{MongoStore, SqliteStore, TaskStore},
};
use tempfile::TempDir;

use super::scene::Scene;
use crate::support::{Line, TestDatabase};

/// A store to test, empty at first, with a clock that the test moves.
pub(crate) trait StoreFixture {
    /// An empty store.
    async fn fresh() -> Self;

    /// The store and its clock.
    fn scene(&self) -> Scene;

    /// Lets `by` pass on the clock that the store's leases go by.
    async fn pass(&self, by: Duration);

    /// Whether the position of a dashboard is exact. A stand-in for a database may not tell it.
    fn is_exact(&self) -> bool;

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

    fn is_exact(&self) -> bool {
        true
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

/// A database of its own, and the store as one instance has it.
pub(crate) struct MongoFixture {
    database: TestDatabase,
    store: Arc<MongoStore>,
    clock: ManualClock,
}

impl MongoFixture {
    async fn open(database: TestDatabase, clock: ManualClock) -> Self {
        let store = MongoStore::connect(&database.uri, &database.name).await.unwrap();
        Self { database, store: Arc::new(store), clock }
    }

    /// The store as another instance has it.
    pub(super) async fn another(&self) -> Scene {
        let store = MongoStore::connect(&self.database.uri, &self.database.name).await.unwrap();
        Scene { store: Arc::new(store), clock: self.clock.clone() }
    }

    /// The store as an instance has it that reaches the database over a line.
    pub(super) async fn over_line(&self) -> (Line, MongoStore) {
        let line = Line::to(&self.database.uri).await;
        let store = MongoStore::connect(&line.uri(), &self.database.name).await.unwrap();
        (line, store)
    }

    pub(super) fn database(&self) -> &TestDatabase {
        &self.database
    }
}

impl StoreFixture for MongoFixture {
    async fn fresh() -> Self {
        // Leases go by the database's clock, so the tasks' own is set by the same.
        Self::open(TestDatabase::fresh(), ManualClock::new(SystemClock.now())).await
    }

    fn scene(&self) -> Scene {
        let store: Arc<dyn TaskStore> = self.store.clone();
        Scene { store, clock: self.clock.clone() }
    }

    async fn pass(&self, by: Duration) {
        self.clock.advance(by);
        self.database.pass(by).await;
    }

    fn is_exact(&self) -> bool {
        self.store.holds_still()
    }

    async fn after_a_crash(self) -> Self {
        let Self { database, store, clock } = self;
        // Never closed; nothing of it goes on.
        drop(store);
        Self::open(database, clock).await
    }
}
