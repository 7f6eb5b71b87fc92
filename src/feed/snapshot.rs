//! Snapshots: read once for all who want the same at the same moment, encoded once for all of them.

use std::sync::{Arc, OnceLock};

use metrics::counter;
use tokio::sync::Semaphore;

use super::{Message, flight::Flights, outage::Outage};
use crate::{
    domain::{Actor, Clock, Event, Outlook, Task, TaskId, Timestamp},
    protocol::{
        rest::{TaskList, TaskStats},
        socket::{DashboardState, ServerMessage},
        views,
    },
    store::{Cursor, ListQuery, Page, Snapshot, Sort},
    tasks::{ServiceError, TasksService},
    telemetry::metrics::{SNAPSHOT_READS, SNAPSHOTS},
};

/// How many snapshots are read at a time on this instance; more wait for their turn. When all its
/// clients come back at once, whoever asks by REST waits behind no more than these.
const READS: usize = 4;
/// How many entries are read at a time for a stream that is resumed.
const ENTRIES: u32 = 500;
/// How many bytes of tasks fit into one `dashboard:state`.
const PAGE_BUDGET: usize = 800 * 1024;

/// Where snapshots are read. Cheap to clone.
#[derive(Clone)]
pub(super) struct Snapshots {
    service: TasksService,
    clock: Arc<dyn Clock>,
    outage: Outage,
    tasks: Flights<TaskId, Result<Arc<TaskSnapshot>, ServiceError>>,
    entries: Flights<(TaskId, u64), Result<Arc<Entries>, ServiceError>>,
    dashboards: Flights<(Outlook, ListQuery), Result<DashboardSnapshot, ServiceError>>,
}

/// A task at one moment, for everyone who may see it.
pub(super) struct TaskSnapshot {
    snapshot: Arc<Snapshot>,
    at: Timestamp,
    message: OnceLock<Arc<Message>>,
}

/// The next of a task's entries after some version, for everyone who may see it.
pub(super) struct Entries {
    task: Task,
    /// What its followers get of them, each with the entry's version.
    pub(super) messages: Vec<(u64, Arc<Message>)>,
}

/// All that some audience sees, at one moment.
#[derive(Clone)]
pub(super) struct DashboardSnapshot {
    /// As `dashboard:state`.
    pub(super) message: Arc<Message>,
    /// When it was read.
    pub(super) at: Timestamp,
    /// Its place in the feed.
    pub(super) position: u64,
}

impl TaskSnapshot {
    pub(super) fn version(&self) -> u64 {
        self.snapshot.task.version
    }

    /// As it was read.
    pub(super) fn whole(&self) -> Arc<Snapshot> {
        self.snapshot.clone()
    }

    /// As `task:state`; encoded for the first who wants it.
    pub(super) fn message(&self) -> Arc<Message> {
        let encode = || {
            let state = views::Task::from(Snapshot::clone(&self.snapshot));
            Message::new(&ServerMessage::TaskState(Box::new(state)), self.at)
        };
        self.message.get_or_init(encode).clone()
    }
}

impl Entries {
    fn new(task: Task, events: &[Event]) -> Self {
        let messages = events.iter().flat_map(|event| {
            let (added, status) = Message::of_entry(task.id, event);
            [Some(added), status].into_iter().flatten().map(|message| (event.version, message))
        });
        Self { messages: messages.collect(), task }
    }

    /// The task's version when they were read.
    pub(super) fn version(&self) -> u64 {
        self.task.version
    }
}

impl Snapshots {
    pub(super) fn new(service: TasksService, clock: Arc<dyn Clock>) -> Self {
        let turns = Arc::new(Semaphore::new(READS));
        let (tasks, entries) = (Flights::new(turns.clone()), Flights::new(turns.clone()));
        let outage = Outage::default();
        Self { service, clock, outage, tasks, entries, dashboards: Flights::new(turns) }
    }

    /// The task as it is at some moment from now on, if `actor` may see it.
    pub(super) async fn task(
        &self,
        actor: &Actor,
        id: TaskId,
    ) -> Result<Arc<TaskSnapshot>, ServiceError> {
        counter!(SNAPSHOTS, "of" => "task").increment(1);
        let (service, clock) = (self.service.clone(), self.clock.clone());
        let read = move || async move {
            counter!(SNAPSHOT_READS, "of" => "task").increment(1);
            let snapshot = Arc::new(service.snapshot(id).await?);
            Ok(Arc::new(TaskSnapshot { snapshot, at: clock.now(), message: OnceLock::new() }))
        };
        let read = self.tasks.board(id, self.outage.spare(read)).await?;
        if actor.may_see_task(&read.snapshot.task) { Ok(read) } else { Err(ServiceError::NotFound) }
    }

    /// What there is of the task's entries after version `after` at some moment from now on, up to a
    /// number, if `actor` may see it.
    pub(super) async fn entries(
        &self,
        actor: &Actor,
        id: TaskId,
        after: u64,
    ) -> Result<Arc<Entries>, ServiceError> {
        counter!(SNAPSHOTS, "of" => "entries").increment(1);
        let service = self.service.clone();
        let read = move || async move {
            counter!(SNAPSHOT_READS, "of" => "entries").increment(1);
            let (task, events) = service.entries(id, after, ENTRIES).await?;
            Ok(Arc::new(Entries::new(task, &events)))
        };
        let read = self.entries.board((id, after), self.outage.spare(read)).await?;
        if actor.may_see_task(&read.task) { Ok(read) } else { Err(ServiceError::NotFound) }
    }

    /// What `actor` sees at some moment from now on, shaped by `query`.
    pub(super) async fn dashboard(
        &self,
        actor: &Arc<Actor>,
        query: &ListQuery,
    ) -> Result<DashboardSnapshot, ServiceError> {
        counter!(SNAPSHOTS, "of" => "dashboard").increment(1);
        let (service, clock) = (self.service.clone(), self.clock.clone());
        let (actor, key) = (actor.clone(), (actor.outlook(), query.clone()));
        let query = query.clone();
        let read = move || async move {
            counter!(SNAPSHOT_READS, "of" => "dashboard").increment(1);
            let (mut page, stats, position) = service.dashboard(&actor, &query).await?;
            let at = clock.now();
            cut_to_fit(&mut page, query.sort);
            let list = TaskList::from(page);
            let stats = TaskStats::from(stats);
            let whole = DashboardState::new(list.tasks, list.next_cursor, stats, at);
            let message = Message::new(&ServerMessage::DashboardState(Box::new(whole)), at);
            Ok(DashboardSnapshot { message, at, position })
        };
        self.dashboards.board(key, self.outage.spare(read)).await
    }
}

/// Cuts a page so that its message stays below 1 MiB; the cursor says where it goes on.
fn cut_to_fit(page: &mut Page, sort: Sort) {
    let mut left = PAGE_BUDGET;
    let fitting = page.tasks.iter().take_while(|(summary, progress)| {
        let size = serde_json::to_vec(&(summary, progress)).map_or(0, |json| json.len());
        left = left.saturating_sub(size);
        left > 0
    });
    let fitting = fitting.count();
    if fitting < page.tasks.len() {
        page.tasks.truncate(fitting);
        page.next = page.tasks.last().map(|(last, _)| Cursor::after(last, sort));
    }
}
