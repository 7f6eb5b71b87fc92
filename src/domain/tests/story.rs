//! A task that is told step by step, and the words to tell it with.

use crate::domain::{
    ActorKind, ActorRef, Answer, CheckReport, CheckRun, Checks, CloseReason, Command, Edit, Event,
    EventBody, Fact, IssueState, NewQuestion, PullKey, PullRequest, PullState, Refusal,
    ReviewState, Status, Task, TaskError, TaskId, Timestamp, Visibility, decide,
    text::{Description, Labels, TextError},
};

/// A task and the timeline that made it.
#[derive(Clone, Debug)]
pub(super) struct Story {
    pub(super) task: Task,
    pub(super) events: Vec<Event>,
}

impl Story {
    /// A task that Alice has just submitted.
    pub(super) fn new() -> Self {
        let body = EventBody::Created {
            title: text("Fix payment bug"),
            description: Description::default(),
            repo: Some(text("acme/shop")),
            labels: Labels::default(),
            team: None,
            visibility: Visibility::Everyone,
        };
        let first = Event { version: 1, at: at(1), actor: alice(), body, cause: None };
        let task = Task::begin(TaskId::new(at(1)), &first).expect("it begins with `created`");
        Self { task, events: vec![first] }
    }

    /// A task that has come to `status` by the shortest way.
    pub(super) fn that_is(status: Status) -> Self {
        let story = Self::new();
        match status {
            Status::Created => story,
            Status::Analyzing => story.then(Command::StartAnalysis),
            Status::ClarificationNeeded => story.then(Command::StartAnalysis).then(ask(2)),
            Status::Dispatched => story.then(Command::StartAnalysis).then(file(42)),
            Status::PrOpened => Self::that_is(Status::Dispatched).then(pull(57, Open, 10)),
            Status::Merged => Self::that_is(Status::PrOpened).then(pull(57, Merged, 20)),
            Status::Failed => story.then(Command::StartAnalysis).then(fail()),
            Status::Cancelled => story.then(Command::StartAnalysis).then(Command::Cancel(None)),
        }
    }

    /// The story with `command` done, which must not be refused.
    pub(super) fn then(mut self, command: impl Into<Command>) -> Self {
        let command = command.into();
        self.tell(&command).unwrap_or_else(|refusal| panic!("{command:?}: {refusal}"));
        self
    }

    /// Does `command`; the kinds of the entries it adds.
    pub(super) fn tell(&mut self, command: &Command) -> Result<Vec<&'static str>, Refusal> {
        let bodies = decide(&self.task, command)?;
        Ok(bodies.into_iter().map(|body| self.add(body)).collect())
    }

    fn add(&mut self, body: EventBody) -> &'static str {
        let kind = body.kind();
        let version = self.task.version + 1;
        let at = self.task.updated_at.plus(std::time::Duration::from_secs(1));
        let event = Event { version, at, actor: alice(), body, cause: None };
        self.task.apply(&event);
        self.events.push(event);
        kind
    }

    /// The kinds of the entries that `command` would add.
    pub(super) fn on(&self, command: impl Into<Command>) -> Result<Vec<&'static str>, Refusal> {
        self.clone().tell(&command.into())
    }

    /// Where the task stands after `command`.
    pub(super) fn status_after(&self, command: impl Into<Command>) -> Status {
        self.clone().then(command).task.status
    }

    pub(super) fn kinds(&self) -> Vec<&'static str> {
        self.events.iter().map(|event| event.body.kind()).collect()
    }
}

impl From<Fact> for Command {
    fn from(fact: Fact) -> Self {
        Self::Hear(fact)
    }
}

pub(super) use PullState::{Closed, Merged, Open};

/// Any checked text.
pub(super) fn text<T: for<'a> TryFrom<&'a str, Error = TextError>>(raw: &str) -> T {
    T::try_from(raw).unwrap_or_else(|error| panic!("{raw:?} {error}"))
}

pub(super) fn labels(names: &[&str]) -> Labels {
    let labels: Vec<_> = names.iter().map(|name| text(name)).collect();
    labels.try_into().unwrap()
}

pub(super) fn alice() -> ActorRef {
    ActorRef { id: "alice".into(), name: "Alice".into(), kind: ActorKind::User }
}

/// A moment, `seconds` after the beginning of time.
pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

pub(super) fn ask(count: usize) -> Command {
    let question = NewQuestion { text: text("Which provider?"), choices: vec![text("Stripe")] };
    Command::Ask(vec![question; count])
}

pub(super) fn answer(given: &[(&str, &str)]) -> Command {
    let answer =
        |(id, words): &(&str, &str)| Answer { question_id: (*id).into(), answer: text(words) };
    Command::Answer(given.iter().map(answer).collect())
}

pub(super) fn edit_title(title: &str) -> Command {
    Command::Edit(Edit { title: Some(text(title)), ..Edit::default() })
}

pub(super) fn file(number: u64) -> Command {
    let url = format!("https://github.com/acme/shop/issues/{number}");
    Command::RecordIssue { number, url, labels: labels(&["bug"]) }
}

pub(super) fn fail() -> Command {
    Command::Fail(TaskError { code: text("agent_gave_up"), message: text("No idea") })
}

pub(super) fn we_closed(seconds: i64) -> Command {
    Command::RecordIssueState { state: IssueState::Closed, at: at(seconds) }
}

pub(super) fn we_reopened(seconds: i64) -> Command {
    Command::RecordIssueState { state: IssueState::Open, at: at(seconds) }
}

pub(super) fn issue_closed(reason: CloseReason, seconds: i64) -> Fact {
    Fact::IssueClosed { reason, at: at(seconds) }
}

pub(super) fn issue_reopened(seconds: i64) -> Fact {
    Fact::IssueReopened { at: at(seconds) }
}

pub(super) fn key(number: u64) -> PullKey {
    PullKey { repo_id: 7, number }
}

/// Pull request `number`, in `state` at `seconds`; higher numbers were opened later.
pub(super) fn pull_request(number: u64, state: PullState, seconds: i64) -> PullRequest {
    PullRequest {
        key: key(number),
        repo: text("acme/shop"),
        url: format!("https://github.com/acme/shop/pull/{number}"),
        title: "Fix it".into(),
        state,
        draft: false,
        head_sha: "head".into(),
        merge_commit_sha: (state == Merged).then(|| "merge".into()),
        created_at: at(i64::try_from(number).unwrap() % 10),
        updated_at: at(seconds),
        names: None,
    }
}

pub(super) fn pull(number: u64, state: PullState, seconds: i64) -> Fact {
    Fact::Pull(pull_request(number, state, seconds))
}

pub(super) fn review(number: u64, object_id: u64, state: ReviewState, seconds: i64) -> Fact {
    Fact::Review { pull: key(number), object_id, state, at: at(seconds) }
}

/// What the check `build` says.
pub(super) fn checks(number: u64, head_sha: &str, outcome: Checks, seconds: i64) -> Fact {
    check(number, head_sha, run(1, Some("build")), outcome, seconds)
}

pub(super) fn check(
    number: u64,
    head_sha: &str,
    run: CheckRun,
    outcome: Checks,
    seconds: i64,
) -> Fact {
    let report = CheckReport { run, outcome, at: at(seconds) };
    Fact::Checks { pull: key(number), head_sha: head_sha.into(), report }
}

/// A run of the check `name` in the only suite, or that suite itself.
pub(super) fn run(id: u64, name: Option<&str>) -> CheckRun {
    CheckRun { id, suite_id: 900, name: name.map(str::to_owned) }
}

pub(super) fn comment_on_github(object_id: u64, words: &str) -> Fact {
    let url = format!("https://github.com/acme/shop/issues/42#issuecomment-{object_id}");
    Fact::IssueComment { object_id, text: words.into(), url, at: at(30) }
}
