//! Every route and every layer, on one page.

use axum::{
    Extension, Router,
    middleware::from_fn,
    routing::{get, post},
};

use super::{
    Http, assets, demo, docs, health, layers,
    observe::observe,
    openapi, problem, session, sse,
    tasks::{read, report, write},
    webhooks,
};

/// The whole of HTTP. `around` lays what is not of this module around the routes, within the request
/// id, the log line, CORS and the rendering of problems.
pub fn router(http: Http, around: impl FnOnce(Router<Http>) -> Router<Http>) -> Router {
    let mut answers = Router::new()
        .route("/api/tasks", get(read::list).post(write::create))
        .route("/api/tasks/stats", get(read::stats))
        .route("/api/tasks/{id}", get(read::task).patch(write::edit))
        .route("/api/tasks/{id}/events", get(read::events))
        .route("/api/tasks/{id}/answers", post(write::answer))
        .route("/api/tasks/{id}/comments", post(write::comment))
        .route("/api/tasks/{id}/cancel", post(write::cancel))
        .route("/api/tasks/{id}/retry", post(write::retry))
        .route("/api/tasks/{id}/progress", post(report::progress))
        .route("/api/tasks/{id}/fail", post(report::fail))
        .route("/api/me", get(session::me))
        .route("/api/features", get(session::features))
        .route("/api/openapi.json", get(openapi::serve))
        .route("/api/asyncapi.json", get(docs::asyncapi))
        .route("/api/docs", get(docs::page).layer(Extension(docs::Routes(openapi::openapi))))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics));
    if http.demo.is_some() {
        answers = answers
            .route("/api/demo/users", get(demo::users))
            .route("/api/demo/token", post(demo::token));
    }
    // These keep their own time.
    let others = Router::new()
        .route("/api/events", get(sse::dashboard))
        .route("/api/tasks/{id}/stream", get(sse::task))
        .route("/api/webhooks/github", webhooks::route());
    let routes = answers
        .layer(from_fn(layers::in_time))
        .merge(others)
        .fallback(assets::serve)
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(layers::compression());
    // The last layer is the outermost.
    around(routes)
        .layer(layers::content_security_policy())
        .layer(layers::no_sniffing())
        .layer(layers::no_referrer())
        .layer(layers::panics())
        .layer(layers::cors(&http.origins))
        .layer(from_fn(observe))
        .with_state(http)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[test]
    fn every_route_is_documented_and_every_documented_path_is_a_route() {
        let source = include_str!("router.rs").split("mod tests").next().unwrap();
        let routes: BTreeSet<_> = source
            .split(".route(\"")
            .skip(1)
            .map(|route| route.split('"').next().unwrap().to_owned())
            .collect();
        let documented: BTreeSet<_> = super::openapi::openapi().paths.paths.into_keys().collect();
        assert_eq!(routes, documented);
    }
}
