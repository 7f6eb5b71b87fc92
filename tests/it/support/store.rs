//! Which store the whole server is tested on: the one that `TASKWIRE_TEST_STORE` names.

use std::{path::Path, sync::Arc, time::Duration};

use taskwire::{
    domain::{Clock, ManualClock, SystemClock},
    store::{MongoStore, SqliteStore, TaskStore},
};

use super::TestDatabase;

/// The stores that a server can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StoreUnderTest {
    Sqlite,
    MongoDb,
}

impl StoreUnderTest {
    #[expect(clippy::disallowed_methods, reason = "how a test learns what it is to be run on")]
    pub(crate) fn chosen() -> Self {
        match std::env::var("TASKWIRE_TEST_STORE").as_deref() {
            Err(_) | Ok("sqlite") => Self::Sqlite,
            Ok("mongodb") => Self::MongoDb,
            Ok(other) => panic!("TASKWIRE_TEST_STORE={other}: sqlite or mongodb"),
        }
    }
}

/// A store of a test's own, of the kind under test.
pub(crate) struct Store {
    database: Option<TestDatabase>,
}

impl Store {
    pub(crate) fn fresh() -> Self {
        let database = match StoreUnderTest::chosen() {
            StoreUnderTest::Sqlite => None,
            StoreUnderTest::MongoDb => Some(TestDatabase::fresh()),
        };
        Self { database }
    }

    /// SQLite, whatever is under test.
    pub(crate) fn sqlite() -> Self {
        Self { database: None }
    }

    /// The store opened, by one instance; SQLite's file is in `folder`.
    pub(crate) async fn open(&self, folder: &Path, clock: Arc<dyn Clock>) -> Arc<dyn TaskStore> {
        match &self.database {
            None => Arc::new(SqliteStore::open(folder, clock).unwrap()),
            Some(TestDatabase { uri, name }) => {
                Arc::new(MongoStore::connect(uri, name).await.unwrap())
            }
        }
    }

    /// A clock for a test to move, by [`pass`](Self::pass). It begins with the time that it is: a
    /// shared store has a clock of its own.
    pub(crate) fn clock() -> ManualClock {
        ManualClock::new(SystemClock.now())
    }

    /// Lets `by` pass on `clock`, by which the store was opened, and for the store's leases.
    pub(crate) async fn pass(&self, clock: &ManualClock, by: Duration) {
        clock.advance(by);
        if let Some(database) = &self.database {
            database.pass(by).await;
        }
    }

    /// What tells a program to use this store.
    pub(crate) fn env(&self) -> Vec<(String, String)> {
        let env = self.database.iter().flat_map(TestDatabase::env);
        env.map(|(name, value)| (name.to_owned(), value)).collect()
    }
}
