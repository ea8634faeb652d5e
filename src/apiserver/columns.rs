//! What the printers of built-in kinds show: one function a column, from the object in its stored version and the
//! present time. The rules are those of `pkg/printers/internalversion/printers.go` in Kubernetes 1.37, whose server
//! always prints the wide form and leaves it to the client to hide columns.

mod event;
mod hpa;
mod node;
mod pod;
mod service;
mod simple;
#[cfg(test)]
mod tests;

pub use event::*;
pub use hpa::*;
pub use node::*;
pub use pod::*;
pub use service::*;
pub use simple::*;

use crate::text::duration;
use jiff::Timestamp;
use serde_json::Value;

/// What stands for an absent value in most columns.
const NONE: &str = "<none>";
/// What stands for a value that nobody reported.
const UNKNOWN: &str = "<unknown>";

/// AGE: how long ago the object was created.
pub fn age(object: &Value, now: Timestamp) -> Value {
    since(object.pointer("/metadata/creationTimestamp"), now).into()
}

/// How long ago a moment was, in kubectl's short form; `<unknown>` where there is none.
pub fn since(moment: Option<&Value>, now: Timestamp) -> String {
    moment.and_then(time).map_or_else(|| UNKNOWN.to_owned(), |then| elapsed(then, now))
}

/// A length of time in kubectl's short form, cut to whole seconds.
pub fn elapsed(then: Timestamp, now: Timestamp) -> String {
    duration::human((now.as_millisecond() - then.as_millisecond()) / 1000)
}

fn time(moment: &Value) -> Option<Timestamp> {
    moment.as_str()?.parse().ok()
}

/// The text behind a JSON pointer; empty where there is none.
fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The number behind a JSON pointer; 0 where there is none.
fn number(object: &Value, pointer: &str) -> i64 {
    object.pointer(pointer).and_then(Value::as_i64).unwrap_or_default()
}

/// The list behind a JSON pointer; empty where there is none.
fn list<'a>(object: &'a Value, pointer: &str) -> &'a [Value] {
    object.pointer(pointer).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// How many entries the map behind a JSON pointer has.
fn entries(object: &Value, pointer: &str) -> usize {
    object.pointer(pointer).and_then(Value::as_object).map_or(0, serde_json::Map::len)
}

/// The text, or what stands for it when it is empty.
fn or<'a>(text: &'a str, otherwise: &'a str) -> &'a str {
    if text.is_empty() { otherwise } else { text }
}

/// DESIRED of a Scale.
pub fn scale_desired(scale: &Value, _: Timestamp) -> Value {
    number(scale, "/spec/replicas").into()
}

/// AVAILABLE of a Scale.
pub fn scale_available(scale: &Value, _: Timestamp) -> Value {
    number(scale, "/status/replicas").into()
}
