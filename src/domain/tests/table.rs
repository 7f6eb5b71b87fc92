//! The transition table, and what every command does in every status, as two pictures.

use std::fmt::Write as _;

use super::story::{
    Closed, Merged, Open, Story, answer, ask, at, checks, comment_on_github, edit_title, fail,
    file, issue_closed, issue_reopened, pull, review, text, we_closed,
};
use crate::domain::{Checks, CloseReason, Command, IssueState, Refusal, ReviewState, Status};

#[test]
fn the_transition_table_is_the_contracts() {
    let mut picture = format!("{:<21}", "");
    for to in Status::ALL {
        write!(picture, "{to:<21}").unwrap();
    }
    for from in Status::ALL {
        write!(picture, "\n{from:<21}").unwrap();
        for to in Status::ALL {
            let cell = if from.may_become(to) { "yes" } else { "·" };
            write!(picture, "{cell:<21}").unwrap();
        }
    }
    let picture: Vec<&str> = picture.lines().map(str::trim_end).collect();
    insta::assert_snapshot!("transitions", picture.join("\n"));
}

#[test]
fn every_command_does_in_every_status_what_the_picture_says() {
    let commands: Vec<(&str, Command)> = vec![
        ("start analysis", Command::StartAnalysis),
        ("ask", ask(1)),
        ("answer one of two", answer(&[("q1", "Stripe")])),
        ("answer both", answer(&[("q1", "Stripe"), ("q2", "Yes")])),
        ("file the issue", file(43)),
        ("comment", Command::Comment(text("Any news?"))),
        ("edit", edit_title("Fix the payment bug")),
        ("cancel", Command::Cancel(None)),
        ("retry", Command::Retry { reason: None, repo: None }),
        ("fail", fail()),
        ("we closed the issue", we_closed(50)),
        (
            "we reopened the issue",
            Command::RecordIssueState { state: IssueState::Open, at: at(50) },
        ),
        ("pull opened", pull(58, Open, 50).into()),
        ("pull closed", pull(57, Closed, 50).into()),
        ("pull merged", pull(57, Merged, 50).into()),
        ("other pull merged", pull(58, Merged, 50).into()),
        ("approved", review(57, 1, ReviewState::Approved, 50).into()),
        ("checks fail", checks(57, "head", Checks::Failing, 50).into()),
        ("issue closed", issue_closed(CloseReason::Completed, 50).into()),
        ("not planned", issue_closed(CloseReason::NotPlanned, 50).into()),
        ("issue reopened", issue_reopened(50).into()),
        ("comment on github", comment_on_github(1, "Me too").into()),
    ];
    let mut picture = String::new();
    for (name, command) in commands {
        writeln!(picture, "{name}").unwrap();
        for status in Status::ALL {
            let mut story = Story::that_is(status);
            let did = match story.tell(&command) {
                Ok(kinds) if kinds.is_empty() => "nothing new".to_owned(),
                Ok(kinds) => format!("{} → {}", kinds.join(", "), story.task.status),
                Err(Refusal::InvalidTransition { .. }) => "invalid_transition".to_owned(),
                Err(refusal) => refusal.to_string(),
            };
            writeln!(picture, "    {status:<21}{did}").unwrap();
        }
    }
    insta::assert_snapshot!("commands", picture);
}

#[test]
fn a_status_is_read_as_it_is_written() {
    for status in Status::ALL {
        assert_eq!(status.as_str().parse(), Ok(status));
        assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
    }
    let refusal = "merging".parse::<Status>().unwrap_err();
    assert!(refusal.contains("created, analyzing"), "{refusal}");
}

#[test]
fn only_the_three_ends_are_not_open() {
    let ends: Vec<_> = Status::ALL.into_iter().filter(|status| !status.is_open()).collect();
    assert_eq!(ends, [Status::Merged, Status::Failed, Status::Cancelled]);
}
