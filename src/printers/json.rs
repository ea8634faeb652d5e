//! JSON as kubectl prints it: Go's `encoding/json`, four blanks a level, with what is special to HTML escaped.

use crate::text::jsonpath::print::json_number;
use serde::Serialize;
use serde_json::Number;
use serde_json::ser::{Formatter, Serializer};
use std::io::{self, Write};

/// Indented, with a newline at the end.
pub fn pretty(value: &impl Serialize) -> String {
    let mut text = String::new();
    append(&mut text, value, 0);
    text.push('\n');
    text
}

/// Appends a value that begins at `depth` levels.
pub fn append(text: &mut String, value: &impl Serialize, depth: usize) {
    text.push_str(&written(value, Some(depth)));
}

/// On one line.
pub fn compact(value: &impl Serialize) -> String {
    written(value, None)
}

fn written(value: &impl Serialize, depth: Option<usize>) -> String {
    let mut bytes = Vec::with_capacity(4096);
    // A tree of JSON values cannot fail to become JSON.
    let _ = value.serialize(&mut Serializer::with_formatter(&mut bytes, GoFormatter { depth, has_entries: false }));
    String::from_utf8(bytes).unwrap_or_default()
}

struct GoFormatter {
    /// `None`: all on one line.
    depth: Option<usize>,
    has_entries: bool,
}

impl GoFormatter {
    fn new_line<W: ?Sized + Write>(&self, writer: &mut W) -> io::Result<()> {
        let Some(depth) = self.depth else { return Ok(()) };
        writer.write_all(b"\n")?;
        (0..depth).try_for_each(|_| writer.write_all(b"    "))
    }

    fn begin<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth = self.depth.map(|depth| depth + 1);
        self.has_entries = false;
        writer.write_all(bracket)
    }

    fn end<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth = self.depth.map(|depth| depth.saturating_sub(1));
        if self.has_entries {
            self.new_line(writer)?;
        }
        self.has_entries = true;
        writer.write_all(bracket)
    }

    fn begin_entry<W: ?Sized + Write>(&self, writer: &mut W, first: bool) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        self.new_line(writer)
    }
}

impl Formatter for GoFormatter {
    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        match Number::from_f64(value) {
            Some(number) => writer.write_all(json_number(&number).as_bytes()),
            None => writer.write_all(b"null"),
        }
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(is_escaped) {
            let (before, from) = rest.split_at(at);
            writer.write_all(before.as_bytes())?;
            let mut letters = from.chars();
            if let Some(letter) = letters.next() {
                write!(writer, "\\u{:04x}", u32::from(letter))?;
            }
            rest = letters.as_str();
        }
        writer.write_all(rest.as_bytes())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b"[")
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.begin_entry(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_entries = true;
        Ok(())
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.begin(writer, b"{")
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.end(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.begin_entry(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(if self.depth.is_some() { b": " } else { b":" })
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_entries = true;
        Ok(())
    }
}

/// Go makes JSON safe to stand in HTML and in JavaScript. Beyond that, what commands a terminal or turns the direction of
/// writing is escaped, which reads back as the same text.
fn is_escaped(letter: char) -> bool {
    matches!(
        letter,
        '<' | '>'
            | '&'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{7f}'..='\u{9f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_value_is_indented_by_four() {
        let value = json!({"b": [1, {"c": []}, {}], "a": {"x": null}});
        let expected = "{\n    \"a\": {\n        \"x\": null\n    },\n    \"b\": [\n        1,\n        {\n            \"c\": []\n        },\n        {}\n    ]\n}\n";
        assert_eq!(pretty(&value), expected);
        assert_eq!(compact(&value), r#"{"a":{"x":null},"b":[1,{"c":[]},{}]}"#);
    }

    #[test]
    fn text_is_escaped_as_go_escapes_it() {
        assert_eq!(compact(&json!("<&>\u{2028}é\u{1}\n\u{8}\"\\")), r#""\u003c\u0026\u003e\u2028é\u0001\n\b\"\\""#);
        assert_eq!(compact(&json!("\u{1b}[31m\u{9b}\u{7f}\u{202e}x")), r#""\u001b[31m\u009b\u007f\u202ex""#);
    }

    #[test]
    fn numbers_are_written_as_go_writes_them() {
        assert_eq!(compact(&json!([1.0, 1.5, 1e6, 1e21, 1e-7, -1])), "[1,1.5,1000000,1e+21,1e-7,-1]");
    }
}
