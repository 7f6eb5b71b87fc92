//! The connections that read. They see what is committed and never wait for the writer.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{Connection, Transaction};
use tokio::sync::Semaphore;

use super::schema;
use crate::store::StoreError;

/// How many reads happen at a time; more wait for their turn.
const READERS: usize = 4;

/// A bounded number of reading connections, opened when they are first needed.
#[derive(Clone)]
pub(super) struct Readers {
    file: Arc<PathBuf>,
    idle: Arc<Mutex<Vec<Connection>>>,
    turns: Arc<Semaphore>,
}

impl Readers {
    /// Readers of `file`, which exists.
    pub(super) fn new(file: PathBuf) -> Self {
        Self {
            file: Arc::new(file),
            idle: Arc::default(),
            turns: Arc::new(Semaphore::new(READERS)),
        }
    }

    /// What `look` finds. All that it reads is of one moment.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let unavailable = |_| StoreError::Unavailable("the reader has stopped".into());
        let turn = self.turns.clone().acquire_owned().await;
        let turn = turn.map_err(|_| StoreError::Unavailable("the store is closed".into()))?;
        let readers = self.clone();
        let task = tokio::task::spawn_blocking(move || {
            // The turn ends with the read, not with the caller, who may have left.
            let _turn = turn;
            readers.look(look)
        });
        task.await.map_err(unavailable)?
    }

    fn look<T>(
        &self,
        look: impl FnOnce(&Transaction<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut connection = match idle {
            Some(connection) => connection,
            None => schema::open_to_read(&self.file)?,
        };
        let found = {
            let moment = connection.transaction()?;
            look(&moment)
        };
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        found
    }
}
