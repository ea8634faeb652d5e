//! Go's `encoding/json`: its one writer for all rooms, and its words for what cannot be read.

use super::{number, quote_byte};
use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{Formatter, Serializer};
use std::io::{self, Write};

/// How JSON is laid out.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    indent: Option<&'static str>,
    depth: usize,
    terminal: bool,
}

impl Layout {
    /// All on one line.
    pub const COMPACT: Self = Self { indent: None, depth: 0, terminal: false };

    /// An entry a line, and this before it once for each bracket around it.
    pub const fn indented(indent: &'static str) -> Self {
        Self { indent: Some(indent), ..Self::COMPACT }
    }

    /// With so many brackets around the value already.
    pub const fn at(self, depth: usize) -> Self {
        Self { depth, ..self }
    }

    /// For people: what commands a terminal or turns the direction of writing is escaped as well, which reads back as the
    /// same text.
    pub const fn for_terminals(self) -> Self {
        Self { terminal: true, ..self }
    }
}

/// A value as `json.Marshal` writes it: compact, and safe to stand in HTML.
pub fn compact(value: &impl Serialize) -> String {
    write(value, Layout::COMPACT)
}

/// A value in a layout, without a newline at the end.
pub fn write(value: &impl Serialize, layout: Layout) -> String {
    let mut bytes = Vec::with_capacity(1024);
    // A tree of JSON values cannot fail to become JSON.
    let _ = value.serialize(&mut Serializer::with_formatter(&mut bytes, GoFormatter { layout, has_entries: false }));
    String::from_utf8(bytes).unwrap_or_default()
}

struct GoFormatter {
    layout: Layout,
    has_entries: bool,
}

impl GoFormatter {
    fn new_line<W: ?Sized + Write>(&self, writer: &mut W) -> io::Result<()> {
        let Some(indent) = self.layout.indent else { return Ok(()) };
        writer.write_all(b"\n")?;
        (0..self.layout.depth).try_for_each(|_| writer.write_all(indent.as_bytes()))
    }

    fn begin<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.layout.depth += 1;
        self.has_entries = false;
        writer.write_all(bracket)
    }

    fn end<W: ?Sized + Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.layout.depth = self.layout.depth.saturating_sub(1);
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

    fn is_escaped(&self, letter: char) -> bool {
        match letter {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => true,
            '\u{7f}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => self.layout.terminal,
            _ => false,
        }
    }
}

impl Formatter for GoFormatter {
    fn write_u64<W: ?Sized + Write>(&mut self, writer: &mut W, value: u64) -> io::Result<()> {
        writer.write_all(number::json(&value.into()).as_bytes())
    }

    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        writer.write_all(number::json_float(value).as_bytes())
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(|letter| self.is_escaped(letter)) {
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
        writer.write_all(if self.layout.indent.is_some() { b": " } else { b":" })
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.has_entries = true;
        Ok(())
    }
}

/// What Go calls a JSON value's type.
pub fn name_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// What is wrong with a text, in the words of Go's scanner where they are known.
pub fn syntax_error(error: &serde_json::Error, body: &[u8]) -> String {
    if error.is_eof() {
        return "unexpected end of JSON input".to_owned();
    }
    let line = body.split(|byte| *byte == b'\n').nth(error.line().saturating_sub(1)).unwrap_or_default();
    let found = quote_byte(line.get(error.column().saturating_sub(1)).copied().unwrap_or(b' '));
    let text = error.to_string();
    let place = if text.starts_with("trailing characters") {
        "after top-level value"
    } else if text.starts_with("key must be a string") {
        "looking for beginning of object key string"
    } else if text.starts_with("expected `,` or `}`") {
        "after object key:value pair"
    } else if text.starts_with("expected `,` or `]`") {
        "after array element"
    } else if text.starts_with("expected `:`") {
        "after object key"
    } else {
        "looking for beginning of value"
    };
    format!("invalid character '{found}' {place}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_value_is_indented_as_asked() {
        let value = json!({"b": [1, {"c": []}, {}], "a": {"x": null}});
        let expected = "{\n    \"a\": {\n        \"x\": null\n    },\n    \"b\": [\n        1,\n        {\n            \"c\": []\n        },\n        {}\n    ]\n}";
        assert_eq!(write(&value, Layout::indented("    ")), expected);
        assert_eq!(write(&json!([1]), Layout::indented("  ").at(1)), "[\n    1\n  ]");
        assert_eq!(compact(&value), r#"{"a":{"x":null},"b":[1,{"c":[]},{}]}"#);
    }

    #[test]
    fn text_is_escaped_as_go_escapes_it() {
        let text = json!("<&>\u{2028}é\u{1}\n\u{8}\"\\");
        assert_eq!(compact(&text), r#""\u003c\u0026\u003e\u2028é\u0001\n\b\"\\""#);
        assert_eq!(compact(&json!("\u{7f}\u{202e}")), "\"\u{7f}\u{202e}\"");
        assert_eq!(
            write(&json!("\u{1b}[31m\u{9b}\u{7f}\u{202e}x"), Layout::COMPACT.for_terminals()),
            r#""\u001b[31m\u009b\u007f\u202ex""#
        );
    }

    #[test]
    fn numbers_are_written_as_go_writes_them() {
        assert_eq!(compact(&json!([1.0, 1.5, 1e6, 1e21, 1e-7, -1])), "[1,1.5,1000000,1e+21,1e-7,-1]");
        assert_eq!(compact(&json!([i64::MAX, u64::MAX])), "[9223372036854775807,18446744073709552000]");
    }
}
