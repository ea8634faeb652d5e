//! Helpers of `set_defaults`.

use serde_json::{Map, Value, json};

/// The object at `key`, made if it is absent; `None` if something else stands there.
pub(super) fn part<'a>(object: &'a mut Value, key: &str) -> Option<&'a mut Map<String, Value>> {
    let fields = object.as_object_mut()?;
    let value = fields.entry(key).or_insert_with(|| json!({}));
    if value.is_null() {
        *value = json!({});
    }
    value.as_object_mut()
}

/// Fills a field where it is absent or null.
pub(super) fn fill(fields: &mut Map<String, Value>, key: &str, value: Value) {
    let field = fields.entry(key).or_insert(Value::Null);
    if field.is_null() {
        *field = value;
    }
}

/// Fills a field where it is absent, null or the empty text, which to Go are the same.
pub(super) fn fill_text(fields: &mut Map<String, Value>, key: &str, value: &str) {
    let empty = fields.get(key).is_none_or(|value| value.is_null() || value == "");
    if empty {
        fields.insert(key.to_owned(), json!(value));
    }
}
