//! Reading one task, for one caller or for several who share the read.

use super::{ServiceError, TasksService, service::NEWEST_EVENTS, watch::watch_fold};
use crate::{
    domain::{Actor, TaskId},
    store::Snapshot,
};

impl TasksService {
    /// The task with its newest events.
    pub async fn get(&self, actor: &Actor, id: TaskId) -> Result<Snapshot, ServiceError> {
        let snapshot = self.snapshot(id).await?;
        if actor.may_see_task(&snapshot.task) { Ok(snapshot) } else { Err(ServiceError::NotFound) }
    }

    /// The task with its newest events, whoever may see it: for a read that several callers share,
    /// of whom each must be asked whether they may.
    pub async fn snapshot(&self, id: TaskId) -> Result<Snapshot, ServiceError> {
        let snapshot = self.store.task(id, NEWEST_EVENTS).await?.ok_or(ServiceError::NotFound)?;
        watch_fold(&snapshot);
        Ok(snapshot)
    }
}
