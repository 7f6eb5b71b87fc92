//! Where the writer lets the feed out.

use std::sync::{Mutex, PoisonError};

use tokio::sync::mpsc;

use crate::store::{Feed, FeedItem};

/// The writer's end of the feed. The feed begins when it is taken: what was committed before is
/// told to nobody.
pub(super) struct Outlet {
    capacity: usize,
    state: Mutex<State>,
}

enum State {
    Untaken,
    Open(mpsc::Sender<FeedItem>),
    Ended,
}

impl Outlet {
    /// An outlet whose feed holds up to `capacity` items that nobody has read yet.
    pub(super) fn new(capacity: usize) -> Self {
        Self { capacity, state: Mutex::new(State::Untaken) }
    }

    /// The feed, once. It is live from the first, and says so.
    pub(super) fn take(&self) -> Option<Feed> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match *state {
            State::Untaken => {
                // One more for the word that it is live, which finds room: there is nothing yet.
                let (sender, feed) = mpsc::channel(self.capacity + 1);
                sender.try_send(FeedItem::Live(true)).ok();
                *state = State::Open(sender);
                Some(feed)
            }
            State::Open(_) | State::Ended => None,
        }
    }

    /// Tells `item`. While the feed is full a change waits for its reader, however long that takes;
    /// progress is dropped, for there will be newer. Must not be called from async code.
    pub(super) fn tell(&self, item: FeedItem) {
        let Some(sender) = self.sender() else { return };
        // Whoever read the feed may have left: nobody misses anything then.
        match item {
            FeedItem::Change(_) | FeedItem::Gap(_) | FeedItem::Live(_) => {
                sender.blocking_send(item).ok()
            }
            FeedItem::Progress { .. } => sender.try_send(item).ok(),
        };
    }

    /// Ends the feed: its reader gets what was told, then nothing more.
    pub(super) fn end(&self) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = State::Ended;
    }

    fn sender(&self) -> Option<mpsc::Sender<FeedItem>> {
        match &*self.state.lock().unwrap_or_else(PoisonError::into_inner) {
            State::Open(sender) => Some(sender.clone()),
            State::Untaken | State::Ended => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Arc, thread};

    use super::*;
    use crate::{
        domain::{Phase, Progress, Timestamp},
        store::{Change, Write},
    };

    fn change(position: u64) -> FeedItem {
        FeedItem::Change(Change { position, from: None, steps: Vec::new() })
    }

    fn progress() -> FeedItem {
        let progress = Progress {
            step: "analysis".try_into().unwrap(),
            phase: Phase::Running,
            current: 1,
            total: 3,
            items_count: None,
            message: None,
            timestamp: Timestamp::EPOCH,
        };
        FeedItem::Progress { summary: Write::plain().steps[0].summary.clone(), progress }
    }

    /// What an outlet tells after it has said that it is live.
    fn positions(mut feed: Feed) -> Vec<Option<u64>> {
        let mut told = Vec::new();
        assert!(matches!(feed.blocking_recv(), Some(FeedItem::Live(true))));
        while let Some(item) = feed.blocking_recv() {
            told.push(match item {
                FeedItem::Change(change) => Some(change.position),
                FeedItem::Progress { .. } | FeedItem::Gap(_) | FeedItem::Live(_) => None,
            });
        }
        told
    }

    #[test]
    fn a_full_feed_holds_changes_up_until_they_are_read() {
        let outlet = Arc::new(Outlet::new(2));
        let feed = outlet.take().unwrap();
        let writer = thread::spawn({
            let outlet = outlet.clone();
            move || {
                (1..=100).for_each(|position| outlet.tell(change(position)));
                outlet.end();
            }
        });
        while feed.len() < 3 {
            thread::yield_now();
        }

        assert!(!writer.is_finished());
        let all: Vec<_> = (1..=100).map(Some).collect();
        assert_eq!(positions(feed), all);
        writer.join().unwrap();
    }

    #[test]
    fn progress_that_does_not_fit_is_dropped_at_once() {
        let outlet = Outlet::new(1);
        let feed = outlet.take().unwrap();

        outlet.tell(progress());
        outlet.tell(progress());
        outlet.end();

        assert_eq!(positions(feed), [None]);
    }

    #[test]
    fn nobody_waits_for_a_reader_that_is_not_there() {
        let outlet = Outlet::new(1);
        (1..=3).for_each(|position| outlet.tell(change(position)));
        let feed = outlet.take().unwrap();
        assert!(outlet.take().is_none());
        drop(feed);

        (4..=6).for_each(|position| outlet.tell(change(position)));
        outlet.end();

        assert!(outlet.take().is_none());
    }
}
