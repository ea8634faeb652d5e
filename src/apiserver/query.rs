//! The query of a request, read as apimachinery reads it.

use super::status::{Refused, Status};
use crate::text::go::strconv;

/// The query, in the order it was typed.
#[derive(Clone, Debug, Default)]
pub struct Query {
    pairs: Vec<(String, String)>,
}

impl Query {
    /// Reads `a=b&c=d`, percent-encoded.
    pub fn parse(text: &str) -> Self {
        let pairs = text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(&name.replace('+', " ")), decode(&value.replace('+', " ")))
        });
        Self { pairs: pairs.collect() }
    }

    /// The first value of a parameter; empty where it is missing.
    pub fn text(&self, name: &str) -> &str {
        self.first(name).unwrap_or("")
    }

    fn first(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a parameter.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// A boolean: only absent, `0` and `false` in any case are false; `watch`, `watch=` and `watch=1` are true.
    pub fn flag(&self, name: &str) -> bool {
        self.first(name).is_some_and(|value| value != "0" && !value.eq_ignore_ascii_case("false"))
    }

    /// A boolean that tells absent from false.
    pub fn optional_flag(&self, name: &str) -> Option<bool> {
        self.first(name).map(|_| self.flag(name))
    }

    /// A whole number; `None` where it is missing or empty.
    ///
    /// # Errors
    /// 400 with Go's words.
    pub fn number(&self, name: &str) -> Result<Option<i64>, Refused> {
        let text = self.text(name);
        if text.is_empty() {
            return Ok(None);
        }
        strconv::parse_int(text).map(Some).map_err(Status::bad_request)
    }
}

/// Percent-decodes; what is no valid escape stays as it is.
pub fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((&first, tail)) = rest.split_first() {
        let escape = (first == b'%').then(|| tail.get(..2)).flatten();
        let value =
            escape.and_then(|hex| std::str::from_utf8(hex).ok()).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match value {
            Some(byte) => {
                decoded.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                decoded.push(first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans_are_read_as_the_real_server_reads_them() {
        let cases = [
            ("", false),
            ("watch=0", false),
            ("watch=False", false),
            ("watch", true),
            ("watch=", true),
            ("watch=1", true),
            ("watch=t", true),
        ];
        for (text, wanted) in cases {
            assert_eq!(Query::parse(text).flag("watch"), wanted, "{text}");
        }
    }

    #[test]
    fn values_are_percent_decoded() {
        let query = Query::parse("labelSelector=a%3Db%2Cc+in+%28d%29&x=%zz");
        assert_eq!(query.text("labelSelector"), "a=b,c in (d)");
        assert_eq!(query.text("x"), "%zz");
    }

    #[test]
    fn a_bad_number_is_a_bad_request() {
        assert_eq!(Query::parse("limit=x").number("limit").unwrap_err().http_code(), 400);
        assert_eq!(Query::parse("limit=5").number("limit").unwrap(), Some(5));
        assert_eq!(Query::parse("").number("limit").unwrap(), None);
    }
}
