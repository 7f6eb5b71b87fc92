//! What an HTTP answer of GitHub's API means.
//!
//! Rate limits as in <https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api>.

use std::time::Duration;

use bytes::Bytes;
use chrono::DateTime;
use http::{HeaderMap, StatusCode, header};
use serde::{Deserialize, de::DeserializeOwned};
use url::Url;

use super::{client::GitHubError, list::Etag};
use crate::domain::text::Message;

/// No limit of GitHub's lasts longer.
const LONGEST_REST: Duration = Duration::from_hours(1);
/// What GitHub asks for when it limits without saying for how long.
const SECONDARY_REST: Duration = Duration::from_mins(1);
const MESSAGE_CHARACTERS: usize = 200;

/// An answer, read to its end.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Answer {
    /// What a successful answer says.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, GitHubError> {
        if !self.status.is_success() {
            return Err(self.refusal());
        }
        serde_json::from_slice(&self.body)
            .map_err(|_| GitHubError::unavailable("an answer that is no answer to the question"))
    }

    /// Where a redirect leads within the API at `base`: path and query.
    pub(super) fn moved_to(&self, base: &Url) -> Option<String> {
        match self.status.as_u16() {
            301 | 302 | 307 | 308 => {
                let location = self.header(header::LOCATION.as_str())?;
                path_within(base, &base.join(location).ok()?)
            }
            _ => None,
        }
    }

    /// The next page of a list (RFC 8288): path and query.
    pub(super) fn next_page(&self, base: &Url) -> Option<String> {
        let links = self.header(header::LINK.as_str())?;
        let next = links.split(',').find(|link| link.contains("rel=\"next\""))?;
        let (_, after) = next.split_once('<')?;
        let (url, _) = after.split_once('>')?;
        path_within(base, &base.join(url).ok()?)
    }

    /// GitHub's name for what it answered.
    pub(super) fn etag(&self) -> Option<Etag> {
        self.header(header::ETAG.as_str()).map(|tag| Etag(tag.to_owned()))
    }

    /// Why an answer that is not a success is none.
    pub(super) fn refusal(&self) -> GitHubError {
        let status = self.status.as_u16();
        if let Some(rest) = self.limit() {
            let cause = "it wants fewer requests".to_owned();
            return GitHubError::Unavailable { retry_after: Some(rest), cause };
        }
        if self.status.is_server_error() || status == 408 {
            let cause = format!("it answered {status}");
            return GitHubError::Unavailable { retry_after: self.retry_after(), cause };
        }
        if self.status.is_redirection() {
            let message = "the repository has moved".to_owned();
            return GitHubError::Rejected { status, message };
        }
        GitHubError::Rejected { status, message: self.message() }
    }

    /// For how long to leave GitHub alone, if this answer is about a rate limit.
    fn limit(&self) -> Option<Duration> {
        let status = self.status.as_u16();
        if status != 429 && status != 403 {
            return None;
        }
        let exhausted = self.header("x-ratelimit-remaining") == Some("0");
        let rest = self.retry_after().or_else(|| self.until_reset().filter(|_| exhausted));
        let says_so = || self.message().to_ascii_lowercase().contains("rate limit");
        if status == 403 && rest.is_none() && !exhausted && !says_so() {
            return None;
        }
        Some(rest.unwrap_or(SECONDARY_REST))
    }

    fn retry_after(&self) -> Option<Duration> {
        let seconds = self.header(header::RETRY_AFTER.as_str())?.trim().parse().ok()?;
        Some(Duration::from_secs(seconds).min(LONGEST_REST))
    }

    /// The time to the limit's reset, by GitHub's own clock: ours may be wrong.
    fn until_reset(&self) -> Option<Duration> {
        let reset: i64 = self.header("x-ratelimit-reset")?.trim().parse().ok()?;
        let now = DateTime::parse_from_rfc2822(self.header(header::DATE.as_str())?).ok()?;
        let seconds = u64::try_from(reset.saturating_sub(now.timestamp())).unwrap_or(0);
        Some(Duration::from_secs(seconds).min(LONGEST_REST))
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// GitHub's words, shortened.
    fn message(&self) -> String {
        #[derive(Default, Deserialize)]
        struct Body {
            message: Option<String>,
            #[serde(default)]
            errors: Vec<serde_json::Value>,
        }
        let body: Body = serde_json::from_slice(&self.body).unwrap_or_default();
        let details = body.errors.iter().filter_map(|error| {
            let word = |key| error.get(key).and_then(serde_json::Value::as_str);
            match (word("field"), word("code"), word("message")) {
                (_, _, Some(message)) => Some(message.to_owned()),
                (Some(field), Some(code), None) => Some(format!("{field} {code}")),
                _ => error.as_str().map(str::to_owned),
            }
        });
        let words: Vec<String> = body.message.into_iter().chain(details).collect();
        let words = if words.is_empty() {
            self.status.canonical_reason().unwrap_or("no reason given").to_owned()
        } else {
            words.join("; ")
        };
        Message::lossy(&words).as_str().chars().take(MESSAGE_CHARACTERS).collect()
    }
}

/// Path and query of `url` if it belongs to the server at `base`: a token goes nowhere else.
fn path_within(base: &Url, url: &Url) -> Option<String> {
    (url.origin() == base.origin()).then(|| match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&'static str, &str)], body: &str) -> Answer {
        Answer {
            status: StatusCode::from_u16(status).unwrap(),
            headers: headers
                .iter()
                .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
                .collect(),
            body: Bytes::copy_from_slice(body.as_bytes()),
        }
    }

    fn rest(status: u16, headers: &[(&'static str, &str)], body: &str) -> Option<u64> {
        match answer(status, headers, body).refusal() {
            GitHubError::Unavailable { retry_after, .. } => retry_after.map(|rest| rest.as_secs()),
            other => panic!("{other:?}"),
        }
    }

    fn rejected(status: u16, body: &str) -> String {
        match answer(status, &[], body).refusal() {
            GitHubError::Rejected { status: told, message } if told == status => message,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_waiting_can_mend_says_how_long_to_wait() {
        let secondary = r#"{"message": "You have exceeded a secondary rate limit."}"#;
        assert_eq!(rest(500, &[], ""), None);
        assert_eq!(rest(503, &[("retry-after", "7")], ""), Some(7));
        assert_eq!(rest(429, &[], ""), Some(60));
        assert_eq!(rest(429, &[("retry-after", "30")], ""), Some(30));
        assert_eq!(rest(403, &[("retry-after", "30")], ""), Some(30));
        assert_eq!(rest(403, &[], secondary), Some(60));
        assert_eq!(rest(429, &[("retry-after", "999999")], ""), Some(3_600));
        let exhausted = [
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "1784040120"),
            ("date", "Tue, 14 Jul 2026 14:40:00 GMT"),
        ];
        assert_eq!(rest(403, &exhausted, ""), Some(120));
    }

    #[test]
    fn what_waiting_cannot_mend_is_told_in_githubs_words_shortened() {
        assert_eq!(rejected(401, r#"{"message": "Bad credentials"}"#), "Bad credentials");
        assert_eq!(rejected(403, r#"{"message": "Not accessible"}"#), "Not accessible");
        assert_eq!(rejected(404, "<html>"), "Not Found");
        assert_eq!(rejected(410, r#"{"message": "Issues are disabled"}"#), "Issues are disabled");
        let invalid = r#"{"message": "Validation Failed", "errors": [
            {"resource": "Issue", "field": "title", "code": "missing_field"}, "odd", {"x": 1}]}"#;
        assert_eq!(rejected(422, invalid), "Validation Failed; title missing_field; odd");
        let long = format!(r#"{{"message": "{}"}}"#, "é".repeat(5_000));
        assert_eq!(rejected(422, &long).chars().count(), MESSAGE_CHARACTERS);
        assert_eq!(rejected(307, ""), "the repository has moved");
    }

    #[test]
    fn redirects_and_pages_stay_on_the_same_server() {
        let base: Url = "https://git.acme.example/api/v3".parse().unwrap();
        let moved = |to: &str| answer(301, &[("location", to)], "").moved_to(&base);
        let there = "/api/v3/repositories/1?x=1";
        assert_eq!(moved(&format!("https://git.acme.example{there}")).as_deref(), Some(there));
        assert_eq!(moved(there).as_deref(), Some(there));
        assert_eq!(moved("https://evil.example/api/v3"), None);
        assert_eq!(moved("http://git.acme.example/api/v3"), None);

        let link = format!(
            r#"<https://git.acme.example{there}&page=1>; rel="prev", <https://git.acme.example{there}&page=3>; rel="next""#
        );
        let next = answer(200, &[("link", &link)], "[]").next_page(&base);
        assert_eq!(next, Some(format!("{there}&page=3")));
        assert_eq!(answer(200, &[], "[]").next_page(&base), None);
    }
}
