//! Instances and the database die and come back: nothing acknowledged is lost, and all go on.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::json;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::{load::Load, pair::Pair};
use crate::support::{
    CLEAR, Client, DatabaseServer, GitHub, Node, PATIENCE, Program, TestDatabase,
};

/// How long clients may take to be live again.
pub(super) const LIVE_WITHIN: Duration = Duration::from_secs(10);

/// Waits until `load` has had `more` comments acknowledged; it is not done by then.
pub(super) async fn some_more(load: &Load, more: usize) {
    let (goal, began) = (load.acknowledged() + more, Instant::now());
    while load.acknowledged() < goal {
        assert!(began.elapsed() < 2 * PATIENCE, "the writers do not go on");
        sleep(Duration::from_millis(20)).await; // between two looks
    }
    assert!(!load.is_done(), "there is no load left");
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_killed_under_load_lose_nothing_and_do_nothing_twice() {
    const KILLS: usize = 10;
    let github = GitHub::start().await;
    let mut pair = Pair::start(&github.env());
    let tasks = pair.quiet_tasks(10).await;
    let node = Node::start();
    pair.follow_both(&node, &tasks).await;
    let load = Load::new(&pair, &tasks, 1_500);
    let urls = pair.both().map(|server| server.url.clone());
    let (token, over) = (pair.alice.clone(), CancellationToken::new());

    let killing = async {
        for kill in 0..KILLS {
            some_more(&load, 100).await;
            let victim = if kill % 2 == 0 { &mut pair.one } else { &mut pair.other };
            victim.kill();
            victim.come_back().await;
        }
    };
    let (filed, ..) = tokio::join!(file_until(&over, &urls, &token), load.run(), async {
        killing.await;
        over.cancel();
    });

    load.is_kept(&pair, &[(&node, "one"), (&node, "other")]).await;
    assert!(filed.len() >= KILLS, "there was work to do: {}", filed.len());
    are_filed_once(&filed, &github, &pair).await;
}

/// Each of `tasks` comes to be filed, and every step of its way was taken once.
pub(super) async fn are_filed_once(tasks: &[String], github: &GitHub, pair: &Pair) {
    for task in tasks {
        pair.one.task_in(task, &pair.alice, "dispatched").await;
        assert_eq!(github.issues_of(task).len(), 1, "{task}");
        let events = pair.other.timeline(task, &pair.alice).await;
        let kinds: Vec<_> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["created", "analyzing", "dispatched"], "each step once");
    }
}

/// Creates tasks that are filed without a question, one after the other, until `over`. What gets no
/// answer from one instance is asked of the other.
pub(super) async fn file_until(
    over: &CancellationToken,
    urls: &[String; 2],
    token: &str,
) -> Vec<String> {
    let client = Client::patient(PATIENCE);
    let mut tasks = Vec::new();
    while !over.is_cancelled() {
        let key = format!("file {}", tasks.len());
        let body = json!({ "title": &key, "description": CLEAR });
        for url in urls.iter().cycle() {
            let request = client.post(format!("{url}/api/tasks")).bearer_auth(token);
            let answer = request.header("Idempotency-Key", &key).json(&body).send().await;
            if let Ok(answer) = answer
                && answer.status().is_success()
            {
                let task: serde_json::Value = answer.json().await.unwrap();
                tasks.push(task["taskId"].as_str().unwrap().to_owned());
                break;
            }
            sleep(Duration::from_millis(50)).await; // a killed process refuses at once
        }
        sleep(Duration::from_millis(500)).await; // between two tasks: the others write, too
    }
    tasks
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_killed_under_load_loses_nothing_and_all_are_live_again_soon() {
    const KILLS: usize = 3;
    let (mut server, github) = (DatabaseServer::start(), GitHub::start().await);
    let pair = Pair::on(TestDatabase::on(&server.uri()), &github.env());
    let tasks = pair.quiet_tasks(5).await;
    let node = Node::start();
    pair.follow_both(&node, &tasks).await;

    let urls = pair.both().map(|server| server.url.clone());
    let over = CancellationToken::new();

    let killing = async {
        for kill in 0..KILLS {
            let load = Load::new(&pair, &tasks, 180);
            let killing = async {
                some_more(&load, 60).await;
                server.kill();
                for instance in pair.both() {
                    is_told_to_come_back(instance, &pair.alice).await;
                }
                server.restart().await;
                let back = Instant::now();
                all_are_live(&pair, &node, &format!("live again {kill}")).await;
                assert!(back.elapsed() < LIVE_WITHIN, "{:?}", back.elapsed());
                back.elapsed()
            };
            let ((), took) = tokio::join!(load.run(), killing);
            eprintln!(
                "live again {took:?} after the database's return; {} refused",
                load.refused()
            );
            load.is_kept(&pair, &[(&node, "one"), (&node, "other")]).await;
        }
        over.cancel();
    };
    let (filed, ()) = tokio::join!(file_until(&over, &urls, &pair.alice), killing);

    assert!(filed.len() >= KILLS, "there was work to do: {}", filed.len());
    are_filed_once(&filed, &github, &pair).await;
    for id in ["one", "other"] {
        assert_eq!(node.count(id, "disconnect"), 0, "{id} was cut off");
        let report = node.report(id).await;
        assert_eq!(report["gaps"], json!([]), "{id} missed something");
        assert_eq!(report["events"]["resync_required"], json!(null), "{id}: nothing is lost");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_not_the_primary_is_waited_for() {
    let server = DatabaseServer::start();
    let pair = Pair::on(TestDatabase::on(&server.uri()), &[]);
    let task = pair.quiet_tasks(1).await[0].clone();

    server.step_down(5).await;

    let path = format!("/api/tasks/{task}/comments");
    let body = json!({ "text": "Is anybody there?" });
    let began = Instant::now();
    let answer = pair.one.request("POST", &path, &pair.alice).json(&body).send().await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.headers().contains_key("retry-after"));
    let wait = async {
        while !pair
            .one
            .request("POST", &path, &pair.alice)
            .json(&body)
            .send()
            .await
            .unwrap()
            .status()
            .is_success()
        {
            sleep(Duration::from_millis(100)).await; // between two tries
        }
    };
    tokio::time::timeout(LIVE_WITHIN, wait).await.expect("it is the primary again");
    assert_eq!(pair.other.timeline(&task, &pair.alice).await.len(), 4, "written once");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_still_waits_for_its_database_turns_requests_away_at_once() {
    let mut server = DatabaseServer::start();
    let database = TestDatabase::on(&server.uri());
    let mut instance = Program::start(&database.env());
    instance.kill();
    server.kill();
    let (url, log) = (instance.url.clone(), instance.reader());

    let waiting = async {
        let began = Instant::now();
        while !log().contains("MongoDB is not there yet") {
            assert!(began.elapsed() < PATIENCE, "it does not wait for its database");
            sleep(Duration::from_millis(20)).await; // between two looks
        }
        let client = Client::patient(Duration::from_secs(5));
        let refused = client.get(format!("{url}/healthz")).send().await.unwrap_err();
        server.restart().await;
        refused
    };
    let ((), refused) = tokio::join!(instance.come_back(), waiting);

    assert!(refused.is_connect() && !refused.is_timeout(), "{refused:?}");
    let alice = instance.token("alice", &[]);
    assert_eq!(instance.get("/api/tasks", &alice).await["tasks"], json!([]));
}

/// While the database cannot be reached, requests say so in time, and no new client is let in.
pub(super) async fn is_told_to_come_back(instance: &Program, token: &str) {
    let began = Instant::now();
    let answer = instance.request("GET", "/api/tasks", token).send().await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.headers().contains_key("retry-after"));
    let problem: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(problem["code"], "store_unavailable");

    let status =
        async |path: &str| instance.request("GET", path, token).send().await.unwrap().status();
    let began = Instant::now();
    while status("/socket.io/?EIO=4&transport=polling").await != StatusCode::SERVICE_UNAVAILABLE {
        assert!(began.elapsed() < PATIENCE, "new sockets are let in though nothing is told");
        sleep(Duration::from_millis(50)).await; // between two looks
    }
    assert_eq!(status("/readyz").await, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(status("/healthz").await, StatusCode::OK);
}

/// A change through each instance is heard by the clients of both.
pub(super) async fn all_are_live(pair: &Pair, node: &Node, title: &str) {
    for (n, instance) in pair.both().into_iter().enumerate() {
        let body = json!({ "title": format!("{title} {n}"), "description": "?" });
        let id = loop {
            let asked = instance.request("POST", "/api/tasks", &pair.alice).json(&body).send();
            let answer = asked.await.unwrap();
            if answer.status().is_success() {
                let task: serde_json::Value = answer.json().await.unwrap();
                break task["taskId"].as_str().unwrap().to_owned();
            }
            sleep(Duration::from_millis(50)).await; // between two tries
        };
        for client in ["one", "other"] {
            while node.report(client).await["dashboard"][&id].is_null() {
                sleep(Duration::from_millis(50)).await; // between two looks
            }
        }
    }
}
