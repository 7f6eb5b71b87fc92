//! The rules as tables, and the analyzer as whoever calls it sees it.

use std::sync::Mutex;

use async_trait::async_trait;

use super::{
    RulesAnalyzer,
    assess::{Assessment, Material, Verdict, assess},
    body,
    words::{file_names, has_ordered_list},
};
use crate::{
    analysis::{Analysis, Analyzer, ProgressStep, Report},
    domain::{
        ActorRef, Answer, Command, Event, EventBody, Phase, Question, Task, TaskId, Timestamp,
        decide,
        text::{Label, Prose},
    },
};

const FULL: &str = "Steps to reproduce: 1. Put two books into the cart. 2. Pay with a card of Stripe. \
    Expected: the order is paid and a receipt is sent. Actual: the page answers with an error, no \
    receipt is sent, and the card is charged twice.";

fn material<'a>(title: &'a str, description: &'a str, questions: &'a [Question]) -> Material<'a> {
    Material { title, description, questions, names_repo: true, is_labelled_bug: false }
}

fn read(title: &str, description: &str) -> Assessment {
    assess(&material(title, description, &[]))
}

fn asked(title: &str, description: &str) -> Vec<String> {
    match read(title, description).verdict {
        Verdict::Ask(questions) => questions.into_iter().map(|q| q.text.to_string()).collect(),
        Verdict::Proceed { .. } => vec![],
    }
}

fn labels(title: &str, description: &str) -> String {
    match read(title, description).verdict {
        Verdict::Proceed { labels } => {
            labels.iter().map(Label::as_str).collect::<Vec<_>>().join(", ")
        }
        Verdict::Ask(_) => "asks".into(),
    }
}

fn question(id: &str, answer: Option<&str>) -> Question {
    Question {
        id: id.into(),
        text: Prose::try_from("How often does it happen?").unwrap(),
        choices: vec![],
        answer: answer.map(|answer| Prose::try_from(answer).unwrap()),
        answered_by: None,
    }
}

#[test]
fn fewer_than_forty_characters_are_always_asked_about_with_one_to_three_questions() {
    for title in ["Fix payment bug", "Add dark mode", "Fix typo in README", "Payments"] {
        let told_in_short = "Expected to be paid; step 1 gets error";
        for description in ["", "   ", "It fails", told_in_short, &"x".repeat(39)] {
            assert!(description.chars().count() < 40);
            let count = asked(title, description).len();
            assert!((1..=3).contains(&count), "{title}: {description:?}: {count}");
        }
        let padded = format!("   {}   ", "x".repeat(39));
        assert!(!asked(title, &padded).is_empty(), "blanks around do not count");
    }
}

#[test]
fn two_hundred_characters_with_steps_expected_and_actual_are_never_asked_about() {
    assert!(FULL.chars().count() >= 200);
    let in_lines = format!("## Steps\n\n1) Open it\n2) Pay\n\n{}", FULL.replace(": ", ":\n\n"));
    for title in ["Fix payment bug", "Add dark mode", "Fix typo in README", "Payments"] {
        for description in [FULL, &in_lines, &FULL.to_uppercase()] {
            assert_eq!(asked(title, description), Vec::<String>::new(), "{title}");
        }
    }
}

#[test]
fn in_between_only_a_bug_with_neither_steps_nor_expectation_is_asked_about() {
    let vague = "The payment page of the shop has been acting up since last Tuesday.";
    let cases = [
        ("Fix payment bug", vague, true),
        ("Payment crashes", vague, true),
        ("Payments", vague, false),
        ("Add a second payment provider", vague, false),
        ("Document the payment page", vague, false),
        ("Fix payment bug", "When I pay with a card, the page stays white for a minute.", false),
        ("Fix payment bug", "The page ought to be there at once and is not, since Tuesday.", false),
        ("Fix payment bug", &format!("{vague} {}", "Really. ".repeat(40)), true),
    ];
    for (title, description, asks) in cases {
        assert_eq!(!asked(title, description).is_empty(), asks, "{title}: {description}");
    }
    let questions = [
        "What happens, and what did you expect instead?",
        "How can it be reproduced, step by step?",
    ];
    assert_eq!(asked("Fix payment bug", vague), questions);
}

#[test]
fn a_question_is_asked_only_about_what_is_missing() {
    let questions = |title, description| asked(title, description).join(" | ");
    assert_eq!(
        questions("Fix payment bug", "It should be paid but is not"),
        "How can it be reproduced, step by step? | How often does it happen?"
    );
    assert_eq!(
        questions("Fix payment bug", "To reproduce: pay twice"),
        "What happens, and what did you expect instead? | How often does it happen?"
    );
    assert_eq!(questions("Fix typo", "in docs/pay.md"), "What should it say when this is done?");
    let choices = match read("Payments", "").verdict {
        Verdict::Ask(questions) => questions[0].choices.len(),
        Verdict::Proceed { .. } => 0,
    };
    assert_eq!(choices, 3, "the kind of task is chosen");
}

#[test]
fn a_bug_by_label_is_a_bug_whatever_its_title() {
    let vague = "The payment page of the shop has been acting up since last Tuesday.";
    let labelled = Material { is_labelled_bug: true, ..material("Payments", vague, &[]) };
    assert!(matches!(assess(&labelled).verdict, Verdict::Ask(_)));
}

#[test]
fn an_answer_counts_as_description_and_a_clarified_task_is_not_asked_again() {
    let asks = |description, questions: &[Question]| {
        let verdict = assess(&material("Fix payment bug", description, questions)).verdict;
        matches!(verdict, Verdict::Ask(_))
    };
    assert!(asks("", &[question("q1", None)]), "a question is no answer");
    assert!(!asks("", &[question("q1", Some("No")), question("q2", Some("Yes"))]));
    assert!(asks("", &[question("q1", Some("No")), question("q2", None)]));
    let telling = question("q1", Some("It should be paid when I press the button, each time."));
    assert!(!asks("", &[telling, question("q2", None)]), "what is missing has been answered");
}

#[test]
fn labels_come_from_words_and_the_title_tells_the_kind() {
    let long = "It was like this for quite some time now, and nobody knew.";
    let cases = [
        ("Fix payment", "It should work for cards as it does for banks.", "bug"),
        ("Add dark mode", long, "enhancement"),
        ("Fix typo in README", long, "documentation"),
        ("Add a check for the error page", long, "enhancement"),
        ("New users can't log in", "They should get a mail, and do not get any.", "bug"),
        ("Payments", long, ""),
        ("Payments", "There is an exception in the log of the payment service.", "bug"),
        ("Search is slow", long, "performance"),
        ("Improve latency of search", long, "enhancement, performance"),
        (
            "Allow login",
            "There is a CSRF hole in it, see the report of May.",
            "enhancement, security",
        ),
        ("Support a screen reader", long, "enhancement, accessibility"),
        ("Upgrade React", long, "dependencies"),
        ("Checkout tests are flaky", long, "tests"),
        ("Slowly does it, insecurity", "docked bugle errorless addition supportive", "performance"),
    ];
    for (title, description, expected) in cases {
        assert_eq!(labels(title, description), expected, "{title}: {description}");
    }
}

#[test]
fn steps_are_counted_in_lines_or_in_a_row() {
    for text in ["1. Open\n2. Pay", "first 1) open 2) pay", "- a\n1. b\n\n2. c"] {
        assert!(has_ordered_list(text), "{text}");
    }
    for text in ["", "1. Open", "version 1.2. and 2.1.", "in 1999 and 2. May"] {
        assert!(!has_ordered_list(text), "{text}");
    }
}

#[test]
fn files_are_named_once_in_order() {
    let text = "See src/pay.rs, `web/App.tsx` (and src/pay.rs); not 3.5, e.g., acme/shop or .rs. \
        https://example.com/a/index.html?x=1 and package-lock.json.";
    let expected = ["src/pay.rs", "web/App.tsx", "//example.com/a/index.html", "package-lock.json"];
    assert_eq!(file_names(text, 10), expected);
    assert_eq!(file_names(text, 2), expected[..2]);
}

#[test]
fn the_issue_says_what_people_wrote_and_what_the_rules_found() {
    let questions = [question("q1", Some("Every time")), question("q2", None)];
    let description = format!("{FULL}\n\nSee src/pay.rs:\n\n```\nerror: declined\n```\n");
    let told = material("Fix payment bug", &description, &questions);
    insta::assert_snapshot!("issue", body::write(&told, &assess(&told).findings));
    let nothing = material("Payments", " \n", &[]);
    insta::assert_snapshot!("issue_of_nothing", body::write(&nothing, &assess(&nothing).findings));
}

/// Keeps what it is told.
#[derive(Default)]
struct Notes(Mutex<Vec<ProgressStep>>);

#[async_trait]
impl Report for Notes {
    async fn progress(&self, step: ProgressStep) {
        self.0.lock().unwrap().push(step);
    }
}

fn task(description: &str) -> Task {
    let body = EventBody::created("Fix payment bug", description);
    let at = Timestamp::EPOCH;
    let first = Event { version: 1, at, actor: ActorRef::system(), body, cause: None };
    then(Task::begin(TaskId::new(at), &first).unwrap(), &Command::StartAnalysis)
}

fn then(mut task: Task, command: &Command) -> Task {
    for body in decide(&task, command).unwrap() {
        let (version, at) = (task.version + 1, task.updated_at);
        task.apply(&Event { version, at, actor: ActorRef::system(), body, cause: None });
    }
    task
}

#[tokio::test]
async fn a_task_is_asked_about_once_and_then_filed_with_its_answers() {
    let task = task("It fails");
    let first = RulesAnalyzer.analyze(&task, &Notes::default()).await.unwrap();
    let Analysis::Unclear { questions } = first else { panic!("{first:?}") };
    let task = then(task, &Command::Ask(questions));
    let answers = task.questions.iter().map(|question| Answer {
        question_id: question.id.clone(),
        answer: Prose::try_from("No idea").unwrap(),
    });
    let task = then(task.clone(), &Command::Answer(answers.collect()));
    let second = RulesAnalyzer.analyze(&task, &Notes::default()).await.unwrap();
    let Analysis::Clear { labels, body } = second else { panic!("{second:?}") };
    assert_eq!(labels.iter().map(Label::as_str).collect::<Vec<_>>(), ["bug"]);
    assert!(body.starts_with("It fails\n\n## Clarification\n\n**What happens,"), "{body}");
}

#[tokio::test]
async fn every_step_is_reported_from_the_first_to_the_last() {
    let notes = Notes::default();
    RulesAnalyzer.analyze(&task(FULL), &notes).await.unwrap();
    let told = notes.0.into_inner().unwrap();
    let phases: Vec<_> = told.iter().map(|step| (step.phase, step.current, step.total)).collect();
    assert_eq!(
        phases,
        [
            (Phase::Starting, 0, 3),
            (Phase::Running, 1, 3),
            (Phase::Running, 2, 3),
            (Phase::Running, 3, 3),
            (Phase::Completed, 3, 3),
        ]
    );
    assert!(told.iter().all(|step| step.step.as_str() == "analysis" && step.message.is_some()));
    assert_eq!(told[3].items_count, Some(4), "kind, steps, expected and actual behaviour");
    assert_eq!(told[4].items_count, Some(1), "one label");
    let at = Timestamp::from_millis(5);
    assert_eq!(told[4].clone().at(at).timestamp, at);
}
