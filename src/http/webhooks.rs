//! `POST /api/webhooks/github`: bytes in, verified while they stream, handed on only if genuine.

use std::{sync::Arc, time::Duration};

use axum::{
    Extension, Json,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{MethodRouter, post},
};
use futures_util::StreamExt as _;
use secrecy::SecretString;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

use super::{Http, problem::HttpError, refusals::Delivering};
use crate::{
    github::{Delivery, Received, Verifier, WebhookError},
    protocol::{
        Code, Problem,
        rest::{WebhookOutcome, WebhookReceipt},
    },
    telemetry::metrics,
};

/// The largest body that GitHub sends.
const MAX_BODY: usize = 25 * 1024 * 1024;
/// How long a body may take, and how long it may wait for others before it.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many bodies may be in memory that nobody has vouched for yet.
const UNVERIFIED: usize = 8;

/// Room for bodies that are not verified yet.
#[derive(Clone)]
pub(super) struct Room(Arc<Semaphore>);

/// The route, with its own bound on what is not verified yet.
pub(super) fn route() -> MethodRouter<Http> {
    post(receive).layer(Extension(Room(Arc::new(Semaphore::new(UNVERIFIED)))))
}

/// Takes in what GitHub tells. The signature is checked over the raw bytes before anything is
/// parsed; a delivery under a known id changes nothing.
#[utoipa::path(
    post,
    path = "/api/webhooks/github",
    operation_id = "receiveWebhook",
    tag = "webhooks",
    security(()),
    params(
        ("X-Hub-Signature-256" = String, Header, description = "`sha256=` and the HMAC of the body"),
        ("X-GitHub-Event" = String, Header, description = "What happened"),
        ("X-GitHub-Delivery" = String, Header, description = "The delivery's id"),
    ),
    request_body(
        description = "At most 25 MiB within 10 s; a form has the JSON in `payload`",
        content((Object = "application/json"), (Object = "application/x-www-form-urlencoded")),
    ),
    responses(
        (status = 202, description = "Taken in", body = WebhookReceipt),
        (status = 200, description = "The answer to `ping`"),
        Delivering
    )
)]
pub(super) async fn receive(
    State(http): State<Http>,
    Extension(room): Extension<Room>,
    request: Request,
) -> Result<Response, HttpError> {
    let answer = take_in(&http, &room, request).await;
    let outcome = match &answer {
        Ok(Received::Pong) => "ping",
        Ok(Received::Receipt(receipt)) => match receipt.outcome {
            WebhookOutcome::Applied => "applied",
            WebhookOutcome::Ignored => "ignored",
            WebhookOutcome::Duplicate => "duplicate",
        },
        Err(problem) => problem.code.as_str(),
    };
    ::metrics::counter!(metrics::WEBHOOKS, "outcome" => outcome).increment(1);
    Ok(match answer? {
        Received::Pong => StatusCode::OK.into_response(),
        Received::Receipt(receipt) => (StatusCode::ACCEPTED, Json(receipt)).into_response(),
    })
}

async fn take_in(http: &Http, room: &Room, request: Request) -> Result<Received, Problem> {
    if http.webhook_secrets.is_empty() {
        return Err(Problem::new(Code::Unavailable, "no webhook secret is configured"));
    }
    let (parts, body) = request.into_parts();
    let bytes = {
        let _place = room.enter().await?;
        genuine(&http.webhook_secrets, &parts.headers, body).await?
    };
    let delivery = Delivery::read(&parts.headers)?;
    Ok(http.webhooks.receive(&delivery, &bytes).await?)
}

impl Room {
    async fn enter(&self) -> Result<SemaphorePermit<'_>, Problem> {
        // Cancel-safe: one that gives up waiting has lost nothing but its place in the queue.
        if let Ok(Ok(place)) = timeout(PATIENCE, self.0.acquire()).await {
            return Ok(place);
        }
        let detail = "too many deliveries at once: redeliver later";
        Err(Problem::later(Code::Unavailable, detail, PATIENCE))
    }
}

/// The body, if one of `secrets` has signed it.
async fn genuine(
    secrets: &[SecretString],
    headers: &HeaderMap,
    body: Body,
) -> Result<Vec<u8>, Problem> {
    let signature = headers.get("x-hub-signature-256").and_then(|value| value.to_str().ok());
    if signature.is_none() {
        return Err(WebhookError::BadSignature.into());
    }
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    if length.and_then(|length| length.parse().ok()).is_some_and(|length: usize| length > MAX_BODY)
    {
        return Err(too_large());
    }
    let mut verifier = Verifier::new(secrets);
    let reading = timeout(PATIENCE, read(body, &mut verifier));
    let bytes = reading.await.map_err(|_| malformed("the body took longer than 10 s"))??;
    verifier.verify(signature)?;
    Ok(bytes)
}

async fn read(body: Body, verifier: &mut Verifier) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| malformed("the body broke off"))?;
        if bytes.len() + chunk.len() > MAX_BODY {
            return Err(too_large());
        }
        verifier.update(&chunk);
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn malformed(detail: &str) -> Problem {
    Problem::new(Code::Malformed, detail)
}

fn too_large() -> Problem {
    Problem::new(Code::BodyTooLarge, "at most 25 MiB are taken")
}

impl From<WebhookError> for Problem {
    fn from(error: WebhookError) -> Self {
        match error {
            WebhookError::BadSignature => Self::new(Code::BadSignature, error.to_string()),
            WebhookError::Malformed(what) => malformed(what),
            WebhookError::Tasks(error) => error.into(),
        }
    }
}
