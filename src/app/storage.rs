//! Which store there is: the configuration alone says so, for every command alike.

use std::{sync::Arc, time::Duration};

use secrecy::ExposeSecret as _;
use tokio::time::{Instant, sleep};

use super::AppError;
use crate::{
    config::Config,
    demo::DemoSecret,
    domain::Clock,
    store::{DirLock, MongoStore, SqliteStore, StoreError, TaskStore},
};

/// How long a database that is not there yet is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
/// The rest between two looks for it.
const REST: Duration = Duration::from_secs(1);

/// What a store is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    /// To be written to: on SQLite by this process alone. A demo's folder is refused.
    Write,
    /// The same for a demo.
    WriteDemo,
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
    /// Opens the store that `config` names: MongoDB if it says where it is, else SQLite in the data
    /// directory.
    pub(super) async fn open(
        config: &Config,
        clock: Arc<dyn Clock>,
        access: Access,
    ) -> Result<Self, AppError> {
        if config.mongodb.uri.is_some() {
            let store = Arc::new(mongodb(config, access).await?);
            return Ok(Self { store, lock: None });
        }
        let dir = &config.server.data_dir;
        match access {
            Access::Write | Access::WriteDemo => {
                let lock = DirLock::take(dir)?;
                if access == Access::Write && DemoSecret::kept(dir)?.is_some() {
                    return Err(AppError::IsADemo(dir.clone()));
                }
                let store = Arc::new(SqliteStore::open(dir, clock)?);
                Ok(Self { store, lock: Some(lock) })
            }
            Access::Read => {
                Ok(Self { store: Arc::new(SqliteStore::open_to_read(dir)?), lock: None })
            }
        }
    }
}

/// The database that `config` names, once it is there.
async fn mongodb(config: &Config, access: Access) -> Result<MongoStore, StoreError> {
    let uri = config.mongodb.uri.as_ref().map_or("", |uri| uri.expose_secret());
    let name = &config.mongodb.database;
    let began = Instant::now();
    loop {
        let reached = match access {
            Access::Write | Access::WriteDemo => MongoStore::connect(uri, name).await,
            Access::Read => MongoStore::connect_to_read(uri, name).await,
        };
        match reached {
            Err(StoreError::Unavailable(cause)) if began.elapsed() < PATIENCE => {
                tracing::warn!(cause, "MongoDB is not there yet");
                sleep(REST).await;
            }
            reached => return reached,
        }
    }
}
