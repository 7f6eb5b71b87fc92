//! Duties of which the whole deployment has one, each a document, by the database's clock.

use std::time::Duration;

use mongodb::{
    Collection,
    bson::{Document, doc},
    options::ReturnDocument,
};

use super::{
    Tasks,
    connect::sibling,
    error::{in_time, is_duplicate},
    lease::{from_now, is_ahead},
};
use crate::store::{LeaseToken, StoreError};

fn duties(tasks: &Tasks) -> Collection<Document> {
    sibling(tasks, "duties")
}

/// Gives `duty` to `token` until `term` from now, unless somebody else has it.
pub(super) async fn lead(
    tasks: &Tasks,
    duty: &str,
    token: LeaseToken,
    term: Duration,
) -> Result<bool, StoreError> {
    let token = token.to_string();
    let mine = doc! { "$eq": ["$token", token.as_str()] };
    let over = doc! { "$not": [is_ahead("$until")] };
    // Decided in the update: the first of all inserts the document by it.
    let decide = doc! { "$set": { "goes": { "$or": [mine, over] } } };
    let give = doc! { "$set": {
        "token": { "$cond": ["$goes", token.as_str(), "$token"] },
        "until": { "$cond": ["$goes", from_now(term), "$until"] },
    } };
    let duties = duties(tasks);
    let holder = in_time(async {
        let update = vec![decide, give, doc! { "$unset": "goes" }];
        let won = duties
            .find_one_and_update(doc! { "_id": duty }, update)
            .upsert(true)
            .return_document(ReturnDocument::After)
            .await;
        match won {
            // Another was the first.
            Err(error) if is_duplicate(&error) => Ok(None),
            won => won,
        }
    });
    Ok(holder.await?.is_some_and(|held| held.get_str("token").is_ok_and(|it| it == token)))
}

/// Frees `duty` if it is `token`'s.
pub(super) async fn resign(tasks: &Tasks, duty: &str, token: LeaseToken) -> Result<(), StoreError> {
    let mine = doc! { "_id": duty, "token": token.to_string() };
    in_time(duties(tasks).delete_one(mine)).await?;
    Ok(())
}
