//! Reading tasks, for one caller or for several who share the read.

use super::{
    ServiceError, TasksService, patience::in_time, service::NEWEST_EVENTS, watch::watch_fold,
};
use crate::{
    domain::{Actor, Event, Task, TaskId},
    store::{ListQuery, Page, Snapshot, Stats},
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
        in_time(async {
            let snapshot =
                self.store.task(id, NEWEST_EVENTS).await?.ok_or(ServiceError::NotFound)?;
            watch_fold(&snapshot);
            Ok(snapshot)
        })
        .await
    }

    /// Up to `limit` events after version `after`, and the task's version.
    pub async fn events(
        &self,
        actor: &Actor,
        id: TaskId,
        after: u64,
        limit: u32,
    ) -> Result<(Vec<Event>, u64), ServiceError> {
        let (task, events) = self.entries(id, after, limit).await?;
        if actor.may_see_task(&task) {
            Ok((events, task.version))
        } else {
            Err(ServiceError::NotFound)
        }
    }

    /// The task and up to `limit` of its events after version `after`, whoever may see it: for a read
    /// that several callers share.
    pub async fn entries(
        &self,
        id: TaskId,
        after: u64,
        limit: u32,
    ) -> Result<(Task, Vec<Event>), ServiceError> {
        in_time(async {
            let task = self.load(id).await?;
            let mut events = self.store.events(id, after, limit).await?;
            // What came in between is another reader's: it may not be for this one any more.
            events.retain(|event| event.version <= task.version);
            Ok((task, events))
        })
        .await
    }

    /// The tasks that `actor` may see and `query` asks for.
    pub async fn list(&self, actor: &Actor, query: &ListQuery) -> Result<Page, ServiceError> {
        in_time(async { Ok(self.store.list(actor, query).await?) }).await
    }

    /// The counts over what `actor` may see.
    pub async fn stats(&self, actor: &Actor) -> Result<Stats, ServiceError> {
        in_time(async { Ok(self.store.stats(actor).await?) }).await
    }

    /// List and counts of one moment, with its place in the feed.
    pub async fn dashboard(
        &self,
        actor: &Actor,
        query: &ListQuery,
    ) -> Result<(Page, Stats, u64), ServiceError> {
        in_time(async { Ok(self.store.dashboard(actor, query).await?) }).await
    }

    pub(super) async fn load(&self, id: TaskId) -> Result<Task, ServiceError> {
        let snapshot = self.store.task(id, 0).await?;
        snapshot.map(|snapshot| snapshot.task).ok_or(ServiceError::NotFound)
    }

    pub(super) async fn visible(&self, actor: &Actor, id: TaskId) -> Result<Task, ServiceError> {
        let task = self.load(id).await?;
        if actor.may_see_task(&task) { Ok(task) } else { Err(ServiceError::NotFound) }
    }
}
