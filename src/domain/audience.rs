//! Who may see a task, and who may do what to it.

use std::collections::BTreeSet;

use super::{
    Actor, Role, Status, Summary, Task, Visibility,
    text::{RepoName, TeamName, UserId},
};

/// All of a caller that decides what they may see: callers of one outlook see the same tasks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Outlook {
    all: bool,
    member: Option<(UserId, BTreeSet<TeamName>)>,
    agent: bool,
    repos: Option<BTreeSet<RepoName>>,
}

/// The facts that decide who may see a task.
struct Audience<'a> {
    creator: &'a str,
    team: Option<&'a TeamName>,
    visibility: Visibility,
    status: Status,
    repo: Option<&'a RepoName>,
}

impl Audience<'_> {
    fn includes(&self, actor: &Actor) -> bool {
        actor.is(Role::Admin)
            || (actor.is(Role::Member) && self.includes_member(actor))
            || (actor.is(Role::Agent) && self.includes_agent(actor))
    }

    fn includes_member(&self, actor: &Actor) -> bool {
        self.creator == actor.id.as_str()
            || match self.visibility {
                Visibility::Everyone => true,
                Visibility::Team => self.team.is_some_and(|team| actor.teams.contains(team)),
                Visibility::Private => false,
            }
    }

    fn includes_agent(&self, actor: &Actor) -> bool {
        let in_the_agents_hands = match self.status {
            Status::Dispatched | Status::PrOpened | Status::Failed => true,
            Status::Created
            | Status::Analyzing
            | Status::ClarificationNeeded
            | Status::Merged
            | Status::Cancelled => false,
        };
        in_the_agents_hands
            && match &actor.repos {
                None => true,
                Some(repos) => self.repo.is_some_and(|repo| repos.contains(repo)),
            }
    }
}

impl Actor {
    /// Whether this caller may see the task that `summary` describes, as of its version.
    pub fn may_see(&self, summary: &Summary) -> bool {
        let Summary { creator, team, visibility, status, repo, .. } = summary;
        Audience {
            creator: &creator.id,
            team: team.as_ref(),
            visibility: *visibility,
            status: *status,
            repo: repo.as_ref(),
        }
        .includes(self)
    }

    /// Whether this caller may see `task`.
    pub fn may_see_task(&self, task: &Task) -> bool {
        Audience {
            creator: &task.creator.id,
            team: task.team.as_ref(),
            visibility: task.visibility,
            status: task.status,
            repo: task.repo.as_ref(),
        }
        .includes(self)
    }

    /// What decides what this caller may see.
    pub fn outlook(&self) -> Outlook {
        let all = self.is(Role::Admin);
        let is = |role| !all && self.is(role);
        Outlook {
            all,
            member: is(Role::Member).then(|| (self.id.clone(), self.teams.clone())),
            agent: is(Role::Agent),
            repos: self.repos.clone().filter(|_| is(Role::Agent)),
        }
    }

    /// Whether this caller may create tasks.
    pub fn may_create(&self) -> bool {
        self.is(Role::Member) || self.is(Role::Admin)
    }

    /// Whether this caller may cancel, retry and edit `task`.
    pub fn may_manage(&self, task: &Task) -> bool {
        self.is(Role::Admin) || (self.is(Role::Member) && task.creator.id == self.id.as_str())
    }

    /// Whether this caller may report progress and failure.
    pub fn may_report(&self) -> bool {
        self.is(Role::Agent) || self.is(Role::Admin)
    }

    /// Whether this caller may give a task to `team`.
    pub fn may_assign(&self, team: &TeamName) -> bool {
        self.is(Role::Admin) || self.teams.contains(team)
    }
}
