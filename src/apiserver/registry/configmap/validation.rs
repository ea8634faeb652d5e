//! Rules for its fields.

use crate::apiserver::field;
use crate::apiserver::object::entries;
use crate::apiserver::validation::{MOST_DATA_BYTES, decoded_length};
use crate::text::names;
use serde_json::{Value, json};

pub(super) fn validate_fields(object: &Value) -> field::ErrorList {
    let mut errors = Vec::new();
    let mut bytes = 0;
    for (key, value) in entries(object, "/data") {
        bytes += value.len();
        let mut why = names::config_key_faults(key);
        if object.get("binaryData").is_some_and(|data| data.get(key).is_some()) {
            why.push("duplicate of key present in binaryData".to_owned());
        }
        errors.extend(why.iter().map(|why| field::Error::invalid(format!("data[{key}]"), &json!(key), why)));
    }
    for (key, value) in entries(object, "/binaryData") {
        bytes += decoded_length(value);
        let why = names::config_key_faults(key);
        errors.extend(why.iter().map(|why| field::Error::invalid(format!("binaryData[{key}]"), &json!(key), why)));
    }
    if bytes > MOST_DATA_BYTES {
        errors.push(field::Error::too_long("", MOST_DATA_BYTES));
    }
    errors
}
