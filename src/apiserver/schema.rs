//! What a custom kind's structural schema says of an object: what is wrong with it, which fields it does not know, which
//! it fills in.
//!
//! Understood is what the shipped CustomResourceDefinitions use, and the plain keywords beside it: types, formats,
//! bounds, `enum`, `required`, `nullable`, `anyOf`, `x-kubernetes-{int-or-string,preserve-unknown-fields,list-type,
//! list-map-keys}`. Wording and order are those of kube-openapi's validator as the API server uses it; where the real
//! server walks a map in random order, here it is by key.

mod formats;
mod lists;
mod prune;
mod scale;
mod walk;

#[cfg(test)]
mod tests;

pub use prune::{apply_defaults, prune, unknown_fields};

use crate::apiserver::field;
use serde_json::Value;

/// What is wrong with a whole object, on create (`old` is `None`) or update. `scale`: whether the kind has `/scale`.
///
/// On update, what was wrong before and has not changed is let pass. The object must have been through
/// [`apply_defaults`]. Metadata is not looked at.
pub fn errors(schema: &Value, scale: bool, object: &Value, old: Option<&Value>) -> field::ErrorList {
    let mut errors = walk::errors(schema, "", object, old);
    if scale {
        errors.extend(scale::spec_errors(object));
        errors.extend(scale::status_errors(object));
    }
    errors.extend(list_errors(schema, object, old));
    errors
}

/// What is wrong with an object that came through `/status`: only its status is looked at.
pub fn status_errors(schema: &Value, scale: bool, object: &Value, old: Option<&Value>) -> field::ErrorList {
    let mut errors = Vec::new();
    if let (Some(status), Some(part)) = (object.get("status"), schema.pointer("/properties/status")) {
        errors.extend(walk::errors(part, "status", status, old.and_then(|old| old.get("status"))));
    }
    if scale {
        errors.extend(scale::status_errors(object));
    }
    errors.extend(list_errors(schema, object, old));
    errors
}

/// Duplicates in lists that are maps or sets; let pass if the object had some before.
fn list_errors(schema: &Value, object: &Value, old: Option<&Value>) -> field::ErrorList {
    if old.is_some_and(|old| !lists::errors(schema, old).is_empty()) {
        return Vec::new();
    }
    lists::errors(schema, object)
}

/// The schema of a field, if the object's schema describes it: a property, or else what `additionalProperties` says.
fn field_schema<'a>(schema: &'a Value, key: &str) -> Option<&'a Value> {
    let property = schema.get("properties").and_then(|properties| properties.get(key));
    property.or_else(|| schema.get("additionalProperties").filter(|schema| schema.is_object()))
}

fn flag(schema: &Value, keyword: &str) -> bool {
    schema.get(keyword).and_then(Value::as_bool).unwrap_or_default()
}
