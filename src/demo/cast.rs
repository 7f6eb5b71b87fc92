//! Who is in the demo.

use std::collections::BTreeSet;

use crate::{
    domain::{
        Actor, Role,
        text::{RepoName, TeamName, UserId},
    },
    protocol::rest::DemoUser,
};

/// Where the demo's tasks are filed.
pub const REPO: &str = "acme/shop";
/// A private repository, for what is not for everyone.
pub const VAULT: &str = "acme/vault";

/// The team that one of them is in.
pub(super) const TEAM: &str = "payments";

/// The users: `alice`, `bob`, `admin`, `agent`.
#[derive(Clone, Debug)]
pub struct Cast(Vec<Actor>);

impl Default for Cast {
    fn default() -> Self {
        Self(vec![
            actor("alice", "Alice", Role::Member, &[]),
            actor("bob", "Bob", Role::Member, &[TEAM]),
            actor("admin", "Admin", Role::Admin, &[]),
            actor("agent", "Agent", Role::Agent, &[]),
        ])
    }
}

impl Cast {
    /// Everybody, as the user picker shows them.
    pub fn users(&self) -> Vec<DemoUser> {
        self.0.iter().map(DemoUser::from).collect()
    }

    /// Who the login link is for.
    #[expect(clippy::missing_panics_doc, reason = "it cannot: see the expect")]
    pub fn lead(&self) -> &Actor {
        self.0.first().expect("there are four")
    }

    pub(super) fn named(&self, id: &str) -> &Actor {
        self.0.iter().find(|actor| actor.id.as_str() == id).unwrap_or_else(|| self.lead())
    }

    /// Who sees everything.
    pub(super) fn admin(&self) -> &Actor {
        self.named("admin")
    }

    /// The coding agent, as Taskwire knows it.
    pub(super) fn agent(&self) -> &Actor {
        self.named("agent")
    }
}

fn actor(id: &str, name: &str, role: Role, teams: &[&str]) -> Actor {
    let team = |name: &&str| TeamName::try_from(*name).expect("it is a plain word");
    Actor {
        id: UserId::try_from(id).expect("it is a plain word"),
        name: name.to_owned(),
        roles: BTreeSet::from([role]),
        teams: teams.iter().map(team).collect(),
        repos: None,
    }
}

pub(super) fn repo(name: &str) -> RepoName {
    RepoName::try_from(name).expect("it is owner/name")
}
