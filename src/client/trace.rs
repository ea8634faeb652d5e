//! What `-v` tells of requests, by client-go's levels: 6 a line each, 7 headers, 8 bodies as well, which are cut short up to 9.
//! Credentials are added further down (kube's layers), so that they cannot be seen here.

use crate::client::Sink;
use crate::text::secrets;
use http::{HeaderMap, Method, StatusCode};
use std::time::Duration;

/// The level that `-v` gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Level(pub(crate) u8);

const LINES: Level = Level(6);
const HEADERS: Level = Level(7);
const BODIES: Level = Level(8);

impl Level {
    /// Whether [`Level::body`] prints anything.
    pub(super) fn shows_bodies(self) -> bool {
        self >= BODIES
    }

    /// Before a request is sent.
    pub(super) fn request(self, sink: &mut dyn Sink, method: &Method, url: &str, headers: &HeaderMap) {
        if self >= HEADERS {
            sink.trace(&format!("{method} {url}"));
            show(sink, "Request", headers);
        }
    }

    /// When its answer has begun, or has failed to.
    pub(super) fn answer(
        self,
        sink: &mut dyn Sink,
        method: &Method,
        url: &str,
        status: Option<StatusCode>,
        taken: Duration,
    ) {
        let outcome = status.map_or_else(|| "no answer".to_owned(), |status| status.to_string());
        let taken = taken.as_millis();
        if self >= HEADERS {
            sink.trace(&format!("Response Status: {outcome} in {taken} milliseconds"));
        } else if self >= LINES {
            sink.trace(&format!("{method} {url} {outcome} in {taken} milliseconds"));
        }
    }

    /// The headers of an answer.
    pub(super) fn answered(self, sink: &mut dyn Sink, headers: &HeaderMap) {
        if self.shows_bodies() {
            show(sink, "Response", headers);
        }
    }

    /// A body that was sent (`Request`) or received (`Response`).
    pub(super) fn body(self, sink: &mut dyn Sink, whose: &str, body: &[u8]) {
        if self.shows_bodies() && !body.is_empty() {
            sink.trace(&format!("{whose} Body: {}", self.shortened(&String::from_utf8_lossy(body))));
        }
    }

    /// The text, cut as client-go's `truncateBody` cuts it.
    fn shortened(self, text: &str) -> String {
        let limit = match self.0 {
            ..=8 => 1024,
            9 => 10_240,
            _ => usize::MAX,
        };
        match text.char_indices().nth(limit) {
            Some((end, _)) => {
                let (kept, rest) = text.split_at(end);
                format!("{kept} [truncated {} chars]", rest.chars().count())
            }
            None => text.to_owned(),
        }
    }
}

fn show(sink: &mut dyn Sink, whose: &str, headers: &HeaderMap) {
    sink.trace(&format!("{whose} Headers:"));
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        sink.trace(&format!("    {name}: {}", secrets::header(name.as_str(), &value)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_cut_by_level() {
        let text = "é".repeat(20_000);
        for (level, kept, cut) in [(8, 1024, 18_976), (9, 10_240, 9760)] {
            let expected = format!("{} [truncated {cut} chars]", "é".repeat(kept));
            assert_eq!(Level(level).shortened(&text), expected);
        }
        assert_eq!(Level(10).shortened(&text), text);
        assert_eq!(Level(8).shortened("short"), "short");
    }
}
