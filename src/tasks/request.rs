//! Requests that may come twice.

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::domain::{Cause, text::IdempotencyKey};

/// An `Idempotency-Key` with a hash of what it stands for.
#[derive(Clone, Debug)]
pub struct Request {
    pub(super) key: IdempotencyKey,
    pub(super) hash: String,
}

impl Request {
    /// The request to do `operation` with `body`, under `key`. Bodies that decode alike are alike.
    pub fn new(key: IdempotencyKey, operation: &str, body: &impl Serialize) -> Self {
        let mut hash = Sha256::new();
        hash.update(operation.as_bytes());
        hash.update([0]);
        // Serialising our own checked types to JSON cannot fail; if it did, the operation's name
        // alone would be compared.
        hash.update(serde_json::to_vec(body).unwrap_or_default());
        Self { key, hash: STANDARD_NO_PAD.encode(hash.finalize()) }
    }

    pub(super) fn cause(&self, user: &str) -> Cause {
        Cause::Request { user: user.into(), key: self.key.clone(), hash: self.hash.clone() }
    }
}
