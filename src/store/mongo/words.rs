//! Which tasks have some words, by the index of texts: no task is read for it.

use futures_util::TryStreamExt as _;
use mongodb::{
    bson::{Bson, Document, doc},
    options::Hint,
};

use super::{Tasks, error::in_time};
use crate::store::{StoreError, search::lowercase};

/// The index of texts.
pub(super) const INDEX: &str = "by_words";
/// How many tasks may be asked for by their ids. If more have the words, a list that is walked in its
/// order soon meets enough of them.
const FEW: u16 = 1000;

/// The ids of the tasks that have all the `words`, whoever may see them; `None` if they are many.
pub(super) async fn few_with(
    tasks: &Tasks,
    words: &[String],
) -> Result<Option<Vec<Bson>>, StoreError> {
    let has = |word: &String| doc! { "search": { "$regex": literally(&lowercase(word)) } };
    let enough = FEW.saturating_add(1);
    let found = tasks
        .find(doc! { "$and": words.iter().map(has).collect::<Vec<_>>() })
        .hint(Hint::Name(INDEX.to_owned()))
        .projection(doc! { "_id": 1 })
        .limit(enough.into())
        .batch_size(enough.into());
    let found = in_time(async { found.await?.try_collect::<Vec<Document>>().await }).await?;
    let is_few = found.len() <= usize::from(FEW);
    Ok(is_few.then(|| found.into_iter().filter_map(|mut task| task.remove("_id")).collect()))
}

/// The regular expression for `text` itself: whatever could mean something is named by its code.
fn literally(text: &str) -> String {
    let letter = |letter: char| match letter {
        '\0'..='\x7f' if !letter.is_ascii_alphanumeric() => format!(r"\x{:02x}", u32::from(letter)),
        _ => letter.to_string(),
    };
    text.chars().map(letter).collect()
}
