//! Join, hold, read, send: how a client comes to follow something without a hole and without an old
//! snapshot over a newer event.
//!
//! First the client is entered, so that every later change is offered to it, and what is offered is
//! held back; then the snapshot is read and queued; then what was held back and is newer follows.
//! Clients that come at the same moment share a read, and only ever one that begins after they were
//! entered (`flight`).

use std::{collections::BTreeMap, sync::Arc};

use super::{
    Hub, Subscriber,
    subscriber::{Dashboard, State},
};
use crate::{
    domain::{Actor, TaskId, Timestamp},
    protocol::{Code, Problem, socket::JoinDashboard},
    store::{ListQuery, Snapshot},
    tasks::{ServiceError, in_time},
};

/// Why a client does not follow what it asked for.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// It follows as many tasks as it may.
    #[error("at most {0} tasks can be followed on one connection")]
    TooManyRooms(usize),
    /// The task cannot be read.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<JoinError> for Problem {
    fn from(error: JoinError) -> Self {
        match error {
            JoinError::TooManyRooms(_) => Self::new(Code::TooManyRooms, error.to_string()),
            JoinError::Service(error) => error.into(),
        }
    }
}

/// What a resync did with the tasks it named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resynced {
    /// Their state was queued.
    pub sent: Vec<TaskId>,
    /// The client has their version.
    pub current: Vec<TaskId>,
    /// They do not exist for this client.
    pub missing: Vec<TaskId>,
}

impl Hub {
    /// The task with its newest events, before it is followed: read like what joins read, together
    /// with others who ask at the same moment and when its turn has come.
    pub async fn task(&self, actor: &Actor, task: TaskId) -> Result<Arc<Snapshot>, ServiceError> {
        let snapshots = self.snapshots();
        in_time(async { Ok(snapshots.task(actor, task).await?.whole()) }).await
    }

    /// Follows a task: its state is queued, then everything newer. Returns the state's version.
    pub async fn join_task(
        &self,
        subscriber: &Arc<Subscriber>,
        task: TaskId,
    ) -> Result<u64, JoinError> {
        let is_new = self.follow(subscriber, task)?;
        match self.send_state(subscriber, task, None).await {
            Ok((version, _)) => Ok(version),
            Err(error) => {
                if is_new {
                    self.leave_task(subscriber, task);
                }
                Err(error.into())
            }
        }
    }

    /// Follows a task from version `after` on: the entries since are queued, then everything newer.
    /// Returns the version up to which they were read.
    pub async fn join_task_after(
        &self,
        subscriber: &Arc<Subscriber>,
        task: TaskId,
        after: u64,
    ) -> Result<u64, JoinError> {
        self.follow(subscriber, task)?;
        let replayed = self.replay(subscriber, task, after).await;
        let floor = *replayed.as_ref().unwrap_or(&0);
        self.settle(subscriber, task, replayed.is_ok().then_some(floor));
        Ok(replayed?)
    }

    /// Follows a task no longer.
    pub fn leave_task(&self, subscriber: &Subscriber, task: TaskId) {
        subscriber.lock().rooms.remove(&task);
        self.leave_room(task, subscriber);
    }

    /// Follows all visible tasks: their state is queued, then everything newer. Returns the state's
    /// time.
    pub async fn join_dashboard(
        &self,
        subscriber: &Arc<Subscriber>,
        join: &JoinDashboard,
    ) -> Result<Timestamp, JoinError> {
        {
            let mut state = subscriber.lock();
            state.dashboard = Some(Dashboard::new(join.clone()));
            state.held.dashboard = true;
        }
        self.enter_dashboard(subscriber);
        let sent = self.send_dashboard(subscriber, &join.query()).await;
        if sent.is_err() {
            self.leave_all_visible(subscriber);
        }
        Ok(sent?)
    }

    /// Follows the dashboard no longer.
    pub fn leave_all_visible(&self, subscriber: &Subscriber) {
        subscriber.lock().dashboard = None;
        self.leave_dashboard(subscriber);
    }

    /// Queues the state of every task whose version is not the one in `versions`.
    pub async fn resync(
        &self,
        subscriber: &Arc<Subscriber>,
        tasks: &[TaskId],
        versions: Option<&BTreeMap<TaskId, u64>>,
    ) -> Result<Resynced, ServiceError> {
        let mut done = Resynced::default();
        for task in tasks {
            let known = versions.and_then(|versions| versions.get(task)).copied();
            subscriber.lock().held.tasks.insert(*task);
            match self.send_state(subscriber, *task, known).await {
                Ok((_, true)) => done.sent.push(*task),
                Ok((_, false)) => done.current.push(*task),
                Err(ServiceError::NotFound) => done.missing.push(*task),
                Err(error) => return Err(error),
            }
        }
        Ok(done)
    }

    /// Queues the dashboard's state once more, for a client that follows it or not.
    pub async fn resync_dashboard(
        &self,
        subscriber: &Arc<Subscriber>,
    ) -> Result<Timestamp, ServiceError> {
        let query = {
            let mut state = subscriber.lock();
            state.held.dashboard = true;
            state.dashboard.as_ref().map(|dashboard| dashboard.join.query()).unwrap_or_default()
        };
        self.send_dashboard(subscriber, &query).await
    }

    /// Goes on as `actor`: what can no longer be seen is left, and the rest is to be asked for anew.
    pub async fn reauthorise(&self, subscriber: &Arc<Subscriber>, actor: Actor) {
        let rooms: Vec<TaskId> = {
            let mut state = subscriber.lock();
            if *state.actor == actor {
                return;
            }
            state.actor = Arc::new(actor);
            if let Some(dashboard) = &mut state.dashboard {
                dashboard.forget_rows();
            }
            state.rooms.keys().copied().collect()
        };
        // What waits was queued for the old rights, and the new ones may show more.
        subscriber.require_resync("credentials_changed");
        let actor = subscriber.actor();
        for task in rooms {
            match self.tasks().get(&actor, task).await {
                Err(ServiceError::NotFound) => self.leave_task(subscriber, task),
                // What cannot be read just now is kept: each change asks again who may see it.
                Err(ServiceError::Store(_)) => break,
                Ok(_) | Err(_) => {}
            }
        }
    }

    /// Enters the room and holds back; nothing if the client may not follow one more. Whether it
    /// was outside before.
    fn follow(&self, subscriber: &Arc<Subscriber>, task: TaskId) -> Result<bool, JoinError> {
        let is_new = {
            let mut state = subscriber.lock();
            let (max, is_new) = (subscriber.bounds.rooms, !state.rooms.contains_key(&task));
            if is_new && state.rooms.len() >= max {
                return Err(JoinError::TooManyRooms(max));
            }
            state.rooms.entry(task).or_insert(0);
            state.held.tasks.insert(task);
            is_new
        };
        self.enter_room(task, subscriber);
        Ok(is_new)
    }

    /// Reads and queues a task's state unless its version is `known`, and lets go of what is held.
    async fn send_state(
        &self,
        subscriber: &Arc<Subscriber>,
        task: TaskId,
        known: Option<u64>,
    ) -> Result<(u64, bool), ServiceError> {
        let read = self.snapshots().task(&subscriber.actor(), task).await;
        let sent = match read {
            Ok(snapshot) => {
                let version = snapshot.version();
                let is_news = known != Some(version);
                if is_news {
                    subscriber.send_snapshot(snapshot.message()).await;
                }
                Ok((version, is_news))
            }
            Err(error) => Err(error),
        };
        let floor = match &sent {
            Ok((version, _)) => Some(*version),
            // It is there, but cannot be read just now: the client keeps what it follows.
            Err(ServiceError::Store(_)) => Some(0),
            Err(_) => None,
        };
        self.settle(subscriber, task, floor);
        sent
    }

    async fn replay(
        &self,
        subscriber: &Arc<Subscriber>,
        task: TaskId,
        after: u64,
    ) -> Result<u64, ServiceError> {
        let mut sent = after;
        loop {
            let entries = self.snapshots().entries(&subscriber.actor(), task, sent).await?;
            if entries.messages.is_empty() {
                return Ok(entries.version().max(sent));
            }
            for (version, message) in &entries.messages {
                subscriber.send_snapshot(message.clone()).await;
                sent = *version;
            }
        }
    }

    /// Lets go of what is held of a task: newer than `floor` is sent; without one the room is left.
    fn settle(&self, subscriber: &Arc<Subscriber>, task: TaskId, floor: Option<u64>) {
        self.release(subscriber, |state| {
            state.held.tasks.remove(&task);
            match (floor, state.rooms.get_mut(&task)) {
                (Some(new), Some(floor)) => *floor = new.max(*floor),
                (None, Some(_)) => {
                    state.rooms.remove(&task);
                }
                (_, None) => {}
            }
        });
        if floor.is_none() {
            self.leave_room(task, subscriber);
        }
    }

    async fn send_dashboard(
        &self,
        subscriber: &Arc<Subscriber>,
        query: &ListQuery,
    ) -> Result<Timestamp, ServiceError> {
        let read = self.snapshots().dashboard(&subscriber.actor(), query).await;
        let sent = match read {
            Ok(snapshot) => {
                subscriber.send_snapshot(snapshot.message).await;
                Ok((snapshot.at, snapshot.position))
            }
            Err(error) => Err(error),
        };
        self.release(subscriber, |state| {
            state.held.dashboard = false;
            if let (Some(dashboard), Ok((_, position))) = (&mut state.dashboard, &sent) {
                dashboard.start_after(*position);
            }
        });
        sent.map(|(now, _)| now)
    }

    /// Ends a holding back, and the following of what vanished meanwhile.
    fn release(&self, subscriber: &Subscriber, release: impl FnOnce(&mut State)) {
        for task in subscriber.release(release) {
            self.leave_room(task, subscriber);
        }
    }
}
