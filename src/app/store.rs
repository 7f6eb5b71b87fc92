//! Which store the operator chose.

use std::{sync::Arc, time::Duration};

use secrecy::ExposeSecret as _;
use tokio::time::{Instant, sleep};

use super::AppError;
use crate::{
    config::Config,
    domain::Clock,
    store::{DirLock, MongoStore, SqliteStore, StoreError, TaskStore},
};

/// How long a database that is not there yet is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
/// The rest between two looks for it.
const REST: Duration = Duration::from_secs(1);

/// The store, and what keeps its folder from others.
pub(super) struct Opened {
    pub(super) store: Arc<dyn TaskStore>,
    /// None for MongoDB: others may use it, too.
    pub(super) lock: Option<DirLock>,
}

/// MongoDB if it is configured, else SQLite in the data folder.
pub(super) async fn open(config: &Config, clock: Arc<dyn Clock>) -> Result<Opened, AppError> {
    let Some(uri) = &config.mongodb.uri else {
        let lock = DirLock::take(&config.server.data_dir)?;
        let store = SqliteStore::open(&config.server.data_dir, clock)?;
        return Ok(Opened { store: Arc::new(store), lock: Some(lock) });
    };
    let began = Instant::now();
    loop {
        match MongoStore::connect(uri.expose_secret(), &config.mongodb.database).await {
            Ok(store) => return Ok(Opened { store: Arc::new(store), lock: None }),
            Err(StoreError::Unavailable(cause)) if began.elapsed() < PATIENCE => {
                tracing::warn!(cause, "MongoDB is not there yet");
                sleep(REST).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}
