//! Kinds whose columns are copies or counts.

use super::{entries, list, text};
use jiff::Timestamp;
use serde_json::Value;

/// STATUS of a namespace.
pub fn namespace_status(object: &Value, _: Timestamp) -> Value {
    text(object, "/status/phase").into()
}

/// DATA of a config map: how many keys.
pub fn config_map_data(object: &Value, _: Timestamp) -> Value {
    (entries(object, "/data") + entries(object, "/binaryData")).into()
}

/// TYPE of a secret.
pub fn secret_type(object: &Value, _: Timestamp) -> Value {
    text(object, "/type").into()
}

/// DATA of a secret: how many keys.
pub fn secret_data(object: &Value, _: Timestamp) -> Value {
    entries(object, "/data").into()
}

/// HOLDER of a lease.
pub fn lease_holder(object: &Value, _: Timestamp) -> Value {
    text(object, "/spec/holderIdentity").into()
}

/// SCOPE of a custom resource definition.
pub fn crd_scope(object: &Value, _: Timestamp) -> Value {
    text(object, "/spec/scope").into()
}

/// VERSIONS of a custom resource definition: those that are served, sorted, the stored one marked.
pub fn crd_versions(object: &Value, _: Timestamp) -> Value {
    let flag = |version: &Value, name: &str| version.get(name).and_then(Value::as_bool) == Some(true);
    let mut names: Vec<String> = list(object, "/spec/versions")
        .iter()
        .filter(|version| flag(version, "served"))
        .map(|version| format!("{}{}", text(version, "/name"), if flag(version, "storage") { "(storage)" } else { "" }))
        .collect();
    names.sort();
    names.join(",").into()
}

/// CREATED AT of a custom resource definition.
pub fn crd_created_at(object: &Value, _: Timestamp) -> Value {
    text(object, "/metadata/creationTimestamp").into()
}

/// GROUP of a custom resource definition.
pub fn crd_group(object: &Value, _: Timestamp) -> Value {
    text(object, "/spec/group").into()
}

/// KIND of a custom resource definition.
pub fn crd_kind(object: &Value, _: Timestamp) -> Value {
    text(object, "/spec/names/kind").into()
}

/// SHORTNAMES of a custom resource definition.
pub fn crd_short_names(object: &Value, _: Timestamp) -> Value {
    let names: Vec<&str> = list(object, "/spec/names/shortNames").iter().filter_map(Value::as_str).collect();
    names.join(",").into()
}

/// ESTABLISHED of a custom resource definition.
pub fn crd_established(object: &Value, _: Timestamp) -> Value {
    list(object, "/status/conditions")
        .iter()
        .any(|condition| text(condition, "/type") == "Established" && text(condition, "/status") == "True")
        .into()
}
