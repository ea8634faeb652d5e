//! Field selectors: a short list of fields for each kind.

use crate::apiserver::registry::{FieldValue, Kind};
use crate::apiserver::status::{Status, StatusError};
use serde_json::Value;

/// A conjunction of requirements on fields.
#[derive(Clone, Debug, Default)]
pub(super) struct FieldSelector {
    terms: Vec<Term>,
}

#[derive(Clone, Debug)]
struct Term {
    field: String,
    find: FieldValue,
    equal: bool,
    value: String,
}

impl FieldSelector {
    /// Reads `a=b,c!=d` and checks that the kind knows the fields.
    ///
    /// # Errors
    /// 400 in the words of the real server.
    pub(super) fn parse(kind: &Kind, text: &str) -> Result<Self, StatusError> {
        let mut terms = Vec::new();
        for part in split(text) {
            let (field, equal, value) = term(&part)
                .ok_or_else(|| Status::bad_request(format!("invalid selector: '{text}'; can't understand '{part}'")))?;
            if field.is_empty() && value.is_empty() {
                continue;
            }
            let find = value_of(kind, field)
                .ok_or_else(|| Status::bad_request(format!("field label not supported: {field}")))?;
            terms.push(Term { field: field.to_owned(), find, equal, value });
        }
        Ok(Self { terms })
    }

    /// Whether an object in its stored version is selected.
    pub(super) fn matches(&self, object: &Value) -> bool {
        self.terms.iter().all(|term| term.matches(object))
    }

    /// Nothing is required.
    pub(super) fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }
}

/// Splits at commas that are not escaped with a backslash.
fn split(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut escaped = false;
    for character in text.chars() {
        if character == ',' && !escaped {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(character);
        }
        escaped = character == '\\' && !escaped;
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// The label, whether its value is to be equal, and the value.
fn term(part: &str) -> Option<(&str, bool, String)> {
    let (field, equal, value) = if let Some((field, value)) = part.split_once("!=") {
        (field, false, value)
    } else if let Some((field, value)) = part.split_once("==") {
        (field, true, value)
    } else {
        let (field, value) = part.split_once('=')?;
        (field, true, value)
    };
    let mut unescaped = String::new();
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        let plain = if character == '\\' { characters.next() } else { Some(character) };
        unescaped.extend(plain);
    }
    Some((field, equal, unescaped))
}

/// How a kind finds the value of a field; `None` for a field that it does not know.
fn value_of(kind: &Kind, label: &str) -> Option<FieldValue> {
    if matches!(label, "metadata.name" | "metadata.namespace") {
        return Some(FieldValue::AtPath);
    }
    kind.selectable_fields.iter().find(|field| field.label == label).map(|field| field.value)
}

impl Term {
    fn matches(&self, object: &Value) -> bool {
        let found = match self.find {
            FieldValue::AtPath => text_at(object, &self.field),
            FieldValue::FlagAtPath => {
                Some(text_at(object, &self.field)).filter(|text| !text.is_empty()).unwrap_or("false".to_owned())
            }
            FieldValue::Computed(compute) => compute(object),
        };
        (found == self.value) == self.equal
    }
}

fn text_at(object: &Value, field: &str) -> String {
    let found = field.split('.').try_fold(object, |value, name| value.get(name));
    match found {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Bool(value)) => value.to_string(),
        Some(Value::Number(value)) => value.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apiserver::registry::by_path;
    use serde_json::json;

    #[test]
    fn events_are_selected_by_what_they_are_about() {
        let events = by_path("", "v1", "events").unwrap();
        let event = json!({"involvedObject": {"kind": "Pod", "name": "a,b"}, "source": {"component": "x"}});
        let cases = [
            ("involvedObject.kind=Pod", true),
            ("involvedObject.kind!=Pod", false),
            (r"involvedObject.name==a\,b,source=x", true),
            ("involvedObject.uid=", true),
            ("", true),
        ];
        for (text, wanted) in cases {
            assert_eq!(FieldSelector::parse(events, text).unwrap().matches(&event), wanted, "{text}");
        }
        assert_eq!(FieldSelector::parse(events, "foo=bar").unwrap_err().http_code(), 400);
        assert_eq!(FieldSelector::parse(events, "foo").unwrap_err().http_code(), 400);
    }
}
