//! How long a change takes from one instance to a client of another.

use std::time::Duration;

use serde_json::json;
use taskwire::domain::{Clock as _, SystemClock, Timestamp};
use tokio::time::{MissedTickBehavior, interval, sleep};
use tokio_util::task::TaskTracker;

use super::pair::Pair;
use crate::support::{RawSocket, Request};

const CHANGES: usize = 500;
const EVERY: Duration = Duration::from_millis(20);

/// How soon is printed: from the entry's own time, which is before its commit, to the client's having
/// it. No test depends on how busy a machine is; `docs/benchmarks.md` has what a quiet one does.
#[tokio::test(flavor = "multi_thread")]
async fn at_fifty_changes_a_second_a_client_next_door_hears_of_every_one() {
    let pair = Pair::start(&[]);
    let tasks = pair.quiet_tasks(10).await;
    let mut client = RawSocket::connect(&pair.other, &pair.alice).await;
    client.say("42[\"dashboard:join\",{}]").await;
    client.event("dashboard:state").await.unwrap();

    let writing = async {
        let mut tick = interval(EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (running, mut posts) = (TaskTracker::new(), Vec::new());
        for n in 0..CHANGES {
            tick.tick().await;
            let path = format!("/api/tasks/{}/comments", tasks[n % tasks.len()]);
            let body = json!({ "text": format!("comment {n}") });
            let post = pair.one.request("POST", &path, &pair.alice).json(&body);
            let post = post.header("Idempotency-Key", format!("comment-{n}"));
            posts.push(running.spawn(until_taken(post)));
        }
        for post in posts {
            post.await.unwrap();
        }
    };
    let hearing = async {
        let mut took = Vec::new();
        while took.len() < CHANGES {
            let row = client.event("dashboard:task_list_updated").await.unwrap();
            let now = SystemClock.now();
            if row["change"] == "comment" {
                let at: Timestamp = row["at"].as_str().unwrap().parse().unwrap();
                took.push(now.since(at));
            }
        }
        took.sort();
        took
    };
    let ((), took) = tokio::join!(writing, hearing);

    let at = |percent: usize| took[(took.len() - 1) * percent / 100];
    eprintln!(
        "commit to event next door, {CHANGES} changes at 50 a second: \
         p50 {:?}, p90 {:?}, p99 {:?}, most {:?}",
        at(50),
        at(90),
        at(99),
        at(100)
    );
}

/// Sends the request until it is taken: a busy stand-in may need longer than a request waits for it.
async fn until_taken(request: Request) {
    while !request.again().send().await.unwrap().status().is_success() {
        sleep(EVERY).await; // between two tries
    }
}
