//! The words of an issue. Task text is data: in an issue it calls nobody and marks nothing, nor does
//! what an agent makes of it when it quotes the text or names a branch after it.

use super::{
    client::IssueDraft,
    marker::{ZERO_WIDTH_SPACE, defused, marker},
};
use crate::domain::{Task, text::Labels};

/// GitHub takes so many characters of title.
const TITLE_CHARACTERS: usize = 256;
/// GitHub takes 65,536 characters of body; this many leave room for the marker.
const BODY_CHARACTERS: usize = 65_000;

/// The issue for `task` with `text` as its body, text of any origin. In title and `text` markers and
/// `@mentions` are defused; the task's own marker is the last line.
pub fn draft(task: &Task, text: &str, labels: &Labels, assignees: &[String]) -> IssueDraft {
    let title = task.title.as_str().split_whitespace().collect::<Vec<_>>().join(" ");
    let text = harmless(text.trim(), BODY_CHARACTERS);
    let marker = marker(task.id);
    IssueDraft {
        title: harmless(&title, TITLE_CHARACTERS),
        body: if text.is_empty() { marker } else { format!("{}\n\n{marker}", text.trim_end()) },
        labels: labels.iter().map(|label| label.as_str().to_owned()).collect(),
        assignees: assignees.to_vec(),
    }
}

/// The first so many characters of the text, without what would mark a task or call somebody.
fn harmless(text: &str, characters: usize) -> String {
    without_mentions(&defused(text)).chars().take(characters).collect()
}

/// The text with a zero-width space after every `@` that could call somebody, however it is
/// written. An `@` inside a word, as in an e-mail address, calls nobody.
fn without_mentions(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    let mut rest = text;
    let mut in_word = false;
    while let Some(next) = rest.chars().next() {
        let at_sign = at_sign(rest);
        let (head, tail) = rest.split_at(at_sign.unwrap_or(next.len_utf8()));
        safe.push_str(head);
        let calls = at_sign.is_some() && !(head == "@" && in_word);
        if calls && tail.chars().next().is_some_and(|c| !c.is_whitespace()) {
            safe.push(ZERO_WIDTH_SPACE);
        }
        in_word = next.is_ascii_alphanumeric();
        rest = tail;
    }
    safe
}

/// The length of the `@` that `text` begins with: itself, or an HTML entity that Markdown turns
/// into it before GitHub looks for mentions.
fn at_sign(text: &str) -> Option<usize> {
    if text.starts_with('@') {
        return Some(1);
    }
    if !text.starts_with('&') {
        return None;
    }
    let end = text.bytes().take(12).position(|byte| byte == b';')?;
    let name = text.get(1..end)?;
    let code = match name.strip_prefix('#') {
        None => return (name == "commat").then_some(end + 1),
        Some(number) => match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        },
    };
    (code == u32::from(b'@')).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        domain::{ActorRef, Event, EventBody, TaskId, Timestamp, fold, text::Label},
        github::marker::{in_body, in_branch},
    };

    const ID: &str = "0198c5b2-7d1f-7a3e-8f00-0123456789ab";
    /// Another task's.
    const OTHER: &str = "0198c5b2-7d1f-7a3e-8f00-ba9876543210";

    fn task(title: &str) -> Task {
        let created = EventBody::created(title, "");
        let event = Event {
            version: 1,
            at: Timestamp::EPOCH,
            actor: ActorRef::system(),
            body: created,
            cause: None,
        };
        fold(ID.parse().unwrap(), [&event]).unwrap()
    }

    fn body(text: &str) -> String {
        draft(&task("T"), text, &Labels::default(), &[]).body
    }

    #[test]
    fn a_draft_has_a_title_of_one_line_and_what_was_asked_for() {
        let labels = Labels::try_from(vec![Label::try_from("bug").unwrap()]).unwrap();
        let draft = draft(&task("Fix\n the\tbug"), "Text\n", &labels, &["copilot".into()]);
        assert_eq!(draft.title, "Fix the bug");
        assert_eq!(draft.body, format!("Text\n\ntaskwire:{ID}"));
        assert_eq!((draft.labels, draft.assignees), (vec!["bug".into()], vec!["copilot".into()]));
    }

    #[test]
    fn mentions_are_defused_however_they_are_written() {
        let cases = [
            ("@octocat", "@|octocat"),
            ("(@org/team)", "(@|org/team)"),
            ("\\@bob _@bob_", "\\@|bob _@|bob_"),
            ("&#64;bob &commat;bob", "&#64;|bob &commat;|bob"),
            ("&#x40;bob &#0064;bob", "&#x40;|bob &#0064;|bob"),
            ("a@b.example, 3 @ 4, @", "a@b.example, 3 @ 4, @"),
            ("&amp; &#65;", "&amp; &#65;"),
        ];
        for (text, safe) in cases {
            assert_eq!(without_mentions(text).replace(ZERO_WIDTH_SPACE, "|"), safe);
        }
    }

    #[test]
    fn a_body_of_any_length_keeps_its_marker() {
        let body = body(&"@bob ".repeat(60_000));
        assert!(body.chars().count() <= 65_536);
        assert!(body.ends_with(&format!("\n\ntaskwire:{ID}")));
    }

    #[test]
    fn a_title_marks_no_task_and_can_still_be_read() {
        let title = |title: &str| draft(&task(title), "", &Labels::default(), &[]).title;
        for text in ["Fix taskwire:ID", "Fix TaskWire: ID", "Fix taskwire-ID"] {
            let text = text.replace("ID", OTHER);
            let read = title(&text).replace("id ", "");
            assert_eq!(read, text);
            for slug in slugs(&title(&text)) {
                assert_eq!(in_branch(&slug).count(), 0, "{slug}");
            }
        }
        let spaced = format!("taskwire {}", OTHER.replace('-', " "));
        assert_eq!(title(&spaced), spaced.replace("taskwire ", "taskwire id "));
        assert_eq!(title("Ask @bob about taskwire"), "Ask @\u{200b}bob about taskwire");
    }

    #[test]
    fn a_title_is_never_longer_than_github_takes() {
        let title = draft(&task(&"@".repeat(200)), "", &Labels::default(), &[]).title;
        assert_eq!(title.chars().count(), 256);
    }

    /// Names of branches that an agent might make of a text.
    fn slugs(text: &str) -> [String; 3] {
        let words = |separated: &str| {
            let words = separated.split('-').filter(|word| !word.is_empty());
            words.collect::<Vec<_>>().join("-")
        };
        let is_kept = |c: char| c.is_ascii_alphanumeric();
        let replaced: String =
            text.chars().map(|c| if is_kept(c) { c.to_ascii_lowercase() } else { '-' }).collect();
        let spaced: String =
            text.chars().map(|c| if c.is_whitespace() { '-' } else { c }).collect();
        let dropped: String = spaced.chars().filter(|c| is_kept(*c) || *c == '-').collect();
        [words(&replaced), words(&dropped), replaced].map(|slug| format!("copilot/{slug}"))
    }

    /// Text that is hostile more often than chance would have it.
    fn hostile() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            any::<String>(),
            Just("@".to_owned()),
            Just("bob".to_owned()),
            Just("\n".to_owned()),
            Just(" ".to_owned()),
            Just(ZERO_WIDTH_SPACE.to_string()),
            Just("taskwire:".to_owned()),
            Just(OTHER.to_owned()),
            Just(OTHER.replace('-', " ")),
            Just(format!("TASKWIRE:{OTHER}")),
            Just(format!("taskwire/{OTHER}")),
        ];
        proptest::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn no_text_marks_a_task_or_calls_anybody(title in hostile(), text in hostile()) {
            let title: String =
                title.chars().filter(|c| !c.is_control()).take(180).chain(['.']).collect();
            let draft = draft(&task(title.trim()), &text, &Labels::default(), &[]);
            let own: TaskId = ID.parse().unwrap();
            let marker = marker(own);
            prop_assert_eq!(draft.body.lines().next_back(), Some(marker.as_str()));
            prop_assert_eq!(in_body(&draft.body).collect::<Vec<_>>(), [own]);
            let text = draft.body.strip_suffix(&marker).unwrap();
            for text in [&draft.title, text] {
                prop_assert_eq!(in_body(text).count(), 0, "{:?}", text);
                for branch in slugs(text) {
                    prop_assert_eq!(in_branch(&branch).count(), 0, "{:?}", branch);
                }
                let characters: Vec<char> = text.chars().collect();
                for (index, window) in characters.windows(2).enumerate() {
                    let in_word = index > 0 && characters[index - 1].is_ascii_alphanumeric();
                    let calls = window[0] == '@' && window[1].is_ascii_alphanumeric();
                    prop_assert!(in_word || !calls, "{:?}", text);
                }
            }
        }
    }
}
