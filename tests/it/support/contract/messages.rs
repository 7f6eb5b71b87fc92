//! Messages over Socket.IO and in event streams, held against AsyncAPI.

use serde_json::{Value, json};

use super::{ASYNCAPI, Verdict};

/// Holds an event that the server said over Socket.IO, with all its arguments, against the document.
pub(crate) fn check_event(event: &str, arguments: &[Value]) -> Verdict {
    let operation = &ASYNCAPI.json["operations"][key(event)];
    if operation["action"] != "send" {
        return Err(format!("`{event}` is no documented event"));
    }
    match arguments {
        [payload] => {
            check_payload(&key(event), payload).map_err(|fault| format!("{event} {fault}"))
        }
        _ => Err(format!("{event} with {} arguments", arguments.len())),
    }
}

/// Holds a packet as it came over the wire against the document.
pub(crate) fn check_packet(packet: &str) -> Verdict {
    let unread = |error: serde_json::Error| format!("{packet}: {error}");
    if let Some(event) = packet.strip_prefix("42") {
        let event: Vec<Value> = serde_json::from_str(event).map_err(unread)?;
        match event.split_first() {
            Some((Value::String(name), arguments)) => check_event(name, arguments),
            _ => Err(format!("{packet} has no name")),
        }
    } else if let Some(ack) = packet.strip_prefix("43") {
        let ack = ack.trim_start_matches(|c: char| c.is_ascii_digit());
        let [ack]: [Value; 1] = serde_json::from_str(ack).map_err(unread)?;
        check_any_ack(&ack)
    } else if let Some(refusal) = packet.strip_prefix("44") {
        check_payload("connect_error", &serde_json::from_str(refusal).map_err(unread)?)
    } else {
        Ok(())
    }
}

/// Holds the acknowledgement of `event` against the document.
pub(crate) fn check_ack(event: &str, ack: &Value) -> Verdict {
    let reply = &ASYNCAPI.json["operations"][key(event)]["reply"]["messages"];
    // What is not known can only be refused.
    let ways = reply.as_array().map_or_else(|| vec!["ack.refused"], |ways| last_parts(ways));
    one_of(&ways, ack).map_err(|fault| format!("acknowledgement of {event} {fault}"))
}

/// Holds an acknowledgement of whatever event against the document.
fn check_any_ack(ack: &Value) -> Verdict {
    let messages = ASYNCAPI.json["channels"]["socket"]["messages"].as_object().unwrap();
    let ways: Vec<_> = messages.keys().map(String::as_str).collect();
    let ways: Vec<_> = ways.into_iter().filter(|key| key.starts_with("ack.")).collect();
    one_of(&ways, ack)
}

/// Holds the word with which a connection is refused for good against the document.
pub(crate) fn check_refusal(message: &str) -> Verdict {
    check_payload("connect_error", &json!({ "message": message }))
}

/// Holds a message of the event stream at `path` against the document.
pub(crate) fn check_frame(path: &str, event: &str, envelope: &Value) -> Verdict {
    let channels = ASYNCAPI.json["channels"].as_object().unwrap();
    let is_it = |address: &str| {
        let (asked, known) = (path.split('/'), address.split('/'));
        asked.clone().count() == known.clone().count()
            && asked.zip(known).all(|(asked, known)| known == "{id}" || asked == known)
    };
    let stream = channels.iter().find(|(_, channel)| is_it(channel["address"].as_str().unwrap()));
    let Some((name, channel)) = stream else { return Err(format!("{path} is no stream")) };
    let key = key(event);
    if channel["messages"].get(&key).is_none() {
        return Err(format!("`{event}` is not documented on {name}"));
    }
    ASYNCAPI.judge(&format!("/channels/{name}/messages/{key}/payload"), envelope.clone())
}

fn check_payload(key: &str, payload: &Value) -> Verdict {
    ASYNCAPI.judge(&format!("/channels/socket/messages/{key}/payload"), payload.clone())
}

fn one_of(ways: &[&str], payload: &Value) -> Verdict {
    let verdicts: Vec<_> = ways.iter().map(|key| check_payload(key, payload)).collect();
    if verdicts.iter().any(Result::is_ok) {
        return Ok(());
    }
    let faults: Vec<_> = verdicts.into_iter().filter_map(Result::err).collect();
    Err(faults.join("\nor "))
}

/// The keys of the messages that are referred to.
fn last_parts(references: &[Value]) -> Vec<&str> {
    let paths = references.iter().map(|reference| reference["$ref"].as_str().unwrap());
    paths.map(|path| path.rsplit('/').next().unwrap()).collect()
}

fn key(event: &str) -> String {
    event.replace(':', ".")
}
