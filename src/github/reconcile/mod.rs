//! The reconciler: asks GitHub for what no webhook told.
//!
//! Webhooks get lost, so every now and then each repository is asked for the pull requests and
//! issues that have changed since the last look, and what was missed is taken in by the same code as
//! a webhook. Whatever it finds may be known already: everything it does may be done twice.
//!
//! One reconciler in the whole deployment looks; the others wait for its duty to become free. It
//! keeps nothing for good: whoever takes over looks back over the longest time that it can have been
//! missing. It does not know how GitHub is reached, nor who listens to what a task becomes.

mod duty;
mod heads;
mod looked;
mod settings;
mod view;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use metrics::{counter, gauge};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::{debug, info, instrument, warn};

pub use settings::ReconcileSettings;

use self::{duty::Duty, looked::Looked, view::View};
use super::{client::GitHubError, receive::Webhooks};
use crate::{
    domain::{Clock, text::RepoName},
    store::StoreError,
    telemetry::metrics::{RECONCILE_CAUGHT_UP, RECONCILE_LEADING, RECONCILE_LOOKS},
};

/// What a reconciler did when it was its turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Nothing: another has the duty, or lost it only now.
    NotOurs,
    /// It asked about every repository; so many tasks had missed something.
    Looked {
        /// How many entries' worth of news were written.
        caught_up: u64,
    },
    /// GitHub or the store could not say everything; how long GitHub wants to be left alone.
    Troubled {
        /// GitHub's own wish, if it has one.
        retry_after: Option<Duration>,
    },
    /// Taskwire has no account on GitHub: there is nobody to ask.
    NobodyToAsk,
}

/// The reconciler of one instance.
pub struct Reconciler {
    webhooks: Webhooks,
    clock: Arc<dyn Clock>,
    settings: ReconcileSettings,
    duty: Duty,
    /// What has been seen of each repository. Empty while another has the duty.
    views: BTreeMap<RepoName, View>,
    /// How many turns in a row were troubled.
    troubles: u32,
}

/// Why a look came to no end.
enum Stopped {
    GitHub(GitHubError),
    Store(String),
}

impl From<GitHubError> for Stopped {
    fn from(error: GitHubError) -> Self {
        Self::GitHub(error)
    }
}

impl Reconciler {
    /// A reconciler that tells what it finds to `webhooks`, about the repositories that these know.
    pub fn new(webhooks: Webhooks, clock: Arc<dyn Clock>, settings: ReconcileSettings) -> Self {
        let duty = Duty::new(webhooks.store.clone(), settings.term);
        let views = BTreeMap::new();
        Self { webhooks, clock, settings, duty, views, troubles: 0 }
    }

    /// Takes its turns until `shutdown`, then gives the duty back so that another takes it on at
    /// once. What is under way is dropped: all of it may be done again.
    pub async fn run(mut self, shutdown: CancellationToken) {
        // Cancel-safe: a look is idempotent, and each of its writes is atomic.
        shutdown.run_until_cancelled(self.take_turns()).await;
        self.duty.give_back().await;
        gauge!(RECONCILE_LEADING).set(0);
    }

    async fn take_turns(&mut self) {
        loop {
            let turn = self.turn().await;
            let rest = match turn {
                Turn::NobodyToAsk => return,
                Turn::NotOurs => self.settings.until_asking_again(),
                Turn::Looked { .. } => self.settings.until_next_look(),
                Turn::Troubled { retry_after } => {
                    self.settings.after_trouble(self.troubles, retry_after)
                }
            };
            if turn == Turn::NotOurs {
                sleep(rest).await;
            } else {
                // The duty is kept while there is nothing to do; losing it ends the rest.
                self.duty.keep_while(sleep(rest)).await;
            }
        }
    }

    /// Takes the duty on if it is free, keeps it if it is ours, and then looks once at everything.
    #[instrument(skip_all)]
    pub async fn turn(&mut self) -> Turn {
        let turn = match self.duty.take().await {
            Ok(true) => self.look().await,
            Ok(false) => Turn::NotOurs,
            Err(error) => {
                debug!(%error, "nobody knows who reconciles");
                Turn::NotOurs
            }
        };
        gauge!(RECONCILE_LEADING).set(f64::from(u8::from(turn != Turn::NotOurs)));
        match turn {
            // Who comes back after another has looked does not know what that one has seen.
            Turn::NotOurs => self.views.clear(),
            Turn::Troubled { .. } => self.troubles = self.troubles.saturating_add(1),
            Turn::Looked { .. } | Turn::NobodyToAsk => self.troubles = 0,
        }
        turn
    }

    async fn look(&mut self) -> Turn {
        let Self { webhooks, clock, duty, views, .. } = self;
        let looking = look_at_all(webhooks, &**clock, views);
        let (outcome, turn) = match duty.keep_while(looking).await {
            None => return Turn::NotOurs,
            Some(Ok(Looked { is_news: false, .. })) => ("unchanged", Turn::Looked { caught_up: 0 }),
            Some(Ok(Looked { caught_up, .. })) => ("changed", Turn::Looked { caught_up }),
            Some(Err(Stopped::GitHub(GitHubError::NotConfigured))) => return Turn::NobodyToAsk,
            Some(Err(Stopped::GitHub(error))) => {
                warn!(%error, "GitHub cannot be asked for what was missed");
                let retry_after = match error {
                    GitHubError::Unavailable { retry_after, .. } => retry_after,
                    _ => None,
                };
                ("failed", Turn::Troubled { retry_after })
            }
            Some(Err(Stopped::Store(error))) => {
                warn!(error, "what was missed cannot be caught up with");
                ("failed", Turn::Troubled { retry_after: None })
            }
        };
        counter!(RECONCILE_LOOKS, "outcome" => outcome).increment(1);
        if let Turn::Looked { caught_up: caught_up @ 1.. } = turn {
            counter!(RECONCILE_CAUGHT_UP).increment(caught_up);
            info!(caught_up, "caught up with what no webhook told");
        }
        turn
    }
}

/// Looks at every repository in turn. What is wrong with one of them alone is no reason not to look
/// at the others; what is wrong with GitHub or the store is.
async fn look_at_all(
    webhooks: &Webhooks,
    clock: &dyn Clock,
    views: &mut BTreeMap<RepoName, View>,
) -> Result<Looked, Stopped> {
    let mut all = Looked::default();
    // The one for tasks that name none may be among the others.
    let repos: BTreeSet<&RepoName> = webhooks.rules.allowed.iter().collect();
    for repo in repos {
        let view = views.entry(repo.clone()).or_insert_with(|| View::new(clock.now()));
        match view.look(webhooks, repo, clock.now()).await {
            Ok(looked) => all += looked,
            Err(Stopped::GitHub(GitHubError::Rejected { status, message })) => {
                warn!(%repo, status, reason = message, "GitHub does not tell what was missed there");
            }
            Err(stopped) => return Err(stopped),
        }
    }
    Ok(all)
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Self::Store(error.to_string())
    }
}
