//! Answers over HTTP, held against OpenAPI.

use serde_json::Value;

use super::{Document, OPENAPI, Verdict};

/// An answer, as a client sees it.
pub(crate) struct Seen<'a> {
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) status: u16,
    pub(crate) content_type: Option<&'a str>,
    /// `None`: it is a stream, or it is encoded.
    pub(crate) body: Option<&'a [u8]>,
}

/// Holds an answer against the document.
pub(crate) fn check_answer(seen: &Seen<'_>) -> Verdict {
    let method = seen.method.to_lowercase();
    if method == "options" || !is_documented(seen.path) {
        let is_problem = seen.content_type == Some("application/problem+json");
        return if is_problem { judge_problem(seen.body) } else { Ok(()) };
    }
    let Some(template) = template(seen.path) else { return refused(seen, 404, "not_found") };
    let is_head = method == "head";
    let method = if is_head { "get" } else { &method };
    let path = template.replace('~', "~0").replace('/', "~1");
    let operation = format!("/paths/{path}/{method}");
    if OPENAPI.json.pointer(&operation).is_none() {
        return refused(seen, 405, "method_not_allowed");
    }
    let answer = format!("{operation}/responses/{}", seen.status);
    let Some(documented) = OPENAPI.json.pointer(&answer) else {
        return Err(format!("{} is no documented status", seen.status));
    };
    if is_head {
        return Ok(());
    }
    let Some(media) = documented["content"].as_object() else {
        let is_empty = seen.body.is_none_or(<[u8]>::is_empty);
        return if is_empty { Ok(()) } else { Err("a body where none is documented".into()) };
    };
    let actual = seen.content_type.unwrap_or_default().split(';').next().unwrap();
    if !media.contains_key(actual) {
        return Err(format!("`{actual}` is no documented content type"));
    }
    if let Some(body) = seen.body
        && actual.ends_with("json")
        && documented["content"][actual]["schema"] != serde_json::json!({ "type": "object" })
    {
        let body: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        let schema = format!("{answer}/content/{}/schema", actual.replace('/', "~1"));
        return OPENAPI.judge(&schema, body);
    }
    Ok(())
}

/// The rest is the web app's and the gateway's.
fn is_documented(path: &str) -> bool {
    path == "/api"
        || path.starts_with("/api/")
        || ["/healthz", "/readyz", "/metrics"].contains(&path)
}

/// The documented path that a real one is an instance of.
fn template(path: &str) -> Option<&'static str> {
    let document: &'static Document = &OPENAPI;
    let paths = document.json["paths"].as_object().unwrap();
    let fits = |template: &&String| {
        let (asked, known) = (path.split('/'), template.split('/'));
        asked.clone().count() == known.clone().count()
            && asked.zip(known).all(|(asked, known)| known.starts_with('{') || asked == known)
    };
    let exact = paths.keys().find(|template| *template == path);
    exact.or_else(|| paths.keys().find(fits)).map(String::as_str)
}

/// What the document does not know is refused as what it does not know.
fn refused(seen: &Seen<'_>, status: u16, code: &str) -> Verdict {
    if seen.status != status {
        return Err(format!("{} where nothing is documented", seen.status));
    }
    let Some(body) = seen.body else { return Ok(()) };
    let problem: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    if problem["code"] != code {
        return Err(format!("{problem} is not `{code}`"));
    }
    judge_problem(Some(body))
}

/// A problem looks the same everywhere.
fn judge_problem(body: Option<&[u8]>) -> Verdict {
    let Some(body) = body else { return Ok(()) };
    let body: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    OPENAPI.judge("/components/schemas/ProblemBody", body)
}
