//! Which tasks somebody may see and asks for, and which events something caused, as the filters of
//! queries.

use mongodb::bson::{Bson, Document, doc};

use super::document::date;
use crate::{
    domain::{Actor, Cause, Role, text::TeamName},
    store::{Cursor, ListQuery, Sort, search::lowercase},
};

/// What `actor` may see: `domain::Actor::may_see` as a filter.
pub(super) fn seen_by(actor: &Actor) -> Document {
    let mut any = Vec::new();
    if actor.is(Role::Admin) {
        return Document::new();
    }
    if actor.is(Role::Member) {
        let teams: Vec<_> = actor.teams.iter().map(TeamName::as_str).collect();
        any.push(doc! { "creator": actor.id.as_str() });
        any.push(doc! { "visibility": "everyone" });
        any.push(doc! { "visibility": "team", "team": { "$in": teams } });
    }
    if actor.is(Role::Agent) {
        let mut in_hands = doc! { "status": { "$in": ["dispatched", "pr_opened", "failed"] } };
        if let Some(repos) = &actor.repos {
            let repos: Vec<_> =
                repos.iter().map(|repo| repo.as_str().to_ascii_lowercase()).collect();
            in_hands.insert("repo", doc! { "$in": repos });
        }
        any.push(in_hands);
    }
    if any.is_empty() {
        // Without a role there is nothing to see.
        return doc! { "_id": { "$in": [] } };
    }
    doc! { "$or": any }
}

/// What `actor` may see and `query` asks for.
pub(super) fn asked_for(actor: &Actor, query: &ListQuery) -> Document {
    let ListQuery { statuses, words, creator, repo, team, updated_since, .. } = query;
    let mut all = vec![seen_by(actor)];
    if !statuses.is_empty() {
        let statuses: Vec<_> = statuses.iter().map(|status| status.as_str()).collect();
        all.push(doc! { "status": { "$in": statuses } });
    }
    for word in words {
        all.push(has_word(word));
    }
    if let Some(creator) = creator {
        all.push(doc! { "creator": creator });
    }
    if let Some(repo) = repo {
        all.push(doc! { "repo": repo.as_str().to_ascii_lowercase() });
    }
    if let Some(team) = team {
        all.push(doc! { "team": team.as_str() });
    }
    if let Some(since) = updated_since {
        all.push(doc! { "updatedAt": { "$gte": date(*since) } });
    }
    if let Some(Cursor { at, id, .. }) = query.after {
        let (time, at) = (time_field(query.sort), Bson::from(date(at)));
        let earlier = doc! { time: { "$lt": at.clone() } };
        let same = doc! { time: at, "_id": { "$lt": id.to_string() } };
        all.push(doc! { "$or": [earlier, same] });
    }
    doc! { "$and": all }
}

/// Compared as it is. No index answers this; `words` knows a way around.
fn has_word(word: &str) -> Document {
    let place = doc! { "$indexOfBytes": ["$search", { "$literal": lowercase(word) }] };
    doc! { "$expr": { "$gte": [place, 0] } }
}

/// How a list is ordered.
pub(super) fn order(sort: Sort) -> Document {
    doc! { time_field(sort): -1, "_id": -1 }
}

fn time_field(sort: Sort) -> &'static str {
    match sort {
        Sort::UpdatedAt => "updatedAt",
        Sort::CreatedAt => "createdAt",
    }
}

/// The events that `cause` caused.
pub(super) fn caused(cause: &Cause) -> Document {
    match cause {
        Cause::Request { user, key, .. } => {
            doc! { "cause.request.user": user, "cause.request.key": key.as_str() }
        }
        Cause::Delivery { id } => doc! { "cause.delivery.id": id },
    }
}
