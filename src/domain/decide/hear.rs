//! Decisions about what GitHub tells. Late, doubled and out of order is normal: nothing here is
//! refused, and what is old or known yields no event.

use crate::domain::{
    CloseReason, EventBody, Fact, IssueState, PullRequest, PullState, Status, Task, Timestamp,
    github::comment_key,
    text::{Prose, Reason},
};

pub(super) fn hear(task: &Task, fact: &Fact) -> Vec<EventBody> {
    let events = news(task, fact);
    // A reviewer or a check that never stops must not take the room that the status needs.
    let matters = task.timeline_bytes < Task::STATUS_ONLY || events.iter().any(moves_status);
    if matters { events } else { Vec::new() }
}

/// Whether the entry is one that makes a status.
fn moves_status(event: &EventBody) -> bool {
    match event {
        EventBody::Created { .. }
        | EventBody::Analyzing {}
        | EventBody::ClarificationNeeded { .. }
        | EventBody::Dispatched { .. }
        | EventBody::PrOpened { .. }
        | EventBody::PrClosed { .. }
        | EventBody::PrMerged { .. }
        | EventBody::Failed { .. }
        | EventBody::Cancelled { .. } => true,
        EventBody::ClarificationAnswered { .. }
        | EventBody::IssueFiled { .. }
        | EventBody::PrUpdated { .. }
        | EventBody::PrReview { .. }
        | EventBody::Checks { .. }
        | EventBody::IssueClosed { .. }
        | EventBody::IssueReopened { .. }
        | EventBody::Comment { .. }
        | EventBody::Edited { .. }
        | EventBody::Retried { .. } => false,
    }
}

/// What is new about the fact, if anything.
fn news(task: &Task, fact: &Fact) -> Vec<EventBody> {
    match fact {
        Fact::Pull(pull) => pull_request(task, pull),
        Fact::Review { pull, object_id, state, at } => {
            if task.linked(*pull).is_none() || task.heard.contains(&state.object_key(*object_id)) {
                return Vec::new();
            }
            vec![EventBody::PrReview {
                pull: *pull,
                object_id: *object_id,
                state: *state,
                occurred_at: *at,
            }]
        }
        Fact::Checks { pull, head_sha, report } => {
            let known = task.linked(*pull).filter(|known| known.is_news(head_sha, report));
            let event = known.map(|known| {
                let mut after = known.clone();
                after.hear_check(head_sha, report.clone());
                EventBody::Checks {
                    pull: *pull,
                    head_sha: head_sha.clone(),
                    state: after.head_checks(),
                    run: report.run.clone(),
                    outcome: report.outcome,
                    occurred_at: report.at,
                }
            });
            event.into_iter().collect()
        }
        Fact::IssueClosed { reason, at } => issue_closed(task, *reason, *at),
        Fact::IssueReopened { at } => issue_reopened(task, *at),
        Fact::IssueComment { object_id, text, url, at } => {
            if task.timeline_bytes >= Task::TIMELINE_LIMIT
                || task.heard.contains(&comment_key(*object_id))
            {
                return Vec::new();
            }
            let comment = Prose::lossy(text).map(|text| EventBody::Comment {
                text,
                object_id: Some(*object_id),
                url: Some(url.clone()),
                occurred_at: Some(*at),
            });
            comment.into_iter().collect()
        }
    }
}

/// A pull request as GitHub described it: what is new about it, and what that makes of the task.
fn pull_request(task: &Task, new: &PullRequest) -> Vec<EventBody> {
    let Some(known) = task.linked(new.key) else { return first_sight(task, new) };
    let known = &known.pull;
    if !is_truer(known, new) {
        return Vec::new();
    }
    let new = &PullRequest { names: None, ..new.clone() };
    let event = match (known.state, new.state) {
        (_, PullState::Merged) => merged(task.status, new),
        (PullState::Open, PullState::Closed) => closed(task, task.status, new),
        // A task that failed knowing it goes on by a retry: otherwise it would hang on whether the
        // closing before was heard.
        (PullState::Closed, PullState::Open) if task.status == Status::Failed => updated(new),
        (PullState::Closed, PullState::Open) => opened(task.status, new),
        (PullState::Open, PullState::Open)
        | (PullState::Closed, PullState::Closed)
        | (PullState::Merged, PullState::Open | PullState::Closed) => updated(new),
    };
    vec![event]
}

/// A pull request that the task has not met: whatever it is by now, it was opened once.
fn first_sight(task: &Task, new: &PullRequest) -> Vec<EventBody> {
    let as_opened = match new.state {
        PullState::Open => new.clone(),
        PullState::Closed | PullState::Merged => PullRequest {
            state: PullState::Open,
            merge_commit_sha: None,
            updated_at: new.created_at,
            ..new.clone()
        },
    };
    let opening = opened(task.status, &as_opened);
    let status = match opening {
        EventBody::PrOpened { .. } => Status::PrOpened,
        _ => task.status,
    };
    let new = &PullRequest { names: None, ..new.clone() };
    match new.state {
        PullState::Open => vec![opening],
        PullState::Closed => vec![opening, closed(task, status, new)],
        PullState::Merged => vec![opening, merged(status, new)],
    }
}

fn opened(status: Status, pull: &PullRequest) -> EventBody {
    match status {
        Status::Dispatched | Status::Failed => {
            EventBody::PrOpened { pull: pull.clone(), occurred_at: pull.updated_at }
        }
        Status::Created
        | Status::Analyzing
        | Status::ClarificationNeeded
        | Status::PrOpened
        | Status::Merged
        | Status::Cancelled => updated(pull),
    }
}

fn closed(task: &Task, status: Status, pull: &PullRequest) -> EventBody {
    let another_is_open = task
        .pulls
        .iter()
        .any(|other| other.pull.key != pull.key && other.pull.state == PullState::Open);
    if status == Status::PrOpened && !another_is_open {
        EventBody::PrClosed { pull: pull.clone(), occurred_at: pull.updated_at }
    } else {
        updated(pull)
    }
}

fn merged(status: Status, pull: &PullRequest) -> EventBody {
    if status.may_become(Status::Merged) {
        EventBody::PrMerged { pull: pull.clone(), occurred_at: pull.updated_at }
    } else {
        updated(pull)
    }
}

fn updated(pull: &PullRequest) -> EventBody {
    EventBody::PrUpdated { pull: pull.clone(), occurred_at: pull.updated_at }
}

/// Whether `new` is to be believed over `known`, and worth an entry: a merge is final, otherwise the
/// later one is true. One that says nothing but a later time counts too, until the merge: it outdates
/// what is still under way from before, say the closing before a reopening.
fn is_truer(known: &PullRequest, new: &PullRequest) -> bool {
    match (known.state, new.state) {
        (PullState::Merged, PullState::Open | PullState::Closed) => false,
        (PullState::Merged, PullState::Merged) => {
            new.updated_at >= known.updated_at && differs(known, new)
        }
        (PullState::Open | PullState::Closed, PullState::Merged) => true,
        (PullState::Open | PullState::Closed, PullState::Open | PullState::Closed) => {
            new.updated_at > known.updated_at
                || (new.updated_at == known.updated_at && differs(known, new))
        }
    }
}

/// Whether `new` says more than another time.
fn differs(known: &PullRequest, new: &PullRequest) -> bool {
    let said = |pull: &PullRequest| PullRequest {
        updated_at: known.updated_at,
        names: None,
        ..pull.clone()
    };
    said(new) != said(known)
}

impl Task {
    /// Whether `new` says nothing of a pull request linked to this task but another time.
    pub fn knows_all_of(&self, new: &PullRequest) -> bool {
        self.linked(new.key).is_some_and(|known| !differs(&known.pull, new))
    }

    /// Whether `new` contradicts what is known of the same second, so that only GitHub can tell.
    pub fn is_torn_about(&self, new: &PullRequest) -> bool {
        self.linked(new.key).is_some_and(|known| {
            known.pull.state != PullState::Merged
                && new.state != PullState::Merged
                && known.pull.updated_at == new.updated_at
                && differs(&known.pull, new)
        })
    }
}

fn issue_closed(task: &Task, reason: CloseReason, at: Timestamp) -> Vec<EventBody> {
    let Some(issue) = &task.issue else { return Vec::new() };
    let calls_off = reason == CloseReason::NotPlanned;
    if calls_off && issue.settled_at >= Some(at) {
        return Vec::new();
    }
    // However late it is told: in its turn it would have cancelled the task.
    let cancels =
        calls_off && task.status.may_become(Status::Cancelled) && task.wants_issue.is_none();
    if !cancels && !is_news(task, IssueState::Closed, at) && !is_heard_anew(task, at) {
        return Vec::new();
    }
    let mut events = vec![EventBody::IssueClosed { reason, occurred_at: at }];
    if cancels {
        let reason = Reason::try_from("The issue was closed as not planned").ok();
        events.push(EventBody::Cancelled { reason });
    }
    // What is known to have come after it is true still.
    let reopened = issue.updated_at.filter(|known| issue.state == IssueState::Open && at < *known);
    events.extend(reopened.map(|at| EventBody::IssueReopened { occurred_at: at }));
    events
}

fn issue_reopened(task: &Task, at: Timestamp) -> Vec<EventBody> {
    if is_news(task, IssueState::Open, at) || is_heard_anew(task, at) {
        vec![EventBody::IssueReopened { occurred_at: at }]
    } else {
        Vec::new()
    }
}

/// Whether what is known of the issue was said again later. Something in between must have been
/// missed, and this outdates it, should it come yet.
fn is_heard_anew(task: &Task, at: Timestamp) -> bool {
    task.issue.as_ref().is_some_and(|issue| issue.updated_at < Some(at))
}

/// Taskwire closed the issue of a cancelled task. If the task was retried meanwhile, it stays so.
pub(super) fn issue_closed_by_us(task: &Task, at: Timestamp) -> Vec<EventBody> {
    if !is_news(task, IssueState::Closed, at) {
        return Vec::new();
    }
    vec![EventBody::IssueClosed { reason: CloseReason::NotPlanned, occurred_at: at }]
}

/// Taskwire opened the issue of a retried task.
pub(super) fn issue_reopened_by_us(task: &Task, at: Timestamp) -> Vec<EventBody> {
    if is_news(task, IssueState::Open, at) {
        vec![EventBody::IssueReopened { occurred_at: at }]
    } else {
        Vec::new()
    }
}

fn is_news(task: &Task, state: IssueState, at: Timestamp) -> bool {
    task.issue.as_ref().is_some_and(|issue| {
        issue.state != state && issue.updated_at.is_none_or(|known| known <= at)
    })
}
