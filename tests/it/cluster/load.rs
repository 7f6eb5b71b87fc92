//! Writers on both instances, and what must be true once they have stopped.

use std::{
    collections::BTreeSet,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use mongodb::bson::doc;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::pair::Pair;
use crate::support::{Client, Node, PATIENCE, digest};

/// How many write through each instance at once.
const WRITERS: usize = 5;

/// How long a request may take, whatever the database does.
const ANSWERED_WITHIN: Duration = Duration::from_secs(5);

/// How many there have been: no two write the same words.
static LOADS: AtomicUsize = AtomicUsize::new(0);

/// Comments being written through both instances, each with words of its own.
pub(super) struct Load {
    urls: [String; 2],
    token: String,
    tasks: Vec<String>,
    goal: usize,
    name: usize,
    begun: AtomicUsize,
    acknowledged: Mutex<BTreeSet<String>>,
    refused: AtomicUsize,
}

impl Load {
    /// `goal` comments on `tasks`, acknowledged.
    pub(super) fn new(pair: &Pair, tasks: &[String], goal: usize) -> Self {
        Self {
            urls: pair.both().map(|server| server.url.clone()),
            token: pair.alice.clone(),
            tasks: tasks.to_vec(),
            goal,
            name: LOADS.fetch_add(1, Ordering::SeqCst),
            begun: AtomicUsize::new(0),
            acknowledged: Mutex::default(),
            refused: AtomicUsize::new(0),
        }
    }

    /// Writes at full speed until as many are acknowledged as were wanted. What is refused, or whose
    /// answer is lost, is not written again.
    pub(super) async fn run(&self) {
        let writers = self.urls.iter().flat_map(|url| (0..WRITERS).map(move |_| self.write(url)));
        futures_util::future::join_all(writers).await;
    }

    pub(super) fn acknowledged(&self) -> usize {
        self.acknowledged.lock().unwrap().len()
    }

    /// How many were refused or got no answer.
    pub(super) fn refused(&self) -> usize {
        self.refused.load(Ordering::SeqCst)
    }

    pub(super) fn is_done(&self) -> bool {
        self.acknowledged() >= self.goal
    }

    async fn write(&self, url: &str) {
        let http = Client::patient(PATIENCE);
        while !self.is_done() {
            let n = self.begun.fetch_add(1, Ordering::SeqCst);
            let text = format!("comment {n} of load {}", self.name);
            let path = format!("{url}/api/tasks/{}/comments", self.tasks[n % self.tasks.len()]);
            let body = json!({ "text": text });
            let began = Instant::now();
            let answer = http.post(path).bearer_auth(&self.token).json(&body).send().await;
            if let Ok(answer) = &answer {
                assert!(began.elapsed() < ANSWERED_WITHIN, "{:?}: {answer:?}", began.elapsed());
                if answer.status().is_success() {
                    self.acknowledged.lock().unwrap().insert(text);
                    continue;
                }
                assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
                assert!(answer.headers().contains_key("retry-after"));
            }
            self.refused.fetch_add(1, Ordering::SeqCst);
            sleep(Duration::from_millis(50)).await; // a killed process refuses at once
        }
    }

    /// What every reader of every instance says is the same, without a hole, and has everything that
    /// was acknowledged, once.
    pub(super) async fn is_kept(&self, pair: &Pair, clients: &[(&Node, &str)]) {
        let mut left = self.acknowledged.lock().unwrap().clone();
        for task in &self.tasks {
            let events = pair.one.timeline(task, &pair.alice).await;
            assert_eq!(events, pair.other.timeline(task, &pair.alice).await);
            let versions: Vec<_> = events.iter().map(|event| event["version"].as_u64()).collect();
            let all: Vec<_> = (1..=events.len() as u64).map(Some).collect();
            assert_eq!(versions, all, "no hole");

            let stored = pair.database.tasks().await.find_one(doc! { "_id": task }).await;
            let stored = stored.unwrap().unwrap();
            let documents = stored.get_array("events").unwrap();
            assert_eq!(documents.len(), events.len());
            let mut texts = BTreeSet::new();
            for (event, document) in events.iter().zip(documents) {
                let document = document.as_document().unwrap();
                assert_eq!(event["version"].as_i64(), document.get_i64("version").ok());
                let Some(text) = event["data"]["text"].as_str() else { continue };
                let data = document.get_document("data").unwrap();
                assert_eq!(data.get_str("text").unwrap(), text);
                assert!(texts.insert(text.to_owned()), "{text} is there twice");
                left.remove(text);
            }
            for (node, id) in clients {
                ends_at(node, id, task, &events).await;
            }
        }
        assert!(left.is_empty(), "acknowledged and lost: {left:?}");
    }
}

/// The client's copy of the task comes to have these entries, and nothing else.
async fn ends_at(node: &Node, id: &str, task: &str, events: &[Value]) {
    let began = Instant::now();
    loop {
        let copy = node.report(id).await["tasks"][task].clone();
        if copy["version"] == events.len() && copy["digest"] == digest(events) {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "{id} stays at {copy}, not {}", events.len());
        sleep(Duration::from_millis(50)).await; // between two looks
    }
}
