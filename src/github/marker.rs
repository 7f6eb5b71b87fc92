//! The marker `taskwire:TASKID` that ties an issue or a pull request to a task.

use crate::domain::TaskId;

const WORD: &str = "taskwire";
const ID_LENGTH: usize = 36;
const ID_DIGITS: usize = 32;
/// After how many of its digits an id has a hyphen.
const PARTS: [usize; 4] = [8, 12, 16, 20];
/// Keeps the word and an id apart. Its letters are kept whatever is made of the text.
const APART: &str = "id ";
/// Shown as nothing, and no part of any word that GitHub looks for.
pub(super) const ZERO_WIDTH_SPACE: char = '\u{200b}';

/// The marker of `task`.
pub(super) fn marker(task: TaskId) -> String {
    format!("{WORD}:{task}")
}

/// Whether the last line of an issue's body is the marker of `task`.
pub(super) fn is_filed_for(body: &str, task: TaskId) -> bool {
    filed_for(body) == Some(task)
}

/// The task whose marker the last line of an issue's body is. GitHub may have trimmed the body or
/// given it other line ends.
pub(super) fn filed_for(body: &str) -> Option<TaskId> {
    let line = body.trim_end().lines().next_back()?.trim_end();
    let task = line.strip_prefix(WORD)?.strip_prefix(':')?.parse().ok()?;
    (line == marker(task)).then_some(task)
}

/// The tasks that a pull request's body marks.
pub(super) fn in_body(text: &str) -> impl Iterator<Item = TaskId> {
    marks(text, b":")
}

/// The tasks that a branch marks. Git allows no colon in a branch's name (git-check-ref-format), so
/// a slash or a dash in its place is as good.
pub(super) fn in_branch(name: &str) -> impl Iterator<Item = TaskId> {
    marks(name, b":/-")
}

/// The text with every marker in it made to mark nothing, and everything that could become one where
/// what is neither letter nor digit is replaced or dropped, as for the name of a branch. It can still
/// be read.
pub(super) fn defused(text: &str) -> String {
    let kept: Vec<(usize, u8)> =
        text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_alphanumeric()).collect();
    let mut safe = String::with_capacity(text.len());
    let mut done = 0;
    for window in kept.windows(WORD.len() + ID_DIGITS) {
        let (word, id) = window.split_at(WORD.len());
        let is_word = word.iter().map(|(_, byte)| byte.to_ascii_lowercase()).eq(WORD.bytes());
        // An id is one by what parts its digits: a commit's hash is none.
        let is_parted = |digits: &usize| match id.get(digits - 1..=*digits) {
            Some([(before, _), (after, _)]) => after - before > 1,
            _ => false,
        };
        let is_id =
            id.iter().all(|(_, byte)| byte.is_ascii_hexdigit()) && PARTS.iter().all(is_parted);
        if is_word && is_id {
            let at = id.first().map_or(text.len(), |(at, _)| *at);
            safe.push_str(text.get(done..at).unwrap_or_default());
            safe.push_str(APART);
            done = at;
        }
    }
    safe.push_str(text.get(done..).unwrap_or_default());
    safe
}

/// The markers that stand for themselves, not as a part of a longer word.
fn marks(text: &str, separators: &'static [u8]) -> impl Iterator<Item = TaskId> {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    found(text, separators).filter_map(move |(at, id)| {
        let bytes = text.as_bytes();
        let before = at.checked_sub(WORD.len() + 2).and_then(|index| bytes.get(index));
        let after = bytes.get(at + ID_LENGTH);
        let stands_alone = !before.is_some_and(is_word) && !after.is_some_and(is_word);
        stands_alone.then_some(id)
    })
}

/// Where ids stand after the word and a separator, in any case.
fn found(text: &str, separators: &'static [u8]) -> impl Iterator<Item = (usize, TaskId)> {
    text.as_bytes().windows(WORD.len() + 1).enumerate().filter_map(move |(start, window)| {
        let (separator, word) = window.split_last()?;
        if !word.eq_ignore_ascii_case(WORD.as_bytes()) || !separators.contains(separator) {
            return None;
        }
        let at = start + window.len();
        Some((at, text.get(at..at + ID_LENGTH)?.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0198c5b2-7d1f-7a3e-8f00-0123456789ab";

    fn id() -> TaskId {
        ID.parse().unwrap()
    }

    #[test]
    fn only_the_last_line_says_for_which_task_an_issue_was_filed() {
        assert!(is_filed_for(&format!("Text\n\ntaskwire:{ID}"), id()));
        assert!(is_filed_for(&format!("Text\r\n\r\ntaskwire:{ID}\r\n"), id()));
        assert!(!is_filed_for(&format!("taskwire:{ID}\nText"), id()));
        assert!(!is_filed_for(&format!("Text\n> taskwire:{ID}"), id()));
        assert!(!is_filed_for(&format!("Text taskwire:{ID}"), id()));
        assert!(!is_filed_for("", id()));
    }

    #[test]
    fn markers_are_found_where_they_stand_for_themselves() {
        let body = |text: String| in_body(&text).collect::<Vec<_>>();
        assert_eq!(body(format!("see taskwire:{ID}.")), [id()]);
        assert_eq!(body(format!("<!-- TaskWire:{} -->", ID.to_uppercase())), [id()]);
        assert_eq!(body(format!("mytaskwire:{ID}")), []);
        assert_eq!(body(format!("taskwire:{ID}0")), []);
        assert_eq!(body(format!("taskwire: {ID}")), []);
        assert_eq!(body(format!("taskwire/{ID}")), []);
        assert_eq!(body("taskwire:".into()), []);
        assert_eq!(body(format!("é taskwire:{ID}é")), [id()]);
    }

    #[test]
    fn a_branch_may_mark_in_the_ways_git_allows() {
        let branch = |name: String| in_branch(&name).collect::<Vec<_>>();
        for name in ["taskwire:ID", "taskwire/ID", "copilot/taskwire-ID", "taskwire-ID-fix"] {
            assert_eq!(branch(name.replace("ID", ID)), [id()], "{name}");
        }
        assert_eq!(branch("main".into()), []);
    }

    #[test]
    fn a_defused_marker_marks_nothing_and_other_text_is_left_alone() {
        let safe = defused(&format!("é taskwire:{ID} b TASKWIRE - {ID}"));
        assert_eq!(safe, format!("é taskwire:id {ID} b TASKWIRE - id {ID}"));
        assert_eq!(in_body(&safe).count(), 0);
        let word_twice = format!("taskwire taskwire/{ID}");
        assert_eq!(defused(&word_twice), format!("taskwire taskwire/id {ID}"));
        let commit = "acme/taskwire@0198c5b2aaaa7aaa8aaaaaaaaaaaaaaa0198c5b2";
        for text in [&format!("http://taskwire:3000/tasks/{ID}"), ID, commit, "taskwire: 1", ""] {
            assert_eq!(defused(text), text);
        }
    }
}
