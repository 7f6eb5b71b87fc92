//! What a deployment does once is done by one instance at a time, whichever of them dies.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy},
    net::{TcpListener, TcpStream},
    time::{Instant, sleep, timeout},
};
use tokio_util::task::TaskTracker;

use super::pair::Pair;
use crate::support::{CLEAR, GitHub, PATIENCE, TestDatabase};

/// How long a duty stays with an instance that has died.
const TERM: Duration = Duration::from_secs(3);

/// One instance's way to GitHub, where somebody counts how often it looks for what it has missed.
struct Way {
    url: String,
    looks: Arc<AtomicUsize>,
}

impl Way {
    async fn to(github: &GitHub) -> Self {
        let origin = github.simulator.api_url().authority().to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let looks = Arc::new(AtomicUsize::new(0));
        let (counted, tasks) = (looks.clone(), TaskTracker::new());
        tasks.clone().spawn(async move {
            while let Ok((instance, _)) = listener.accept().await {
                let server = TcpStream::connect(&origin).await.unwrap();
                let (from_instance, mut to_instance) = instance.into_split();
                let (mut from_server, to_server) = server.into_split();
                tasks.spawn(count(from_instance, to_server, counted.clone()));
                tasks.spawn(async move { copy(&mut from_server, &mut to_instance).await.ok() });
            }
        });
        Self { url, looks }
    }

    /// What an instance needs to go this way.
    fn env(&self, github: &GitHub) -> Vec<(&'static str, String)> {
        let mut env = github.env();
        env.extend([
            ("GITHUB_API_URL", self.url.clone()),
            ("TASKWIRE__GITHUB__RECONCILE_INTERVAL", "1s".into()),
            ("TASKWIRE__WORKER__LEASE_SECONDS", TERM.as_secs().to_string()),
        ]);
        env
    }

    fn looks(&self) -> usize {
        self.looks.load(Ordering::SeqCst)
    }

    /// Waits for so many more looks.
    async fn is_looked_through(&self, more: usize) {
        let goal = self.looks() + more;
        let wait = async {
            while self.looks() < goal {
                sleep(Duration::from_millis(20)).await; // between two counts
            }
        };
        timeout(PATIENCE, wait).await.expect("nobody looks this way");
    }
}

/// Passes requests on; only who looks for what was missed lists pull requests.
async fn count(
    mut instance: impl tokio::io::AsyncRead + Unpin,
    mut server: impl tokio::io::AsyncWrite + Unpin,
    looks: Arc<AtomicUsize>,
) {
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = instance.read(&mut bytes).await {
        let said = String::from_utf8_lossy(&bytes[..read]);
        looks.fetch_add(said.matches("/pulls?").count(), Ordering::SeqCst);
        if server.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_instance_looks_for_lost_webhooks_and_when_it_is_killed_the_other_does() {
    let github = GitHub::start().await;
    let ways = [Way::to(&github).await, Way::to(&github).await];
    let envs = [ways[0].env(&github), ways[1].env(&github)];
    let mut pair = Pair::each(TestDatabase::fresh(), [&envs[0], &envs[1]]);
    let task = pair.other.create(&pair.alice, "Fix the cart", CLEAR).await;
    let filed = pair.other.task_in(&task, &pair.alice, "dispatched").await;
    let pull = github.pull_for(filed["issue"]["number"].as_u64().unwrap()).number;
    pair.other.task_in(&task, &pair.alice, "pr_opened").await;

    let Pair { one, other, alice, .. } = &mut pair;
    let ((holder, dying), (heir, survivor)) = match &ways {
        [way, next] if way.looks() > 0 => ((way, one), (next, other)),
        [next, way] => ((way, other), (next, one)),
    };

    // For longer than a term: the duty is kept, and nobody else asks GitHub meanwhile.
    let began = Instant::now();
    while began.elapsed() <= TERM {
        holder.is_looked_through(1).await;
    }
    assert_eq!(heir.looks(), 0, "one at a time");

    dying.kill();
    let killed = Instant::now();
    github.simulator.merge(github.repo(), pull).unwrap();

    let merged = survivor.task_in(&task, alice, "merged").await;
    // The duty has run out, and the other has asked for it every half a term.
    assert!(killed.elapsed() < 3 * TERM, "{:?}", killed.elapsed());
    let kinds = merged["events"].as_array().unwrap().iter().map(|event| &event["type"]);
    let story = ["created", "analyzing", "dispatched", "pr_opened", "pr_merged"];
    assert!(kinds.eq(story.iter()), "{merged}");

    let looks = holder.looks();
    dying.restart();
    heir.is_looked_through(4).await;
    assert_eq!(holder.looks(), looks, "who comes back waits for its turn");
}
