//! How Go prints the values.

use crate::text::go::fmt;
use crate::text::go::json::{self, Layout};
use serde_json::Value;
use std::borrow::Cow;

/// Appends values joined by a space: maps and lists as compact JSON, everything else as `fmt.Print` does, but null as
/// `null`.
pub(super) fn results(output: &mut String, values: &[Cow<'_, Value>]) {
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            output.push(' ');
        }
        match value.as_ref() {
            Value::Object(_) | Value::Array(_) => output.push_str(&json::compact(value.as_ref())),
            Value::Null => output.push_str("null"),
            scalar => output.push_str(&fmt::value(scalar)),
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
    output.push_str(&json::write(&list, Layout::indented("    ")));
    output.push('\n');
}
