//! What a change tells of itself.

use super::{Change, Write};
use crate::domain::{
    ActorRef, Command, IssueState, Task, Timestamp, decide,
    text::{Labels, Prose},
};

/// The task after `command`, and whether the change may leave work.
fn after(task: &Task, command: &Command) -> (Task, bool) {
    let bodies = decide(task, command).unwrap();
    let write = Write::append(task, bodies, &ActorRef::system(), task.updated_at, None).unwrap();
    let change = Change { position: 1, from: write.from, steps: write.steps };
    (write.task, change.may_leave_work())
}

#[test]
fn whatever_leaves_work_says_so_and_a_comment_does_not() {
    let (now, write) = (Timestamp::EPOCH, Write::plain());
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
