//! Which store there is: the configuration alone says so, for every command alike.

use std::sync::Arc;

use super::AppError;
use crate::{
    config::Config,
    domain::Clock,
    store::{DirLock, SqliteStore, TaskStore},
};

/// What a store is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// To be written to: on SQLite by this process alone.
    Write,
    /// To be looked at, beside whoever writes.
    Read,
}

/// An open store, and what belongs to this process as long as it uses it.
pub(super) struct Storage {
    pub(super) store: Arc<dyn TaskStore>,
    /// The lock of the data directory, if it is this process that writes there.
    pub(super) lock: Option<DirLock>,
}

impl Storage {
    /// Opens the store that `config` names.
    #[expect(
        clippy::unused_async,
        reason = "a store over the network is connected to, not only opened"
    )]
    pub(super) async fn open(
        config: &Config,
        clock: Arc<dyn Clock>,
        access: Access,
    ) -> Result<Self, AppError> {
        let dir = &config.server.data_dir;
        match access {
            Access::Write => {
                let lock = DirLock::take(dir)?;
                let store = Arc::new(SqliteStore::open(dir, clock)?);
                Ok(Self { store, lock: Some(lock) })
            }
            Access::Read => {
                Ok(Self { store: Arc::new(SqliteStore::open_to_read(dir)?), lock: None })
            }
        }
    }
}
