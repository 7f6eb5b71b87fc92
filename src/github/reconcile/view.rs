//! One repository: what has been seen of it, and one more look.

use std::time::Duration;

use metrics::counter;
use tracing::{info, warn};

use super::{Stopped, heads::Heads, looked::Looked};
use crate::{
    domain::{IssueState, TaskId, Timestamp, text::RepoName},
    github::{
        client::{GitHubError, IssueChange},
        list::{Etag, IssueNews, Listed, Row, SOMEBODY},
        receive::{Tally, Webhooks},
        webhook::WebhookError,
    },
    telemetry::metrics::{RECONCILE_DUPLICATES_CLOSED, RECONCILE_REQUESTS},
};

/// How far the first look of whoever takes the duty on reaches back: longer than a server is down.
const LOOK_BACK: Duration = Duration::from_hours(30 * 24);
/// How far each look reaches back behind the newest change that was seen: GitHub's lists are put
/// together from several machines, and may show a change later than a newer one.
const OVERLAP: Duration = Duration::from_mins(2);
/// A state is older than the list that shows it by then, so that nothing newer is under way.
const SETTLED: Duration = Duration::from_secs(10);

/// What has been seen of a repository.
pub(super) struct View {
    pulls: Seen,
    issues: Seen,
    heads: Heads,
}

/// What has been seen of a list.
struct Seen {
    /// What changed before this is known.
    since: Timestamp,
    etag: Option<Etag>,
}

impl View {
    /// Nothing seen yet, at `now`.
    pub(super) fn new(now: Timestamp) -> Self {
        let since = earlier(now, LOOK_BACK);
        let [pulls, issues] = [(); 2].map(|()| Seen { since, etag: None });
        Self { pulls, issues, heads: Heads::default() }
    }

    /// Asks what has changed in `repo` and takes it in.
    pub(super) async fn look(
        &mut self,
        webhooks: &Webhooks,
        repo: &RepoName,
        now: Timestamp,
    ) -> Result<Looked, Stopped> {
        let mut looked = self.look_at_pulls(webhooks, repo).await?;
        looked += self.look_at_issues(webhooks, repo, now).await?;
        looked += self.heads.look(webhooks, repo, now).await?;
        Ok(looked)
    }

    async fn look_at_pulls(
        &mut self,
        webhooks: &Webhooks,
        repo: &RepoName,
    ) -> Result<Looked, Stopped> {
        let Seen { since, etag } = &self.pulls;
        let listed = webhooks.github.pulls_since(repo, *since, etag.as_ref()).await?;
        let Some((rows, etag)) = counted(listed) else { return Ok(Looked::default()) };
        let mut looked = Looked { is_news: true, caught_up: 0 };
        for pull in rows.iter().rev() {
            let mut tally = Tally::default();
            webhooks.hear_pull(None, pull, &mut tally).await?;
            looked.caught_up += tally.applied;
        }
        self.pulls.saw(&rows);
        self.pulls.etag = etag;
        Ok(looked)
    }

    async fn look_at_issues(
        &mut self,
        webhooks: &Webhooks,
        repo: &RepoName,
        now: Timestamp,
    ) -> Result<Looked, Stopped> {
        let Seen { since, etag } = &self.issues;
        let listed = webhooks.github.issues_since(repo, *since, etag.as_ref()).await?;
        let Some((rows, etag)) = counted(listed) else { return Ok(Looked::default()) };
        let mut looked = Looked { is_news: true, caught_up: 0 };
        let mut is_complete = true;
        for issue in rows.iter().rev() {
            let mut tally = Tally::default();
            is_complete &= hear_issue(webhooks, repo, issue, now, &mut tally).await?;
            looked.caught_up += tally.applied;
        }
        let before = self.issues.since;
        if is_complete {
            self.issues.saw(&rows);
        }
        // The tag belongs to the address, of which `since` is a part; and what is left for the next
        // look must be told again then.
        let is_same = is_complete && self.issues.since == before;
        self.issues.etag = etag.filter(|_| is_same);
        Ok(looked)
    }
}

/// Tells an issue to the tasks it is filed for; `false` if not everything can be said yet.
async fn hear_issue(
    webhooks: &Webhooks,
    repo: &RepoName,
    issue: &IssueNews,
    now: Timestamp,
    tally: &mut Tally,
) -> Result<bool, Stopped> {
    let mut is_complete = true;
    for id in webhooks.store.filed_as(repo, issue.number).await? {
        let Some(known) = webhooks.task(id).await?.and_then(|task| task.issue) else { continue };
        // The time of an open issue is that of the last word about anything: it is no news.
        if issue.state == IssueState::Open && known.state == IssueState::Open {
            continue;
        }
        // Of two states of one second the list may show the older one, if it was made within it.
        let is_torn = known.state != issue.state && known.updated_at == Some(issue.at);
        if is_torn && now.since(issue.at) < SETTLED {
            is_complete = false;
            continue;
        }
        let heard = webhooks.hear(id, None, SOMEBODY, issue.fact.clone(), false).await?;
        tally.count(id, heard);
    }
    if let Some(id) = issue.filed_for
        && let Some(task) = webhooks.task(id).await?
    {
        match &task.issue {
            Some(linked) if linked.number != issue.number && task.repo.as_ref() == Some(repo) => {
                close_duplicate(webhooks, repo, id, issue).await?;
            }
            Some(_) => {}
            // A worker is about to find out that it has filed this one.
            None => is_complete &= task.work().is_none(),
        }
    }
    Ok(is_complete)
}

impl Seen {
    fn saw(&mut self, rows: &[impl Row]) {
        if let Some(newest) = rows.iter().map(Row::updated_at).max() {
            self.since = self.since.max(earlier(newest, OVERLAP));
        }
    }
}

/// The rows of a list that has changed, and counts what it cost to know.
fn counted<T>(listed: Listed<T>) -> Option<(Vec<T>, Option<Etag>)> {
    match listed {
        Listed::Unchanged => {
            counter!(RECONCILE_REQUESTS, "answer" => "unchanged").increment(1);
            None
        }
        Listed::Rows { rows, etag } => {
            counter!(RECONCILE_REQUESTS, "answer" => "changed").increment(1);
            Some((rows, etag))
        }
    }
}

/// Closes an issue that was filed for `task`, which has another one.
async fn close_duplicate(
    webhooks: &Webhooks,
    repo: &RepoName,
    task: TaskId,
    issue: &IssueNews,
) -> Result<(), Stopped> {
    if issue.state == IssueState::Closed {
        return Ok(());
    }
    let change = IssueChange::Closed { not_planned: true };
    match webhooks.github.set_issue_state(repo, issue.number, change).await {
        Ok(_) => {
            counter!(RECONCILE_DUPLICATES_CLOSED).increment(1);
            info!(task.id = %task, %repo, issue.number, "closed the task's second issue");
            Ok(())
        }
        Err(GitHubError::Rejected { status, message }) => {
            warn!(task.id = %task, %repo, issue.number, status, reason = message, "the task's second issue stays open");
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

fn earlier(at: Timestamp, by: Duration) -> Timestamp {
    let by = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millis(at.as_millis().saturating_sub(by))
}

impl From<WebhookError> for Stopped {
    fn from(error: WebhookError) -> Self {
        Self::Store(error.to_string())
    }
}
