//! Moving from `kubectl apply` to `kubectl apply --server-side`: what the annotation of the first says is the manager
//! `kubectl`'s to change, and the annotation is kept up to date for those who go back.

use crate::apiserver::managed_fields::compare::{compare, fields};
use crate::apiserver::managed_fields::set::FieldSet;
use crate::apiserver::managed_fields::types::Type;
use crate::text::go::json;
use serde_json::Value;

const ANNOTATION: &str = "kubectl.kubernetes.io/last-applied-configuration";

fn annotation(object: &Value) -> Option<&str> {
    let text = object.pointer("/metadata/annotations")?.get(ANNOTATION)?.as_str()?;
    (!text.is_empty()).then_some(text)
}

/// The fields that the annotation names and that are in the object as it names them.
pub(super) fn allowed(r#type: Type<'_>, live: &Value, api_version: &str) -> FieldSet {
    let last: Option<Value> = annotation(live).and_then(|text| serde_json::from_str(text).ok());
    let Some(last) = last.filter(|last| last.get("apiVersion").and_then(Value::as_str) == Some(api_version)) else {
        return FieldSet::default();
    };
    let comparison = compare(r#type, &last, live);
    fields(r#type, &last).difference(&comparison.modified).difference(&comparison.added).difference(&comparison.removed)
}

/// Writes what is applied into the annotation, if the object has one.
pub(super) fn refresh(object: &mut Value, applied: &Value) {
    if annotation(object).is_none() {
        return;
    }
    let mut applied = applied.clone();
    if let Some(annotations) = applied.pointer_mut("/metadata/annotations").and_then(Value::as_object_mut) {
        annotations.remove(ANNOTATION);
    }
    let text = format!("{}\n", json::compact(&applied));
    if let Some(annotations) = object.pointer_mut("/metadata/annotations").and_then(Value::as_object_mut) {
        annotations.insert(ANNOTATION.to_owned(), text.into());
    }
}
