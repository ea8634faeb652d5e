//! Items that must differ: lists of type `map` and `set`.

use super::field_schema;
use crate::apiserver::field;
use serde_json::{Map, Value};

/// Duplicates anywhere in the object.
pub(super) fn errors(schema: &Value, object: &Value) -> field::ErrorList {
    let mut errors = Vec::new();
    walk(schema, "", object, &mut errors);
    errors
}

fn walk(schema: &Value, path: &str, value: &Value, errors: &mut field::ErrorList) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let Some(part) = field_schema(schema, key) else { continue };
                let listed = schema.get("properties").is_some_and(|properties| properties.get(key).is_some());
                let child = match (listed, path) {
                    (true, "") => key.clone(),
                    (true, _) => format!("{path}.{key}"),
                    (false, _) => format!("{path}[{key}]"),
                };
                walk(part, &child, value, errors);
            }
        }
        Value::Array(items) => {
            errors.extend(duplicates(schema, path, items));
            let Some(part) = schema.get("items") else { return };
            for (index, item) in items.iter().enumerate() {
                walk(part, &format!("{path}[{index}]"), item, errors);
            }
        }
        _ => {}
    }
}

fn duplicates(schema: &Value, path: &str, items: &[Value]) -> field::ErrorList {
    let keys: Vec<Value> = match schema.get("x-kubernetes-list-type").and_then(Value::as_str) {
        Some("set") => items.to_vec(),
        Some("map") => {
            if let Some(index) = items.iter().position(|item| !item.is_object() && !item.is_null()) {
                let why = "must be an object for an array of list-type map";
                return items
                    .get(index)
                    .map(|item| field::Error::invalid(format!("{path}[{index}]"), item, why))
                    .into_iter()
                    .collect();
            }
            items.iter().map(|item| key_of(schema, item)).collect()
        }
        _ => return Vec::new(),
    };
    let second = |index: usize, key: &Value| keys.iter().take(index).filter(|other| *other == key).count() == 1;
    let repeated = keys.iter().enumerate().filter(|(index, key)| second(*index, key));
    repeated.map(|(index, key)| field::Error::duplicate(format!("{path}[{index}]"), key)).collect()
}

/// The part of an item of a list map that must differ from the other items'.
pub(super) fn key_of(schema: &Value, item: &Value) -> Value {
    let names = schema.get("x-kubernetes-list-map-keys").and_then(Value::as_array);
    let names = names.into_iter().flatten().filter_map(Value::as_str);
    let fields = names.filter_map(|name| Some((name.to_owned(), item.get(name)?.clone())));
    Value::Object(fields.collect::<Map<_, _>>())
}
