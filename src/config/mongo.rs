//! `[mongodb]`: the shared store, if there is one.

use secrecy::SecretString;

use super::read::Reader;

/// `[mongodb]`: the shared store, if there is one.
#[derive(Clone, Debug)]
pub struct MongoDb {
    /// Where it is, with its credentials; none: tasks are kept in the data folder.
    pub uri: Option<SecretString>,
    /// The database's name.
    pub database: String,
}

impl MongoDb {
    pub(super) fn read(from: &mut Reader<'_>) -> Self {
        Self {
            uri: from.optional("mongodb.uri", |raw| {
                if raw.starts_with("mongodb://") || raw.starts_with("mongodb+srv://") {
                    Ok(SecretString::from(raw))
                } else {
                    Err("must begin with mongodb:// or mongodb+srv://")
                }
            }),
            database: from.text("mongodb.database", |raw| {
                let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
                if (1..=63).contains(&raw.len()) && raw.chars().all(is_plain) {
                    Ok(raw.to_owned())
                } else {
                    Err("must be 1 to 63 letters, digits, _ or -")
                }
            }),
        }
    }
}
