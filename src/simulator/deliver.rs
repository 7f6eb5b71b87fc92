//! Webhooks on their way to whoever listens.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, StatusCode, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use secrecy::SecretString;
use tracing::warn;
use url::Url;

use super::{
    Shared, Simulator,
    hook::Hook,
    outbox::{Address, Delivery, Letter},
    state::State,
};
use crate::github::sign;

const LARGEST_ANSWER: usize = 1024 * 1024;

/// Why a webhook was not delivered.
#[derive(Debug, thiserror::Error)]
#[error("the webhook was not delivered: {0}")]
pub struct DeliverError(String);

impl Simulator {
    /// Posts `hook` to `to` over plain HTTP, signed with `secret`; what was answered.
    pub async fn deliver(
        &self,
        hook: &Hook,
        to: &Url,
        secret: &SecretString,
    ) -> Result<(StatusCode, Bytes), DeliverError> {
        post(hook, to, secret).await
    }

    /// From here on whatever happens is told to `url` by itself, signed with `secret`, one after the
    /// other: a webhook of every repository. Its id.
    pub fn subscribe(&self, url: Url, secret: SecretString) -> u64 {
        let mut state = self.shared.state();
        let id = state.next_id();
        let is_first = state.outbox.address.replace(Address { id, url, secret }).is_none();
        drop(state);
        if is_first {
            let post = post_all(Arc::clone(&self.shared));
            self.tracker.spawn(self.shared.shutdown.clone().run_until_cancelled_owned(post));
        }
        id
    }
}

async fn post(
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

/// Posts what waits. GitHub never tries again by itself.
async fn post_all(shared: Arc<Shared>) {
    loop {
        let next = shared.state().outbox.next();
        let Some((letter, address)) = next else {
            shared.wake.notified().await;
            continue;
        };
        let Letter { hook, is_again } = letter;
        let status = match post(&hook, &address.url, &address.secret).await {
            Ok((status, _)) => Some(status.as_u16()),
            Err(error) => {
                warn!(%error, github.delivery = %hook.id, "a simulated webhook");
                None
            }
        };
        shared.delivered(hook, is_again, status);
    }
}

impl Shared {
    /// Sends a webhook on its way, if anybody wants to know.
    pub(super) fn tell(&self, state: &mut State, hook: &Hook) {
        let lost = {
            let State { outbox, dice, .. } = state;
            outbox.put(hook, dice)
        };
        if let Some(lost) = lost {
            let delivery = self.delivery(state, lost, false, None);
            state.outbox.remember(delivery);
        }
        self.wake.notify_one();
    }

    fn delivered(&self, hook: Hook, is_again: bool, status: Option<u16>) {
        let mut state = self.state();
        let delivery = self.delivery(&mut state, hook, is_again, status);
        state.outbox.remember(delivery);
    }

    fn delivery(
        &self,
        state: &mut State,
        hook: Hook,
        is_again: bool,
        status: Option<u16>,
    ) -> Delivery {
        Delivery { id: state.next_id(), hook, at: self.now(), is_again, status }
    }
}
