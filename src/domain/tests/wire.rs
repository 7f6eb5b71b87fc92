//! How each kind of entry looks as JSON: stored, and sent.

use super::story::{Merged, Open, alice, at, key, labels, pull_request, run, text};
use crate::domain::{
    Cause, Checks, CloseReason, Event, EventBody, GivenAnswer, Question, ReviewState, Visibility,
    text::IdempotencyKey,
};

fn bodies() -> Vec<EventBody> {
    let url = || "https://github.com/acme/shop/issues/42".to_owned();
    vec![
        EventBody::Created {
            title: text("Fix payment bug"),
            description: text("It fails"),
            repo: Some(text("acme/shop")),
            labels: labels(&["bug"]),
            team: None,
            visibility: Visibility::Everyone,
        },
        EventBody::Analyzing {},
        EventBody::ClarificationNeeded {
            questions: vec![Question {
                id: "q1".into(),
                text: text("Which provider?"),
                choices: vec![text("Stripe"), text("Adyen")],
                answer: None,
                answered_by: None,
            }],
        },
        EventBody::ClarificationAnswered {
            answers: vec![GivenAnswer { question_id: "q1".into(), answer: text("Stripe") }],
        },
        EventBody::Dispatched { issue_number: 42, issue_url: url(), labels: labels(&["bug"]) },
        EventBody::IssueFiled { issue_number: 42, issue_url: url() },
        EventBody::PrOpened { pull: pull_request(57, Open, 10), occurred_at: at(10) },
        EventBody::PrUpdated { pull: pull_request(57, Open, 11), occurred_at: at(11) },
        EventBody::PrClosed {
            pull: pull_request(57, super::story::Closed, 12),
            occurred_at: at(12),
        },
        EventBody::PrMerged { pull: pull_request(57, Merged, 13), occurred_at: at(13) },
        EventBody::PrReview {
            pull: key(57),
            object_id: 9,
            state: ReviewState::ChangesRequested,
            occurred_at: at(14),
        },
        EventBody::Checks {
            pull: key(57),
            head_sha: "head".into(),
            state: Checks::Failing,
            run: run(1, Some("build")),
            outcome: Checks::Passing,
            occurred_at: at(15),
        },
        EventBody::IssueClosed { reason: CloseReason::NotPlanned, occurred_at: at(16) },
        EventBody::IssueReopened { occurred_at: at(17) },
        EventBody::Comment { text: text("Here"), object_id: None, url: None, occurred_at: None },
        EventBody::Comment {
            text: text("On GitHub"),
            object_id: Some(8),
            url: Some(url()),
            occurred_at: Some(at(18)),
        },
        EventBody::Edited {
            title: Some(text("Fix the payment bug")),
            description: None,
            labels: None,
            team: None,
            visibility: None,
        },
        EventBody::Edited {
            title: None,
            description: None,
            labels: None,
            team: Some(None),
            visibility: Some(Visibility::Private),
        },
        EventBody::Retried { reason: None, repo: None },
        EventBody::Failed { code: text("agent_gave_up"), message: text("No idea") },
        EventBody::Cancelled { reason: Some(text("Not now")) },
    ]
}

#[test]
fn every_kind_of_entry_has_its_shape() {
    insta::assert_json_snapshot!("entries", bodies());
}

#[test]
fn every_entry_is_read_as_it_was_written() {
    for body in bodies() {
        let json = serde_json::to_value(&body).unwrap();
        assert_eq!(json["type"], body.kind());
        assert_eq!(serde_json::from_value::<EventBody>(json).unwrap(), body);
    }
}

#[test]
fn an_event_carries_its_cause_only_if_it_has_one() {
    let plain =
        Event { version: 2, at: at(2), actor: alice(), body: EventBody::Analyzing {}, cause: None };
    let key = IdempotencyKey::try_from("key-1".to_owned()).unwrap();
    let caused = Event {
        cause: Some(Cause::Request { user: "alice".into(), key, hash: "abc".into() }),
        ..plain.clone()
    };
    let delivered =
        Event { cause: Some(Cause::Delivery { id: "72d3162e".into() }), ..plain.clone() };
    let events = [plain, caused, delivered];
    insta::assert_json_snapshot!("events", events);
    for event in events {
        let json = serde_json::to_string(&event).unwrap();
        assert_eq!(serde_json::from_str::<Event>(&json).unwrap(), event);
    }
}
