//! How Go prints the values.

use serde_json::{Number, Value};
use std::borrow::Cow;
use std::fmt::Write;

/// Appends values joined by a space: maps and lists as compact JSON, everything else as `fmt.Print` does, but null as
/// `null`.
pub(super) fn results(output: &mut String, values: &[Cow<'_, Value>]) {
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            output.push(' ');
        }
        match value.as_ref() {
            Value::Object(_) | Value::Array(_) => compact_json(output, value),
            Value::Null => output.push_str("null"),
            scalar => output.push_str(&go_text(scalar)),
        }
    }
}

/// Values joined by a space, as a template prints them.
pub fn text(values: &[Cow<'_, Value>]) -> String {
    let mut output = String::new();
    results(&mut output, values);
    output
}

/// Appends values as one JSON array, indented by four spaces, and a newline.
pub(super) fn indented(output: &mut String, values: &[Cow<'_, Value>]) {
    let list = Value::Array(values.iter().map(|value| value.clone().into_owned()).collect());
    json(output, &list, Some(0));
    output.push('\n');
}

/// Appends what Go's `json.Marshal` writes: sorted keys, no spaces, `<`, `>` and `&` escaped.
pub fn compact_json(output: &mut String, value: &Value) {
    json(output, value, None);
}

/// What Go's `%v` writes: `map[a:1 b:2]`, `[1 2]`, `<nil>`.
pub fn go_text(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::String(text) => text.clone(),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(number), _) => number.to_string(),
            (None, Some(number)) => go_float(number),
            (None, None) => number.to_string(),
        },
        Value::Array(items) => format!("[{}]", items.iter().map(go_text).collect::<Vec<_>>().join(" ")),
        Value::Object(map) => {
            let pairs: Vec<String> = map.iter().map(|(key, value)| format!("{key}:{}", go_text(value))).collect();
            format!("map[{}]", pairs.join(" "))
        }
    }
}

fn json(output: &mut String, value: &Value, indent: Option<usize>) {
    match value {
        Value::Null => output.push_str("null"),
        Value::Bool(value) => output.push_str(if *value { "true" } else { "false" }),
        Value::String(text) => quoted(output, text),
        Value::Number(number) => output.push_str(&json_number(number)),
        Value::Array(items) => {
            sequence(output, indent, ('[', ']'), items, json);
        }
        Value::Object(map) => sequence(output, indent, ('{', '}'), map, |output, (key, value), indent| {
            quoted(output, key);
            output.push_str(if indent.is_some() { ": " } else { ":" });
            json(output, value, indent);
        }),
    }
}

/// Items between brackets, each on a line of its own where there is an indent.
fn sequence<I: IntoIterator>(
    output: &mut String,
    indent: Option<usize>,
    (open, close): (char, char),
    items: I,
    write: impl Fn(&mut String, I::Item, Option<usize>),
) {
    let new_line = |output: &mut String, depth: Option<usize>| {
        if let Some(depth) = depth {
            output.push('\n');
            output.extend(std::iter::repeat_n("    ", depth));
        }
    };
    let inner = indent.map(|depth| depth + 1);
    let mut empty = true;
    output.push(open);
    for item in items {
        if !empty {
            output.push(',');
        }
        empty = false;
        new_line(output, inner);
        write(output, item, inner);
    }
    if !empty {
        new_line(output, indent);
    }
    output.push(close);
}

fn quoted(output: &mut String, text: &str) {
    output.push('"');
    for letter in text.chars() {
        match letter {
            '"' => output.push_str("\\\""),
            '\\' => output.push_str("\\\\"),
            '\n' => output.push_str("\\n"),
            '\r' => output.push_str("\\r"),
            '\t' => output.push_str("\\t"),
            '\u{8}' => output.push_str("\\b"),
            '\u{c}' => output.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                // Writing to a String cannot fail.
                let _ = write!(output, "\\u{:04x}", u32::from(letter));
            }
            _ => output.push(letter),
        }
    }
    output.push('"');
}

/// A number as Go's `json.Marshal` writes it once it has read it: what does not fit 64 bits with a sign is a double.
pub(crate) fn json_number(number: &Number) -> String {
    match (number.as_i64(), number.as_f64()) {
        (None, Some(number)) => float(number, 1e-6, 1e21).replace("e-0", "e-"),
        _ => number.to_string(),
    }
}

/// A double as Go's `%v` writes it.
pub(crate) fn go_float(number: f64) -> String {
    float(number, 1e-4, 1e6)
}

/// The shortest decimal that reads back as the same number; with an exponent outside `[low, high)`, at least two
/// digits long.
fn float(number: f64, low: f64, high: f64) -> String {
    let size = number.abs();
    if size == 0.0 || (low..high).contains(&size) {
        return format!("{number}");
    }
    let text = format!("{number:e}");
    let Some((mantissa, exponent)) = text.split_once('e') else { return text };
    match exponent.strip_prefix('-') {
        Some(digits) => format!("{mantissa}e-{digits:0>2}"),
        None => format!("{mantissa}e+{exponent:0>2}"),
    }
}
