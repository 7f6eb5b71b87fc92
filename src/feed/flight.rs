//! Reads that many wait for: one for all who want the same at the same moment, and few at a time.
//!
//! Whoever waits for a read boards it before it begins; once it has begun its door is closed, and
//! who comes later boards the next one. So every read began after each of its passengers came, and
//! shows what was committed before then: a client that was entered, and held back, before it boarded
//! has either been offered a change or finds it in what was read. To share a read that had begun
//! already would leave a hole: what was committed after it began and told before the client came.
//!
//! Of one key one read is under way and one is boarding. All reads share a number of turns, taken in
//! the order in which they were asked for.

use std::{
    collections::HashMap,
    future::pending,
    hash::Hash,
    panic::resume_unwind,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::{
    FutureExt as _,
    future::{BoxFuture, Shared, WeakShared},
};
use tokio::{sync::Semaphore, task::JoinError};
use tokio_util::task::{AbortOnDropHandle, TaskTracker};
use tracing::Instrument as _;

type Flight<V> = Shared<BoxFuture<'static, V>>;

/// The reads of one kind. Cheap to clone.
pub(super) struct Flights<K, V> {
    turns: Arc<Semaphore>,
    lanes: Arc<Mutex<Lanes<K, V>>>,
    /// Each ends with its passengers, so nobody waits for these.
    reads: TaskTracker,
}

struct Lanes<K, V> {
    of: HashMap<K, Lane<V>>,
    last: u64,
}

/// The reads of one key. Held weakly: a read is let go of when its last passenger has left.
struct Lane<V> {
    boarding: Option<(u64, WeakShared<BoxFuture<'static, V>>)>,
    under_way: Option<(u64, WeakShared<BoxFuture<'static, V>>)>,
}

/// Clears the lane when its read has ended or was let go of.
struct Ticket<K: Eq + Hash, V> {
    lanes: Arc<Mutex<Lanes<K, V>>>,
    key: K,
    number: u64,
}

impl<K, V> Flights<K, V>
where
    K: Clone + Eq + Hash + Send + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Reads that take their turns from `turns`.
    pub(super) fn new(turns: Arc<Semaphore>) -> Self {
        let lanes = Arc::new(Mutex::new(Lanes { of: HashMap::new(), last: 0 }));
        Self { turns, lanes, reads: TaskTracker::new() }
    }

    /// What a read of `key` finds that begins from now on: that of `read`, or another's of the same
    /// key. Cancel-safe: the others' read goes on.
    pub(super) async fn board<F>(&self, key: K, read: impl FnOnce() -> F + Send + 'static) -> V
    where
        F: Future<Output = V> + Send + 'static,
    {
        let flight = {
            let mut lanes = self.lock();
            let boarding = lanes.of.get(&key).and_then(|lane| lane.boarding.as_ref());
            match boarding.and_then(|(_, flight)| flight.upgrade()) {
                Some(flight) => flight,
                None => self.open(&mut lanes, key, read),
            }
        };
        flight.await
    }

    /// A new read, whose door is open.
    fn open<F>(
        &self,
        lanes: &mut Lanes<K, V>,
        key: K,
        read: impl FnOnce() -> F + Send + 'static,
    ) -> Flight<V>
    where
        F: Future<Output = V> + Send + 'static,
    {
        lanes.last += 1;
        let number = lanes.last;
        let lane = lanes.of.entry(key.clone()).or_insert(Lane { boarding: None, under_way: None });
        let before = lane.under_way.as_ref().and_then(|(_, flight)| flight.upgrade());
        let ticket = Ticket { lanes: self.lanes.clone(), key, number };
        let turns = self.turns.clone();
        let read = async move {
            if let Some(before) = before {
                before.await;
            }
            // Never closed.
            let _turn = turns.acquire_owned().await.ok();
            ticket.close_door();
            read().await
        };
        // By itself: a turn must not wait for passengers who do not look, as the reader of a stream
        // that its client does not read.
        let reads = self.reads.clone();
        let flight = async move {
            let read = AbortOnDropHandle::new(reads.spawn(read.in_current_span()));
            match read.await.map_err(JoinError::try_into_panic) {
                Ok(found) => found,
                Err(Ok(panic)) => resume_unwind(panic),
                // The runtime ends.
                Err(Err(_)) => pending().await,
            }
        };
        let flight = flight.boxed().shared();
        lane.boarding = flight.downgrade().map(|weak| (number, weak));
        flight
    }

    fn lock(&self) -> MutexGuard<'_, Lanes<K, V>> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K, V> Clone for Flights<K, V> {
    fn clone(&self) -> Self {
        let Self { turns, lanes, reads } = self;
        Self { turns: turns.clone(), lanes: lanes.clone(), reads: reads.clone() }
    }
}

impl<K: Eq + Hash, V> Ticket<K, V> {
    /// Nobody boards any more: the read begins.
    fn close_door(&self) {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(lane) = lanes.of.get_mut(&self.key)
            && lane.boarding.as_ref().is_some_and(|(number, _)| *number == self.number)
        {
            lane.under_way = lane.boarding.take();
        }
    }
}

impl<K: Eq + Hash, V> Drop for Ticket<K, V> {
    fn drop(&mut self) {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(lane) = lanes.of.get_mut(&self.key) else { return };
        for place in [&mut lane.boarding, &mut lane.under_way] {
            place.take_if(|(number, _)| *number == self.number);
        }
        if lane.boarding.is_none() && lane.under_way.is_none() {
            lanes.of.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        pin::pin,
        sync::atomic::{AtomicU64, Ordering},
    };

    use futures_util::future::{join_all, poll_immediate};
    use tokio::task::yield_now;

    use super::*;

    /// Reads that say which of all they were, and end when they are let.
    struct World {
        flights: Flights<&'static str, u64>,
        begun: Arc<AtomicU64>,
        let_end: Arc<Semaphore>,
    }

    impl World {
        fn new(turns: usize) -> Self {
            Self {
                flights: Flights::new(Arc::new(Semaphore::new(turns))),
                begun: Arc::default(),
                let_end: Arc::new(Semaphore::new(0)),
            }
        }

        fn board(&self, key: &'static str) -> impl Future<Output = u64> + use<> {
            let Self { flights, begun, let_end } = self;
            let (flights, begun, let_end) = (flights.clone(), begun.clone(), let_end.clone());
            async move {
                let read = move || async move {
                    let number = begun.fetch_add(1, Ordering::SeqCst) + 1;
                    let_end.acquire().await.unwrap().forget();
                    number
                };
                flights.board(key, read).await
            }
        }

        /// Lets everything happen that needs no passenger.
        async fn settle(&self) {
            for _ in 0..16 {
                yield_now().await;
            }
        }

        async fn begun(&self) -> u64 {
            self.settle().await;
            self.begun.load(Ordering::SeqCst)
        }

        async fn is_empty(&self) -> bool {
            self.settle().await;
            self.flights.lock().of.is_empty()
        }
    }

    #[tokio::test]
    async fn who_comes_while_a_read_is_under_way_shares_the_next_one_and_never_that() {
        let world = World::new(4);
        let mut first = pin!(world.board("a"));
        assert!(poll_immediate(&mut first).await.is_none());
        assert_eq!(world.begun().await, 1);
        let mut late = pin!(join_all((0..100).map(|_| world.board("a"))));
        assert!(poll_immediate(&mut late).await.is_none());

        world.let_end.add_permits(2);

        assert_eq!(first.await, 1);
        assert_eq!(late.await, [2; 100]);
        assert!(world.is_empty().await, "nothing is kept of what is over");
    }

    #[tokio::test]
    async fn as_many_are_read_at_a_time_as_there_are_turns_in_the_order_of_their_coming() {
        let world = World::new(1);
        let mut reads: Vec<_> =
            ["a", "b", "c", "b"].map(|key| Box::pin(world.board(key))).into_iter().collect();
        for read in &mut reads {
            assert!(poll_immediate(read).await.is_none());
        }
        assert_eq!(world.begun().await, 1);

        world.let_end.add_permits(3);

        assert_eq!(join_all(reads).await, [1, 2, 3, 2]);
    }

    #[tokio::test]
    async fn a_read_outlives_whoever_began_it_and_ends_with_its_last_passenger() {
        let world = World::new(1);
        let mut first = Box::pin(world.board("a"));
        assert!(poll_immediate(&mut first).await.is_none());
        assert_eq!(world.begun().await, 1);
        drop(first);
        assert!(world.is_empty().await, "nobody wants it any more");

        let (mut one, mut other) = (Box::pin(world.board("a")), Box::pin(world.board("b")));
        assert!(
            poll_immediate(&mut one).await.is_none() && poll_immediate(&mut other).await.is_none()
        );
        let mut heir = Box::pin(world.board("b"));
        assert!(poll_immediate(&mut heir).await.is_none());
        assert_eq!(world.begun().await, 2);
        drop((one, other));
        world.let_end.add_permits(1);

        assert_eq!(heir.await, 3, "its turn came when the one before it was let go of");
    }

    #[tokio::test]
    async fn a_passenger_who_does_not_look_keeps_nobody_waiting() {
        let world = World::new(1);
        let mut absent = Box::pin(world.board("a"));
        assert!(poll_immediate(&mut absent).await.is_none());
        world.let_end.add_permits(2);

        assert_eq!(world.board("b").await, 2);
        assert_eq!(absent.await, 1, "and finds it later");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_read_begins_after_each_of_its_passengers_came() {
        let flights = Flights::new(Arc::new(Semaphore::new(4)));
        let (now, failed) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
        let passengers = (0..64).map(|_| {
            let (flights, now, failed) = (flights.clone(), now.clone(), failed.clone());
            async move {
                for _ in 0..200 {
                    let came = now.fetch_add(1, Ordering::SeqCst);
                    let clock = now.clone();
                    let read = move || async move {
                        let began = clock.fetch_add(1, Ordering::SeqCst);
                        yield_now().await;
                        began
                    };
                    let began: u64 = flights.board("a", read).await;
                    failed.fetch_add(u64::from(began <= came), Ordering::SeqCst);
                }
            }
        });
        let running = TaskTracker::new();
        for passenger in passengers {
            running.spawn(passenger);
        }
        running.close();
        running.wait().await;
        assert_eq!(failed.load(Ordering::SeqCst), 0);
        assert!(now.load(Ordering::SeqCst) < 64 * 200 * 2, "and reads were shared");
    }
}
