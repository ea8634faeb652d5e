//! Rules for its fields.

use crate::apiserver::field;
use crate::apiserver::object::{entries, text};
use crate::apiserver::validation::{MOST_DATA_BYTES, decoded_length};
use crate::text::names;
use serde_json::{Value, json};

pub(super) fn validate_fields(object: &Value) -> field::ErrorList {
    let mut errors = Vec::new();
    let mut bytes = 0;
    for (key, value) in entries(object, "/data") {
        bytes += decoded_length(value);
        let why = names::config_key_faults(key);
        errors.extend(why.iter().map(|why| field::Error::invalid(format!("data[{key}]"), &json!(key), why)));
    }
    if bytes > MOST_DATA_BYTES {
        errors.push(field::Error::too_long("data", MOST_DATA_BYTES));
    }
    let has = |key: &str| object.get("data").is_some_and(|data| data.get(key).is_some());
    let wanted: &[&str] = match text(object, "/type") {
        "kubernetes.io/tls" => &["tls.crt", "tls.key"],
        "kubernetes.io/dockerconfigjson" => &[".dockerconfigjson"],
        "kubernetes.io/dockercfg" => &[".dockercfg"],
        "kubernetes.io/ssh-auth" => &["ssh-privatekey"],
        "kubernetes.io/basic-auth" if !has("username") && !has("password") => &["username", "password"],
        _ => &[],
    };
    let missing = wanted.iter().filter(|key| !has(key));
    errors.extend(missing.map(|key| field::Error::required(format!("data[{key}]"), "")));
    errors
}
