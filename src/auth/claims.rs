//! The claims of a token, as they are on the wire.

use std::{collections::BTreeSet, time::Duration};

use serde::Deserialize;

use crate::domain::{
    Actor, Role, Timestamp,
    text::{RepoName, TeamName, UserId},
};

/// The longest name that is kept, in characters.
const NAME_LENGTH: usize = 200;

/// What a token says. Absent and `null` are the same; a claim of another type does not parse.
#[derive(Deserialize)]
pub(super) struct Claims {
    pub(super) sub: UserId,
    /// Seconds since 1970, possibly with a fraction (RFC 7519 §2, `NumericDate`).
    pub(super) exp: f64,
    pub(super) nbf: Option<f64>,
    pub(super) name: Option<String>,
    pub(super) roles: Option<Vec<String>>,
    pub(super) teams: Option<BTreeSet<TeamName>>,
    pub(super) repos: Option<BTreeSet<RepoName>>,
}

impl Claims {
    /// The caller the claims describe.
    pub(super) fn into_actor(self) -> Actor {
        let roles = match self.roles {
            Some(named) => named.iter().filter_map(|name| role(name)).collect(),
            None => BTreeSet::from([Role::Member]),
        };
        Actor {
            name: self.name.and_then(|raw| clean(&raw)).unwrap_or_else(|| self.sub.to_string()),
            id: self.sub,
            roles,
            teams: self.teams.unwrap_or_default(),
            repos: self.repos,
        }
    }
}

/// The moment of a `NumericDate`; `None` if no clock will ever show it.
pub(super) fn moment(seconds: f64) -> Option<Timestamp> {
    Duration::try_from_secs_f64(seconds).ok().map(|since| Timestamp::EPOCH.plus(since))
}

/// The role called `name`. Tokens may carry other services' roles: those mean nothing here.
fn role(name: &str) -> Option<Role> {
    match name {
        "member" => Some(Role::Member),
        "admin" => Some(Role::Admin),
        "agent" => Some(Role::Agent),
        _ => None,
    }
}

/// A name fit to be shown: no control characters, at most 200 others, and not empty.
fn clean(raw: &str) -> Option<String> {
    let kept: String = raw.chars().filter(|c| !c.is_control()).take(NAME_LENGTH).collect();
    let name = kept.trim();
    (!name.is_empty()).then(|| name.to_owned())
}
