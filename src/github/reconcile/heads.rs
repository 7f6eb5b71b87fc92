//! The heads of open pull requests of which no check is known: their checks are asked for.
//!
//! A check that begins or ends changes nothing about its pull request, so GitHub's lists do not tell
//! of it. Where there are no checks at all, asking is in vain: so it is done little.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::{Stopped, looked::Looked};
use crate::{
    domain::{
        Actor, Checks, PullState, Role, Status, Summary, TaskId, Timestamp,
        text::{RepoName, UserId},
    },
    github::{
        list::SOMEBODY,
        receive::{Tally, Webhooks},
    },
    store::ListQuery,
};

/// How many heads are asked for in one look.
const AT_ONCE: usize = 20;
/// How long after its newest entry a task's head is asked for at every look; from then on once.
const FRESH: Duration = Duration::from_hours(1);
/// How many tasks are looked through at a time.
const PAGE: u32 = 200;

/// What has been asked for.
#[derive(Default)]
pub(super) struct Heads {
    /// The tasks of whose heads GitHub has had its say, as of which version.
    asked: BTreeMap<TaskId, u64>,
}

impl Heads {
    /// Asks for the checks of some of the heads that lack them, the newest first.
    pub(super) async fn look(
        &mut self,
        webhooks: &Webhooks,
        repo: &RepoName,
        now: Timestamp,
    ) -> Result<Looked, Stopped> {
        let mut tally = Tally::default();
        let (statuses, repo) = (vec![Status::PrOpened], Some(repo.clone()));
        let mut query = ListQuery { statuses, repo, limit: PAGE, ..ListQuery::default() };
        let (mut lacking, mut left) = (BTreeSet::new(), AT_ONCE);
        loop {
            let page = webhooks.store.list(&everybody(), &query).await?;
            for (task, _) in page.tasks.iter().filter(|(task, _)| is_unchecked(task)) {
                lacking.insert(task.id);
                if self.knows(task, now) {
                    continue;
                }
                if left == 0 || !ask(webhooks, task.id, &mut left, &mut tally).await? {
                    return Ok(caught_up(&tally));
                }
                self.asked.insert(task.id, task.version);
            }
            query.after = page.next;
            if query.after.is_none() {
                break;
            }
        }
        self.asked.retain(|task, _| lacking.contains(task));
        Ok(caught_up(&tally))
    }

    fn knows(&self, task: &Summary, now: Timestamp) -> bool {
        self.asked.get(&task.id) == Some(&task.version) && now.since(task.updated_at) >= FRESH
    }
}

fn is_unchecked(task: &Summary) -> bool {
    let pull = task.pull.as_ref();
    pull.is_some_and(|pull| pull.state == PullState::Open && pull.checks == Checks::None)
}

/// Asks for the checks of a task's heads; `false` if GitHub does not say.
async fn ask(
    webhooks: &Webhooks,
    id: TaskId,
    left: &mut usize,
    tally: &mut Tally,
) -> Result<bool, Stopped> {
    let Some(task) = webhooks.task(id).await? else { return Ok(true) };
    for pull in task.unchecked_pulls() {
        *left = left.saturating_sub(1);
        if !webhooks.catch_up(pull, tally).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn caught_up(tally: &Tally) -> Looked {
    Looked { is_news: tally.applied > 0, caught_up: tally.applied }
}

/// GitHub is told of no task by being asked, so every task may be looked at.
fn everybody() -> Actor {
    Actor {
        id: UserId::try_from(SOMEBODY).expect("it is a plain word"),
        name: SOMEBODY.to_owned(),
        roles: BTreeSet::from([Role::Admin]),
        teams: BTreeSet::new(),
        repos: None,
    }
}
