//! The simulated GitHub lives in memory: after a restart it is told what the tasks know of it.

use std::sync::Arc;

use super::cast::Cast;
use crate::{
    domain::IssueState,
    github::draft,
    simulator::Simulator,
    store::{ListQuery, Sort, StoreError, TaskStore},
};

/// How many tasks are read at once.
const AT_A_TIME: u32 = 200;

/// Puts every issue and pull request that a task in `store` knows back on `simulator`; how many
/// tasks there are.
pub async fn restore(
    store: &Arc<dyn TaskStore>,
    simulator: &Simulator,
) -> Result<usize, StoreError> {
    let cast = Cast::default();
    let mut query = ListQuery { sort: Sort::CreatedAt, limit: AT_A_TIME, ..ListQuery::default() };
    let mut count = 0;
    loop {
        let page = store.list(cast.admin(), &query).await?;
        count += page.tasks.len();
        for (summary, _) in page.tasks.iter().filter(|(summary, _)| summary.issue.is_some()) {
            let Some(snapshot) = store.task(summary.id, 0).await? else { continue };
            let task = snapshot.task;
            if let (Some(repo), Some(issue)) = (&task.repo, &task.issue) {
                let text = draft(&task, task.description.as_str(), &task.labels, &[]);
                let words = (text.title.as_str(), text.body.as_str());
                let is_open = issue.state == IssueState::Open;
                let at = issue.updated_at.unwrap_or(task.created_at);
                simulator.restore_issue(repo, issue.number, words, is_open, at);
            }
            for linked in &task.pulls {
                let issue = task.issue.as_ref().map(|issue| issue.number);
                simulator.restore_pull(&linked.pull, issue);
            }
        }
        query.after = page.next;
        if query.after.is_none() {
            return Ok(count);
        }
    }
}
