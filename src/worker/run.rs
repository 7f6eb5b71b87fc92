//! One run: one claim, one lease, one line in the log.

use std::{convert::Infallible, future::pending, sync::Arc, time::Duration};

use metrics::{counter, histogram};
use tokio::time::{Instant, sleep, timeout_at};
use tokio_util::sync::CancellationToken;
use tracing::{Instrument as _, debug, info, info_span, warn};

use super::{
    bench::Bench,
    failure::Failure,
    ledger::Matter,
    outcome::{Halt, Outcome},
};
use crate::{
    analysis::ProgressStep,
    domain::{Command, EventBody, Task, TaskId, Work},
    store::{Claim, LeaseToken, StoreError},
    telemetry::metrics::{WORKER_RUNS, WORKER_SECONDS},
};

/// How many entries are read at once.
const ENTRIES: u32 = 200;

/// What is done for one task under one lease.
pub(super) struct Run {
    pub(super) bench: Arc<Bench>,
    pub(super) id: TaskId,
    pub(super) lease: LeaseToken,
    /// Until when the lease is ours in any case, unless it is renewed.
    pub(super) held_until: Instant,
    /// The server stops.
    pub(super) shutdown: CancellationToken,
    /// The lease may be somebody else's.
    pub(super) lost: CancellationToken,
}

impl Run {
    /// Does what there is to do, keeps the lease meanwhile and gives it back.
    pub(super) async fn work(self, claim: Claim) {
        let span = info_span!("work", task.id = %self.id);
        self.work_in_span(claim).instrument(span).await;
    }

    async fn work_in_span(self, claim: Claim) {
        let started = Instant::now();
        let work = name(&claim);
        let ended = tokio::select! {
            ended = self.turn_to(claim) => ended,
            // Dropped between two renewals or within one, which is harmless.
            never = self.keep_lease() => match never {},
        };
        let outcome = ended.unwrap_or_else(|halt| self.halted(&halt));
        let store = &self.bench.parts.store;
        if let Err(error) = store.release(self.id, self.lease, outcome.rest).await {
            warn!(%error, "the lease was not given back; it will run out");
        }
        let took = started.elapsed();
        counter!(WORKER_RUNS, "outcome" => outcome.word).increment(1);
        histogram!(WORKER_SECONDS, "work" => work).record(took);
        let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        info!(task.id = %self.id, work, outcome = outcome.word, duration_ms, "worked on a task");
    }

    async fn turn_to(&self, claim: Claim) -> Result<Outcome, Halt> {
        let Claim { task, attempt, attempt_age } = claim;
        let attempt = attempt.map(|attempt| (attempt, attempt_age));
        match (task.work(), attempt) {
            (Some(Work::Analyze), attempt) => self.analyze(&task, attempt).await,
            (Some(Work::CloseIssue), _) => self.close_issue(&task).await,
            (Some(Work::ReopenIssue), _) => self.reopen_issue(&task).await,
            (None, Some(attempt)) => self.look_after(&task, attempt).await,
            (None, None) => Err(Halt::Overtaken),
        }
    }

    fn halted(&self, halt: &Halt) -> Outcome {
        match halt {
            // What overtook may have left other work; should it not be so, this does not spin.
            Halt::Overtaken => Outcome::rest("overtaken", self.bench.settings.backoff),
            Halt::LeaseLost => Outcome::done("lease_lost"),
            Halt::Stopped => Outcome::done("stopped"),
            Halt::Store(error) => {
                warn!(%error, "the store did not do its part");
                Outcome::rest("store_failed", self.bench.settings.backoff_max)
            }
        }
    }

    /// Renews the lease every third of its term. Once it may be somebody else's, says so and stays.
    async fn keep_lease(&self) -> Infallible {
        let term = self.bench.settings.lease;
        let mut held_until = self.held_until;
        loop {
            sleep(term / 3).await;
            let renewed_until = Instant::now() + term;
            let renewal = self.bench.parts.store.renew(self.id, self.lease, term);
            match timeout_at(held_until, renewal).await {
                Ok(Ok(())) => held_until = renewed_until,
                Ok(Err(StoreError::LeaseLost)) | Err(_) => break,
                Ok(Err(error)) => warn!(%error, "the lease was not renewed"),
            }
        }
        self.lost.cancel();
        pending().await
    }

    /// Whether the run may go on to its next step.
    pub(super) fn go_on(&self) -> Result<(), Halt> {
        if self.lost.is_cancelled() {
            Err(Halt::LeaseLost)
        } else if self.shutdown.is_cancelled() {
            Err(Halt::Stopped)
        } else {
            Ok(())
        }
    }

    /// Waits for `step`, or drops it when the run may not go on: only for what may be dropped.
    pub(super) async fn unless_stopped<T>(&self, step: impl Future<Output = T>) -> Result<T, Halt> {
        tokio::select! {
            biased;
            () = self.lost.cancelled() => Err(Halt::LeaseLost),
            () = self.shutdown.cancelled() => Err(Halt::Stopped),
            done = step => Ok(done),
        }
    }

    /// Does `command` under the lease; the task afterwards.
    pub(super) async fn write(&self, command: Command) -> Result<Task, Halt> {
        Ok(self.bench.parts.tasks.work(self.id, self.lease, command).await?)
    }

    /// The task as it is now.
    pub(super) async fn current(&self) -> Result<Task, Halt> {
        let snapshot = self.bench.parts.store.task(self.id, 0).await?;
        snapshot.map(|snapshot| snapshot.task).ok_or(Halt::Overtaken)
    }

    /// What is at hand for `task`. Its newest analysis is looked for from the newest entry backwards.
    pub(super) async fn matter(&self, task: &Task) -> Result<Matter, Halt> {
        let mut version = task.version;
        loop {
            let after = version.saturating_sub(u64::from(ENTRIES));
            let entries = self.bench.parts.store.events(self.id, after, ENTRIES).await?;
            let begin = entries.iter().rfind(|entry| {
                entry.version <= task.version && matches!(entry.body, EventBody::Analyzing {})
            });
            match begin {
                Some(begin) => return Ok(Matter::of(task, begin.version)),
                None if after == 0 => return Ok(Matter::of(task, 0)),
                None => version = after,
            }
        }
    }

    /// Tells what is being done. Nothing depends on its being heard.
    pub(super) async fn show(&self, step: ProgressStep) {
        let progress = step.at(self.bench.parts.clock.now());
        if let Err(error) = self.bench.parts.tasks.show_progress(self.id, progress).await {
            debug!(%error, "progress was not shown");
        }
    }

    /// Lets the task rest until its next try, for at least `least`; after the last one it fails.
    pub(super) async fn try_later(
        &self,
        matter: &Matter,
        least: Duration,
        failure: impl FnOnce(u32) -> Failure + Send,
    ) -> Result<Outcome, Halt> {
        let Bench { parts, settings, ledger } = &*self.bench;
        let tries = ledger.count(matter, parts.clock.now());
        let failure = failure(tries);
        if tries >= settings.attempts.get() {
            return self.fail(failure).await;
        }
        warn!(error.code = failure.code(), tries, "{failure}");
        Ok(Outcome::rest("rests", least.max(settings.pause(tries))))
    }

    /// The task fails.
    pub(super) async fn fail(&self, failure: Failure) -> Result<Outcome, Halt> {
        self.write(Command::Fail(failure.to_error())).await?;
        self.bench.ledger.forget(self.id);
        warn!(error.code = failure.code(), "{failure}");
        Ok(Outcome::done("failed"))
    }
}

fn name(claim: &Claim) -> &'static str {
    match claim.task.work() {
        Some(Work::Analyze) => "analyze",
        Some(Work::CloseIssue) => "close_issue",
        Some(Work::ReopenIssue) => "reopen_issue",
        None => "look_after",
    }
}
