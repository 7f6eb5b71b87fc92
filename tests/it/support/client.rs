//! An HTTP client that takes no answer for granted: each is held against the document.

use bytes::Bytes;
use reqwest::{
    Body, IntoUrl, Method, Response,
    header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue},
};
use serde::Serialize;

use super::contract::{Seen, check_answer};

/// The client. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Client(reqwest::Client);

impl Client {
    pub(crate) fn new() -> Self {
        Self(reqwest::Client::builder().no_proxy().build().unwrap())
    }

    /// One that gives an answer up after `limit`.
    pub(crate) fn patient(limit: std::time::Duration) -> Self {
        Self(reqwest::Client::builder().no_proxy().timeout(limit).build().unwrap())
    }

    pub(crate) fn get(&self, url: impl IntoUrl) -> Request {
        self.request(Method::GET, url)
    }

    pub(crate) fn post(&self, url: impl IntoUrl) -> Request {
        self.request(Method::POST, url)
    }

    pub(crate) fn request(&self, method: Method, url: impl IntoUrl) -> Request {
        Request(self.0.request(method, url))
    }
}

/// A request, ready for more and to be sent.
pub(crate) struct Request(reqwest::RequestBuilder);

impl Request {
    pub(crate) fn bearer_auth(self, token: impl std::fmt::Display) -> Self {
        Self(self.0.bearer_auth(token))
    }

    pub(crate) fn header<K, V>(self, name: K, value: V) -> Self
    where
        HeaderName: TryFrom<K>,
        <HeaderName as TryFrom<K>>::Error: Into<http::Error>,
        HeaderValue: TryFrom<V>,
        <HeaderValue as TryFrom<V>>::Error: Into<http::Error>,
    {
        Self(self.0.header(name, value))
    }

    pub(crate) fn json(self, body: &(impl Serialize + ?Sized)) -> Self {
        Self(self.0.json(body))
    }

    pub(crate) fn body(self, body: impl Into<Body>) -> Self {
        Self(self.0.body(body))
    }

    /// The answer, which is as documented; a stream's messages are its reader's to check.
    pub(crate) async fn send(self) -> reqwest::Result<Response> {
        let (client, request) = self.0.build_split();
        let request = request?;
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let response = client.execute(request).await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let content_type = headers.get(CONTENT_TYPE).map(|value| value.to_str().unwrap());
        let judge = |body: Option<&[u8]>| {
            let status = status.as_u16();
            let seen = Seen { method: method.as_str(), path: &path, status, content_type, body };
            if let Err(fault) = check_answer(&seen) {
                panic!("{method} {path} is answered {status}, which is not as documented: {fault}");
            }
        };
        if content_type == Some("text/event-stream") {
            judge(None);
            return Ok(response);
        }
        let body = response.bytes().await?;
        judge((!headers.contains_key(CONTENT_ENCODING)).then_some(&body));
        Ok(whole(status, headers, body))
    }
}

/// The response again, whose body has been read.
fn whole(status: http::StatusCode, headers: http::HeaderMap, body: Bytes) -> Response {
    let mut response = http::Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response.into()
}
