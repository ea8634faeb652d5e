//! Printer columns.

use crate::apiserver::object::{items, text};
use crate::apiserver::registry::column::{AGE, Column, NAME};
use jiff::Timestamp;
use serde_json::Value;

/// As kube-apiserver 1.37 describes them.
pub(super) const COLUMNS: &[Column] = &[
    NAME,
    Column::computed("Scope", scope, "Cluster/Namespaced"),
    Column::computed("Versions", versions, "Served versions"),
    Column::computed("Created At", created_at, AGE.description).of_type("date"),
    Column::computed("Group", group, "API group").wide(),
    Column::computed("Kind", kind, "CustomResource kind").wide(),
    Column::computed("ShortNames", short_names, "Short names").wide(),
    Column::computed("Established", established, "Established status").of_type("boolean").wide(),
];

/// SCOPE of a custom resource definition.
fn scope(object: &Value, _: Timestamp) -> Value {
    text(object, "/spec/scope").into()
}

/// VERSIONS of a custom resource definition: those that are served, sorted, the stored one marked.
fn versions(object: &Value, _: Timestamp) -> Value {
    let flag = |version: &Value, name: &str| version.get(name).and_then(Value::as_bool) == Some(true);
    let mut names: Vec<String> = items(object, "/spec/versions")
        .iter()
        .filter(|version| flag(version, "served"))
        .map(|version| format!("{}{}", text(version, "/name"), if flag(version, "storage") { "(storage)" } else { "" }))
        .collect();
    names.sort();
    names.join(",").into()
}

/// CREATED AT of a custom resource definition.
fn created_at(object: &Value, _: Timestamp) -> Value {
    text(object, "/metadata/creationTimestamp").into()
}

/// GROUP of a custom resource definition.
fn group(object: &Value, _: Timestamp) -> Value {
    text(object, "/spec/group").into()
}

/// KIND of a custom resource definition.
fn kind(object: &Value, _: Timestamp) -> Value {
    text(object, "/spec/names/kind").into()
}

/// SHORTNAMES of a custom resource definition.
fn short_names(object: &Value, _: Timestamp) -> Value {
    let names: Vec<&str> = items(object, "/spec/names/shortNames").iter().filter_map(Value::as_str).collect();
    names.join(",").into()
}

/// ESTABLISHED of a custom resource definition.
fn established(object: &Value, _: Timestamp) -> Value {
    items(object, "/status/conditions")
        .iter()
        .any(|condition| text(condition, "/type") == "Established" && text(condition, "/status") == "True")
        .into()
}
