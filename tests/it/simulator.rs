//! The simulated GitHub itself: what the tests and the demo stand on behaves as GitHub does.

use std::{sync::Arc, time::Duration};

use axum::{Router, extract::State, http::HeaderMap, routing::post};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use taskwire::{
    domain::{ManualClock, text::RepoName},
    simulator::{Life, NewPull, Simulator, SimulatorOptions},
};
use tokio::{net::TcpListener, sync::mpsc, time::timeout};
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

const PATIENCE: Duration = Duration::from_secs(20);

struct World {
    simulator: Simulator,
    clock: ManualClock,
    http: reqwest::Client,
    _stop: DropGuard,
}

impl World {
    async fn start() -> Self {
        let clock = ManualClock::new("2026-11-20T17:24:00.500Z".parse().unwrap());
        let stop = CancellationToken::new();
        let options = SimulatorOptions {
            clock: Arc::new(clock.clone()),
            token: "secret-token".into(),
            login: "taskwire-bot".into(),
            repos: vec![repo()],
        };
        let simulator = Simulator::start(options, &TaskTracker::new(), stop.clone()).await.unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { simulator, clock, http, _stop: stop.drop_guard() }
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = self.simulator.api_url().join(path).unwrap();
        self.http.request(method, url).bearer_auth("secret-token")
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.request(Method::GET, path).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    }

    async fn numbers(&self, path: &str) -> Vec<u64> {
        let rows = self.get(path).await;
        rows.as_array().unwrap().iter().map(|row| row["number"].as_u64().unwrap()).collect()
    }

    fn a_moment_later(&self) {
        self.clock.advance(Duration::from_secs(5));
    }

    fn issue(&self, title: &str) -> u64 {
        self.simulator.file_issue(&repo(), "taskwire-bot", title, "Text").unwrap()
    }

    fn pull(&self) -> u64 {
        self.simulator.open_pull(&repo(), NewPull::by_agent("Fix", "Fixes #1")).unwrap().number
    }

    /// Somebody who listens to every webhook: its id, and what comes.
    async fn listener(&self) -> (u64, mpsc::UnboundedReceiver<Heard>) {
        let (said, heard) = mpsc::unbounded_channel();
        let router = Router::new().route("/", post(hear)).with_state(said);
        let tcp = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", tcp.local_addr().unwrap()).parse().unwrap();
        TaskTracker::new().spawn(axum::serve(tcp, router).into_future());
        (self.simulator.subscribe(url, "hook-secret".into()), heard)
    }
}

/// A webhook as it arrived.
#[derive(Debug)]
struct Heard {
    event: String,
    id: String,
    body: Value,
}

async fn hear(State(said): State<mpsc::UnboundedSender<Heard>>, headers: HeaderMap, body: String) {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    assert!(header("x-hub-signature-256").starts_with("sha256="));
    let (event, id) = (header("x-github-event"), header("x-github-delivery"));
    let body = serde_json::from_str(&body).unwrap();
    said.send(Heard { event, id, body }).ok(); // The test may be over.
}

async fn next(heard: &mut mpsc::UnboundedReceiver<Heard>) -> Heard {
    timeout(PATIENCE, heard.recv()).await.expect("a webhook comes").unwrap()
}

fn repo() -> RepoName {
    "acme/shop".parse().unwrap()
}

#[tokio::test]
async fn pull_requests_are_listed_by_state_order_and_page() {
    let world = World::start().await;
    let mut pulls = Vec::new();
    for _ in 0..5 {
        pulls.push(world.pull());
        world.a_moment_later();
    }
    world.simulator.merge(&repo(), pulls[0]).unwrap();
    world.a_moment_later();
    world.simulator.push(&repo(), pulls[2]).unwrap();

    let list = "/repos/acme/shop/pulls";
    let newest_first: Vec<u64> = pulls[1..].iter().rev().copied().collect();
    assert_eq!(world.numbers(list).await, newest_first);
    assert_eq!(world.numbers(&format!("{list}?state=closed")).await, [pulls[0]]);
    let touched = format!("{list}?state=all&sort=updated&direction=desc");
    assert_eq!(world.numbers(&touched).await[..2], [pulls[2], pulls[0]]);
    let oldest = format!("{list}?state=all&sort=updated");
    assert_eq!(world.numbers(&oldest).await[0], pulls[1], "upwards, unless by creation");

    let merged = &world.get(&format!("{list}?state=closed")).await[0];
    assert!(merged["merged_at"].is_string() && merged.get("merged").is_none(), "{merged}");
    let whole = world.get(&format!("{list}/{}", pulls[0])).await;
    assert_eq!(whole["merged"], true);
}

#[tokio::test]
async fn a_page_leads_to_the_others() {
    let world = World::start().await;
    for _ in 0..5 {
        world.issue("Title");
    }
    let path = "/repos/acme/shop/issues?state=all&direction=asc&per_page=2";
    let links = async |page: u32| {
        let answer =
            world.request(Method::GET, &format!("{path}&page={page}")).send().await.unwrap();
        let links = answer.headers().get("link").map(|link| link.to_str().unwrap().to_owned());
        let rows: Value = answer.json().await.unwrap();
        (rows.as_array().unwrap().len(), links.unwrap_or_default())
    };
    let rels = |links: &str| {
        let rels = ["prev", "next", "last", "first"];
        rels.into_iter().filter(|rel| links.contains(&format!("rel=\"{rel}\""))).collect::<Vec<_>>()
    };
    let (count, first) = links(1).await;
    assert_eq!((count, rels(&first)), (2, vec!["next", "last"]));
    assert!(first.contains("direction=asc&per_page=2&page=2>; rel=\"next\""), "{first}");
    assert!(first.contains("page=3>; rel=\"last\""), "{first}");
    let (count, second) = links(2).await;
    assert_eq!((count, rels(&second)), (2, vec!["prev", "next", "last", "first"]));
    let (count, last) = links(3).await;
    assert_eq!((count, rels(&last)), (1, vec!["prev", "first"]));
}

#[tokio::test]
async fn only_what_was_touched_since_is_listed() {
    let world = World::start().await;
    let (old, touched) = (world.issue("Old"), world.issue("Touched"));
    world.clock.advance(Duration::from_hours(1));
    world.simulator.close_issue(&repo(), touched, false).unwrap();
    let new = world.issue("New");
    let since =
        "/repos/acme/shop/issues?state=all&sort=updated&direction=asc&since=2026-11-20T18:00:00Z";
    assert_eq!(world.numbers(since).await, [touched, new]);
    assert!(world.numbers("/repos/acme/shop/issues").await.contains(&old));
}

#[tokio::test]
async fn who_has_the_newest_is_told_so_and_nothing_more() {
    let world = World::start().await;
    let issue = world.issue("Title");
    world.pull();
    for path in ["/repos/acme/shop/issues", "/repos/acme/shop/pulls?state=all", "/repos/acme/shop"]
    {
        let first = world.request(Method::GET, path).send().await.unwrap();
        let tag = first.headers()["etag"].to_str().unwrap().to_owned();
        let again = world.request(Method::GET, path).header("if-none-match", &tag).send().await;
        let again = again.unwrap();
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{path}");
        assert_eq!(again.headers()["etag"], tag.as_str());
        assert!(again.bytes().await.unwrap().is_empty());
    }
    let list = || world.request(Method::GET, "/repos/acme/shop/issues");
    let tag = list().send().await.unwrap().headers()["etag"].clone();
    world.a_moment_later();
    world.simulator.close_issue(&repo(), issue, true).unwrap();
    let changed = list().header("if-none-match", tag).send().await.unwrap();
    assert_eq!(changed.status(), 200);
}

#[tokio::test]
async fn comments_are_made_listed_and_told() {
    let world = World::start().await;
    let (issue, (_, mut heard)) = (world.issue("Title"), world.listener().await);
    let path = format!("/repos/acme/shop/issues/{issue}/comments");
    let made = world.request(Method::POST, &path).json(&json!({ "body": "Hello" })).send().await;
    assert_eq!(made.unwrap().status(), 201);
    world.simulator.comment(&repo(), issue, "octocat", "Hello yourself").unwrap();

    let comments = world.get(&path).await;
    let words: Vec<_> = comments.as_array().unwrap().iter().map(|it| &it["body"]).collect();
    assert_eq!(words, ["Hello", "Hello yourself"]);
    for (author, comment) in [("taskwire-bot", 0), ("octocat", 1)] {
        let told = next(&mut heard).await;
        assert_eq!(
            (told.event.as_str(), &told.body["action"]),
            ("issue_comment", &json!("created"))
        );
        assert_eq!(told.body["comment"]["id"], comments[comment]["id"]);
        assert_eq!(told.body["sender"]["login"], author);
    }
    let nowhere = world.request(Method::GET, "/repos/acme/shop/issues/999/comments").send().await;
    assert_eq!(nowhere.unwrap().status(), 404);
}

#[tokio::test]
async fn a_life_is_told_by_the_webhooks_that_github_would_send() {
    let world = World::start().await;
    let (issue, (_, mut heard)) = (world.issue("Title"), world.listener().await);
    for step in Life::Smooth.steps() {
        world.simulator.play(&repo(), issue, *step).unwrap();
        world.a_moment_later();
    }
    let expected = [
        "issue_comment created",
        "pull_request opened",
        "check_run created",
        "check_run created",
        "pull_request ready_for_review",
        "check_run completed",
        "check_run completed",
        "check_suite completed",
        "pull_request_review submitted",
        "pull_request closed",
        "issues closed",
    ];
    for expected in expected {
        let told = next(&mut heard).await;
        let action = told.body["action"].as_str().unwrap();
        assert_eq!(format!("{} {action}", told.event), expected);
    }
    let pull = &world.get("/repos/acme/shop/pulls?state=closed").await[0];
    let commit = pull["head"]["sha"].as_str().unwrap();
    let runs = world.get(&format!("/repos/acme/shop/commits/{commit}/check-runs")).await;
    assert_eq!(runs["total_count"], 2);
    let reviews = world.get(&format!("/repos/acme/shop/pulls/{}/reviews", pull["number"])).await;
    assert_eq!(reviews[0]["state"], "APPROVED");
}

#[tokio::test]
async fn a_lost_webhook_is_listed_and_delivered_again_under_the_same_id() {
    let world = World::start().await;
    let (issue, (hook, mut heard)) = (world.issue("Title"), world.listener().await);
    world.simulator.lose_next(1);
    let lost = world.simulator.close_issue(&repo(), issue, true).unwrap();
    let told = world.simulator.reopen_issue(&repo(), issue).unwrap();
    assert_eq!(next(&mut heard).await.id, told.id);

    let path = format!("/repos/acme/shop/hooks/{hook}/deliveries");
    let deliveries = world.get(&path).await;
    let is_lost = |row: &&Value| row["guid"] == lost.id.as_str();
    let row = deliveries.as_array().unwrap().iter().find(is_lost).unwrap();
    assert_eq!((&row["status_code"], &row["redelivery"]), (&json!(0), &json!(false)));
    assert_eq!((&row["event"], &row["action"]), (&json!("issues"), &json!("closed")));

    let again = format!("{path}/{}/attempts", row["id"]);
    let answer = world.request(Method::POST, &again).send().await.unwrap();
    assert_eq!(answer.status(), 202);
    assert_eq!(next(&mut heard).await.id, lost.id);
}

#[tokio::test]
async fn webhooks_come_twice_and_out_of_order_when_asked_to() {
    let order = async |seed| {
        let world = World::start().await;
        let (_, mut heard) = world.listener().await;
        world.simulator.seed(seed);
        world.simulator.double_next(1);
        let doubled = world.simulator.open_pull(&repo(), NewPull::by_agent("Fix", "")).unwrap();
        assert_eq!(next(&mut heard).await.id, doubled.id);
        assert_eq!(next(&mut heard).await.id, doubled.id);
        world.simulator.shuffle_next(6);
        let mut sent = Vec::new();
        for _ in 0..6 {
            sent.push(world.simulator.push(&repo(), doubled.number).unwrap().id);
        }
        let mut places = Vec::new();
        for _ in 0..6 {
            let id = next(&mut heard).await.id;
            places.push(sent.iter().position(|sent| *sent == id).unwrap());
        }
        places
    };
    let places = order(7).await;
    assert_eq!(places, order(7).await, "the same seed, the same order");
    assert_ne!(places, (0..6).collect::<Vec<_>>());
}

#[tokio::test]
async fn faults_are_those_that_github_documents() {
    let world = World::start().await;
    let ask = || world.request(Method::GET, "/user").send();
    world.simulator.limit_next(1, Duration::from_secs(17));
    let limited = ask().await.unwrap();
    assert_eq!(
        (limited.status().as_u16(), &limited.headers()["retry-after"]),
        (403, &"17".parse().unwrap())
    );
    world.simulator.exhaust_next(1, Duration::from_mins(1));
    let exhausted = ask().await.unwrap();
    assert_eq!(exhausted.headers()["x-ratelimit-remaining"], "0");
    assert_eq!(exhausted.headers()["x-ratelimit-reset"], "1795195500");
    world.simulator.fail_next(1, 503);
    assert_eq!(ask().await.unwrap().status(), 503);
    world.simulator.slow_next(1, Duration::from_mins(10));
    let slow = timeout(Duration::from_millis(200), ask()).await;
    assert!(slow.is_err(), "it answers later");
    assert_eq!(ask().await.unwrap().status(), 200);
}
