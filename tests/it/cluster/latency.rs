//! How long a change takes from its commit through one instance to a client of another.

use std::{collections::HashMap, time::Duration};

use futures_util::future::join_all;
use serde_json::Value;
use taskwire::{
    domain::{ActorRef, Clock as _, Command, SystemClock, Task, decide},
    store::{MongoStore, TaskStore as _, Write},
};
use tokio::time::{Instant, interval};

use super::pair::Pair;
use crate::support::RawSocket;

const TASKS: usize = 12;
const CHANGES: usize = 500;
/// How many commit at the same time, and how often each does: fifty times a second together.
const LANES: usize = 4;
const EVERY: Duration = Duration::from_millis(80);

/// The test itself is the instance that commits: a stand-in for MongoDB has no room for fifty whole
/// requests a second. How soon is printed: no test depends on how busy a machine is, and
/// `docs/benchmarks.md` has what a quiet one does.
#[tokio::test(flavor = "multi_thread")]
async fn at_fifty_changes_a_second_a_client_next_door_hears_of_every_one() {
    let pair = Pair::start(&[]);
    let store = MongoStore::connect(&pair.database.uri, &pair.database.name).await.unwrap();
    let mut tasks = Vec::new();
    for id in pair.quiet_tasks(TASKS).await {
        tasks.push(store.task(id.parse().unwrap(), 0).await.unwrap().unwrap().task);
    }
    let mut client = RawSocket::connect(&pair.other, &pair.alice).await;
    client.say("42[\"dashboard:join\",{}]").await;
    client.event("dashboard:state").await.unwrap();

    let began = Instant::now();
    let lanes = tasks.chunks_mut(TASKS / LANES).map(|tasks| commit(&store, tasks));
    let committing = async {
        let lanes = join_all(lanes).await;
        (lanes.into_iter().flatten().collect::<HashMap<_, _>>(), began.elapsed())
    };
    let hearing = async {
        let mut heard = Vec::new();
        while heard.len() < CHANGES {
            let row = client.event("dashboard:task_list_updated").await.unwrap();
            if row["change"] == "comment" {
                heard.push((place(&row), Instant::now()));
            }
        }
        heard
    };
    let ((committed, within), heard) = tokio::join!(committing, hearing);

    let since = |(place, at): &(_, Instant)| at.saturating_duration_since(committed[place]);
    let mut took: Vec<_> = heard.iter().map(since).collect();
    took.sort();
    let at = |percent: usize| took[(took.len() - 1) * percent / 100];
    eprintln!(
        "{CHANGES} changes in {within:?}; commit to event next door: \
         p50 {:?}, p90 {:?}, p99 {:?}, most {:?}",
        at(50),
        at(90),
        at(99),
        at(100)
    );
}

/// Comments on `tasks` in turn; when each was committed.
async fn commit(store: &MongoStore, tasks: &mut [Task]) -> Vec<((String, u64), Instant)> {
    let mut tick = interval(EVERY);
    let mut committed = Vec::new();
    for n in 0..CHANGES / LANES {
        tick.tick().await;
        let task = &mut tasks[n % (TASKS / LANES)];
        let write = comment(task, n);
        *task = write.task.clone();
        store.append(write).await.unwrap();
        committed.push(((task.id.to_string(), task.version), Instant::now()));
    }
    committed
}

fn comment(task: &Task, n: usize) -> Write {
    let command = Command::Comment(format!("comment {n}").as_str().try_into().unwrap());
    let bodies = decide(task, &command).unwrap();
    let write = Write::append(task, bodies, &ActorRef::system(), SystemClock.now(), None);
    write.expect("a comment is news")
}

/// The task and its version.
fn place(row: &Value) -> (String, u64) {
    (row["taskId"].as_str().unwrap().to_owned(), row["version"].as_u64().unwrap())
}
