//! What every webhook's JSON is read with.

use serde::{Deserialize, de::DeserializeOwned};

use super::Malformed;

/// The sender may be missing: it names who did it, and decides nothing.
#[derive(Deserialize)]
pub(super) struct Sender {
    login: String,
}

pub(super) fn name_of(sender: Option<Sender>) -> String {
    sender.map_or_else(|| "ghost".to_owned(), |sender| sender.login)
}

pub(super) fn parse<T: DeserializeOwned>(json: &[u8]) -> Result<T, Malformed> {
    serde_json::from_slice(json).map_err(|error| {
        if error.is_data() {
            Malformed("a field that is needed is missing or has another type")
        } else {
            Malformed("the payload is not JSON")
        }
    })
}

/// Whether the event's action is one of `used`; of the others nothing more is asked.
pub(super) fn is_used(json: &[u8], used: &[&str]) -> Result<bool, Malformed> {
    #[derive(Deserialize)]
    struct Head {
        action: String,
    }
    Ok(used.contains(&parse::<Head>(json)?.action.as_str()))
}
