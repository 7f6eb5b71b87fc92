//! Which rows of `tasks` somebody may see and asks for, as the conditions of a `WHERE`.

use rusqlite::types::Value;
use serde::Serialize;

use super::json;
use crate::{
    domain::{Actor, Role},
    store::{Cursor, ListQuery, Sort, StoreError, search::lowercase},
};

/// Conditions with their values, in the order of the `?` that stand for them.
#[derive(Default)]
pub(super) struct Filter {
    conditions: Vec<String>,
    values: Vec<Value>,
}

impl Filter {
    /// What `actor` may see: `domain::Actor::may_see` as SQL.
    pub(super) fn seen_by(actor: &Actor) -> Result<Self, StoreError> {
        let mut any = Self::default();
        if actor.is(Role::Admin) {
            any.add("1", []);
        }
        if actor.is(Role::Member) {
            any.add("creator = ?", [text(actor.id.as_str())]);
            any.add("visibility = 'everyone'", []);
            any.add(
                "visibility = 'team' AND team IN (SELECT value FROM json_each(?))",
                [list(&actor.teams)?],
            );
        }
        if actor.is(Role::Agent) {
            let in_hands = "status IN ('dispatched', 'pr_opened', 'failed')";
            match &actor.repos {
                None => any.add(in_hands, []),
                Some(repos) => {
                    let repos: Vec<_> =
                        repos.iter().map(|repo| repo.as_str().to_ascii_lowercase()).collect();
                    any.add(
                        &format!("{in_hands} AND repo IN (SELECT value FROM json_each(?))"),
                        [list(&repos)?],
                    );
                }
            }
        }
        // Without a role there is nothing to see.
        let seen = if any.conditions.is_empty() { "0".into() } else { any.joined(" OR ") };
        Ok(Self { conditions: vec![seen], values: any.values })
    }

    /// What `query` asks for, too.
    pub(super) fn and_asked_for(mut self, query: &ListQuery) -> Result<Self, StoreError> {
        let ListQuery { statuses, words, creator, repo, team, updated_since, .. } = query;
        if !statuses.is_empty() {
            self.add("status IN (SELECT value FROM json_each(?))", [list(statuses)?]);
        }
        for word in words {
            self.add("instr(search, ?) > 0", [text(&lowercase(word))]);
        }
        if let Some(creator) = creator {
            self.add("creator = ?", [text(creator)]);
        }
        if let Some(repo) = repo {
            self.add("repo = ?", [text(&repo.as_str().to_ascii_lowercase())]);
        }
        if let Some(team) = team {
            self.add("team = ?", [text(team.as_str())]);
        }
        if let Some(since) = updated_since {
            self.add("updated_at >= ?", [since.as_millis().into()]);
        }
        if let Some(Cursor { at, id, .. }) = query.after {
            let time = time_column(query.sort);
            let place = [at.as_millis().into(), text(&id.to_string())];
            self.add(&format!("({time}, id) < (?, ?)"), place);
        }
        Ok(self)
    }

    /// The condition to put after `WHERE`, and its values.
    pub(super) fn into_sql(self) -> (String, Vec<Value>) {
        (self.joined(" AND "), self.values)
    }

    fn add(&mut self, condition: &str, values: impl IntoIterator<Item = Value>) {
        self.conditions.push(format!("({condition})"));
        self.values.extend(values);
    }

    fn joined(&self, word: &str) -> String {
        format!("({})", self.conditions.join(word))
    }
}

/// The column that a list is ordered by.
pub(super) fn time_column(sort: Sort) -> &'static str {
    match sort {
        Sort::UpdatedAt => "updated_at",
        Sort::CreatedAt => "created_at",
    }
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

/// A list as one value, whatever its length: `json_each` makes rows of it.
fn list<T: Serialize>(values: &T) -> Result<Value, StoreError> {
    json::to_text(values).map(Value::Text)
}
