//! What a list's words are looked for in, and how they are compared.

use crate::domain::Task;

/// Title and description in lower case, for [`lowercase`] words to be found in.
pub(super) fn haystack(task: &Task) -> String {
    lowercase(&format!("{}\n{}", task.title, task.description))
}

/// `text` in lower case, letter by letter: what a word becomes does not depend on what stands next
/// to it, so a part of a text is found in it.
pub(super) fn lowercase(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}
