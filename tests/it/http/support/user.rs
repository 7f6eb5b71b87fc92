//! Users, and the answers they get.

use std::{collections::BTreeSet, time::Duration};

use reqwest::{Method, StatusCode, header::HeaderMap};
use serde_json::{Value, json};
use taskwire::{
    auth::{Grant, Keys},
    domain::{Role, text::TeamName},
};

use super::{Stream, TestApp};
use crate::support::Request;

/// Somebody with a token, who can be given roles and teams before the first request.
#[derive(Clone)]
pub(crate) struct User<'a> {
    app: &'a TestApp,
    keys: &'a Keys,
    grant: Grant,
}

impl<'a> User<'a> {
    pub(super) fn new(app: &'a TestApp, keys: &'a Keys, id: &str) -> Self {
        let grant = Grant {
            sub: id.try_into().unwrap(),
            name: Some(id.to_uppercase()),
            roles: BTreeSet::from([Role::Member]),
            teams: BTreeSet::new(),
            ttl: Duration::from_hours(1),
        };
        Self { app, keys, grant }
    }

    pub(crate) fn team(mut self, team: &str) -> Self {
        self.grant.teams.insert(TeamName::try_from(team).unwrap());
        self
    }

    pub(crate) fn role(mut self, role: Role) -> Self {
        self.grant.roles = BTreeSet::from([role]);
        self
    }

    /// For how long the token is good.
    pub(crate) fn ttl(mut self, ttl: Duration) -> Self {
        self.grant.ttl = ttl;
        self
    }

    pub(crate) fn token(&self) -> String {
        self.keys.sign(&self.grant, self.app.now())
    }

    pub(crate) fn request(&self, method: Method, path: &str) -> Request {
        self.app.http.request(method, self.app.url(path)).bearer_auth(self.token())
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        send(self.request(Method::POST, path).json(body)).await
    }

    pub(crate) async fn post_with_key(&self, path: &str, key: &str, body: &Value) -> Answer {
        send(self.request(Method::POST, path).header("Idempotency-Key", key).json(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, if_match: &str, body: &Value) -> Answer {
        send(self.request(Method::PATCH, path).header("If-Match", if_match).json(body)).await
    }

    /// Submits a task and returns its id.
    pub(crate) async fn creates(&self, title: &str) -> String {
        self.creates_with(json!({ "title": title })).await
    }

    /// Submits a task with more than a title, and returns its id.
    pub(crate) async fn creates_with(&self, body: Value) -> String {
        let answer = self.post("/api/tasks", &body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        answer.body["taskId"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn task(&self, id: &str) -> Value {
        let answer = self.get(&format!("/api/tasks/{id}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.body
    }

    pub(crate) async fn comments(&self, id: &str, text: &str) -> Answer {
        self.post(&format!("/api/tasks/{id}/comments"), &json!({ "text": text })).await
    }

    /// Opens an event stream.
    pub(crate) async fn stream(&self, path: &str) -> Stream {
        Stream::of(self.request(Method::GET, path).send().await.unwrap())
    }

    /// Opens an event stream after what it has seen.
    pub(crate) async fn resume(&self, path: &str, last: u64) -> reqwest::Response {
        let request = self.request(Method::GET, path).header("Last-Event-ID", last);
        request.send().await.unwrap()
    }
}

pub(crate) async fn send(request: Request) -> Answer {
    Answer::read(request.send().await.unwrap()).await
}

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// The JSON; `null` if there is none.
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) async fn read(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.unwrap();
        Self { status, headers, body: serde_json::from_slice(&bytes).unwrap_or_default() }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Checks that this is the problem `code`, whole and well-formed.
    #[track_caller]
    pub(crate) fn is_problem(&self, status: u16, code: &str) -> &Self {
        assert_eq!(self.body["code"], code, "{self:?}");
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.body["status"], status);
        assert_eq!(self.body["type"], format!("/api/docs#{code}"));
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        assert_eq!(self.body["requestId"].as_str(), self.header("x-request-id"));
        assert!(self.body["title"].is_string() && self.body["detail"].is_string(), "{self:?}");
        self
    }

    /// Checks that this refuses `field`, and no other.
    #[track_caller]
    pub(crate) fn refuses(&self, field: &str) {
        self.is_problem(422, "validation_failed");
        let errors = self.body["errors"].as_array().expect("it names the field");
        let fields: Vec<_> = errors.iter().map(|error| error["field"].as_str().unwrap()).collect();
        assert_eq!(fields, [field], "{}", self.body);
        assert!(!errors[0]["message"].as_str().unwrap().is_empty());
    }
}
