//! Fields that the schema does not know are dropped, and defaults filled in, before an object is checked.

use super::{field_schema, flag};
use serde_json::Value;

/// Drops the fields that the schema does not know. What stands at the top as type and metadata stays.
pub fn prune(schema: &Value, object: &mut Value) {
    visit(schema, "", object, &mut Vec::new());
}

/// Paths of the fields that [`prune`] would drop, sorted, such as `spec.selector.matchExpressions[0].foo`.
pub fn unknown_fields(schema: &Value, object: &Value) -> Vec<String> {
    let mut unknown = Vec::new();
    visit(schema, "", &mut object.clone(), &mut unknown);
    unknown.sort();
    unknown
}

fn visit(schema: &Value, path: &str, value: &mut Value, unknown: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            let preserve = flag(schema, "x-kubernetes-preserve-unknown-fields");
            fields.retain(|key, value| {
                if path.is_empty() && matches!(key.as_str(), "apiVersion" | "kind" | "metadata") {
                    return true;
                }
                let child = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                if let Some(part) = field_schema(schema, key) {
                    visit(part, &child, value, unknown);
                    return true;
                }
                let known = preserve || schema.get("additionalProperties") == Some(&Value::Bool(true));
                if !known {
                    unknown.push(child);
                }
                known
            });
        }
        Value::Array(items) => {
            let Some(part) = schema.get("items") else { return };
            for (index, item) in items.iter_mut().enumerate() {
                visit(part, &format!("{path}[{index}]"), item, unknown);
            }
        }
        _ => {}
    }
}

/// Fills in the schema's defaults; drops a null where the schema allows none.
pub fn apply_defaults(schema: &Value, object: &mut Value) {
    match object {
        Value::Object(fields) => {
            fields.retain(|key, value| {
                let part = field_schema(schema, key);
                !(value.is_null() && part.is_some_and(|part| !flag(part, "nullable") && part.get("default").is_none()))
            });
            for (key, part) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
                let Some(default) = part.get("default") else { continue };
                let absent = fields.get(key).is_none_or(|value| value.is_null() && !flag(part, "nullable"));
                if absent {
                    fields.insert(key.clone(), default.clone());
                }
            }
            for (key, value) in fields {
                if let Some(part) = field_schema(schema, key) {
                    apply_defaults(part, value);
                }
            }
        }
        Value::Array(items) => {
            let Some(part) = schema.get("items") else { return };
            items.iter_mut().for_each(|item| apply_defaults(part, item));
        }
        _ => {}
    }
}
