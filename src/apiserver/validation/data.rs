//! `data` of ConfigMaps and Secrets.

use crate::apiserver::field;
use crate::apiserver::object::present;
use serde_json::Value;

/// How many bytes the data of one object may have.
pub const MOST_DATA_BYTES: usize = 1024 * 1024;

/// The length of what base64 text stands for.
pub fn decoded_length(text: &str) -> usize {
    text.trim_end_matches('=').len() * 3 / 4
}

/// What is wrong with an update of an object that is marked as immutable, in the given fields.
pub fn sealed_data_errors(object: &Value, old: &Value, fields: &[&str]) -> field::ErrorList {
    if old.get("immutable") != Some(&Value::Bool(true)) {
        return Vec::new();
    }
    let why = "field is immutable when `immutable` is set";
    let mut errors = Vec::new();
    if object.get("immutable") != Some(&Value::Bool(true)) {
        errors.push(field::Error::forbidden("immutable", why));
    }
    let changed = |field: &str| present(object, &format!("/{field}")) != present(old, &format!("/{field}"));
    errors.extend(fields.iter().filter(|field| changed(field)).map(|field| field::Error::forbidden(*field, why)));
    errors
}
