//! The use cases of workers: what Taskwire itself does for a task it has leased.

use tracing::instrument;

use super::{ServiceError, TasksService, service::Under};
use crate::{
    domain::{ActorRef, Command, Progress, Status, Task, TaskId, decide},
    store::LeaseToken,
};

impl TasksService {
    /// Does `command` as Taskwire itself, if `lease` is still held, and returns the task as it is
    /// now.
    #[instrument(skip_all, fields(task.id = %id))]
    pub async fn work(
        &self,
        id: TaskId,
        lease: LeaseToken,
        command: Command,
    ) -> Result<Task, ServiceError> {
        let under = Under { actor: ActorRef::system(), cause: None, lease: Some(lease) };
        self.change::<ServiceError>(id, &under, |task| Ok(decide(task, &command)?)).await?;
        self.load(id).await
    }

    /// Tells what is being done for a task that is being analysed. One that is so no longer keeps
    /// nothing of it.
    pub async fn show_progress(&self, id: TaskId, progress: Progress) -> Result<(), ServiceError> {
        self.store.set_progress(id, Status::Analyzing, progress).await?;
        Ok(())
    }
}
