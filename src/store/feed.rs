//! What a store tells: every committed change, once.

use tokio::sync::mpsc;

use crate::domain::{Event, EventBody, Progress, Summary, TaskId};

/// The committed changes, in order. Bounded: a store waits with its next commit while the feed is
/// full, so nothing is lost; the one reader never waits for a client.
pub type Feed = mpsc::Receiver<FeedItem>;

/// One thing that the feed tells.
#[derive(Clone, Debug)]
pub enum FeedItem {
    /// A write was committed.
    Change(Change),
    /// A task's progress, with its summary as of now.
    Progress {
        /// The task.
        summary: Summary,
        /// What is being done.
        progress: Progress,
    },
    /// Changes may have been missed; why, in one word.
    Gap(&'static str),
    /// Whether changes are told as they are committed; until it is said that they are, they are not.
    /// What is committed meanwhile is told later, or there is a gap.
    Live(bool),
}

/// One committed write.
#[derive(Clone, Debug)]
pub struct Change {
    /// Its place among all changes of the store: greater is later.
    pub position: u64,
    /// The task before it; `None` if it was created.
    pub from: Option<Summary>,
    /// What the write added, in order; never empty.
    pub steps: Vec<Step>,
}

impl Change {
    /// The task that changed.
    pub fn task_id(&self) -> Option<TaskId> {
        self.steps.first().map(|step| step.summary.id)
    }

    /// Whether there may be something for a worker to do that there was not before.
    pub fn may_leave_work(&self) -> bool {
        // An issue that was filed for a task that was called off meanwhile is to be closed, and one
        // that was closed while its task was taken up again is to be reopened.
        let is_about_issue = |step: &Step| {
            matches!(step.event.body, EventBody::IssueFiled { .. } | EventBody::IssueClosed { .. })
        };
        self.changes_status() || self.steps.iter().any(is_about_issue)
    }

    /// Whether the task is in another status afterwards.
    pub fn changes_status(&self) -> bool {
        self.steps.last().is_some_and(|last| {
            self.from.as_ref().is_none_or(|from| from.status != last.summary.status)
        })
    }
}

/// One entry and the task right after it.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The entry.
    pub event: Event,
    /// The task as of this entry.
    pub summary: Summary,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{
            ActorRef, Command, IssueState, Task, Timestamp, Visibility, decide,
            text::{Description, Labels, Prose},
        },
        store::Write,
    };

    /// The task after `command`, and whether the change may leave work.
    fn after(task: &Task, command: &Command) -> (Task, bool) {
        let bodies = decide(task, command).unwrap();
        let write =
            Write::append(task, bodies, &ActorRef::system(), task.updated_at, None).unwrap();
        let change = Change { position: 1, from: write.from, steps: write.steps };
        (write.task, change.may_leave_work())
    }

    #[test]
    fn whatever_leaves_work_says_so_and_a_comment_does_not() {
        let first = EventBody::Created {
            title: "Fix payment bug".try_into().unwrap(),
            description: Description::default(),
            repo: None,
            labels: Labels::default(),
            team: None,
            visibility: Visibility::Everyone,
        };
        let now = Timestamp::EPOCH;
        let write = Write::create(TaskId::new(now), first, ActorRef::system(), now, None).unwrap();
        let begun = Change { position: 1, from: None, steps: write.steps };
        assert!(write.task.work().is_some() && begun.may_leave_work());

        let url = "https://github.com/acme/shop/issues/42".to_owned();
        let filed = Command::RecordIssue { number: 42, url, labels: Labels::default() };
        let closed = Command::RecordIssueState { state: IssueState::Closed, at: now };
        let comment = Command::Comment(Prose::try_from("Any news?").unwrap());
        let retry = Command::Retry { reason: None, repo: None };
        // Called off while it is filed, and taken up again while the issue is closed.
        let story = [Command::StartAnalysis, Command::Cancel(None), filed, retry, closed];
        let mut task = write.task;
        let mut left = Vec::new();
        for command in story {
            let before = task.work();
            let (next, may_leave_work) = after(&task, &command);
            let leaves_work = next.work().is_some() && next.work() != before;
            assert!(may_leave_work || !leaves_work, "{command:?} leaves {:?}", next.work());
            left.push(leaves_work);
            task = next;
            assert!(!after(&task, &comment).1);
        }
        assert_eq!(left, [false, false, true, false, true]);
    }
}
