//! The signature of a webhook, as in
//! <https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries>.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

use super::WebhookError;

const PREFIX: &str = "sha256=";

/// Verifies a body while it streams in, by any of several secrets (the current and the previous one).
#[derive(Clone)]
pub struct Verifier {
    macs: Vec<Hmac<Sha256>>,
}

impl Verifier {
    /// A verifier for one body. Without a secret no body is genuine; an empty secret is none.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a SecretString>) -> Self {
        let secrets = secrets.into_iter().filter(|secret| !secret.expose_secret().is_empty());
        Self { macs: secrets.map(|secret| mac(secret.expose_secret())).collect() }
    }

    /// Takes in the next bytes of the body, exactly as they came.
    pub fn update(&mut self, chunk: &[u8]) {
        for mac in &mut self.macs {
            mac.update(chunk);
        }
    }

    /// Whether the `X-Hub-Signature-256` header signs the body taken in, compared in constant time.
    pub fn verify(self, header: Option<&str>) -> Result<(), WebhookError> {
        let told = header.and_then(|header| header.strip_prefix(PREFIX)).and_then(unhex);
        let told = told.ok_or(WebhookError::BadSignature)?;
        // Every secret is tried, so that the time taken does not tell which one it was.
        let genuine = self
            .macs
            .into_iter()
            .fold(false, |genuine, mac| mac.verify_slice(&told).is_ok() | genuine);
        if genuine { Ok(()) } else { Err(WebhookError::BadSignature) }
    }
}

/// The `X-Hub-Signature-256` header for `body`.
pub fn sign(secret: &SecretString, body: &[u8]) -> String {
    let mut mac = mac(secret.expose_secret());
    mac.update(body);
    mac.finalize().into_bytes().iter().fold(PREFIX.to_owned(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn mac(secret: &str) -> Hmac<Sha256> {
    Hmac::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length")
}

/// The 32 bytes that 64 hexadecimal digits stand for.
fn unhex(digits: &str) -> Option<[u8; 32]> {
    let digits = digits.as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let [high, low] = <[u8; 2]>::try_from(pair).ok()?;
        let value = char::from(high).to_digit(16)? * 16 + char::from(low).to_digit(16)?;
        *byte = u8::try_from(value).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// GitHub's own example.
    const SECRET: &str = "It's a Secret to Everybody";
    const BODY: &[u8] = b"Hello, World!";
    const SIGNATURE: &str =
        "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    fn verified(secrets: &[&str], chunks: &[&[u8]], header: Option<&str>) -> bool {
        let secrets: Vec<SecretString> = secrets.iter().map(|&secret| secret.into()).collect();
        let mut verifier = Verifier::new(&secrets);
        for chunk in chunks {
            verifier.update(chunk);
        }
        verifier.verify(header).is_ok()
    }

    #[test]
    fn githubs_example_is_genuine_however_it_is_cut() {
        assert!(verified(&[SECRET], &[BODY], Some(SIGNATURE)));
        assert!(verified(&[SECRET], &[b"Hello", b"", b", World!"], Some(SIGNATURE)));
        assert_eq!(sign(&SECRET.into(), BODY), SIGNATURE);
    }

    #[test]
    fn the_previous_secret_still_signs() {
        assert!(verified(&["new", SECRET], &[BODY], Some(SIGNATURE)));
        assert!(verified(&[SECRET, "old"], &[BODY], Some(SIGNATURE)));
    }

    #[test]
    fn nothing_else_is_genuine() {
        let sha1 = "sha1=01dc10d0c83e72ed246219cdd91669667fe2ca59";
        let upper = SIGNATURE.to_uppercase();
        let long = format!("{SIGNATURE}00");
        let multibyte = format!("sha256=é{}", "0".repeat(62));
        let wrong = SIGNATURE.replace("757", "758");
        for header in [&wrong, sha1, &upper, &long, &multibyte, "", "sha256=", &SIGNATURE[7..]] {
            assert!(!verified(&[SECRET], &[BODY], Some(header)), "{header}");
        }
        assert!(!verified(&[SECRET], &[BODY], None));
        assert!(!verified(&[SECRET], &[b"Hello, World?"], Some(SIGNATURE)));
        assert!(!verified(&["other"], &[BODY], Some(SIGNATURE)));
        assert!(!verified(&[], &[BODY], Some(SIGNATURE)));
        assert!(!verified(&[""], &[BODY], Some(&sign(&"".into(), BODY))));
    }
}
