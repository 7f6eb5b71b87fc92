//! The path.

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use utoipa::{
    IntoParams, PartialSchema,
    openapi::{
        Required,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

use crate::{domain::TaskId, http::problem::HttpError, tasks::ServiceError};

/// The task that the path names. What is no task's id names no task: 404.
pub(in crate::http) struct TaskPath(pub(in crate::http) TaskId);

impl<S: Send + Sync> FromRequestParts<S> for TaskPath {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, HttpError> {
        let raw = Path::<String>::from_request_parts(parts, state).await;
        let id = raw.ok().and_then(|Path(raw)| raw.parse().ok());
        id.map(Self).ok_or_else(|| ServiceError::NotFound.into())
    }
}

impl IntoParams for TaskPath {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let id = ParameterBuilder::new()
            .name("id")
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .description(Some("The task"))
            .schema(Some(TaskId::schema()));
        vec![id.build()]
    }
}
