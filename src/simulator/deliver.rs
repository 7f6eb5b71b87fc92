//! Webhooks on their way to whoever listens.

use bytes::Bytes;
use http::{Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use secrecy::SecretString;
use url::Url;
use uuid::{NoContext, Uuid};

use super::Simulator;
use crate::{domain::Timestamp, github::sign};

const LARGEST_ANSWER: usize = 1024 * 1024;

/// A webhook, ready to be delivered: once, again, late or never. Its id stays the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hook {
    /// `X-GitHub-Event`.
    pub event: String,
    /// `X-GitHub-Delivery`.
    pub id: String,
    /// The issue or pull request that it is about.
    pub number: u64,
    /// The JSON.
    pub body: Bytes,
}

/// Why a webhook was not delivered.
#[derive(Debug, thiserror::Error)]
#[error("the webhook was not delivered: {0}")]
pub struct DeliverError(String);

impl Hook {
    pub(super) fn new(event: &str, number: u64, body: String, now: Timestamp) -> Self {
        let millis = u64::try_from(now.as_millis()).unwrap_or(0);
        let at = uuid::Timestamp::from_unix(NoContext, millis / 1_000, 0);
        let id = Uuid::new_v7(at).to_string();
        Self { event: event.to_owned(), id, number, body: body.into() }
    }
}

impl Simulator {
    /// Posts `hook` to `to` over plain HTTP, signed with `secret`; what was answered.
    pub async fn deliver(
        &self,
        hook: &Hook,
        to: &Url,
        secret: &SecretString,
    ) -> Result<(StatusCode, Bytes), DeliverError> {
        let wrong = |error: &dyn std::error::Error| DeliverError(error.to_string());
        let request = Request::post(to.as_str())
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::USER_AGENT, "GitHub-Hookshot/simulated")
            .header("x-github-event", &hook.event)
            .header("x-github-delivery", &hook.id)
            .header("x-hub-signature-256", sign(secret, &hook.body))
            .body(Full::new(hook.body.clone()))
            .map_err(|error| wrong(&error))?;
        let client: Client<HttpConnector, Full<Bytes>> =
            Client::builder(TokioExecutor::new()).build_http();
        let answer = client.request(request).await.map_err(|error| wrong(&error))?;
        let status = answer.status();
        let body = Limited::new(answer.into_body(), LARGEST_ANSWER).collect().await;
        Ok((status, body.map_err(|error| wrong(error.as_ref()))?.to_bytes()))
    }
}
