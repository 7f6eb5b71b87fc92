//! What goes wrong, under which code and status. Nowhere else is this decided.

use std::{borrow::Cow, time::Duration};

use serde::{Serialize, de::IgnoredAny};
use ts_rs::TS;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

use crate::{domain::Refusal, store::StoreError, tasks::ServiceError};

macro_rules! codes {
    ($(
        $(#[doc = $meaning:tt])+
        $variant:ident = $word:literal, $status:literal, $title:literal, $advice:literal;
    )*) => {
        /// The words for what can go wrong, the same in HTTP problems, acknowledgements and
        /// `error` events.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
        #[ts(rename = "ErrorCode")]
        pub enum Code {
            $($(#[doc = $meaning])+ #[serde(rename = $word)] $variant,)*
        }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// The HTTP status that goes with it.
            pub fn status(self) -> u16 {
                match self { $(Self::$variant => $status),* }
            }

            /// What it means, in a few words.
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title),* }
            }

            /// What it means, in a sentence.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$variant => concat!($($meaning),+).trim_ascii_start()),* }
            }

            /// What who gets it can do.
            pub fn advice(self) -> &'static str {
                match self { $(Self::$variant => $advice),* }
            }
        }
    };
}

codes! {
    /// A webhook body or header that is not what GitHub sends.
    Malformed = "malformed", 400, "Malformed delivery",
        "Set the webhook's content type to `application/json` and redeliver.";
    /// No token, or one that does not verify.
    Unauthenticated = "unauthenticated", 401, "Not authenticated",
        "Send `Authorization: Bearer TOKEN` (Socket.IO: `auth: { token }`) with a token signed by the key this server is configured with.";
    /// A token whose time is over.
    TokenExpired = "token_expired", 401, "Token expired",
        "Get a new token and try again. On a socket, say `auth:refresh` when `auth:expiring` comes and it stays open.";
    /// A webhook signature that is missing or wrong.
    BadSignature = "bad_signature", 401, "Bad signature",
        "Give GitHub's webhook the same secret as `GITHUB_WEBHOOK_SECRET`, and redeliver. SHA-1 alone is not enough.";
    /// Seen, but not to be touched by this caller.
    Forbidden = "forbidden", 403, "Forbidden",
        "Ask the task's creator or an admin. Progress and failure are reported by tokens with the role `agent` or `admin`.";
    /// This user gets no Socket.IO now.
    FeatureDisabled = "feature_disabled", 403, "Feature disabled",
        "Follow `GET /api/events` (Server-Sent Events) or ask every few seconds; `GET /api/features` tells what is on.";
    /// A page of another origin.
    OriginNotAllowed = "origin_not_allowed", 403, "Origin not allowed",
        "The operator adds the page's origin to `FRONTEND_URL`.";
    /// Does not exist, or not for this caller.
    NotFound = "not_found", 404, "Not found",
        "Check the address and the id. What one may not see looks the same as what is not there.";
    /// This address takes another method.
    MethodNotAllowed = "method_not_allowed", 405, "Method not allowed",
        "Use one of the methods in `Allow`.";
    /// The task's status does not allow it.
    InvalidTransition = "invalid_transition", 409, "Invalid transition",
        "Read the task again: its status has changed, or what was asked for is done already.";
    /// The first answer wins.
    AlreadyAnswered = "already_answered", 409, "Already answered",
        "Read the task again; what is to be added can be said in a comment.";
    /// The timeline takes no more of this.
    TimelineFull = "timeline_full", 409, "Timeline full",
        "Go on in the task's GitHub issue, or in a new task. The status still moves.";
    /// The task is at another version than `If-Match` says.
    VersionConflict = "version_conflict", 412, "Version conflict",
        "Read the task again, look at what has changed, and send the edit with the new `ETag`.";
    /// The body is too large.
    BodyTooLarge = "body_too_large", 413, "Body too large",
        "Send less; the detail says how much is taken.";
    /// The body is of another type.
    UnsupportedMediaType = "unsupported_media_type", 415, "Unsupported media type",
        "Send JSON with `Content-Type: application/json`.";
    /// A field breaks a rule.
    ValidationFailed = "validation_failed", 422, "Validation failed",
        "Mend what `errors` names, each with its rule. Unknown fields and events are refused, too.";
    /// The key was used with another body.
    IdempotencyKeyReused = "idempotency_key_reused", 422, "Idempotency key reused",
        "Use a new `Idempotency-Key` for every new request, and the old one only to repeat the same.";
    /// `If-Match` is needed.
    PreconditionRequired = "precondition_required", 428, "Precondition required",
        "Read the task, and send its `ETag` as `If-Match`.";
    /// Too fast.
    RateLimited = "rate_limited", 429, "Too many requests",
        "Wait as long as `Retry-After` (on a socket: `retryAfterMs`) says, then try again.";
    /// This socket has joined as many rooms as it may.
    TooManyRooms = "too_many_rooms", 429, "Too many rooms",
        "Leave tasks that are not looked at any more, or join the dashboard instead.";
    /// This user has as many sockets as they may.
    TooManyConnections = "too_many_connections", 429, "Too many connections",
        "Close connections that are not needed, and share one among the parts of a page.";
    /// More is waiting on this socket than is kept.
    Busy = "busy", 429, "Busy",
        "Wait for acknowledgements before saying more, then try again.";
    /// The server's own fault.
    Internal = "internal", 500, "Internal error",
        "Try again later. If it stays, give the operator the `requestId`: the cause is in the log.";
    /// The store cannot be reached now.
    StoreUnavailable = "store_unavailable", 503, "Store unavailable",
        "Wait as long as `Retry-After` says, and repeat under the same `Idempotency-Key`.";
    /// This server is full, stopping or not ready.
    Unavailable = "unavailable", 503, "Unavailable",
        "Wait as long as `Retry-After` says, then try again; another instance may answer.";
}

/// By hand: the derive does not see through the macro to the words.
impl PartialSchema for Code {
    fn schema() -> RefOr<Schema> {
        let words = Self::ALL.iter().map(|code| code.as_str());
        let word = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words));
        word.description(Some("What went wrong, for programs")).into()
    }
}

impl ToSchema for Code {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("ErrorCode")
    }
}

/// A field and the rule it breaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, ToSchema)]
pub struct FieldError {
    /// The field's path in the request, as in `answers[0].questionId`.
    pub field: String,
    /// The rule, in words that follow the field's name.
    pub message: String,
}

/// What went wrong, for whoever asked. Never a secret, never the inside of a 5xx.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {detail}", code.as_str())]
pub struct Problem {
    /// The word for programs.
    pub code: Code,
    /// The sentence for people.
    pub detail: String,
    /// The fields that break a rule.
    pub errors: Vec<FieldError>,
    /// When another try makes sense.
    pub retry_after: Option<Duration>,
}

impl Problem {
    /// A problem without more to say than `detail`.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), errors: Vec::new(), retry_after: None }
    }

    /// A field that breaks a rule; `message` follows the field's name.
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        let error = FieldError { field: field.into(), message: message.into() };
        Self {
            code: Code::ValidationFailed,
            detail: format!("{} {}", error.field, error.message),
            errors: vec![error],
            retry_after: None,
        }
    }

    /// A problem that waiting can mend.
    pub fn later(code: Code, detail: impl Into<String>, retry_after: Duration) -> Self {
        Self { retry_after: Some(retry_after), ..Self::new(code, detail) }
    }

    /// The problem of a JSON body that is none, or not the one expected.
    ///
    /// serde calls it a syntax error, too, where one of a few words is expected and something else
    /// stands: `json` itself tells.
    pub fn json(error: &serde_path_to_error::Error<serde_json::Error>, json: &[u8]) -> Self {
        let inner = error.inner();
        let (name, rule) = if inner.is_data() {
            rule_of(inner)
        } else if inner.to_string().starts_with("expected value")
            && serde_json::from_slice::<IgnoredAny>(json).is_ok()
        {
            (None, "must be one of the words for it".to_owned())
        } else {
            return Self::new(Code::ValidationFailed, "the JSON does not parse");
        };
        let mut path = error.path().to_string();
        if path == "." {
            path.clear();
        }
        match name {
            // Whether serde counts the field into its path depends on how it found out.
            Some(name) if path == name || path.ends_with(&format!(".{name}")) => {}
            Some(name) if path.is_empty() => path = name,
            Some(name) => path = format!("{path}.{name}"),
            None if path.is_empty() => path = "body".into(),
            None => {}
        }
        Self::field(path, rule)
    }
}

/// The rule that a value breaks, without serde's position in the text; and the field, if it is one
/// that is missing or unknown.
fn rule_of(error: &serde_json::Error) -> (Option<String>, String) {
    let text = error.to_string();
    let rule = text.rsplit_once(" at line ").map_or(text.as_str(), |(rule, _)| rule);
    let named = |kind: &str| {
        let (name, _) = rule.strip_prefix(kind)?.strip_prefix(" `")?.split_once('`')?;
        Some(name.to_owned())
    };
    if let Some(name) = named("missing field") {
        (Some(name), "is required".into())
    } else if let Some(name) = named("unknown field") {
        (Some(name), "is not a field of this request".into())
    } else if rule.starts_with("must ") {
        (None, rule.to_owned())
    } else {
        (None, format!("is not valid: {rule}"))
    }
}

impl From<ServiceError> for Problem {
    fn from(error: ServiceError) -> Self {
        let detail = error.to_string();
        match error {
            ServiceError::NotFound => Self::new(Code::NotFound, detail),
            ServiceError::Forbidden(_) => Self::new(Code::Forbidden, detail),
            ServiceError::Refused(refusal) => refusal.into(),
            ServiceError::VersionConflict(_) => Self::new(Code::VersionConflict, detail),
            ServiceError::KeyReused => Self::new(Code::IdempotencyKeyReused, detail),
            ServiceError::Store(StoreError::TooLarge) => Refusal::TimelineFull.into(),
            ServiceError::Store(StoreError::Unavailable(_)) => {
                let detail = "the store cannot be reached just now; try again";
                Self::later(Code::StoreUnavailable, detail, Duration::from_secs(1))
            }
            ServiceError::LeaseLost
            | ServiceError::Store(
                StoreError::Conflict
                | StoreError::LeaseLost
                | StoreError::KnownCause
                | StoreError::Duplicate
                | StoreError::Broken(_),
            ) => {
                tracing::error!(error = %detail, "a use case broke");
                Self::new(Code::Internal, "something went wrong on our side")
            }
        }
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let detail = refusal.to_string();
        match refusal {
            Refusal::InvalidTransition { .. } => Self::new(Code::InvalidTransition, detail),
            Refusal::AlreadyAnswered { .. } => Self::new(Code::AlreadyAnswered, detail),
            Refusal::TimelineFull => Self::new(Code::TimelineFull, detail),
            Refusal::Invalid { field, message } => Self::field(field, message),
        }
    }
}
