//! Lists by words. Along the list's order tasks with common words are soon met. Rare ones are looked
//! for in an index of texts: its keys are read, and of the tasks only those that have the words.

use std::{cmp::Reverse, pin::pin, time::Duration};

use futures_util::{
    TryStreamExt as _,
    future::{Either, select},
};
use mongodb::{
    bson::{Bson, Document, doc},
    options::Hint,
};
use tokio::time::sleep;

use super::{Tasks, error::in_time, filter, read};
use crate::{
    domain::Actor,
    store::{Cursor, ListQuery, Page, StoreError, search::lowercase},
};

/// The index of texts.
pub(super) const INDEX: &str = "by_words";
/// How long tasks with common words take at most to be met.
const SOON: Duration = Duration::from_millis(100);
/// How many tasks are asked for by their ids at once.
const AT_ONCE: u16 = 250;

/// The tasks with the words of `query` that `actor` may see, by whichever way is the shorter one.
pub(super) async fn list(
    tasks: &Tasks,
    actor: &Actor,
    query: &ListQuery,
) -> Result<Page, StoreError> {
    let in_order = pin!(read::rows(tasks, filter::asked_for(actor, query), None, query));
    let by_index = pin!(async {
        sleep(SOON).await;
        indexed(tasks, actor, query).await
    });
    let rows = match select(in_order, by_index).await {
        Either::Left((rows, _)) => rows?,
        Either::Right((Ok(rows), _)) => rows,
        Either::Right((Err(error), in_order)) => {
            tracing::warn!(%error, "words cannot be looked for in their index");
            in_order.await?
        }
    };
    Ok(read::page(rows, query))
}

/// The first rows of the list, and one more if there is one.
async fn indexed(
    tasks: &Tasks,
    actor: &Actor,
    query: &ListQuery,
) -> Result<Vec<read::Row>, StoreError> {
    let has = |word: &String| doc! { "search": { "$regex": literally(&lowercase(word)) } };
    let with_words = tasks
        .find(doc! { "$and": query.words.iter().map(has).collect::<Vec<_>>() })
        .hint(Hint::Name(INDEX.to_owned()))
        .projection(doc! { "_id": 1 })
        .batch_size(AT_ONCE.into());
    let mut ids = in_time(with_words).await?.map_err(StoreError::from).try_chunks(AT_ONCE.into());
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX).saturating_add(1);
    let mut first = Vec::new();
    while let Some(some) = ids.try_next().await.map_err(|error| error.1)? {
        let some: Vec<Bson> =
            some.into_iter().filter_map(|mut task: Document| task.remove("_id")).collect();
        let mut among = doc! { "_id": { "$in": some } };
        among.extend(filter::asked_for(actor, query));
        let by_ids = Some(Hint::Keys(doc! { "_id": 1 }));
        first.extend(read::rows(tasks, among, by_ids, query).await?);
        first.sort_unstable_by_key(|(task, _)| {
            let place = Cursor::after(task, query.sort);
            Reverse((place.at, place.id))
        });
        // What is edited while the index is read may be met twice.
        first.dedup_by_key(|(task, _)| task.id);
        first.truncate(limit);
    }
    Ok(first)
}

/// The regular expression for `text` itself: whatever could mean something is named by its code.
fn literally(text: &str) -> String {
    let letter = |letter: char| match letter {
        '\0'..='\x7f' if !letter.is_ascii_alphanumeric() => format!(r"\x{:02x}", u32::from(letter)),
        _ => letter.to_string(),
    };
    text.chars().map(letter).collect()
}
