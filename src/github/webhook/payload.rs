//! From a webhook's headers and bytes to its JSON.

use std::borrow::Cow;

use http::{HeaderMap, header};
use url::form_urlencoded;

use super::{Malformed, WebhookError};

/// What a webhook's headers say about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// `X-GitHub-Event`.
    pub event: String,
    /// `X-GitHub-Delivery`: 1 to 128 printable characters, the same when it is delivered again.
    pub id: String,
    pub(super) encoding: Encoding,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Json,
    Form,
}

impl Delivery {
    /// Reads the headers; [`WebhookError::Malformed`] if one is missing or makes no sense.
    pub fn read(headers: &HeaderMap) -> Result<Self, WebhookError> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let event = text("x-github-event")
            .filter(|event| !event.is_empty())
            .ok_or(Malformed("the X-GitHub-Event header is missing"))?;
        let id = text("x-github-delivery")
            .filter(|id| {
                (1..=128).contains(&id.len()) && id.bytes().all(|byte| (0x20..0x7f).contains(&byte))
            })
            .ok_or(Malformed(
                "the X-GitHub-Delivery header must have 1 to 128 printable characters",
            ))?;
        let media = text(header::CONTENT_TYPE.as_str()).unwrap_or_default();
        let media = media.split(';').next().unwrap_or_default().trim();
        let encoding = if media.eq_ignore_ascii_case("application/json") {
            Encoding::Json
        } else if media.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            Encoding::Form
        } else {
            return Err(Malformed("the content type is neither JSON nor a form").into());
        };
        Ok(Self { event: event.to_owned(), id: id.to_owned(), encoding })
    }
}

/// The JSON in a body.
pub(in crate::github) fn decode<'a>(
    delivery: &Delivery,
    body: &'a [u8],
) -> Result<Cow<'a, [u8]>, Malformed> {
    match delivery.encoding {
        // What of it is skipped is JSON, too.
        Encoding::Json => str::from_utf8(body)
            .map(|json| Cow::Borrowed(json.as_bytes()))
            .map_err(|_| Malformed("the payload is not UTF-8")),
        Encoding::Form => form_urlencoded::parse(body)
            .find(|(name, _)| name == "payload")
            .map(|(_, value)| Cow::Owned(value.into_owned().into_bytes()))
            .ok_or(Malformed("the form has no payload")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(headers: &[(&'static str, &str)]) -> Option<Delivery> {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        Delivery::read(&headers).ok()
    }

    fn with(media: &str) -> Option<Delivery> {
        read(&[("x-github-event", "ping"), ("x-github-delivery", "d-1"), ("content-type", media)])
    }

    #[test]
    fn both_content_types_carry_the_same_json() {
        let json = with("application/json; charset=utf-8").unwrap();
        assert_eq!(decode(&json, b"{}").unwrap().as_ref(), b"{}");
        let form = with("Application/X-WWW-Form-Urlencoded").unwrap();
        assert_eq!(decode(&form, b"x=1&payload=%7B%22a%22%3A1%7D").unwrap().as_ref(), b"{\"a\":1}");
        assert!(decode(&form, b"{}").is_err());
        assert_eq!((json.event.as_str(), json.id.as_str()), ("ping", "d-1"));
    }

    #[test]
    fn headers_that_make_no_sense_are_malformed() {
        assert_eq!(with("text/plain"), None);
        let kind = ("content-type", "application/json");
        let (event, id) = (("x-github-event", "ping"), ("x-github-delivery", "d"));
        let long = "d".repeat(129);
        assert!(read(&[kind, event, id]).is_some());
        assert!(read(&[kind, event, ("x-github-delivery", &long[1..])]).is_some());
        assert!(read(&[event, id]).is_none());
        assert!(read(&[kind, id]).is_none());
        assert!(read(&[kind, event]).is_none());
        assert!(read(&[kind, event, ("x-github-delivery", "")]).is_none());
        assert!(read(&[kind, event, ("x-github-delivery", &long)]).is_none());
        assert!(read(&[kind, event, ("x-github-delivery", "a\tb")]).is_none());
    }
}
