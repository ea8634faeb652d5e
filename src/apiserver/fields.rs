//! Field selectors: a short list of fields for each kind.

use super::object;
use super::status::{Refused, Status};
use crate::apiserver::kinds::Kind;
use serde_json::Value;

/// A conjunction of requirements on fields.
#[derive(Clone, Debug, Default)]
pub(super) struct FieldSelector {
    terms: Vec<Term>,
}

#[derive(Clone, Debug)]
struct Term {
    field: String,
    equal: bool,
    value: String,
}

impl FieldSelector {
    /// Reads `a=b,c!=d` and checks that the kind knows the fields.
    ///
    /// # Errors
    /// 400 in the words of the real server.
    pub(super) fn parse(kind: &Kind, text: &str) -> Result<Self, Refused> {
        let mut terms = Vec::new();
        for part in split(text) {
            let term = term(&part)
                .ok_or_else(|| Status::bad_request(format!("invalid selector: '{text}'; can't understand '{part}'")))?;
            if term.field.is_empty() && term.value.is_empty() {
                continue;
            }
            if !is_known(kind, &term.field) {
                return Err(Status::bad_request(format!("field label not supported: {}", term.field)));
            }
            terms.push(term);
        }
        Ok(Self { terms })
    }

    /// Whether an object in its stored version is selected.
    pub(super) fn matches(&self, object: &Value) -> bool {
        self.terms.iter().all(|term| (value_of(object, &term.field) == term.value) == term.equal)
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

fn term(part: &str) -> Option<Term> {
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
    Some(Term { field: field.to_owned(), equal, value: unescaped })
}

fn is_known(kind: &Kind, field: &str) -> bool {
    let own: &[&str] = match kind.plural {
        "events" => &[
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "reason",
            "reportingComponent",
            "source",
            "type",
        ],
        "pods" => &[
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.podIPs",
            "status.nominatedNodeName",
        ],
        "nodes" => &["spec.unschedulable"],
        "namespaces" => &["status.phase"],
        "secrets" => &["type"],
        "services" => &["spec.clusterIP", "spec.type"],
        _ => &[],
    };
    matches!(field, "metadata.name" | "metadata.namespace") || own.contains(&field)
}

fn value_of(object: &Value, field: &str) -> String {
    match field {
        "source" => {
            let component = text_at(object, "source.component");
            if component.is_empty() { text_at(object, "reportingComponent") } else { component }
        }
        "metadata.name" => object::meta(object, "name").to_owned(),
        "spec.unschedulable" | "spec.hostNetwork" => {
            let text = text_at(object, field);
            if text.is_empty() { "false".to_owned() } else { text }
        }
        _ => text_at(object, field),
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
    use crate::apiserver::kinds::by_path;
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
