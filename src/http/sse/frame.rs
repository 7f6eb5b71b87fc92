//! How a message looks in an event stream
//! (<https://html.spec.whatwg.org/multipage/server-sent-events.html>).

use bytes::Bytes;

use crate::{domain::Timestamp, feed::Message};

/// Keeps proxies and clients from thinking that nobody is there.
pub(super) const HEARTBEAT: Bytes = Bytes::from_static(b": still here\n\n");

/// The message, with the id under which the stream can be resumed after it.
pub(super) fn frame(message: &Message, id: Option<u64>) -> Bytes {
    let (event, payload) = (message.event(), message.payload().get());
    let at: Timestamp = message.at();
    let id = id.map(|id| format!("id: {id}\n")).unwrap_or_default();
    // Compact JSON has no line breaks: one data line holds it all.
    let data = format!(r#"{{"type":"{event}","timestamp":"{at}","data":{payload}}}"#);
    format!("event: {event}\n{id}data: {data}\n\n").into()
}
