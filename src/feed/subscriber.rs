//! One client: what it follows, what is held back for it, what waits for it.

use std::{
    collections::{HashMap, HashSet, VecDeque, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use metrics::counter;
use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};

use super::{
    Message,
    doing::Doing,
    inbox::Inbox,
    shape::{Shaped, Sight},
};
use crate::{
    domain::{Actor, Status, TaskId},
    protocol::socket::{JoinDashboard, Mode},
    telemetry::metrics::EVENTS_COALESCED,
};

/// How long rows of one task are gathered into one for a `list` dashboard.
const COALESCE: Duration = Duration::from_millis(50);

/// How much of one client this instance keeps.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// The tasks it may follow.
    pub rooms: usize,
    /// The messages that may wait for it, and the changes held back for it while a snapshot is
    /// read. One more, and it must resync.
    pub waiting: usize,
}

/// One client. The hub's and its carrier's; both hold it by `Arc`.
pub struct Subscriber {
    pub(super) id: u64,
    pub(super) bounds: Bounds,
    state: Mutex<State>,
    /// Something waits, or the inbox is to end.
    filled: Notify,
    /// Something was taken out.
    drained: Notify,
}

pub(super) struct State {
    pub(super) actor: Arc<Actor>,
    /// The tasks followed, each with the version of its last snapshot: only what is newer is sent.
    pub(super) rooms: HashMap<TaskId, u64>,
    pub(super) dashboard: Option<Dashboard>,
    pub(super) held: Held,
    inbox: Inbox,
    closed: bool,
}

/// A followed dashboard.
pub(super) struct Dashboard {
    /// What was asked for when it was joined.
    pub(super) join: JoinDashboard,
    /// The feed's position of its last snapshot: only what is later is sent.
    pub(super) floor: u64,
    rows: HashMap<TaskId, Row>,
    due: Option<Instant>,
}

impl Dashboard {
    /// Sends only what is later than a snapshot at `position`; it has what was gathered before.
    pub(super) fn start_after(&mut self, position: u64) {
        self.floor = self.floor.max(position);
        self.forget_rows();
    }

    /// Sends nothing of what was gathered.
    pub(super) fn forget_rows(&mut self) {
        self.rows.clear();
        self.due = None;
    }

    pub(super) fn new(join: JoinDashboard) -> Self {
        Self { join, floor: 0, rows: HashMap::new(), due: None }
    }
}

/// A row that gathers changes before it is sent.
struct Row {
    previous: Option<Status>,
    newest: Arc<Shaped>,
}

/// What is held back while a snapshot is read: from the join until the snapshot is queued.
#[derive(Default)]
pub(super) struct Held {
    pub(super) tasks: HashSet<TaskId>,
    pub(super) dashboard: bool,
    changes: VecDeque<Arc<Shaped>>,
    /// Each task's newest progress.
    progress: HashMap<TaskId, Doing>,
}

impl Held {
    fn holds(&self, task: TaskId) -> bool {
        self.dashboard || self.tasks.contains(&task)
    }

    /// Lets the progress that is held say how the task is after a change, or ends it.
    fn note(&mut self, change: &Shaped) {
        if let Entry::Occupied(mut held) = self.progress.entry(change.task()) {
            let is_newer = change.version() > held.get().summary().version;
            if is_newer && change.changes_status() {
                held.remove();
            } else {
                held.get_mut().catch_up(change.after());
            }
        }
    }
}

/// What a carrier takes out.
#[derive(Clone, Debug)]
pub enum Outbound {
    /// A message to send.
    Message(Arc<Message>),
    /// Messages were lost to this client: it must hear `resync_required`, or be ended.
    ResyncRequired(&'static str),
}

impl Subscriber {
    pub(super) fn new(id: u64, actor: Arc<Actor>, bounds: Bounds) -> Self {
        Self {
            id,
            bounds,
            state: Mutex::new(State {
                actor,
                rooms: HashMap::new(),
                dashboard: None,
                held: Held::default(),
                inbox: Inbox::new(bounds.waiting),
                closed: false,
            }),
            filled: Notify::new(),
            drained: Notify::new(),
        }
    }

    /// Who this client is now.
    pub fn actor(&self) -> Arc<Actor> {
        self.lock().actor.clone()
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues a message for this client alone, behind what waits.
    pub fn send(&self, message: Arc<Message>) {
        self.lock().inbox.push(message);
        self.filled.notify_one();
    }

    /// Queues a snapshot once there is room: a slow client's snapshots do not pile up.
    pub(super) async fn send_snapshot(&self, message: Arc<Message>) {
        loop {
            let room = self.drained.notified();
            {
                let mut state = self.lock();
                if state.closed || state.inbox.is_overflown() {
                    return; // It gets `resync_required` instead, or is gone.
                }
                if state.inbox.has_room_for_snapshot() {
                    state.inbox.push(message);
                    break;
                }
            }
            room.await;
        }
        self.filled.notify_one();
    }

    /// Tells this client that it may have missed something.
    pub fn require_resync(&self, reason: &'static str) {
        self.lock().inbox.overflow(reason);
        self.filled.notify_one();
    }

    /// The next thing to send; waits for it. `None` once the client is closed. Cancel-safe.
    pub async fn next(&self) -> Option<Outbound> {
        loop {
            let filled = self.filled.notified();
            let due = {
                let mut state = self.lock();
                if state.closed {
                    return None;
                }
                state.gather_due_rows();
                if let Some(reason) = state.inbox.settle() {
                    drop(state);
                    // What waited is gone: whoever waits to queue a snapshot may go on.
                    self.drained.notify_one();
                    return Some(Outbound::ResyncRequired(reason));
                }
                if let Some(message) = state.inbox.pop() {
                    drop(state);
                    self.drained.notify_one();
                    return Some(Outbound::Message(message));
                }
                state.dashboard.as_ref().and_then(|dashboard| dashboard.due)
            };
            match due {
                Some(due) => tokio::select! {
                    () = filled => {}
                    () = sleep_until(due) => {}
                },
                None => filled.await,
            }
        }
    }

    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.filled.notify_one();
        self.drained.notify_one();
    }

    /// Takes a committed change in; whether this client follows the task no longer.
    pub(super) fn offer(&self, change: &Arc<Shaped>) -> bool {
        let left = self.lock().offer(change, self.bounds);
        self.filled.notify_one();
        left
    }

    /// Takes a task's progress in.
    pub(super) fn offer_progress(&self, doing: &Doing, message: &Arc<Message>) {
        self.lock().offer_progress(doing, message);
        self.filled.notify_one();
    }

    /// Ends the holding back of what `release` lets go of, and sends what came meanwhile. Returns
    /// the tasks that this client follows no longer.
    pub(super) fn release(&self, release: impl FnOnce(&mut State)) -> Vec<TaskId> {
        let mut left = Vec::new();
        {
            let mut state = self.lock();
            release(&mut state);
            for change in std::mem::take(&mut state.held.changes) {
                if state.offer(&change, self.bounds) {
                    left.push(change.task());
                }
                state.held.note(&change);
            }
            for doing in std::mem::take(&mut state.held.progress).into_values() {
                state.offer_progress(&doing, &doing.message());
            }
        }
        self.filled.notify_one();
        left
    }
}

impl State {
    fn offer(&mut self, change: &Arc<Shaped>, bounds: Bounds) -> bool {
        if self.held.holds(change.task()) {
            if self.held.changes.len() < bounds.waiting {
                self.held.changes.push_back(change.clone());
            } else {
                self.held.changes.clear();
                self.inbox.overflow("slow_consumer");
            }
            return false;
        }
        let task = change.task();
        let in_room = self.rooms.get(&task).is_some_and(|floor| change.version() > *floor);
        let mode = self
            .dashboard
            .as_ref()
            .filter(|dashboard| change.position() > dashboard.floor)
            .map(|dashboard| dashboard.join.mode);
        let sight = change.sight(&self.actor);
        match sight {
            Sight::Hidden => {}
            Sight::Vanishes => {
                if let Some(dashboard) = &mut self.dashboard {
                    dashboard.rows.remove(&task);
                }
                if in_room || mode.is_some() {
                    self.inbox.push(change.removed());
                }
            }
            Sight::Appears | Sight::Stays => self.deliver(change, sight, in_room, mode),
        }
        // A change older than the snapshot says nothing of what can be seen since.
        let is_lost = matches!(sight, Sight::Vanishes | Sight::Hidden) && in_room;
        is_lost && self.rooms.remove(&task).is_some()
    }

    fn offer_progress(&mut self, doing: &Doing, message: &Arc<Message>) {
        let summary = doing.summary();
        let follows = self.rooms.contains_key(&summary.id)
            || self.dashboard.as_ref().is_some_and(|dashboard| dashboard.join.mode == Mode::All);
        if !follows || !self.actor.may_see(summary) {
            return;
        }
        if self.held.holds(summary.id) {
            self.held.progress.insert(summary.id, doing.clone());
        } else {
            self.inbox.push_ephemeral(message.clone());
        }
    }

    /// Entry, status, row: in this order, each once.
    fn deliver(&mut self, change: &Arc<Shaped>, sight: Sight, in_room: bool, mode: Option<Mode>) {
        if in_room {
            self.inbox.push(change.added());
        }
        if mode.is_some() && sight == Sight::Appears {
            self.inbox.push(change.created());
        }
        if let Some(status) = change.status()
            && (in_room || mode == Some(Mode::All))
        {
            self.inbox.push(status);
        }
        let previous = if sight == Sight::Stays { change.previous_status() } else { None };
        match mode {
            Some(Mode::All) => self.inbox.push(change.row(previous)),
            Some(Mode::List) => self.gather_row(change, previous),
            None => {}
        }
    }

    fn gather_row(&mut self, change: &Arc<Shaped>, previous: Option<Status>) {
        if let Some(dashboard) = &mut self.dashboard {
            dashboard
                .rows
                .entry(change.task())
                .and_modify(|row| {
                    counter!(EVENTS_COALESCED).increment(1);
                    row.newest = change.clone();
                })
                .or_insert_with(|| Row { previous, newest: change.clone() });
            dashboard.due.get_or_insert_with(|| Instant::now() + COALESCE);
        }
    }

    fn gather_due_rows(&mut self) {
        let Some(dashboard) = &mut self.dashboard else { return };
        if dashboard.due.is_some_and(|due| due <= Instant::now()) {
            dashboard.due = None;
            let mut rows: Vec<Row> = dashboard.rows.drain().map(|(_, row)| row).collect();
            rows.sort_by_key(|row| row.newest.position());
            for row in rows {
                self.inbox.push(row.newest.row(row.previous));
            }
        }
    }
}
