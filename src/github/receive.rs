//! Takes in what GitHub tells: decoded, linked, heard by each task it is about.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use tokio::time::timeout;
use tracing::{info, instrument, warn};

use super::{
    client::{GitHub, GitHubError},
    webhook::{Delivery, Incoming, PullNews, Rules, WebhookError, decode, read},
};
use crate::{
    domain::{ActorRef, Fact, PullRequest, Task, TaskId, text::RepoName},
    protocol::rest::{WebhookOutcome, WebhookReceipt},
    store::TaskStore,
    tasks::{Heard, ServiceError, TasksService, in_time},
};

/// How long GitHub may take when it is asked back: whoever sent a webhook waits, and is answered within
/// five seconds.
pub(super) const ASK_FOR: Duration = Duration::from_secs(2);

/// What became of a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// GitHub tried whether anybody is there.
    Pong,
    /// It was taken in.
    Receipt(WebhookReceipt),
}

/// The receiver of webhooks. Cheap to clone.
#[derive(Clone)]
pub struct Webhooks {
    tasks: TasksService,
    pub(super) store: Arc<dyn TaskStore>,
    pub(super) github: Arc<dyn GitHub>,
    pub(super) rules: Arc<Rules>,
}

impl Webhooks {
    /// A receiver that looks tasks up in `store`, tells them through `tasks`, and asks `github` when
    /// two webhooks contradict each other. Repositories in `allowed` may speak for each other's
    /// tasks; `web_host` is where the pages of issues are.
    pub fn new(
        tasks: TasksService,
        store: Arc<dyn TaskStore>,
        github: Arc<dyn GitHub>,
        allowed: Vec<RepoName>,
        web_host: String,
    ) -> Self {
        Self { tasks, store, github, rules: Arc::new(Rules { allowed, web_host }) }
    }

    /// Takes in one verified webhook. Whatever it says is written with the delivery's id, so that
    /// the same delivery changes nothing a second time, and one that failed half-way is completed.
    #[instrument(skip_all, fields(github.event = %delivery.event, github.delivery = %delivery.id))]
    pub async fn receive(
        &self,
        delivery: &Delivery,
        body: &[u8],
    ) -> Result<Received, WebhookError> {
        let incoming = read(&delivery.event, &decode(delivery, body)?)?;
        if matches!(incoming, Some(Incoming::Ping)) {
            return Ok(Received::Pong);
        }
        let receipt = in_time(self.take_in(delivery, incoming)).await?;
        info!(outcome = ?receipt.outcome, tasks = receipt.task_ids.len(), "webhook taken in");
        Ok(Received::Receipt(receipt))
    }

    async fn take_in(
        &self,
        delivery: &Delivery,
        incoming: Option<Incoming>,
    ) -> Result<WebhookReceipt, WebhookError> {
        let mut tally = Tally::default();
        let cause = Some(delivery.id.as_str());
        match incoming {
            Some(Incoming::Pull(news)) => {
                self.hear_pull(cause, &news, &mut tally).await?;
                self.catch_up(&news.pull, &mut tally).await?;
            }
            Some(Incoming::Review { news, fact }) => {
                self.hear_review(&delivery.id, &news, &fact, &mut tally).await?;
            }
            Some(Incoming::Checks(news)) => {
                self.hear_check(&delivery.id, &news, &mut tally).await?;
            }
            Some(Incoming::Comment(news)) => {
                self.hear_comment(&delivery.id, &news, &mut tally).await?;
            }
            Some(Incoming::Issue { sender, repo, number, fact }) => {
                for id in self.store.filed_as(&repo, number).await? {
                    let heard = self.hear(id, cause, &sender, fact.clone(), false).await?;
                    tally.count(id, heard);
                }
            }
            Some(Incoming::Ping) | None => {}
        }
        Ok(tally.into_receipt())
    }

    /// Tells a pull request to the tasks it is for. Without a delivery it is one that was asked for:
    /// then a later time alone is no news, or every word spoken about it on GitHub would be an entry.
    pub(super) async fn hear_pull(
        &self,
        delivery: Option<&str>,
        news: &PullNews,
        tally: &mut Tally,
    ) -> Result<(), WebhookError> {
        let (linked, missing) = self.meant_by(news).await?;
        for id in linked.into_iter().chain(missing) {
            let heard = self.hear_pull_once(id, delivery, news).await?;
            tally.count(id, heard);
        }
        Ok(())
    }

    /// The tasks that a pull request is for: those that it is linked to, and those that it names but
    /// did not reach. Named ones count as long as none is linked, and while it names the same ones as
    /// when it was linked.
    async fn meant_by(&self, news: &PullNews) -> Result<(Vec<TaskId>, Vec<TaskId>), WebhookError> {
        let linked = self.store.linked_to_pull(news.pull.key).await?;
        let fingerprint = self.rules.fingerprint(news);
        let mut may_miss = linked.is_empty();
        for id in &linked {
            let task = self.task(*id).await?;
            may_miss |= task.is_some_and(|task| task.was_linked_by(news.pull.key, &fingerprint));
            if may_miss {
                break;
            }
        }
        let named = if may_miss { self.named_by(news).await? } else { Vec::new() };
        let mut missing = Vec::new();
        for id in named {
            if !linked.contains(&id) && !missing.contains(&id) {
                missing.push(id);
            }
        }
        Ok((linked, missing))
    }

    /// Links a pull request that nobody has told of, or not to all of its tasks, and tells which
    /// tasks it is linked to.
    pub(super) async fn link(&self, news: &PullNews) -> Result<Vec<TaskId>, WebhookError> {
        let (linked, missing) = self.meant_by(news).await?;
        if missing.is_empty() {
            return Ok(linked);
        }
        for id in missing {
            self.hear_pull_once(id, None, news).await?;
        }
        Ok(self.store.linked_to_pull(news.pull.key).await?)
    }

    /// The tasks of the first rule that matches: marked, else closed by the pull request.
    async fn named_by(&self, news: &PullNews) -> Result<Vec<TaskId>, WebhookError> {
        let mut tasks = Vec::new();
        for id in Rules::marked(news) {
            let repo = self.task(id).await?.and_then(|task| task.repo);
            if repo.is_some_and(|repo| self.rules.may_link(&news.pull.repo, &repo)) {
                tasks.push(id);
            }
        }
        if tasks.is_empty() {
            for (repo, number) in self.rules.closed(news) {
                tasks.extend(self.store.filed_as(&repo, number).await?);
            }
        }
        Ok(tasks)
    }

    async fn hear_pull_once(
        &self,
        id: TaskId,
        delivery: Option<&str>,
        news: &PullNews,
    ) -> Result<Option<Heard>, WebhookError> {
        if delivery.is_none()
            && self.task(id).await?.is_some_and(|task| task.knows_all_of(&news.pull))
        {
            return Ok(Some(Heard::NothingNew));
        }
        let names = Some(self.rules.fingerprint(news));
        let told = Fact::Pull(PullRequest { names, ..news.pull.clone() });
        let heard = self.hear(id, delivery, &news.sender, told, false).await?;
        if heard != Some(Heard::Torn) {
            return Ok(heard);
        }
        let truth = self.ask(&news.pull).await.unwrap_or_else(|error| {
            warn!(task.id = %id, %error, "GitHub cannot say which of two webhooks is right: the later one is believed");
            news.pull.clone()
        });
        self.hear(id, delivery, &news.sender, Fact::Pull(truth), true).await
    }

    async fn ask(&self, pull: &PullRequest) -> Result<PullRequest, GitHubError> {
        // Cancel-safe: asking changes nothing.
        let answer = timeout(ASK_FOR, self.github.pull(&pull.repo, pull.key.number)).await;
        answer.unwrap_or_else(|_| Err(GitHubError::unavailable("no answer in time")))
    }

    pub(super) async fn task(&self, id: TaskId) -> Result<Option<Task>, WebhookError> {
        Ok(self.store.task(id, 0).await?.map(|snapshot| snapshot.task))
    }

    /// What one task makes of a fact; `None` if it is gone.
    pub(super) async fn hear(
        &self,
        id: TaskId,
        delivery: Option<&str>,
        sender: &str,
        fact: Fact,
        is_truth: bool,
    ) -> Result<Option<Heard>, WebhookError> {
        let actor = ActorRef::github(sender);
        match self.tasks.hear(id, delivery, actor, fact, is_truth).await {
            Ok(heard) => Ok(Some(heard)),
            Err(ServiceError::NotFound) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// What became of a webhook, task by task.
#[derive(Default)]
pub(super) struct Tally {
    tasks: BTreeSet<TaskId>,
    /// How many tasks took in something new.
    pub(super) applied: u64,
    has_duplicate: bool,
}

impl Tally {
    pub(super) fn count(&mut self, id: TaskId, heard: Option<Heard>) {
        let Some(heard) = heard else { return };
        self.tasks.insert(id);
        self.applied += u64::from(heard == Heard::Applied);
        self.has_duplicate |= heard == Heard::Duplicate;
    }

    fn into_receipt(self) -> WebhookReceipt {
        let outcome = if self.applied > 0 {
            WebhookOutcome::Applied
        } else if self.has_duplicate {
            WebhookOutcome::Duplicate
        } else {
            WebhookOutcome::Ignored
        };
        WebhookReceipt { outcome, task_ids: self.tasks.into_iter().collect() }
    }
}
