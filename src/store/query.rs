//! What can be asked of a store.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::domain::{
    Event, Progress, Status, Summary, Task, TaskId, Timestamp,
    text::{RepoName, TeamName},
};

/// A task at one moment.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The task.
    pub task: Task,
    /// The newest of its events, oldest first.
    pub events: Vec<Event>,
    /// What is being done for it just now.
    pub progress: Option<Progress>,
}

/// By what a list is ordered, newest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sort {
    /// By the newest entry.
    #[default]
    UpdatedAt,
    /// By the first entry.
    CreatedAt,
}

impl Sort {
    const ALL: [Self; 2] = [Self::UpdatedAt, Self::CreatedAt];

    fn tag(self) -> &'static str {
        match self {
            Self::UpdatedAt => "u",
            Self::CreatedAt => "c",
        }
    }
}

/// Which tasks a list holds. Every condition must hold; an empty one always does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ListQuery {
    /// In one of these statuses.
    pub statuses: Vec<Status>,
    /// With every one of these words, in any case, anywhere in title or description.
    pub words: Vec<String>,
    /// Submitted by this user.
    pub creator: Option<String>,
    /// Filed in this repository.
    pub repo: Option<RepoName>,
    /// Of this team.
    pub team: Option<TeamName>,
    /// With an entry at this time or later.
    pub updated_since: Option<Timestamp>,
    /// The order.
    pub sort: Sort,
    /// At most this many.
    pub limit: u32,
    /// After this place in the order.
    pub after: Option<Cursor>,
}

impl Default for ListQuery {
    fn default() -> Self {
        Self {
            statuses: Vec::new(),
            words: Vec::new(),
            creator: None,
            repo: None,
            team: None,
            updated_since: None,
            sort: Sort::default(),
            limit: 50,
            after: None,
        }
    }
}

/// A place in a list: the last task before it, as it was ordered then. Opaque on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cursor {
    /// The list's order.
    pub sort: Sort,
    /// That task's time in the list's order.
    pub at: Timestamp,
    /// That task.
    pub id: TaskId,
}

impl Cursor {
    /// The place right after `task` in a list ordered by `sort`.
    pub fn after(task: &Summary, sort: Sort) -> Self {
        let at = match sort {
            Sort::UpdatedAt => task.updated_at,
            Sort::CreatedAt => task.created_at,
        };
        Self { sort, at, id: task.id }
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(format!(
            "{} {} {}",
            self.sort.tag(),
            self.at.as_millis(),
            self.id
        )))
    }
}

impl std::str::FromStr for Cursor {
    type Err = &'static str;

    fn from_str(raw: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let text = String::from_utf8(URL_SAFE_NO_PAD.decode(raw).ok()?).ok()?;
            let (tag, place) = text.split_once(' ')?;
            let (at, id) = place.split_once(' ')?;
            let sort = Sort::ALL.into_iter().find(|sort| sort.tag() == tag)?;
            Some(Self { sort, at: Timestamp::from_millis(at.parse().ok()?), id: id.parse().ok()? })
        };
        parse().ok_or("must be the nextCursor of an earlier page")
    }
}

/// One page of a list. The progress is there while something is being done.
#[derive(Clone, Debug)]
pub struct Page {
    /// The tasks, in order.
    pub tasks: Vec<(Summary, Option<Progress>)>,
    /// Where the next page begins; `None` if this is the last.
    pub next: Option<Cursor>,
}

/// Counts over the tasks that somebody may see.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    /// How many tasks are in each status that has any.
    pub counts: BTreeMap<Status, u64>,
    /// The time of the newest entry.
    pub last_activity_at: Option<Timestamp>,
}
