//! The `continue` token of a list in pages.

use super::status::{Refused, Status};
use crate::text::go::quote_byte;
use serde_json::{Value, json};

/// Where the next page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Continuation {
    /// The revision of the first page; `None` to go on with whatever there is now.
    pub(super) revision: Option<u64>,
    /// The namespace and name of the last object given.
    pub(super) after: (String, String),
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

impl Continuation {
    /// The token: base64 over JSON, as the real server's.
    pub(super) fn encode(&self) -> String {
        let (namespace, name) = &self.after;
        let revision = self.revision.map_or(Value::from(-1), Value::from);
        let token = json!({"v": "meta.k8s.io/v1", "rv": revision, "start": format!("{namespace}/{name}\u{0}")});
        base64(token.to_string().as_bytes())
    }

    /// Reads a token.
    ///
    /// # Errors
    /// 400 for a token that this server has not made.
    pub(super) fn decode(token: &str) -> Result<Self, Refused> {
        let fault =
            |why: String| Status::bad_request(format!("invalid continue token: continue key is not valid: {why}"));
        let bytes = unbase64(token).map_err(|at| fault(format!("illegal base64 data at input byte {at}")))?;
        let first = quote_byte(bytes.first().copied().unwrap_or(b' '));
        let wrong = || fault(format!("invalid character '{first}' looking for beginning of value"));
        let value: Value = serde_json::from_slice(&bytes).map_err(|_| wrong())?;
        if value.get("v").and_then(Value::as_str) != Some("meta.k8s.io/v1") {
            let found = value.get("v").and_then(Value::as_str).unwrap_or("");
            return Err(fault(format!("server does not recognize this encoded version {found:?}")));
        }
        let start = value.get("start").and_then(Value::as_str).unwrap_or("").trim_end_matches('\u{0}');
        let (namespace, name) = start.split_once('/').ok_or_else(wrong)?;
        let revision = value.get("rv").and_then(Value::as_u64);
        Ok(Self { revision, after: (namespace.to_owned(), name.to_owned()) })
    }
}

pub(super) fn base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0_usize, |word, byte| word << 8 | usize::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            let digit = word >> (18 - 6 * place) & 63;
            text.push(ALPHABET.get(digit).copied().map_or('A', char::from));
        }
    }
    text
}

/// Errs with the place of the first byte that does not belong.
fn unbase64(text: &str) -> Result<Vec<u8>, usize> {
    let mut bytes = Vec::new();
    let mut word = 0_u32;
    let mut bits = 0;
    for (place, character) in text.bytes().enumerate() {
        let digit = ALPHABET.iter().position(|known| *known == character).ok_or(place)?;
        word = word << 6 | u32::try_from(digit).unwrap_or(0);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((word >> bits & 255) as u8);
        }
    }
    // One digit alone holds no byte.
    if text.len() % 4 == 1 { Err(text.len() - 1) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_as_it_was_made() {
        for (revision, namespace, name) in [(Some(500), "", "default"), (None, "a", "b"), (Some(1), "ns", "änd")] {
            let made = Continuation { revision, after: (namespace.into(), name.into()) };
            assert_eq!(Continuation::decode(&made.encode()).unwrap(), made);
        }
    }

    #[test]
    fn a_token_of_someone_else_is_refused() {
        for token in ["abc", "x", "$$", "e30"] {
            assert_eq!(Continuation::decode(token).unwrap_err().http_code(), 400, "{token}");
        }
    }
}
