//! Writes a tree as YAML, byte by byte as kubectl does: go-yaml v2 with its defaults, behind sigs.k8s.io/yaml.
//!
//! No kept crate has this layout (sequences flush with their key, go-yaml's order of keys, its choice of quotes, lines
//! folded after 80 columns), and scripts compare manifests by their text.

use super::order;
use super::scalar::{self, Style, is_break};
use crate::text::go::number;
use serde_json::{Map, Number, Value};

const BEST_WIDTH: usize = 80;
const INDENT: usize = 2;

/// Where a node stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    Item,
    Value,
}

/// The writer's state is libyaml's: where it is, and whether nothing but blanks and indicators stand on the line.
pub(super) struct Writer<'a> {
    output: &'a mut String,
    column: usize,
    /// `None` before the first collection.
    indent: Option<usize>,
    after_blank: bool,
    only_indicators: bool,
}

impl<'a> Writer<'a> {
    /// Writes behind what is in `output`, which has to end with a newline or be empty.
    pub(super) fn new(output: &'a mut String) -> Self {
        Self { output, column: 0, indent: None, after_blank: true, only_indicators: true }
    }

    /// One document.
    pub(super) fn document(&mut self, value: &Value) {
        self.node(value, Place::Root);
        self.start_line();
    }

    /// One item of a sequence that stands at the left margin.
    pub(super) fn item(&mut self, value: &Value) {
        self.indent = Some(0);
        self.start_line();
        self.indicator("-", true, true);
        self.node(value, Place::Item);
        self.start_line();
    }

    fn node(&mut self, value: &Value, place: Place) {
        match value {
            Value::Object(fields) => self.mapping(fields),
            Value::Array(items) => self.sequence(items, place),
            Value::String(text) => self.text(text, false),
            Value::Null => self.bare("null"),
            Value::Bool(truth) => self.bare(if *truth { "true" } else { "false" }),
            Value::Number(number) => self.bare(&number_text(number)),
        }
    }

    fn mapping(&mut self, fields: &Map<String, Value>) {
        if fields.is_empty() {
            return self.indicator("{}", true, false);
        }
        let outer = self.indent;
        self.indent = Some(outer.map_or(0, |indent| indent + INDENT));
        for (key, value) in order::sorted(fields) {
            self.start_line();
            if scalar::is_simple_key(key) {
                self.text(key, true);
                self.indicator(":", false, false);
            } else {
                self.indicator("?", true, true);
                self.text(key, false);
                self.start_line();
                self.indicator(":", true, true);
            }
            self.node(value, Place::Value);
        }
        self.indent = outer;
    }

    fn sequence(&mut self, items: &[Value], place: Place) {
        if items.is_empty() {
            return self.indicator("[]", true, false);
        }
        let outer = self.indent;
        let flush = place == Place::Value && !self.only_indicators;
        self.indent = match outer {
            None => Some(0),
            Some(indent) if flush => Some(indent),
            Some(indent) => Some(indent + INDENT),
        };
        for item in items {
            self.start_line();
            self.indicator("-", true, true);
            self.node(item, Place::Item);
        }
        self.indent = outer;
    }

    fn text(&mut self, text: &str, is_key: bool) {
        let outer = self.indent;
        self.indent = Some(outer.map_or(INDENT, |indent| indent + INDENT));
        match scalar::style(text, is_key) {
            Style::Plain => self.plain(text, !is_key),
            Style::Single => self.single(text, !is_key),
            Style::Double => self.double(text, !is_key),
            Style::Literal => self.literal(text),
        }
        self.indent = outer;
    }

    /// A new line at the present indentation, unless nothing stands on this one but indicators.
    fn start_line(&mut self) {
        let indent = self.indent.unwrap_or_default();
        if !self.only_indicators || self.column > indent || (self.column == indent && !self.after_blank) {
            self.put('\n');
        }
        while self.column < indent {
            self.put(' ');
        }
        self.after_blank = true;
        self.only_indicators = true;
    }

    fn put(&mut self, letter: char) {
        self.output.push(letter);
        self.column = if is_break(letter) { 0 } else { self.column + 1 };
    }

    /// Text without breaks.
    fn put_all(&mut self, text: &str) {
        self.output.push_str(text);
        self.column += text.chars().count();
    }

    /// `opens_line`: what follows may stand on the same line as it does at the start of one.
    fn indicator(&mut self, text: &str, needs_blank: bool, opens_line: bool) {
        if needs_blank && !self.after_blank {
            self.put(' ');
        }
        self.put_all(text);
        self.after_blank = false;
        self.only_indicators &= opens_line;
    }

    fn bare(&mut self, text: &str) {
        if !self.after_blank {
            self.put(' ');
        }
        self.put_all(text);
        self.after_blank = false;
        self.only_indicators = false;
    }

    fn plain(&mut self, text: &str, folds: bool) {
        if !folds || self.column + text.len() < BEST_WIDTH {
            return self.bare(text);
        }
        if !self.after_blank {
            self.put(' ');
        }
        let mut after_space = false;
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            if letter == ' ' && !after_space && self.column > BEST_WIDTH && letters.peek() != Some(&' ') {
                self.start_line();
            } else {
                self.put(letter);
            }
            after_space = letter == ' ';
        }
        self.after_blank = false;
        self.only_indicators = false;
    }

    fn single(&mut self, text: &str, folds: bool) {
        self.indicator("'", true, false);
        let (mut after_space, mut after_break, mut is_first) = (false, false, true);
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            if letter == ' ' {
                let is_inner = !is_first && letters.peek().is_some_and(|next| *next != ' ');
                if folds && !after_space && self.column > BEST_WIDTH && is_inner {
                    self.start_line();
                } else {
                    self.put(letter);
                }
                after_space = true;
            } else if is_break(letter) {
                if !after_break && letter == '\n' {
                    self.put('\n');
                }
                self.put(letter);
                self.only_indicators = true;
                after_break = true;
            } else {
                if after_break {
                    self.start_line();
                }
                if letter == '\'' {
                    self.put('\'');
                }
                self.put(letter);
                self.only_indicators = false;
                (after_space, after_break) = (false, false);
            }
            is_first = false;
        }
        self.indicator("'", false, false);
        self.only_indicators = false;
    }

    fn double(&mut self, text: &str, folds: bool) {
        self.indicator("\"", true, false);
        let (mut after_space, mut is_first) = (false, true);
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            if let Some(escaped) = scalar::escape(letter) {
                self.put_all(&escaped);
            } else if letter == ' ' && folds && !after_space && self.column > BEST_WIDTH && !is_first {
                match letters.peek() {
                    None => self.put(' '),
                    Some(' ') => {
                        self.start_line();
                        self.put('\\');
                    }
                    Some(_) => self.start_line(),
                }
            } else {
                self.put(letter);
            }
            after_space = letter == ' ';
            is_first = false;
        }
        self.indicator("\"", false, false);
        self.only_indicators = false;
    }

    fn literal(&mut self, text: &str) {
        self.indicator("|", true, false);
        self.put_all(&scalar::block_hints(text));
        self.put('\n');
        self.only_indicators = true;
        self.after_blank = true;
        let mut after_break = true;
        for letter in text.chars() {
            if is_break(letter) {
                self.put(letter);
                self.only_indicators = true;
                after_break = true;
            } else {
                if after_break {
                    self.start_line();
                }
                self.put(letter);
                self.only_indicators = false;
                after_break = false;
            }
        }
    }
}

/// A number as go-yaml writes it after having read it from Go's JSON: whole where it is whole there, else the shortest
/// decimal, with an exponent from a million on.
fn number_text(number: &Number) -> String {
    let text = number::json(number);
    if text.parse::<i64>().is_ok() || text.parse::<u64>().is_ok() {
        return text;
    }
    number.as_f64().map_or(text, number::float)
}
