//! Items that must differ: lists of type `map` and `set`.

use super::super::fault::Fault;
use super::field_schema;
use serde_json::{Map, Value};

/// Duplicates anywhere in the object.
pub(super) fn faults(schema: &Value, object: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    walk(schema, "", object, &mut faults);
    faults
}

fn walk(schema: &Value, path: &str, value: &Value, faults: &mut Vec<Fault>) {
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
                walk(part, &child, value, faults);
            }
        }
        Value::Array(items) => {
            faults.extend(duplicates(schema, path, items));
            let Some(part) = schema.get("items") else { return };
            for (index, item) in items.iter().enumerate() {
                walk(part, &format!("{path}[{index}]"), item, faults);
            }
        }
        _ => {}
    }
}

fn duplicates(schema: &Value, path: &str, items: &[Value]) -> Vec<Fault> {
    let keys: Vec<Value> = match schema.get("x-kubernetes-list-type").and_then(Value::as_str) {
        Some("set") => items.to_vec(),
        Some("map") => {
            if let Some(index) = items.iter().position(|item| !item.is_object() && !item.is_null()) {
                let why = "must be an object for an array of list-type map";
                return items
                    .get(index)
                    .map(|item| Fault::invalid(format!("{path}[{index}]"), item, why))
                    .into_iter()
                    .collect();
            }
            items.iter().map(|item| key_of(schema, item)).collect()
        }
        _ => return Vec::new(),
    };
    let second = |index: usize, key: &Value| keys.iter().take(index).filter(|other| *other == key).count() == 1;
    let repeated = keys.iter().enumerate().filter(|(index, key)| second(*index, key));
    repeated.map(|(index, key)| Fault::duplicate(format!("{path}[{index}]"), key)).collect()
}

/// The part of an item of a list map that must differ from the other items'.
pub(super) fn key_of(schema: &Value, item: &Value) -> Value {
    let names = schema.get("x-kubernetes-list-map-keys").and_then(Value::as_array);
    let names = names.into_iter().flatten().filter_map(Value::as_str);
    let fields = names.filter_map(|name| Some((name.to_owned(), item.get(name)?.clone())));
    Value::Object(fields.collect::<Map<_, _>>())
}
