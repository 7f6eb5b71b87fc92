//! What somebody hears on an event stream.

use std::pin::Pin;

use futures_util::StreamExt as _;
use reqwest::StatusCode;
use serde_json::Value;
use tokio::time::timeout;

use super::{PATIENCE, contract::check_frame};

type Chunks = Pin<Box<dyn futures_util::Stream<Item = reqwest::Result<bytes::Bytes>> + Send>>;

/// An open event stream.
pub(crate) struct Stream {
    path: String,
    chunks: Chunks,
    text: String,
}

/// One message.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Frame {
    pub(crate) event: String,
    pub(crate) id: Option<u64>,
    /// `{type, timestamp, data}`.
    pub(crate) envelope: Value,
}

impl Frame {
    pub(crate) fn data(&self) -> &Value {
        &self.envelope["data"]
    }
}

impl Stream {
    /// The stream that a response is; its headers are checked.
    #[track_caller]
    pub(crate) fn of(response: reqwest::Response) -> Self {
        assert_eq!(response.status(), StatusCode::OK);
        let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "text/event-stream");
        assert_eq!(header("cache-control"), "no-cache");
        assert_eq!(header("x-accel-buffering"), "no");
        assert!(!response.headers().contains_key("content-encoding"));
        let path = response.url().path().to_owned();
        Self { path, chunks: Box::pin(response.bytes_stream()), text: String::new() }
    }

    /// The next message; `None` at the end of the stream.
    pub(crate) async fn next(&mut self) -> Option<Frame> {
        loop {
            if let Some(end) = self.text.find("\n\n") {
                let block = self.text.drain(..end + 2).collect::<String>();
                if let Some(frame) = parse(block.trim_end()) {
                    check_frame(&self.path, &frame.event, &frame.envelope).unwrap();
                    return Some(frame);
                }
                continue;
            }
            let chunk = timeout(PATIENCE, self.chunks.next()).await.expect("no message in time")?;
            self.text.push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
        }
    }

    /// The next message, which is `event`.
    pub(crate) async fn hears(&mut self, event: &str) -> Frame {
        let frame = self.next().await.expect("the stream has ended");
        assert_eq!(frame.event, event, "{frame:?}");
        frame
    }

    /// Every message up to the end of the stream.
    pub(crate) async fn rest(mut self) -> Vec<Frame> {
        let mut frames = Vec::new();
        while let Some(frame) = self.next().await {
            frames.push(frame);
        }
        frames
    }
}

/// A block of lines; `None` if it is a comment.
fn parse(block: &str) -> Option<Frame> {
    let field = |name: &str| {
        let mut values =
            block.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        let value = values.next();
        assert_eq!(values.next(), None, "two lines of {name} in {block}");
        value
    };
    if block.lines().all(|line| line.starts_with(':')) {
        return None;
    }
    let envelope: Value = serde_json::from_str(field("data").unwrap()).unwrap();
    let event = field("event").unwrap().to_owned();
    assert_eq!(envelope["type"], event);
    assert!(envelope["timestamp"].as_str().unwrap().ends_with('Z'));
    Some(Frame { event, id: field("id").map(|id| id.parse().unwrap()), envelope })
}
