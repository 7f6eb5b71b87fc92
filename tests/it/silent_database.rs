//! A database that says nothing any more, and does not hang up either: those who wait for it are told
//! in time.

use std::{sync::Arc, time::Duration};

use mongodb::bson::{Document, doc};
use reqwest::StatusCode;
use secrecy::SecretString;
use serde_json::{Value, json};
use taskwire::{
    domain::{Clock, SystemClock, text::RepoName},
    github::{self, GitHubSettings, ReconcileSettings, Reconciler, Turn, Webhooks},
    store::{MongoStore, TaskStore},
    tasks::{RepoRules, TasksService},
};
use tokio::{
    net::TcpListener,
    time::{Instant, sleep, timeout},
};

use crate::support::{
    CLEAR, DatabaseServer, GitHub, Line, PATIENCE, Program, RawSocket, TestDatabase,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_request_is_answered_within_five_seconds_whatever_it_asks_the_database_for() {
    let database = DatabaseServer::start();
    let line = Line::to(&database.uri()).await;
    let server = Program::start(&TestDatabase::on(&line.uri()).env());
    let alice = server.token("alice", &[]);
    let id = server.create(&alice, "Fix payment bug", "?").await;
    server.task_in(&id, &alice, "clarification_needed").await;

    // What it reads first takes its time, and what it writes is never answered.
    line.slow_down(Duration::from_millis(500));
    line.die_at("Is anybody there?");
    let began = Instant::now();
    let comment = server
        .request("POST", &format!("/api/tasks/{id}/comments"), &alice)
        .header("Idempotency-Key", "once")
        .json(&json!({ "text": "Is anybody there?" }));
    let answer = comment.send().await.unwrap();

    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.headers().contains_key("retry-after"));
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(problem["code"], "store_unavailable");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_answered_within_five_seconds_however_much_it_asks_the_database_for() {
    let (database, github) = (DatabaseServer::start(), GitHub::start().await);
    let line = Line::to(&database.uri()).await;
    let mut env = github.env();
    env.extend(TestDatabase::on(&line.uri()).env());
    let server = Program::start(&env);
    let alice = server.token("alice", &[]);
    let task = server.create(&alice, "Fix payment bug", CLEAR).await;
    server.task_in(&task, &alice, "dispatched").await;
    let hook = github.pull_for(github.issue_of(&task).await);

    // Two look-ups and a read take their time, and what is written in the end is never answered.
    line.slow_down(Duration::from_millis(500));
    line.die_at("Fix it");
    let began = Instant::now();
    let (status, body) = github.deliver(&server, &hook).await;

    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    let problem: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!((status, &problem["code"]), (503, &json!("store_unavailable")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_is_answered_within_five_seconds_whoever_asked_before() {
    let database = DatabaseServer::start();
    let line = Line::to(&database.uri()).await;
    let server = Program::start(&TestDatabase::on(&line.uri()).env());
    let alice = server.token("alice", &[]);
    let mut tasks = Vec::new();
    for n in 0..3 {
        tasks.push(server.create(&alice, &format!("Fix it {n}"), "?").await);
        server.task_in(&tasks[n], &alice, "clarification_needed").await;
    }
    let mut first = RawSocket::connect(&server, &alice).await;
    let mut second = RawSocket::connect(&server, &alice).await;
    for task in &tasks {
        second.say(&join(task)).await;
        second.heard(|packet| packet.starts_with("431[")).await.expect("it has joined");
    }

    line.die();
    let asked = line.finds();
    first.say(&join(&tasks[0])).await;
    let reading = async {
        while line.finds() == asked {
            sleep(Duration::from_millis(5)).await; // between two looks
        }
    };
    timeout(PATIENCE, reading).await.expect("the first is read");
    let began = Instant::now();
    second.say(&join(&tasks[0])).await;
    let answer = second.heard(|packet| packet.starts_with("431[")).await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert!(answer.contains("store_unavailable"), "{answer}");

    // With other rights it cannot be looked into what they show: it is looked into with each change.
    let admin = server.token("alice", &["--role", "admin"]);
    let began = Instant::now();
    second.say(&format!("422[\"auth:refresh\",{}]", json!({ "token": admin }))).await;
    let answer = second.heard(|packet| packet.starts_with("432[")).await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert_eq!(answer, "432[{\"ok\":true}]");
}

fn join(task: &str) -> String {
    format!("421[\"task:join\",{}]", json!({ "taskId": task }))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_creation_that_is_not_agreed_on_yet_is_to_be_asked_for_again() {
    let database = DatabaseServer::start();
    let line = Line::to(&database.uri()).await;
    let server = Program::start(&TestDatabase::on(&line.uri()).env());
    let alice = server.token("alice", &[]);
    let create = async || {
        let create = server.request("POST", "/api/tasks", &alice).header("Idempotency-Key", "once");
        create.json(&json!({ "title": "Fix payment bug" })).send().await.unwrap()
    };

    // The primary has it from a first try that timed out, and no majority does: nobody can read it.
    line.answer("insert", |answer| {
        let duplicate = doc! { "index": 0, "code": 11000, "errmsg": "it is there" };
        *answer = doc! { "ok": 1.0, "n": 0, "writeErrors": [duplicate] };
    });
    line.answer("aggregate", without_rows);
    line.answer("find createdWith.key", without_rows);
    let answer = create().await;
    line.has_met().await;

    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.headers().contains_key("retry-after"));
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(problem["code"], "store_unavailable");
    let again = create().await;
    assert_eq!(again.status(), StatusCode::OK);
    assert_eq!(again.headers()["idempotent-replayed"], "true");
}

fn without_rows(answer: &mut Document) {
    let cursor = answer.get_document_mut("cursor").unwrap();
    cursor.insert("firstBatch", Vec::<Document>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reconciler_that_cannot_keep_its_duty_stops_by_the_end_of_its_term() {
    const TERM: Duration = Duration::from_secs(3);
    let database = DatabaseServer::start();
    let line = Line::to(&database.uri()).await;
    let name = TestDatabase::on(&line.uri()).name.clone();
    let store: Arc<dyn TaskStore> =
        Arc::new(MongoStore::connect(&line.uri(), &name).await.unwrap());
    // A GitHub that takes a call and never answers.
    let deaf = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let api_url = format!("http://{}/", deaf.local_addr().unwrap()).parse().unwrap();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let repo = RepoName::try_from("acme/shop").unwrap();
    let rules = RepoRules::new(Some(repo.clone()), []);
    let tasks = TasksService::new(store.clone(), clock.clone(), rules);
    let github = github::connect(GitHubSettings {
        token: Some(SecretString::from("token")),
        api_url,
        request_timeout: Duration::from_mins(1),
    });
    let webhooks =
        Webhooks::new(tasks, store, github.unwrap(), vec![repo], "github.com".to_owned());
    let settings = ReconcileSettings {
        interval: Duration::from_mins(5),
        term: TERM,
        backoff: Duration::from_secs(1),
    };
    let mut reconciler = Reconciler::new(webhooks, clock, settings);
    let began = Instant::now();

    let (turn, _call) = tokio::join!(reconciler.turn(), async {
        let call = deaf.accept().await.unwrap();
        line.die();
        call
    });

    assert_eq!(turn, Turn::NotOurs);
    let late = began.elapsed().saturating_sub(TERM);
    assert!(late < Duration::from_secs(1), "{late:?} after the end of its term");
}
