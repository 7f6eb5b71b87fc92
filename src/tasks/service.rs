//! The use cases of people, agents and GitHub.

use std::sync::Arc;

use metrics::counter;
use tracing::instrument;

use super::{RepoRules, Request, ServiceError, patience::in_time, turns::Turns};
use crate::{
    domain::{
        Actor, ActorRef, Answer, Cause, Clock, Command, Edit, EventBody, Fact, NewTask, Progress,
        Refusal, Task, TaskError, TaskId, create, decide,
        text::{Prose, Reason, RepoName},
    },
    store::{LeaseToken, Snapshot, StoreError, TaskStore, Write},
    telemetry::metrics::{STORE_CONFLICTS, STORE_WRITES},
};

/// How many of its newest events a task is handed out with.
pub(super) const NEWEST_EVENTS: u32 = 200;

/// A use case that happened: the task as it is now.
#[derive(Clone, Debug)]
pub struct Done {
    /// The task.
    pub snapshot: Snapshot,
    /// The request had been done before; nothing was done now.
    pub replayed: bool,
}

/// What hearing a fact did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Entries were written.
    Applied,
    /// The task knew it already, or knew better.
    NothingNew,
    /// This very delivery was applied before.
    Duplicate,
    /// It contradicts what is known of the same second: only GitHub can tell.
    Torn,
}

/// The use cases. Cheap to clone.
///
/// Each that is somebody's request ends within 4.5 s; what the store has not done by then is
/// [`StoreError::Unavailable`].
#[derive(Clone)]
pub struct TasksService {
    pub(super) store: Arc<dyn TaskStore>,
    pub(super) clock: Arc<dyn Clock>,
    repos: Arc<RepoRules>,
    turns: Arc<Turns>,
}

/// Why a fact was not taken in.
enum Unheard {
    Torn,
    Failed(ServiceError),
}

impl<E: Into<ServiceError>> From<E> for Unheard {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Under what a change is written.
pub(super) struct Under {
    pub(super) actor: ActorRef,
    pub(super) cause: Option<Cause>,
    pub(super) lease: Option<LeaseToken>,
}

impl TasksService {
    /// The use cases over `store`.
    pub fn new(store: Arc<dyn TaskStore>, clock: Arc<dyn Clock>, repos: RepoRules) -> Self {
        Self { store, clock, repos: Arc::new(repos), turns: Arc::default() }
    }

    /// Whether tasks may be filed in `repo`.
    pub fn allows(&self, repo: &RepoName) -> bool {
        self.repos.allows(repo)
    }

    /// Submits a task.
    #[instrument(skip_all, fields(actor.id = %actor.id))]
    pub async fn create(
        &self,
        actor: &Actor,
        new: NewTask,
        request: Option<&Request>,
    ) -> Result<Done, ServiceError> {
        if !actor.may_create() {
            return Err(ServiceError::Forbidden("only members and admins create tasks"));
        }
        in_time(async {
            if let Some(done) = self.created_before(actor, request).await? {
                return Ok(done);
            }
            let repo = self.repos.resolve(new.repo)?;
            let first = create(NewTask { repo, ..new }, actor)?;
            let now = self.clock.now();
            let cause = request.map(|request| request.cause(actor.id.as_str()));
            let write = Write::create(TaskId::new(now), first, actor.to_ref(), now, cause)
                .map_err(|error| StoreError::Broken(error.to_string()))?;
            let id = write.task.id;
            match self.store.create(write).await {
                Ok(()) => {
                    counter!(STORE_WRITES).increment(1);
                    self.done(id).await
                }
                // A first try may be written and not yet be there for everybody to read.
                Err(StoreError::KnownCause) => {
                    let not_yet = || StoreError::Unavailable("it is not agreed on yet".into());
                    Ok(self.created_before(actor, request).await?.ok_or_else(not_yet)?)
                }
                Err(error) => Err(error.into()),
            }
        })
        .await
    }

    async fn created_before(
        &self,
        actor: &Actor,
        request: Option<&Request>,
    ) -> Result<Option<Done>, ServiceError> {
        let Some(request) = request else { return Ok(None) };
        let known = self.store.created_with(actor.id.as_str(), request.key.as_str()).await?;
        match known {
            Some((_, hash)) if hash != request.hash => Err(ServiceError::KeyReused),
            Some((id, _)) => {
                Ok(Some(Done { snapshot: self.get(actor, id).await?, replayed: true }))
            }
            None => Ok(None),
        }
    }

    /// Edits text or audience, if the task is still at version `expected`.
    pub async fn edit(
        &self,
        actor: &Actor,
        id: TaskId,
        expected: u64,
        edit: Edit,
    ) -> Result<Done, ServiceError> {
        let command = Command::Edit(edit.clone());
        self.command(actor, id, None, &command, |task| {
            check_manager(actor, task)?;
            if task.version != expected {
                return Err(ServiceError::VersionConflict(task.version));
            }
            Ok(edit.check_audience(task, actor)?)
        })
        .await
    }

    /// Answers questions; the last answer sends the task back to analysis.
    pub async fn answer(
        &self,
        actor: &Actor,
        id: TaskId,
        answers: Vec<Answer>,
        request: Option<&Request>,
    ) -> Result<Done, ServiceError> {
        self.command(actor, id, request, &Command::Answer(answers), |_| Ok(())).await
    }

    /// Adds a comment.
    pub async fn comment(
        &self,
        actor: &Actor,
        id: TaskId,
        text: Prose,
        request: Option<&Request>,
    ) -> Result<Done, ServiceError> {
        self.command(actor, id, request, &Command::Comment(text), |_| Ok(())).await
    }

    /// Calls the task off.
    pub async fn cancel(
        &self,
        actor: &Actor,
        id: TaskId,
        reason: Option<Reason>,
        request: Option<&Request>,
    ) -> Result<Done, ServiceError> {
        let command = Command::Cancel(reason);
        self.command(actor, id, request, &command, |task| check_manager(actor, task)).await
    }

    /// Tries a failed or cancelled task again.
    pub async fn retry(
        &self,
        actor: &Actor,
        id: TaskId,
        reason: Option<Reason>,
        request: Option<&Request>,
    ) -> Result<Done, ServiceError> {
        let command = Command::Retry { reason, repo: self.repos.default_repo() };
        self.command(actor, id, request, &command, |task| check_manager(actor, task)).await
    }

    /// An agent gives up.
    pub async fn fail(
        &self,
        actor: &Actor,
        id: TaskId,
        error: TaskError,
    ) -> Result<Done, ServiceError> {
        self.command(actor, id, None, &Command::Fail(error), |_| check_reporter(actor)).await
    }

    /// An agent tells what it is doing. `admit` is asked once, when it is known that the agent may:
    /// what it refuses is not told.
    pub async fn report<E: From<ServiceError>>(
        &self,
        actor: &Actor,
        id: TaskId,
        progress: Progress,
        admit: impl FnOnce() -> Result<(), E>,
    ) -> Result<(), E> {
        in_time(async {
            let mut status = self.visible(actor, id).await?.status;
            check_reporter(actor)?;
            if let Err(refused) = admit() {
                return Ok(Err(refused));
            }
            loop {
                if !status.is_worked_on() {
                    let refusal = Refusal::InvalidTransition { status, wanted: "worked on" };
                    return Err(ServiceError::from(refusal));
                }
                if self.store.set_progress(id, status, progress.clone()).await? {
                    return Ok(Ok(()));
                }
                // Its status has changed meanwhile: it is decided again.
                status = self.visible(actor, id).await?.status;
            }
        })
        .await?
    }

    /// Takes in what GitHub told. `delivery` is the webhook's id; none when GitHub was asked, and
    /// what it then said is the truth.
    #[instrument(skip_all, fields(task.id = %id))]
    pub async fn hear(
        &self,
        id: TaskId,
        delivery: Option<&str>,
        actor: ActorRef,
        fact: Fact,
        is_truth: bool,
    ) -> Result<Heard, ServiceError> {
        in_time(async {
            if let Some(delivery) = delivery
                && self.store.heard(id, delivery).await?
            {
                return Ok(Heard::Duplicate);
            }
            let cause = delivery.map(|id| Cause::Delivery { id: id.into() });
            let command = Command::Hear(fact);
            let under = Under { actor, cause, lease: None };
            // Asked of the task that is decided on: another delivery may be taken in meanwhile.
            let heard = self.change(id, &under, |task| match &command {
                Command::Hear(Fact::Pull(pull)) if !is_truth && task.is_torn_about(pull) => {
                    Err(Unheard::Torn)
                }
                _ => Ok(decide(task, &command)?),
            });
            match heard.await {
                Ok(true) => Ok(Heard::Applied),
                Ok(false) => Ok(Heard::NothingNew),
                Err(Unheard::Torn) => Ok(Heard::Torn),
                Err(Unheard::Failed(ServiceError::Store(StoreError::KnownCause))) => {
                    Ok(Heard::Duplicate)
                }
                Err(Unheard::Failed(error)) => Err(error),
            }
        })
        .await
    }

    /// One command of a caller who must at least see the task.
    #[instrument(skip_all, fields(actor.id = %actor.id, task.id = %id))]
    async fn command(
        &self,
        actor: &Actor,
        id: TaskId,
        request: Option<&Request>,
        command: &Command,
        authorise: impl Fn(&Task) -> Result<(), ServiceError> + Sync,
    ) -> Result<Done, ServiceError> {
        in_time(async {
            if let Some(done) = self.written_before(actor, id, request).await? {
                return Ok(done);
            }
            let cause = request.map(|request| request.cause(actor.id.as_str()));
            let under = Under { actor: actor.to_ref(), cause, lease: None };
            let decided = self.change(id, &under, |task| {
                if !actor.may_see_task(task) {
                    return Err(ServiceError::NotFound);
                }
                authorise(task)?;
                Ok(decide(task, command)?)
            });
            match decided.await {
                Ok(_) => self.done(id).await,
                // Whoever repeats it will learn whether it was done; asking now is in vain.
                Err(error @ ServiceError::Store(StoreError::Unavailable(_))) => Err(error),
                // The same request may have been faster on another connection: then what refuses
                // this one is its own effect.
                Err(error) => self.written_before(actor, id, request).await?.ok_or(error),
            }
        })
        .await
    }

    async fn written_before(
        &self,
        actor: &Actor,
        id: TaskId,
        request: Option<&Request>,
    ) -> Result<Option<Done>, ServiceError> {
        let Some(request) = request else { return Ok(None) };
        let known = self.store.written_with(id, actor.id.as_str(), request.key.as_str()).await?;
        let Some(hash) = known else { return Ok(None) };
        let snapshot = self.get(actor, id).await?;
        if hash == request.hash {
            Ok(Some(Done { snapshot, replayed: true }))
        } else {
            Err(ServiceError::KeyReused)
        }
    }

    /// Decides on the task as it is and commits; decides again whenever another writer was faster.
    /// Whether anything was written.
    pub(super) async fn change<E: From<ServiceError>>(
        &self,
        id: TaskId,
        under: &Under,
        decide: impl Fn(&Task) -> Result<Vec<EventBody>, E> + Sync,
    ) -> Result<bool, E> {
        let mut turn = None;
        loop {
            let task = self.load(id).await?;
            let bodies = decide(&task)?;
            let now = self.clock.now();
            let cause = under.cause.clone();
            let Some(write) = Write::append(&task, bodies, &under.actor, now, cause) else {
                return Ok(false);
            };
            let write = Write { lease: under.lease, ..write };
            match self.store.append(write).await {
                Ok(()) => {
                    counter!(STORE_WRITES).increment(1);
                    return Ok(true);
                }
                // Somebody else's write went through, so this loop as a whole makes headway.
                Err(StoreError::Conflict) => {
                    counter!(STORE_CONFLICTS).increment(1);
                    if turn.is_none() {
                        turn = self.turns.take(id).await;
                    }
                    tokio::task::yield_now().await;
                }
                Err(error) => return Err(ServiceError::from(error).into()),
            }
        }
    }

    async fn done(&self, id: TaskId) -> Result<Done, ServiceError> {
        let snapshot = self.store.task(id, NEWEST_EVENTS).await?.ok_or(ServiceError::NotFound)?;
        Ok(Done { snapshot, replayed: false })
    }
}

fn check_manager(actor: &Actor, task: &Task) -> Result<(), ServiceError> {
    if actor.may_manage(task) {
        Ok(())
    } else {
        Err(ServiceError::Forbidden("only the task's creator and admins may do this"))
    }
}

fn check_reporter(actor: &Actor) -> Result<(), ServiceError> {
    if actor.may_report() {
        Ok(())
    } else {
        Err(ServiceError::Forbidden("only agents and admins report progress and failure"))
    }
}
