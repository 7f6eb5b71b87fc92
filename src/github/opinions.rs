//! Takes in what is said about pull requests and issues: reviews, checks and comments.

use tokio::time::timeout;
use tracing::warn;

use super::{
    client::GitHubError,
    list::SOMEBODY,
    receive::{ASK_FOR, Tally, Webhooks},
    webhook::{CheckNews, CommentNews, PullNews, WebhookError},
};
use crate::domain::{Fact, PullKey, PullRequest, TaskId};

impl Webhooks {
    /// Tells a review to the tasks that its pull request is linked to. If it came before its pull
    /// request, that is told first.
    pub(super) async fn hear_review(
        &self,
        delivery: &str,
        news: &PullNews,
        fact: &Fact,
        tally: &mut Tally,
    ) -> Result<(), WebhookError> {
        for id in self.link(news).await? {
            let heard = self.hear(id, Some(delivery), &news.sender, fact.clone(), false).await?;
            tally.count(id, heard);
        }
        Ok(())
    }

    /// Tells a comment to the tasks whose issue or pull request it is about.
    pub(super) async fn hear_comment(
        &self,
        delivery: &str,
        news: &CommentNews,
        tally: &mut Tally,
    ) -> Result<(), WebhookError> {
        let mut tasks = Vec::new();
        if let Some(number) = news.issue {
            tasks = self.store.filed_as(&news.repo, number).await?;
        }
        if let Some(pull) = news.pull {
            tasks = self.store.linked_to_pull(pull).await?;
        }
        for id in tasks {
            let fact = news.fact.clone();
            tally.count(id, self.hear(id, Some(delivery), &news.sender, fact, false).await?);
        }
        Ok(())
    }

    /// Tells what a check says to the tasks with a pull request at its commit.
    pub(super) async fn hear_check(
        &self,
        delivery: &str,
        news: &CheckNews,
        tally: &mut Tally,
    ) -> Result<(), WebhookError> {
        for (id, pull) in self.headed_by(news).await? {
            let head_sha = news.head_sha.clone();
            let fact = Fact::Checks { pull, head_sha, report: news.report.clone() };
            tally.count(id, self.hear(id, Some(delivery), &news.sender, fact, false).await?);
        }
        Ok(())
    }

    /// The tasks with a pull request whose head is the commit that was checked, from a fork or not:
    /// which ones GitHub names with the check does not matter, for it names none of a fork.
    async fn headed_by(&self, news: &CheckNews) -> Result<Vec<(TaskId, PullKey)>, WebhookError> {
        let mut found = Vec::new();
        for id in self.store.headed_by(news.repo_id, &news.head_sha).await? {
            let pulls =
                self.task(id).await?.map(|task| task.pulls_at(news.repo_id, &news.head_sha));
            found.extend(pulls.into_iter().flatten().map(|pull| (id, pull)));
        }
        Ok(found)
    }

    /// Asks for the checks of a head that nothing is known of: those that spoke before it was known
    /// here, or whose webhooks were lost, are not heard again. What cannot be asked for just now is
    /// left to the reconciler; whether it could.
    pub(super) async fn catch_up(
        &self,
        pull: &PullRequest,
        tally: &mut Tally,
    ) -> Result<bool, WebhookError> {
        let mut lacking = Vec::new();
        for id in self.store.linked_to_pull(pull.key).await? {
            if self.task(id).await?.is_some_and(|task| task.lacks_checks(pull.key)) {
                lacking.push(id);
            }
        }
        if lacking.is_empty() {
            return Ok(true);
        }
        // Cancel-safe: asking changes nothing.
        let asked = timeout(ASK_FOR, self.github.checks(&pull.repo, &pull.head_sha)).await;
        let reports = match asked {
            Ok(Ok(reports)) => reports,
            Ok(Err(GitHubError::NotConfigured)) | Err(_) => return Ok(false),
            Ok(Err(error)) => {
                warn!(%error, "GitHub cannot say what the checks of a new head say");
                return Ok(false);
            }
        };
        for id in lacking {
            for report in &reports {
                let (head_sha, report) = (pull.head_sha.clone(), report.clone());
                let fact = Fact::Checks { pull: pull.key, head_sha, report };
                tally.count(id, self.hear(id, None, SOMEBODY, fact, true).await?);
            }
        }
        Ok(true)
    }
}
