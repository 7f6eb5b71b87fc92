//! The one reader of the store's feed on this instance.

use std::{collections::HashMap, time::Duration};

use metrics::histogram;
use tokio::time::{Instant, sleep_until};

use super::{Hub, doing::Doing, gaps::Gaps, throttle::Throttle};
use crate::{
    domain::{Progress, TaskId, Timestamp},
    store::{Feed, FeedItem},
    telemetry::metrics::FEED_LAG,
};

/// Reads the feed and hands every change to the hub.
pub struct Broadcaster {
    hub: Hub,
    throttle: Throttle,
    gaps: Gaps,
    /// What is being done just now, for the rows of changes that do not end it.
    latest: HashMap<TaskId, Progress>,
}

impl Broadcaster {
    /// A broadcaster to the subscribers of `hub`.
    pub fn new(hub: Hub) -> Self {
        let (throttle, gaps) = (Throttle::default(), Gaps::default());
        Self { hub, throttle, gaps, latest: HashMap::new() }
    }

    /// Reads `feed` to its end; the hub is live as long as it is and says so. Cancelling loses what was
    /// read last, so it is let run until the store ends the feed.
    pub async fn run(mut self, mut feed: Feed) {
        loop {
            let due = self.throttle.due().into_iter().chain(self.gaps.due()).min();
            let item = match due {
                Some(due) => tokio::select! {
                    biased; // A change comes before the progress it may end.
                    item = feed.recv() => item,
                    () = sleep_until(due) => {
                        self.release();
                        continue;
                    }
                },
                None => feed.recv().await,
            };
            let Some(item) = item else { break };
            self.take(item);
            // Between two changes the carriers get a chance to empty what was filled.
            tokio::task::yield_now().await;
        }
        self.hub.set_live(false);
    }

    fn take(&mut self, item: FeedItem) {
        match item {
            FeedItem::Change(change) => {
                let Some(newest) = change.steps.last() else { return };
                let task = newest.summary.id;
                self.measure_lag(newest.event.at);
                if change.changes_status() {
                    self.throttle.forget(task);
                    self.latest.remove(&task);
                } else {
                    self.throttle.catch_up(&newest.summary);
                }
                self.hub.publish(change, self.latest.get(&task));
            }
            FeedItem::Progress { summary, progress } => {
                let now = Instant::now();
                self.latest.insert(summary.id, progress.clone());
                if let Some(doing) = self.throttle.admit(Doing::new(summary, progress), now) {
                    self.hub.publish_progress(&doing);
                }
            }
            FeedItem::Gap(reason) => {
                self.throttle.forget_all();
                self.latest.clear();
                if let Some(reason) = self.gaps.admit(reason, Instant::now()) {
                    self.hub.require_resync(reason);
                }
            }
            FeedItem::Live(is_live) => self.hub.set_live(is_live),
        }
    }

    /// Clocks differ between instances: one that is behind the writer's sees no lag.
    fn measure_lag(&self, written: Timestamp) {
        let lag = self.hub.now().as_millis() - written.as_millis();
        histogram!(FEED_LAG).record(Duration::from_millis(u64::try_from(lag).unwrap_or(0)));
    }

    fn release(&mut self) {
        let now = Instant::now();
        for doing in self.throttle.take_due(now) {
            self.hub.publish_progress(&doing);
        }
        if let Some(reason) = self.gaps.take_due(now) {
            self.hub.require_resync(reason);
        }
    }
}
