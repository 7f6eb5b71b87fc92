//! The decisions: what a command does to a task, purely.

mod hear;

use super::{
    Actor, Answer, Command, Edit, EventBody, GivenAnswer, IssueState, NewQuestion, NewTask,
    Question, Status, Task, TaskError, Visibility,
    text::{Labels, Prose, Reason, RepoName, TeamName},
};

/// Why a command was refused. A refused command changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The task's status does not allow it.
    #[error("a task that is {status} cannot be {wanted}")]
    InvalidTransition {
        /// Where the task stands.
        status: Status,
        /// What was wanted, as a participle.
        wanted: &'static str,
    },
    /// Somebody answered this question first.
    #[error("question {question_id} has been answered already")]
    AlreadyAnswered {
        /// Which question.
        question_id: String,
    },
    /// The timeline takes no more of this: from [`Task::TIMELINE_LIMIT`] on comments and edits, from
    /// [`Task::STATUS_ONLY`] on answers and retries.
    #[error("the timeline is full and takes no more of this")]
    TimelineFull,
    /// A field breaks a rule that needs the task or the actor to be known.
    #[error("{field} {message}")]
    Invalid {
        /// The field's path in the request.
        field: String,
        /// The rule, in words that follow the field's name.
        message: String,
    },
}

impl Refusal {
    fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid { field: field.into(), message: message.into() }
    }

    fn transition(task: &Task, wanted: &'static str) -> Self {
        Self::InvalidTransition { status: task.status, wanted }
    }
}

/// Decides the first event of a task that `actor` submits.
pub fn create(new: NewTask, actor: &Actor) -> Result<EventBody, Refusal> {
    check_audience(actor, new.team.as_ref(), new.visibility)?;
    let NewTask { title, description, repo, labels, team, visibility } = new;
    Ok(EventBody::Created { title, description, repo, labels, team, visibility })
}

/// Decides what `command` does to `task`: the events to add, none if it says nothing new.
pub fn decide(task: &Task, command: &Command) -> Result<Vec<EventBody>, Refusal> {
    match command {
        Command::Answer(answers) => answer(task, answers),
        Command::Comment(text) => comment(task, text),
        Command::Edit(edit) => edit_text(task, edit),
        Command::Cancel(reason) => cancel(task, reason.as_ref()),
        Command::Retry { reason, repo } => retry(task, reason.as_ref(), repo.as_ref()),
        Command::Fail(error) => fail(task, error),
        Command::StartAnalysis => start_analysis(task),
        Command::Ask(questions) => ask(task, questions),
        Command::RecordIssue { number, url, labels } => {
            Ok(record_issue(task, *number, url, labels))
        }
        Command::RecordIssueState { state: IssueState::Closed, at } => {
            Ok(hear::issue_closed_by_us(task, *at))
        }
        Command::RecordIssueState { state: IssueState::Open, at } => {
            Ok(hear::issue_reopened_by_us(task, *at))
        }
        Command::Hear(fact) => Ok(hear::hear(task, fact)),
    }
}

impl Edit {
    /// Checks that `actor` may give `task` the audience that this edit asks for.
    pub fn check_audience(&self, task: &Task, actor: &Actor) -> Result<(), Refusal> {
        if self.team.is_none() && self.visibility.is_none() {
            return Ok(());
        }
        let team = self.team.as_ref().unwrap_or(&task.team);
        let given = if *team == task.team { None } else { team.as_ref() };
        check_own_team(actor, given)?;
        check_team_is_named(team.as_ref(), self.visibility.unwrap_or(task.visibility))
    }
}

fn check_audience(
    actor: &Actor,
    team: Option<&TeamName>,
    visibility: Visibility,
) -> Result<(), Refusal> {
    check_own_team(actor, team)?;
    check_team_is_named(team, visibility)
}

fn check_own_team(actor: &Actor, team: Option<&TeamName>) -> Result<(), Refusal> {
    match team {
        Some(team) if !actor.may_assign(team) => {
            Err(Refusal::invalid("team", "must be one of your own teams"))
        }
        Some(_) | None => Ok(()),
    }
}

fn check_team_is_named(team: Option<&TeamName>, visibility: Visibility) -> Result<(), Refusal> {
    if visibility == Visibility::Team && team.is_none() {
        return Err(Refusal::invalid("team", "is required when visibility is team"));
    }
    Ok(())
}

fn answer(task: &Task, answers: &[Answer]) -> Result<Vec<EventBody>, Refusal> {
    if answers.is_empty() {
        return Err(Refusal::invalid("answers", "must have at least one answer"));
    }
    for (index, given) in answers.iter().enumerate() {
        let field = || format!("answers[{index}].questionId");
        let Some(question) = task.questions.iter().find(|q| q.id == given.question_id) else {
            return Err(Refusal::invalid(field(), "names no question of this task"));
        };
        if question.answer.is_some() {
            return Err(Refusal::AlreadyAnswered { question_id: question.id.clone() });
        }
        if answers.iter().take(index).any(|earlier| earlier.question_id == given.question_id) {
            return Err(Refusal::invalid(field(), "is answered twice in one request"));
        }
    }
    if task.status != Status::ClarificationNeeded {
        return Err(Refusal::transition(task, "answered"));
    }
    check_room(task, Task::STATUS_ONLY)?;
    let given = answers
        .iter()
        .map(|a| GivenAnswer { question_id: a.question_id.clone(), answer: a.answer.clone() });
    let mut events = vec![EventBody::ClarificationAnswered { answers: given.collect() }];
    let open = task.questions.iter().filter(|question| question.answer.is_none()).count();
    if open == answers.len() {
        events.push(EventBody::Analyzing {});
    }
    Ok(events)
}

fn comment(task: &Task, text: &Prose) -> Result<Vec<EventBody>, Refusal> {
    check_room(task, Task::TIMELINE_LIMIT)?;
    Ok(vec![EventBody::Comment {
        text: text.clone(),
        object_id: None,
        url: None,
        occurred_at: None,
    }])
}

fn check_room(task: &Task, limit: u64) -> Result<(), Refusal> {
    if task.timeline_bytes >= limit { Err(Refusal::TimelineFull) } else { Ok(()) }
}

fn edit_text(task: &Task, edit: &Edit) -> Result<Vec<EventBody>, Refusal> {
    let title = changed(edit.title.as_ref(), &task.title);
    let description = changed(edit.description.as_ref(), &task.description);
    let labels = changed(edit.labels.as_ref(), &task.labels);
    let team = changed(edit.team.as_ref(), &task.team);
    let visibility = changed(edit.visibility.as_ref(), &task.visibility);
    if title.is_none()
        && description.is_none()
        && labels.is_none()
        && team.is_none()
        && visibility.is_none()
    {
        return Ok(Vec::new());
    }
    check_room(task, Task::TIMELINE_LIMIT)?;
    check_team_is_named(
        team.as_ref().unwrap_or(&task.team).as_ref(),
        visibility.unwrap_or(task.visibility),
    )?;
    Ok(vec![EventBody::Edited { title, description, labels, team, visibility }])
}

fn changed<T: Clone + PartialEq>(new: Option<&T>, old: &T) -> Option<T> {
    new.filter(|new| *new != old).cloned()
}

fn cancel(task: &Task, reason: Option<&Reason>) -> Result<Vec<EventBody>, Refusal> {
    if !task.status.may_become(Status::Cancelled) {
        return Err(Refusal::transition(task, "cancelled"));
    }
    Ok(vec![EventBody::Cancelled { reason: reason.cloned() }])
}

fn retry(
    task: &Task,
    reason: Option<&Reason>,
    repo: Option<&RepoName>,
) -> Result<Vec<EventBody>, Refusal> {
    match task.status {
        Status::Failed | Status::Cancelled => {}
        Status::Created
        | Status::Analyzing
        | Status::ClarificationNeeded
        | Status::Dispatched
        | Status::PrOpened
        | Status::Merged => return Err(Refusal::transition(task, "retried")),
    }
    check_room(task, Task::STATUS_ONLY)?;
    let next = if let Some(open) = open_pull(task) {
        open
    } else if let Some(issue) = &task.issue {
        EventBody::Dispatched {
            issue_number: issue.number,
            issue_url: issue.url.clone(),
            labels: task.labels.clone(),
        }
    } else {
        EventBody::Analyzing {}
    };
    let repo = repo.filter(|_| task.repo.is_none()).cloned();
    Ok(vec![EventBody::Retried { reason: reason.cloned(), repo }, next])
}

/// The entry that makes the open pull request, if there is one, the task's status.
fn open_pull(task: &Task) -> Option<EventBody> {
    let pull = task.newest_open_pull()?.pull.clone();
    Some(EventBody::PrOpened { occurred_at: pull.updated_at, pull })
}

fn fail(task: &Task, error: &TaskError) -> Result<Vec<EventBody>, Refusal> {
    if !task.status.may_become(Status::Failed) {
        return Err(Refusal::transition(task, "failed"));
    }
    Ok(vec![EventBody::Failed { code: error.code.clone(), message: error.message.clone() }])
}

fn start_analysis(task: &Task) -> Result<Vec<EventBody>, Refusal> {
    match task.status {
        Status::Created => Ok(vec![EventBody::Analyzing {}]),
        // Taken over from a worker that died: the timeline says so already.
        Status::Analyzing => Ok(Vec::new()),
        Status::ClarificationNeeded
        | Status::Dispatched
        | Status::PrOpened
        | Status::Merged
        | Status::Failed
        | Status::Cancelled => Err(Refusal::transition(task, "analysed")),
    }
}

fn ask(task: &Task, questions: &[NewQuestion]) -> Result<Vec<EventBody>, Refusal> {
    if !task.status.may_become(Status::ClarificationNeeded) {
        return Err(Refusal::transition(task, "asked about"));
    }
    if questions.is_empty() {
        return Err(Refusal::invalid("questions", "must have at least one question"));
    }
    let questions = questions.iter().zip(next_number(task)..).map(|(new, number)| Question {
        id: format!("q{number}"),
        text: new.text.clone(),
        choices: new.choices.clone(),
        answer: None,
        answered_by: None,
    });
    Ok(vec![EventBody::ClarificationNeeded { questions: questions.collect() }])
}

/// One more than the last question's: an id is never given twice, though a question that nobody
/// answered is replaced by the next round.
fn next_number(task: &Task) -> u64 {
    let last = task.questions.last().and_then(|question| question.id.strip_prefix('q'));
    last.and_then(|number| number.parse::<u64>().ok()).map_or(1, |number| number + 1)
}

fn record_issue(task: &Task, number: u64, url: &str, labels: &Labels) -> Vec<EventBody> {
    if task.issue.is_some() {
        return Vec::new();
    }
    let issue_url = url.to_owned();
    if task.status == Status::Analyzing {
        let labels = labels.clone();
        let mut events = vec![EventBody::Dispatched { issue_number: number, issue_url, labels }];
        // An agent can be faster than the analysis.
        events.extend(open_pull(task));
        events
    } else {
        vec![EventBody::IssueFiled { issue_number: number, issue_url }]
    }
}
