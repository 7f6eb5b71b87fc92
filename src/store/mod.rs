//! Where tasks live. The trait and its promises; the stores that keep them are `sqlite` and, for
//! several instances, `mongo`.
//!
//! A store knows tasks, events and leases. It does not know who may do what, nor that anyone
//! listens: it tells every committed change once, in order, through its feed.

mod feed;
mod mongo;
mod number;
mod query;
mod search;
mod sqlite;
#[cfg(test)]
mod tests;
mod whole;
mod write;

use std::time::Duration;

use async_trait::async_trait;

pub use feed::{Change, Feed, FeedItem, Step};
pub use mongo::MongoStore;
pub use query::{Cursor, ListQuery, Page, Snapshot, Sort, Stats};
pub use sqlite::{DirLock, LockError, SqliteStore};
pub use whole::{Flaw, Imported, WholeTask};
pub use write::{Attempt, Claim, LeaseToken, Write};

use crate::domain::{Actor, Event, Progress, PullKey, Status, TaskId, text::RepoName};

/// Why a store did not do what it was asked. Nothing was written; only of
/// [`Unavailable`](Self::Unavailable) that is not sure, for an answer that was lost may have been a
/// yes.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The task is not at the version that the write was decided on. Read again, decide again.
    #[error("the task has moved on")]
    Conflict,
    /// The lease that guards this write is not, or no longer, the writer's.
    #[error("the lease is lost")]
    LeaseLost,
    /// The request or delivery that caused this write has caused one before.
    #[error("this cause is recorded already")]
    KnownCause,
    /// A task of this id is here already, and its timeline is another one.
    #[error("a task of this id is here already, with another timeline")]
    Duplicate,
    /// The task with its whole past is more than the store can keep of one.
    #[error("the task is larger than the store can keep")]
    TooLarge,
    /// The store cannot be reached, or is closing; it may be back soon. A write may have been done,
    /// and its cause tells whether it was.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// What is stored does not make sense, or the database answered something unexpected.
    #[error("the store is broken: {0}")]
    Broken(String),
}

/// A store of tasks.
///
/// **Atomic.** A [`Write`] is committed whole or not at all: events, status, derived fields, cause
/// and the change that the feed tells are one write. When `create` or `append` has returned `Ok`,
/// the write survives the death of the process and of the machine.
///
/// **Guarded.** `append` commits only if the task is still at the version that the write was decided
/// on and, if the write names a lease, only if that lease is still held. So of two writers that
/// race, one gets [`StoreError::Conflict`] and decides again; nothing is overwritten.
///
/// **Told once.** Every committed write appears in the feed exactly once per process, the changes of
/// one task in the order of their versions, never before it is committed.
///
/// **Read your writes.** A read that begins after a write returned sees it. A [`Snapshot`] is of one
/// moment: its events are those of its task's version.
#[async_trait]
pub trait TaskStore: Send + Sync + 'static {
    /// Commits a new task. [`StoreError::KnownCause`] if its creator has used the idempotency key
    /// for a task before.
    async fn create(&self, write: Write) -> Result<(), StoreError>;

    /// Commits more events of a task. [`StoreError::KnownCause`] if the task has an entry of the
    /// same delivery, or of the same user's same key. A change of status clears the progress.
    async fn append(&self, write: Write) -> Result<(), StoreError>;

    /// The task with the newest `newest` of its events, oldest first; `None` if there is none.
    async fn task(&self, id: TaskId, newest: u32) -> Result<Option<Snapshot>, StoreError>;

    /// Up to `limit` events after version `after`, oldest first, and nothing for an unknown task.
    async fn events(&self, id: TaskId, after: u64, limit: u32) -> Result<Vec<Event>, StoreError>;

    /// The tasks that `actor` may see and `query` asks for.
    async fn list(&self, actor: &Actor, query: &ListQuery) -> Result<Page, StoreError>;

    /// The counts over what `actor` may see.
    async fn stats(&self, actor: &Actor) -> Result<Stats, StoreError>;

    /// `list` and `stats` of one moment, and that moment's place in the feed: a change whose
    /// `position` is not greater is contained in both.
    async fn dashboard(
        &self,
        actor: &Actor,
        query: &ListQuery,
    ) -> Result<(Page, Stats, u64), StoreError>;

    /// The task that `user` created with the idempotency key `key`, and the key's hash.
    async fn created_with(
        &self,
        user: &str,
        key: &str,
    ) -> Result<Option<(TaskId, String)>, StoreError>;

    /// The hash recorded with `user`'s idempotency key `key` on task `id`.
    async fn written_with(
        &self,
        id: TaskId,
        user: &str,
        key: &str,
    ) -> Result<Option<String>, StoreError>;

    /// Whether task `id` has an entry that the webhook delivery `delivery` caused.
    async fn heard(&self, id: TaskId, delivery: &str) -> Result<bool, StoreError>;

    /// The tasks that a pull request is linked to.
    async fn linked_to_pull(&self, pull: PullKey) -> Result<Vec<TaskId>, StoreError>;

    /// The tasks with a pull request into the repository `repo_id` whose head is the commit `head_sha`.
    async fn headed_by(&self, repo_id: u64, head_sha: &str) -> Result<Vec<TaskId>, StoreError>;

    /// The tasks filed as issue `number` of `repo`.
    async fn filed_as(&self, repo: &RepoName, number: u64) -> Result<Vec<TaskId>, StoreError>;

    /// Keeps what is being done for a task just now, if it is in `status` still; whether it was kept.
    /// The feed tells it with the task's summary. Ephemeral: lost with the process, cleared by a
    /// change of status.
    async fn set_progress(
        &self,
        id: TaskId,
        status: Status,
        progress: Progress,
    ) -> Result<bool, StoreError>;

    /// Takes the lease of one task that has work for a worker and is leased to nobody, for `term` by
    /// the store's clock. Two calls never return the same task within its term.
    async fn claim(&self, token: LeaseToken, term: Duration) -> Result<Option<Claim>, StoreError>;

    /// Prolongs a lease to `term` from now; [`StoreError::LeaseLost`] if it is not `token`'s.
    async fn renew(&self, id: TaskId, token: LeaseToken, term: Duration) -> Result<(), StoreError>;

    /// Gives a lease back; the task can be claimed again after `rest`. Nothing if it is lost.
    async fn release(
        &self,
        id: TaskId,
        token: LeaseToken,
        rest: Duration,
    ) -> Result<(), StoreError>;

    /// Records, before an issue is posted, that it may be: whoever comes after must look for it. Only
    /// if the task is still at `version`, which is what the issue will say.
    async fn begin_attempt(
        &self,
        id: TaskId,
        version: u64,
        token: LeaseToken,
    ) -> Result<Attempt, StoreError>;

    /// Forgets the attempt: GitHub was asked, and there is no issue of it.
    async fn clear_attempt(&self, id: TaskId, token: LeaseToken) -> Result<(), StoreError>;

    /// Takes on `duty`, of which the whole deployment has one, for `term` by the store's clock, or
    /// keeps it for as long from now; whether it is `token`'s. At no moment do two tokens have it: it
    /// goes to another only when its term is over or it was given back. Whoever does not come again
    /// in time must take it as lost.
    async fn lead(&self, duty: &str, token: LeaseToken, term: Duration)
    -> Result<bool, StoreError>;

    /// Gives `duty` back, so that another can take it on at once. Nothing if it is not `token`'s.
    async fn resign(&self, duty: &str, token: LeaseToken) -> Result<(), StoreError>;

    /// Up to `limit` whole tasks whose ids come after `after`, in the order of their ids; fewer if
    /// they are long, none if there are no more. Each is of one moment, but not all of the same: a
    /// task that is created meanwhile may be left out. Writes nothing.
    async fn export(&self, after: Option<TaskId>, limit: u32)
    -> Result<Vec<WholeTask>, StoreError>;

    /// Commits a task with its whole past, all of it or nothing; the same task again is
    /// [`Imported::Known`] and changes nothing. What an export said and an import took is exported in
    /// the same bytes. [`StoreError::Duplicate`] if there is a task of this id with another timeline,
    /// [`StoreError::KnownCause`] if its creator's idempotency key has created another task here,
    /// [`StoreError::TooLarge`] if the store cannot keep so long a timeline. The feed tells a [`FeedItem::Gap`], and none of the entries.
    async fn import(&self, whole: WholeTask) -> Result<Imported, StoreError>;

    /// The feed of this process. It can be taken once; `None` afterwards.
    fn feed(&self) -> Option<Feed>;

    /// Whether the store answers.
    async fn ping(&self) -> Result<(), StoreError>;

    /// Stops taking writes, finishes those under way and ends the feed.
    async fn close(&self);
}
