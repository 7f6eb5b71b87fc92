//! What can go wrong on which route, for the document: sets of codes, one standing on the other.

use std::collections::BTreeMap;

use utoipa::{
    IntoResponses, PartialSchema,
    openapi::{
        AllOfBuilder, Content, Header, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder, Type,
    },
};

use crate::protocol::Code;

macro_rules! problems {
    ($($(#[$doc:meta])* $name:ident = $($base:ident)? [$($code:ident),* $(,)?];)*) => {$(
        $(#[$doc])*
        pub(super) struct $name;

        impl $name {
            fn codes() -> Vec<Code> {
                #[allow(unused_mut, reason = "some sets stand on no other")]
                let mut codes = vec![$(Code::$code),*];
                $(codes.extend($base::codes());)?
                codes
            }
        }

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                responses(&Self::codes())
            }
        }
    )*};
}

problems! {
    /// What can happen to any caller, token or not.
    Asking = [Unauthenticated, TokenExpired, Internal, Unavailable];
    /// What can happen to whoever reads.
    Reading = Asking [RateLimited, StoreUnavailable];
    /// Reading with parameters.
    Searching = Reading [ValidationFailed];
    /// Reading one task.
    ReadingTask = Reading [NotFound];
    /// Reading one task with parameters.
    SearchingTask = ReadingTask [ValidationFailed];
    /// Following all tasks.
    Following = Searching [TooManyConnections];
    /// Following one task.
    FollowingTask = Following [NotFound];
    /// Reading what only some may.
    Administering = Reading [Forbidden];
    /// Sending a body.
    Writing = Administering [BodyTooLarge, UnsupportedMediaType, ValidationFailed];
    /// Choosing among the demo's users.
    Choosing = Reading [NotFound, BodyTooLarge, UnsupportedMediaType, ValidationFailed];
    /// Submitting a task.
    Creating = Writing [IdempotencyKeyReused];
    /// Telling of a task.
    Reporting = Writing [NotFound, InvalidTransition];
    /// Changing a task.
    Deciding = Reporting [IdempotencyKeyReused, AlreadyAnswered, TimelineFull];
    /// Commenting on a task.
    Commenting = Creating [NotFound, TimelineFull];
    /// Editing a task.
    Editing = Writing [NotFound, TimelineFull, VersionConflict, PreconditionRequired];
    /// Delivering a webhook.
    Delivering = [Malformed, BadSignature, BodyTooLarge, Internal, StoreUnavailable, Unavailable];
}

/// One response for each status, which names its codes.
fn responses(codes: &[Code]) -> BTreeMap<String, RefOr<Response>> {
    let mut by_status: BTreeMap<u16, Vec<&'static str>> = BTreeMap::new();
    for code in codes {
        by_status.entry(code.status()).or_default().push(code.as_str());
    }
    by_status
        .into_iter()
        .map(|(status, words)| (status.to_string(), response(status, &words).into()))
        .collect()
}

fn response(status: u16, words: &[&str]) -> Response {
    let named: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    let code =
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words.iter().copied()));
    let these = ObjectBuilder::new().property("code", code);
    let problem = AllOfBuilder::new().item(Ref::from_schema_name("ProblemBody")).item(these);
    let body = Content::new(Some(problem));
    let response = ResponseBuilder::new()
        .description(named.join(", "))
        .content("application/problem+json", body);
    let seconds = || Header::new(u64::schema());
    match status {
        429 | 503 => response.header("Retry-After", seconds()).build(),
        _ => response.build(),
    }
}
