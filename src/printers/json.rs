//! JSON as kubectl prints it: Go's, four blanks a level, and safe for a terminal.

use crate::text::go::json::{self, Layout};
use serde::Serialize;

const PRETTY: Layout = Layout::indented("    ").for_terminals();

/// Indented, with a newline at the end.
pub fn pretty(value: &impl Serialize) -> String {
    let mut text = String::new();
    append(&mut text, value, 0);
    text.push('\n');
    text
}

/// Appends a value that begins at `depth` levels.
pub fn append(text: &mut String, value: &impl Serialize, depth: usize) {
    text.push_str(&json::write(value, PRETTY.at(depth)));
}

/// On one line.
pub fn compact(value: &impl Serialize) -> String {
    json::write(value, Layout::COMPACT.for_terminals())
}
