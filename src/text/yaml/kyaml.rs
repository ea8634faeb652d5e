//! KYAML, the dialect of YAML in braces (KEP-5295), as sigs.k8s.io/yaml/kyaml writes it: every text in double quotes,
//! keys only where they could be mistaken, a comma behind each entry.

use super::resolve::integer;
use super::timestamp::is_timestamp;
use crate::text::go::{is_print, number};
use serde_json::{Map, Value};

/// In which order the fields of a value are written.
pub trait FieldOrder: Copy {
    /// The fields of an object in that order.
    fn entries(self, fields: &Map<String, Value>) -> Vec<(&String, &Value)>;

    /// The order within a field.
    fn field(self, name: &str) -> Self;

    /// The order within an item of a list.
    fn item(self) -> Self;
}

/// The order of the alphabet.
#[derive(Clone, Copy)]
pub(super) struct Alphabetical;

impl FieldOrder for Alphabetical {
    fn entries(self, fields: &Map<String, Value>) -> Vec<(&String, &Value)> {
        fields.iter().collect()
    }

    fn field(self, _: &str) -> Self {
        self
    }

    fn item(self) -> Self {
        self
    }
}

/// The end of a line within a text.
const FOLD: &str = "\\\n";

/// Appends a value; the writer stands where it begins. `depth`: how many braces stand around it.
pub(super) fn node(output: &mut String, value: &Value, depth: usize, order: impl FieldOrder) {
    match value {
        Value::Null => output.push_str("null"),
        Value::Bool(truth) => output.push_str(if *truth { "true" } else { "false" }),
        Value::Number(number) => output.push_str(&number::json(number)),
        Value::String(text) if text.contains('\n') => folded(output, text, depth + 1),
        Value::String(text) => quoted(output, text),
        Value::Array(items) => sequence(output, items, depth, order),
        Value::Object(fields) if fields.is_empty() => output.push_str("{}"),
        Value::Object(fields) => {
            output.push_str("{\n");
            for (name, value) in order.entries(fields) {
                indent(output, depth + 1);
                key(output, name);
                output.push_str(": ");
                node(output, value, depth + 1, order.field(name));
                output.push_str(",\n");
            }
            indent(output, depth);
            output.push('}');
        }
    }
}

/// Lists and mappings share lines with the brackets around them; anything else stands on a line of its own.
fn sequence(output: &mut String, items: &[Value], depth: usize, order: impl FieldOrder) {
    let shares_lines = items.iter().all(|item| item.is_array() || item.is_object());
    output.push('[');
    for (index, item) in items.iter().enumerate() {
        if shares_lines {
            output.push_str(if index > 0 { ", " } else { "" });
            node(output, item, depth, order.item());
        } else {
            output.push('\n');
            indent(output, depth + 1);
            node(output, item, depth + 1, order.item());
            output.push(',');
        }
    }
    if !shares_lines {
        output.push('\n');
        indent(output, depth);
    }
    output.push(']');
}

fn indent(output: &mut String, depth: usize) {
    output.extend(std::iter::repeat_n("  ", depth));
}

fn key(output: &mut String, name: &str) {
    if needs_quotes(name) {
        output.push('"');
        for letter in name.chars() {
            match letter {
                '\n' => output.push_str("\\n"),
                '\t' => output.push_str("\\t"),
                _ => escaped(output, letter),
            }
        }
        output.push('"');
    } else {
        output.push_str(name);
    }
}

fn quoted(output: &mut String, text: &str) {
    output.push('"');
    text.chars().for_each(|letter| escaped(output, letter));
    output.push('"');
}

/// Each line of the text on a line of its own. A blank, or a backslash before white space that belongs to the text,
/// stands between the indentation and the line.
fn folded(output: &mut String, text: &str, depth: usize) {
    output.push('"');
    output.push_str(FOLD);
    let mut at_start = true;
    for letter in text.chars() {
        if at_start {
            indent(output, depth);
            output.push(if letter.is_whitespace() && letter != '\n' { '\\' } else { ' ' });
        }
        at_start = letter == '\n';
        if at_start {
            output.push_str("\\n");
            output.push_str(FOLD);
        } else {
            escaped(output, letter);
        }
    }
    if !at_start {
        output.push_str(FOLD);
    }
    indent(output, depth);
    output.push('"');
}

/// A letter other than a newline, within double quotes.
fn escaped(output: &mut String, letter: char) {
    match letter {
        '\t' => output.push('\t'),
        '"' | '\\' => output.extend(['\\', letter]),
        ' '..='~' => output.push(letter),
        '\u{7}' => output.push_str("\\a"),
        '\u{8}' => output.push_str("\\b"),
        '\u{b}' => output.push_str("\\v"),
        '\u{c}' => output.push_str("\\f"),
        '\r' => output.push_str("\\r"),
        '\0' => output.push_str("\\0"),
        '\u{1b}' => output.push_str("\\e"),
        '\u{85}' => output.push_str("\\N"),
        '\u{a0}' => output.push_str("\\_"),
        '\u{2028}' => output.push_str("\\L"),
        '\u{2029}' => output.push_str("\\P"),
        letter if is_print(letter) => output.push(letter),
        letter => output.push_str(&match u32::from(letter) {
            code @ (0..=0x1f | 0x7f) => format!("\\x{code:02x}"),
            code @ 0..=0xffff => format!("\\u{code:04x}"),
            code => format!("\\U{code:08x}"),
        }),
    }
}

fn needs_quotes(name: &str) -> bool {
    if is_ambiguous(name) {
        return true;
    }
    let last = name.chars().count().saturating_sub(1);
    let is_bare = |(index, letter): (usize, char)| {
        letter.is_alphabetic()
            || letter.is_numeric()
            || letter == '_'
            || (index > 0 && index < last && matches!(letter, '-' | '.' | '/'))
    };
    !name.chars().enumerate().all(is_bare)
}

/// Whether some reader of YAML takes the bare text for something else than text.
fn is_ambiguous(text: &str) -> bool {
    const WORDS: [&str; 18] = [
        "", "null", "~", "true", "t", "y", "yes", "on", "1", "false", "f", "n", "no", "off", "0", ".inf", "-.inf",
        ".nan",
    ];
    let lower = text.to_ascii_lowercase();
    let without = text.replace('_', "");
    WORDS.contains(&lower.as_str())
        || lower == "+.inf"
        || integer(&without)
        || is_float(&without)
        || is_base_60(text)
        || is_timestamp(text)
}

/// Go's `strconv.ParseFloat`, which knows infinity, and hexadecimal numbers with a power of two.
fn is_float(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text).to_ascii_lowercase();
    if let Some(hex) = unsigned.strip_prefix("0x") {
        let Some((mantissa, exponent)) = hex.split_once('p') else { return false };
        let digits = mantissa.replacen('.', "", 1);
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        return !digits.is_empty()
            && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
            && !exponent.is_empty()
            && exponent.bytes().all(|byte| byte.is_ascii_digit());
    }
    match unsigned.parse::<f64>() {
        // Go refuses a number beyond the range of a double, and a signed "nan".
        Ok(number) => match unsigned.as_str() {
            "inf" | "infinity" => true,
            "nan" => text.len() == unsigned.len(),
            _ => number.is_finite(),
        },
        Err(_) => false,
    }
}

/// `[+-]?[1-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?`
fn is_base_60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    !unsigned.starts_with('0') && super::resolve::is_base_60(text)
}
