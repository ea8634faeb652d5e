//! Reaching into objects of any kind.

use serde_json::{Map, Value};

/// A string of the metadata, empty where it is missing.
pub fn meta<'a>(object: &'a Value, field: &str) -> &'a str {
    object.get("metadata").and_then(|metadata| metadata.get(field)).and_then(Value::as_str).unwrap_or("")
}

/// Any field of the metadata.
pub fn meta_value<'a>(object: &'a Value, field: &str) -> Option<&'a Value> {
    object.get("metadata").and_then(|metadata| metadata.get(field)).filter(|value| !value.is_null())
}

/// The metadata, made where it is missing; `None` for a value that is no object.
pub fn meta_mut(object: &mut Value) -> Option<&mut Map<String, Value>> {
    let metadata = object.as_object_mut()?.entry("metadata").or_insert_with(|| Value::Object(Map::new()));
    if !metadata.is_object() {
        *metadata = Value::Object(Map::new());
    }
    metadata.as_object_mut()
}

/// Sets a field of the metadata.
pub fn set_meta(object: &mut Value, field: &str, value: impl Into<Value>) {
    if let Some(metadata) = meta_mut(object) {
        metadata.insert(field.to_owned(), value.into());
    }
}

/// Takes a field out of the metadata.
pub fn unset_meta(object: &mut Value, field: &str) {
    if let Some(metadata) = meta_mut(object) {
        metadata.remove(field);
    }
}

/// Makes a field of `object` what it is in `from`, present or not.
pub fn copy_field(object: &mut Value, from: &Value, field: &str) {
    let Some(fields) = object.as_object_mut() else { return };
    match from.get(field) {
        Some(value) => fields.insert(field.to_owned(), value.clone()),
        None => fields.remove(field),
    };
}

/// Makes a field of the metadata what it is in `from`, present or not.
pub fn copy_meta(object: &mut Value, from: &Value, field: &str) {
    match meta_value(from, field) {
        Some(value) => set_meta(object, field, value.clone()),
        None => unset_meta(object, field),
    }
}

/// The finalizers.
pub fn finalizers(object: &Value) -> Vec<String> {
    let listed = meta_value(object, "finalizers").and_then(Value::as_array);
    listed.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Sets the finalizers; none removes the field.
pub fn set_finalizers(object: &mut Value, finalizers: Vec<String>) {
    if finalizers.is_empty() {
        unset_meta(object, "finalizers");
    } else {
        set_meta(object, "finalizers", finalizers);
    }
}

/// Takes empty maps and lists out of the metadata, which Go leaves out when it writes a built-in kind. An empty list of
/// managers stays: it asks to forget them.
pub fn drop_empty_meta(object: &mut Value) {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        for field in ["annotations", "finalizers", "labels", "ownerReferences"] {
            let empty = metadata.get(field).is_some_and(|value| match value {
                Value::Array(items) => items.is_empty(),
                Value::Object(entries) => entries.is_empty(),
                other => other.is_null(),
            });
            if empty {
                metadata.remove(field);
            }
        }
    }
}

/// Takes out of the metadata what is null, which is the same as not there.
pub fn drop_null_meta(object: &mut Value) {
    if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.retain(|_, value| !value.is_null());
    }
}

/// Whether the object is on its way out.
pub fn is_deleting(object: &Value) -> bool {
    meta_value(object, "deletionTimestamp").is_some()
}

/// A time as objects carry it, to the second.
pub fn timestamp(time: jiff::Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Whether two objects differ in anything but metadata and, where it is written apart, status.
pub fn desire_differs(old: &Value, new: &Value, status_apart: bool) -> bool {
    let wanted = |object: &Value| -> Map<String, Value> {
        let fields = object.as_object().into_iter().flatten();
        let skipped =
            |name: &str| matches!(name, "metadata" | "apiVersion" | "kind") || (status_apart && name == "status");
        fields.filter(|(name, _)| !skipped(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    wanted(old) != wanted(new)
}

/// How deep an object may nest, managed fields included, which stand a few levels deeper than what they tell of: whatever
/// is kept can be read back by a client that reads 127 levels, as serde_json does. (The real server keeps 10 000.)
pub const DEEPEST: usize = 100;

/// How many lists and objects stand in one another.
pub fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(fields) => 1 + fields.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

/// Text at a JSON pointer, empty if there is none.
pub fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// A whole number at a JSON pointer.
pub fn number(object: &Value, pointer: &str) -> Option<i64> {
    object.pointer(pointer).and_then(Value::as_i64)
}

/// The items at a JSON pointer, none if there is no list.
pub fn items<'a>(object: &'a Value, pointer: &str) -> &'a [Value] {
    object.pointer(pointer).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The entries at a JSON pointer whose values are text.
pub fn entries<'a>(object: &'a Value, pointer: &str) -> impl Iterator<Item = (&'a String, &'a str)> {
    let fields = object.pointer(pointer).and_then(Value::as_object).into_iter().flatten();
    fields.map(|(key, value)| (key, value.as_str().unwrap_or_default()))
}

/// The value at a JSON pointer, unless it is null.
pub fn present<'a>(object: &'a Value, pointer: &str) -> Option<&'a Value> {
    object.pointer(pointer).filter(|value| !value.is_null())
}
