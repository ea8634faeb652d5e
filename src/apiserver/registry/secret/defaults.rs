//! What the server fills in.

use crate::apiserver::registry::defaults::fill_text;
use k8s_openapi::ByteString;
use serde_json::{Value, json};

pub(super) fn set_defaults(object: &mut Value) {
    let Some(fields) = object.as_object_mut() else { return };
    fill_text(fields, "type", "Opaque");
    // What is given as text is kept in base64, and wins.
    let Some(Value::Object(texts)) = fields.remove("stringData") else { return };
    let data = fields.entry("data").or_insert_with(|| json!({}));
    if data.is_null() {
        *data = json!({});
    }
    if let Some(data) = data.as_object_mut() {
        for (key, value) in texts {
            data.insert(key, base64(value.as_str().unwrap_or_default().as_bytes()));
        }
    }
}

/// Bytes as the API shows them.
fn base64(bytes: &[u8]) -> Value {
    serde_json::to_value(ByteString(bytes.to_vec())).unwrap_or_default()
}
