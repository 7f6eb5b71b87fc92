//! Who and what the tests are about, and the writes they make.

use std::{sync::Arc, time::Duration};

use taskwire::{
    domain::{
        Actor, ActorRef, Cause, Clock, Command, Event, Fact, IssueState, ManualClock, NewQuestion,
        NewTask, PullKey, PullRequest, PullState, Role, Status, Task, TaskError, TaskId, Timestamp,
        Visibility, create, decide,
        text::{Description, Labels, Prose},
    },
    store::{Change, Feed, FeedItem, ListQuery, Snapshot, Step, StoreError, TaskStore, Write},
};
use tokio::time::timeout;

/// Far longer than anything takes: only a test that fails waits for it.
const FOREVER: Duration = Duration::from_secs(30);

/// A store with its clock.
#[derive(Clone)]
pub(crate) struct Scene {
    pub(crate) store: Arc<dyn TaskStore>,
    pub(crate) clock: ManualClock,
}

impl Scene {
    /// The feed, which has said that it is live before anything else.
    pub(super) async fn feed(&self) -> Feed {
        let mut feed = self.store.feed().unwrap();
        let first = next(&mut feed).await;
        assert!(matches!(first, Some(FeedItem::Live(true))), "{first:?}");
        feed
    }

    /// A task that `actor` has submitted.
    pub(super) async fn submitted(&self, actor: &Actor, new: NewTask) -> Task {
        let write = self.creation(actor, new, None);
        let task = write.task.clone();
        self.store.create(write).await.unwrap();
        task
    }

    /// A plain task of alice's.
    pub(super) async fn task(&self) -> Task {
        self.submitted(&alice(), plain("Fix payment bug")).await
    }

    /// The write that submits a task.
    pub(super) fn creation(
        &self,
        actor: &Actor,
        new: NewTask,
        cause: impl Into<Option<Cause>>,
    ) -> Write {
        let now = self.clock.now();
        let first = create(new, actor).unwrap();
        Write::create(TaskId::new(now), first, actor.to_ref(), now, cause.into()).unwrap()
    }

    /// The write that `command` makes of `task`.
    pub(super) fn decided(&self, task: &Task, command: &Command) -> Write {
        self.caused(task, command, None)
    }

    /// The write that `command` makes of `task`, with its cause.
    pub(super) fn caused(
        &self,
        task: &Task,
        command: &Command,
        cause: impl Into<Option<Cause>>,
    ) -> Write {
        let (by, now) = (ActorRef::system(), self.clock.now());
        let bodies = decide(task, command).unwrap();
        Write::append(task, bodies, &by, now, cause.into()).unwrap()
    }

    /// Does `command` to the task as it is now, however often others are faster.
    pub(super) async fn does(&self, id: TaskId, command: &Command) -> Task {
        loop {
            let task = self.read(id).await.task;
            let write = self.decided(&task, command);
            let after = write.task.clone();
            match self.store.append(write).await {
                Ok(()) => return after,
                Err(StoreError::Conflict) => {}
                Err(error) => panic!("{command:?}: {error}"),
            }
        }
    }

    /// Does all of `commands`, one after the other.
    pub(super) async fn does_all(&self, id: TaskId, commands: &[Command]) -> Task {
        for command in commands {
            self.does(id, command).await;
        }
        self.read(id).await.task
    }

    /// The task as it is now, with all of its events.
    pub(super) async fn read(&self, id: TaskId) -> Snapshot {
        self.store.task(id, u32::MAX).await.unwrap().unwrap()
    }

    /// The ids that `actor` gets for `query`, in order.
    pub(super) async fn listed(&self, actor: &Actor, query: &ListQuery) -> Vec<TaskId> {
        let page = self.store.list(actor, query).await.unwrap();
        page.tasks.into_iter().map(|(task, _)| task.id).collect()
    }
}

/// The next item that the feed tells; `None` at its end.
pub(super) async fn next(feed: &mut Feed) -> Option<FeedItem> {
    timeout(FOREVER, feed.recv()).await.expect("the feed tells nothing")
}

/// The next item, which is a change.
pub(super) async fn next_change(feed: &mut Feed) -> Change {
    match next(feed).await {
        Some(FeedItem::Change(change)) => change,
        other => panic!("not a change: {other:?}"),
    }
}

/// What `steps` added.
pub(super) fn events_of(steps: &[Step]) -> Vec<Event> {
    steps.iter().map(|step| step.event.clone()).collect()
}

pub(super) fn user(id: &str, roles: &[Role]) -> Actor {
    Actor {
        id: id.try_into().unwrap(),
        name: id.to_uppercase(),
        roles: roles.iter().copied().collect(),
        teams: ["payments".try_into().unwrap()].into(),
        repos: None,
    }
}

pub(super) fn alice() -> Actor {
    user("alice", &[Role::Member])
}

pub(super) fn bob() -> Actor {
    user("bob", &[Role::Member])
}

pub(super) fn admin() -> Actor {
    user("root", &[Role::Admin])
}

/// A task for everyone with nothing but a title.
pub(super) fn plain(title: &str) -> NewTask {
    NewTask {
        title: title.try_into().unwrap(),
        description: Description::default(),
        repo: None,
        labels: Labels::default(),
        team: None,
        visibility: Visibility::Everyone,
    }
}

pub(super) fn comment(text: &str) -> Command {
    Command::Comment(text.try_into().unwrap())
}

pub(super) fn record_issue(number: u64) -> Command {
    let url = format!("https://github.com/acme/shop/issues/{number}");
    Command::RecordIssue { number, url, labels: Labels::default() }
}

pub(super) fn close_issue() -> Command {
    Command::RecordIssueState { state: IssueState::Closed, at: Timestamp::EPOCH }
}

pub(super) fn ask() -> Command {
    let text = Prose::try_from("Which provider?").unwrap();
    Command::Ask(vec![NewQuestion { text, choices: Vec::new() }])
}

pub(super) fn fail() -> Command {
    Command::Fail(TaskError {
        code: "agent_gave_up".try_into().unwrap(),
        message: "It is too hard".try_into().unwrap(),
    })
}

pub(super) fn hear_pull(key: PullKey, state: PullState) -> Command {
    Command::Hear(Fact::Pull(pull_request(key, state)))
}

/// A pull request whose head is `head_sha` at `millis`.
pub(super) fn hear_push(key: PullKey, head_sha: &str, millis: i64) -> Command {
    Command::Hear(Fact::Pull(PullRequest {
        head_sha: head_sha.into(),
        updated_at: Timestamp::from_millis(millis),
        ..pull_request(key, PullState::Open)
    }))
}

fn pull_request(key: PullKey, state: PullState) -> PullRequest {
    let at = Timestamp::from_millis(if state == PullState::Open { 1 } else { 2 });
    PullRequest {
        key,
        repo: "acme/shop".try_into().unwrap(),
        url: format!("https://github.com/acme/shop/pull/{}", key.number),
        title: "Fix it".into(),
        state,
        draft: false,
        head_sha: "c0ffee".into(),
        merge_commit_sha: (state == PullState::Merged).then(|| "f00d".into()),
        created_at: Timestamp::EPOCH,
        updated_at: at,
        names: None,
    }
}

/// The commands that lead a new task to `status`.
pub(super) fn way_to(status: Status) -> Vec<Command> {
    let pull = PullKey { repo_id: 7, number: 57 };
    let opened = || hear_pull(pull, PullState::Open);
    match status {
        Status::Created => vec![],
        Status::Analyzing => vec![Command::StartAnalysis],
        Status::ClarificationNeeded => vec![Command::StartAnalysis, ask()],
        Status::Dispatched => vec![Command::StartAnalysis, record_issue(42)],
        Status::PrOpened => vec![Command::StartAnalysis, record_issue(42), opened()],
        Status::Merged => vec![hear_pull(pull, PullState::Merged)],
        Status::Failed => vec![fail()],
        Status::Cancelled => vec![Command::Cancel(None)],
    }
}

pub(super) fn request(user: &str, key: &str, hash: &str) -> Cause {
    let key = key.to_owned().try_into().unwrap();
    Cause::Request { user: user.into(), key, hash: hash.into() }
}

pub(super) fn delivery(id: &str) -> Cause {
    Cause::Delivery { id: id.into() }
}
