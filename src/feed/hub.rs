//! Who follows what, on this instance.

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::watch;

use super::{Bounds, Message, Subscriber, doing::Doing, shape::Shaped, snapshot::Snapshots};
use crate::{
    domain::{Actor, Clock, Progress, TaskId, Timestamp},
    protocol::socket::ServerMessage,
    store::Change,
    tasks::TasksService,
};

/// The subscribers of this instance. Cheap to clone.
#[derive(Clone)]
pub struct Hub(Arc<Inner>);

struct Inner {
    tasks: TasksService,
    clock: Arc<dyn Clock>,
    snapshots: Snapshots,
    members: RwLock<Members>,
    next_id: AtomicU64,
    live: watch::Sender<bool>,
    changes: watch::Sender<u64>,
}

#[derive(Default)]
struct Members {
    all: HashMap<u64, Arc<Subscriber>>,
    dashboards: HashMap<u64, Arc<Subscriber>>,
    rooms: HashMap<TaskId, HashMap<u64, Arc<Subscriber>>>,
}

impl Hub {
    /// A hub without subscribers, which is not live yet.
    pub fn new(tasks: TasksService, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Inner {
            snapshots: Snapshots::new(tasks.clone(), clock.clone()),
            tasks,
            clock,
            members: RwLock::default(),
            next_id: AtomicU64::new(1),
            live: watch::Sender::new(false),
            changes: watch::Sender::new(0),
        }))
    }

    /// A new subscriber that follows nothing yet. It must be given to [`Hub::leave`] in the end.
    pub fn subscribe(&self, actor: Actor, bounds: Bounds) -> Arc<Subscriber> {
        let id = self.0.next_id.fetch_add(1, Ordering::Relaxed);
        let subscriber = Arc::new(Subscriber::new(id, Arc::new(actor), bounds));
        self.members(|members| members.all.insert(id, subscriber.clone()));
        subscriber
    }

    /// Forgets a subscriber and ends its carrier's waiting.
    pub fn leave(&self, subscriber: &Subscriber) {
        subscriber.close();
        let rooms: Vec<TaskId> = subscriber.lock().rooms.keys().copied().collect();
        self.members(|members| {
            members.all.remove(&subscriber.id);
            members.dashboards.remove(&subscriber.id);
            for task in rooms {
                members.leave_room(task, subscriber.id);
            }
        });
    }

    /// The present moment.
    pub(super) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Whether the feed is being read: only then can a client be sure to hear of changes.
    pub fn is_live(&self) -> bool {
        *self.0.live.borrow()
    }

    /// Waits until the feed is being read.
    pub async fn live(&self) {
        // The sender is the hub's own: it cannot have gone.
        self.0.live.subscribe().wait_for(|live| *live).await.ok();
    }

    pub(super) fn set_live(&self, live: bool) {
        self.0.live.send_replace(live);
    }

    /// A counter that grows with every committed change that may leave work for a worker, for those
    /// who then look for themselves.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.changes.subscribe()
    }

    /// Says `message` to every subscriber.
    pub fn tell_all(&self, mut message: impl FnMut() -> ServerMessage) {
        for subscriber in self.everyone() {
            subscriber.send(Message::new(&message(), self.0.clock.now()));
        }
    }

    /// Tells every subscriber that it may have missed something.
    pub fn require_resync(&self, reason: &'static str) {
        for subscriber in self.everyone() {
            subscriber.require_resync(reason);
        }
    }

    pub(super) fn tasks(&self) -> &TasksService {
        &self.0.tasks
    }

    pub(super) fn snapshots(&self) -> &Snapshots {
        &self.0.snapshots
    }

    pub(super) fn enter_room(&self, task: TaskId, subscriber: &Arc<Subscriber>) {
        self.members(|members| {
            // One that has left meanwhile stays out: nobody would take it out again.
            if members.all.contains_key(&subscriber.id) {
                let room = members.rooms.entry(task).or_default();
                room.insert(subscriber.id, subscriber.clone());
            }
        });
    }

    pub(super) fn leave_room(&self, task: TaskId, subscriber: &Subscriber) {
        self.members(|members| {
            // It may have come in again since it was told to leave.
            if !subscriber.lock().rooms.contains_key(&task) {
                members.leave_room(task, subscriber.id);
            }
        });
    }

    pub(super) fn enter_dashboard(&self, subscriber: &Arc<Subscriber>) {
        self.members(|members| {
            if members.all.contains_key(&subscriber.id) {
                members.dashboards.insert(subscriber.id, subscriber.clone());
            }
        });
    }

    pub(super) fn leave_dashboard(&self, subscriber: &Subscriber) {
        self.members(|members| members.dashboards.remove(&subscriber.id));
    }

    pub(super) fn publish(&self, change: Change, progress: Option<&Progress>) {
        let may_leave_work = change.may_leave_work();
        for shaped in Shaped::all(change, progress) {
            for subscriber in self.followers(shaped.task()) {
                if subscriber.offer(&shaped) {
                    self.leave_room(shaped.task(), &subscriber);
                }
            }
        }
        if may_leave_work {
            self.0.changes.send_modify(|count| *count += 1);
        }
    }

    pub(super) fn publish_progress(&self, doing: &Doing) {
        let message = doing.message();
        for subscriber in self.followers(doing.task()) {
            subscriber.offer_progress(doing, &message);
        }
    }

    /// Those who follow `task` or the dashboard, each once.
    fn followers(&self, task: TaskId) -> Vec<Arc<Subscriber>> {
        let members = self.0.members.read().unwrap_or_else(PoisonError::into_inner);
        let room = members.rooms.get(&task).into_iter().flatten();
        let only_room = room.filter(|(id, _)| !members.dashboards.contains_key(id));
        only_room.chain(&members.dashboards).map(|(_, subscriber)| subscriber.clone()).collect()
    }

    fn everyone(&self) -> Vec<Arc<Subscriber>> {
        let members = self.0.members.read().unwrap_or_else(PoisonError::into_inner);
        members.all.values().cloned().collect()
    }

    fn members<T>(&self, change: impl FnOnce(&mut Members) -> T) -> T {
        change(&mut self.0.members.write().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Members {
    fn leave_room(&mut self, task: TaskId, id: u64) {
        if let Some(room) = self.rooms.get_mut(&task) {
            room.remove(&id);
            if room.is_empty() {
                self.rooms.remove(&task);
            }
        }
    }
}
