//! What is waited for: the grammar of `--for`, and whether an object is that far. Pure.
//!
//! The rules for `create`, `delete`, `condition` and `jsonpath` are those of kubectl's `pkg/cmd/wait`.

use crate::api::vmirs::ReplicaSet;
use crate::text::go::fmt;
use crate::text::jsonpath::{self, JsonPathError, Template};
use serde::Deserialize;
use serde_json::Value;

/// What is waited for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Condition {
    /// That it is there.
    Create,
    /// That it is gone.
    Delete,
    /// A condition in its status.
    Status { name: String, value: String },
    /// A field, with this value or with any.
    JsonPath { path: Template, value: Option<String> },
    /// So many VMIs, or as many as the set wants.
    Count { of: Counted, wanted: Option<i32> },
}

/// Which VMIs are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counted {
    /// `status.replicas`.
    Replicas,
    /// `status.readyReplicas`.
    Ready,
}

/// Why `--for` or the object cannot be made sense of, in kubectl's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ConditionError {
    #[error("unrecognized condition: {0}")]
    Unrecognized(String),
    #[error(
        "jsonpath wait format must be --for=jsonpath='{{.status.readyReplicas}}'=3 or --for=jsonpath='{{.status.readyReplicas}}'"
    )]
    Format,
    #[error("jsonpath wait has to have a value after equal sign, like --for=jsonpath='{{.status.readyReplicas}}'=3")]
    NoValue,
    #[error("jsonpath expression cannot be empty")]
    Empty,
    #[error(transparent)]
    Path(#[from] JsonPathError),
    #[error("given jsonpath expression matches more than one list")]
    ManyLists,
    #[error("given jsonpath expression matches more than one value")]
    ManyValues,
    #[error("jsonpath leads to a nested object or list which is not supported")]
    Nested,
    #[error("invalid count {0:?} in --for={1}; use --for={1} or --for={1}=COUNT")]
    Count(String, &'static str),
}

/// Reads all of `--for`, in the order they were typed.
///
/// # Errors
/// For the first that is none, or when there is none at all.
pub(super) fn all(texts: &[String]) -> Result<Vec<Condition>, ConditionError> {
    if texts.is_empty() {
        return Err(ConditionError::Unrecognized("[]".to_owned()));
    }
    texts.iter().map(|text| parse(text)).collect()
}

fn parse(text: &str) -> Result<Condition, ConditionError> {
    let (word, argument) = match text.split_once('=') {
        Some((word, argument)) => (word, Some(argument)),
        None => (text, None),
    };
    match (word, argument) {
        (word, None) if word.eq_ignore_ascii_case("create") => Ok(Condition::Create),
        (word, None) if word.eq_ignore_ascii_case("delete") => Ok(Condition::Delete),
        ("condition", Some(rest)) => {
            let (name, value) = rest.split_once('=').unwrap_or((rest, "true"));
            Ok(Condition::Status { name: name.to_owned(), value: value.to_owned() })
        }
        ("jsonpath", Some(rest)) => json_path(rest),
        ("replicas", count) => self::count(Counted::Replicas, count),
        ("ready", count) => self::count(Counted::Ready, count),
        _ => Err(ConditionError::Unrecognized(format!("{text:?}"))),
    }
}

fn json_path(text: &str) -> Result<Condition, ConditionError> {
    let parts = split_at_single_equals(text);
    let (path, value) = match parts.as_slice() {
        [path] => (path, None),
        [path, value] => (path, Some(value.trim_matches(['\'', '"']))),
        _ => return Err(ConditionError::Format),
    };
    let template = jsonpath::relaxed(path)?;
    match value {
        Some("") => Err(ConditionError::NoValue),
        _ if path.is_empty() => Err(ConditionError::Empty),
        value => Ok(Condition::JsonPath { path: template, value: value.map(str::to_owned) }),
    }
}

/// `==` belongs to a filter and splits nothing: `a==b===c` is `a==b==` and `c`.
fn split_at_single_equals(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let (piece, splits) = match character {
            '=' if rest.starts_with("==") => ("==", false),
            '=' => ("=", true),
            other => (&rest[..other.len_utf8()], false),
        };
        rest = &rest[piece.len()..];
        match parts.last_mut() {
            Some(last) if !splits => last.push_str(piece),
            _ => parts.push(String::new()),
        }
    }
    parts
}

fn count(of: Counted, text: Option<&str>) -> Result<Condition, ConditionError> {
    let word = match of {
        Counted::Replicas => "replicas",
        Counted::Ready => "ready",
    };
    let invalid = |text: &str| ConditionError::Count(text.to_owned(), word);
    let number = |text: &str| text.parse::<i32>().ok().filter(|count| *count >= 0).ok_or_else(|| invalid(text));
    Ok(Condition::Count { of, wanted: text.map(number).transpose()? })
}

impl Condition {
    /// Whether the object is that far.
    ///
    /// # Errors
    /// When a path leads to what cannot be compared.
    pub(super) fn is_met(&self, object: &Value) -> Result<bool, ConditionError> {
        match self {
            Self::Create => Ok(true),
            Self::Delete => Ok(false),
            Self::Status { name, value } => Ok(has_status(object, name, value)),
            Self::JsonPath { path, value } => has_field(object, path, value.as_deref()),
            Self::Count { of, wanted } => {
                let set = ReplicaSet::deserialize(object).unwrap_or_default();
                Ok(of.count(&set) == wanted.unwrap_or_else(|| set.desired()))
            }
        }
    }
}

impl Counted {
    /// How many VMIs the set's status counts.
    pub(super) fn count(self, set: &ReplicaSet) -> i32 {
        let status = set.status();
        match self {
            Self::Replicas => status.replicas,
            Self::Ready => status.ready_replicas,
        }
    }
}

/// The first condition of that type decides. One that was observed before the last change does not count.
fn has_status(object: &Value, name: &str, value: &str) -> bool {
    let conditions = object.pointer("/status/conditions").and_then(Value::as_array).into_iter().flatten();
    let text = |condition: &Value, key: &str| condition.get(key).and_then(Value::as_str).map(str::to_owned);
    for condition in conditions {
        let Some(status) = text(condition, "status") else { continue };
        if !text(condition, "type").is_some_and(|found| equal_folded(&found, name)) {
            continue;
        }
        let number = |object: &Value, pointer: &str| object.pointer(pointer).and_then(Value::as_i64);
        let observed =
            number(condition, "/observedGeneration").or_else(|| number(object, "/status/observedGeneration"));
        let outdated =
            number(object, "/metadata/generation").zip(observed).is_some_and(|(generation, seen)| seen < generation);
        return !outdated && equal_folded(&status, value);
    }
    false
}

fn has_field(object: &Value, path: &Template, value: Option<&str>) -> Result<bool, ConditionError> {
    let results = path.results(object, true)?;
    let Some(found) = results.first().and_then(|values| values.first()) else { return Ok(false) };
    if results.len() > 1 {
        return Err(ConditionError::ManyLists);
    }
    if results.iter().any(|values| values.len() > 1) {
        return Err(ConditionError::ManyValues);
    }
    let Some(value) = value else { return Ok(true) };
    if found.is_object() || found.is_array() {
        return Err(ConditionError::Nested);
    }
    Ok(fmt::value(found).trim() == value.trim())
}

/// Go's `strings.EqualFold`.
fn equal_folded(a: &str, b: &str) -> bool {
    a.chars().map(folded).eq(b.chars().map(folded))
}

/// One character for one: `ß` is not `ss`, the Kelvin sign is a `k`.
fn folded(character: char) -> char {
    let only = |mut mapped: Box<dyn Iterator<Item = char>>, otherwise| match (mapped.next(), mapped.next()) {
        (Some(one), None) => one,
        _ => otherwise,
    };
    let upper = only(Box::new(character.to_uppercase()), character);
    only(Box::new(upper.to_lowercase()), upper)
}

#[cfg(test)]
mod tests;
