//! Who does something: the authenticated caller, and how the timeline names them.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use super::text::{RepoName, TeamName, UserId};

/// What a token lets its bearer be.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Creates tasks and sees what they may see.
    Member,
    /// Sees and manages every task.
    Admin,
    /// A coding agent: sees tasks in the agent's hands, reports progress and failure.
    Agent,
}

/// An authenticated caller, as its token describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The token's `sub`.
    pub id: UserId,
    /// The name shown to others.
    pub name: String,
    /// What the caller may be.
    pub roles: BTreeSet<Role>,
    /// The teams the caller is in.
    pub teams: BTreeSet<TeamName>,
    /// The repositories an agent is confined to, if the token names any.
    pub repos: Option<BTreeSet<RepoName>>,
}

impl Actor {
    /// Whether the caller has `role`.
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// How the timeline names this caller.
    pub fn to_ref(&self) -> ActorRef {
        let only_agent = self.is(Role::Agent) && !self.is(Role::Member) && !self.is(Role::Admin);
        ActorRef {
            id: self.id.as_str().to_owned(),
            name: self.name.clone(),
            kind: if only_agent { ActorKind::Agent } else { ActorKind::User },
        }
    }

    /// The caller as a task's creator.
    pub fn to_person(&self) -> Person {
        Person { id: self.id.as_str().to_owned(), name: self.name.clone() }
    }
}

/// What kind of actor an entry names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A person.
    User,
    /// A coding agent.
    Agent,
    /// Somebody on GitHub.
    Github,
    /// Taskwire itself.
    System,
}

/// Who caused an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct ActorRef {
    /// The user's id, the GitHub login, or `taskwire`.
    pub id: String,
    /// The name shown to people.
    pub name: String,
    /// What kind of actor this is.
    pub kind: ActorKind,
}

impl ActorRef {
    /// Taskwire itself.
    pub fn system() -> Self {
        Self { id: "taskwire".into(), name: "Taskwire".into(), kind: ActorKind::System }
    }

    /// The GitHub account `login`.
    pub fn github(login: &str) -> Self {
        Self { id: login.into(), name: login.into(), kind: ActorKind::Github }
    }
}

/// A person named by a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Person {
    /// The user's id.
    pub id: String,
    /// The name shown to people.
    pub name: String,
}
