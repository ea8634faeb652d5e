//! The small kinds: Namespace, ConfigMap, Secret, Lease.

use super::super::fault::Fault;
use super::meta::is_standard_or_qualified;
use super::{entries, items, number, present, text};
use crate::apiserver::kinds::Kind;
use crate::text::names;
use serde_json::{Value, json};

const MOST_BYTES: usize = 1024 * 1024;

pub(super) fn namespace(object: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    for finalizer in items(object, "/spec/finalizers") {
        let name = finalizer.as_str().unwrap_or_default();
        let mut why = names::qualified_name_faults(name);
        if !is_standard_or_qualified(name) {
            why.push("name is neither a standard finalizer name nor is it fully qualified".to_owned());
        }
        faults.extend(why.iter().map(|why| Fault::invalid("spec.finalizers", finalizer, why)));
    }
    faults
}

pub(super) fn config_map(object: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut bytes = 0;
    for (key, value) in entries(object, "/data") {
        bytes += value.len();
        let mut why = names::config_key_faults(key);
        if object.get("binaryData").is_some_and(|data| data.get(key).is_some()) {
            why.push("duplicate of key present in binaryData".to_owned());
        }
        faults.extend(why.iter().map(|why| Fault::invalid(format!("data[{key}]"), &json!(key), why)));
    }
    for (key, value) in entries(object, "/binaryData") {
        bytes += decoded_length(value);
        let why = names::config_key_faults(key);
        faults.extend(why.iter().map(|why| Fault::invalid(format!("binaryData[{key}]"), &json!(key), why)));
    }
    if bytes > MOST_BYTES {
        faults.push(Fault::too_long("", MOST_BYTES));
    }
    faults
}

pub(super) fn secret(object: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut bytes = 0;
    for (key, value) in entries(object, "/data") {
        bytes += decoded_length(value);
        let why = names::config_key_faults(key);
        faults.extend(why.iter().map(|why| Fault::invalid(format!("data[{key}]"), &json!(key), why)));
    }
    if bytes > MOST_BYTES {
        faults.push(Fault::too_long("data", MOST_BYTES));
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
    faults.extend(missing.map(|key| Fault::required(format!("data[{key}]"), "")));
    faults
}

/// The length of what base64 text stands for.
fn decoded_length(text: &str) -> usize {
    text.trim_end_matches('=').len() * 3 / 4
}

pub(super) fn lease(object: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    if let Some(seconds) = number(object, "/spec/leaseDurationSeconds").filter(|seconds| *seconds <= 0) {
        faults.push(Fault::invalid("spec.leaseDurationSeconds", &json!(seconds), "must be greater than 0"));
    }
    if let Some(count) = number(object, "/spec/leaseTransitions").filter(|count| *count < 0) {
        faults.push(Fault::invalid("spec.leaseTransitions", &json!(count), "must be greater than or equal to 0"));
    }
    faults
}

/// A namespace's phase follows from whether it is being deleted.
pub(super) fn namespace_status(object: &Value) -> Option<Fault> {
    let deleting = present(object, "/metadata/deletionTimestamp").is_some();
    let phase = text(object, "/status/phase");
    let why = match (deleting, phase) {
        (false, "Active") | (true, "Terminating") => return None,
        (false, _) => "may only be 'Active' if `deletionTimestamp` is empty",
        (true, _) => "may only be 'Terminating' if `deletionTimestamp` is not empty",
    };
    Some(Fault::invalid("status.Phase", &json!(phase), why))
}

/// Fields that an update may not change.
pub(super) fn immutable(kind: &Kind, object: &Value, old: &Value) -> Vec<Fault> {
    let changed = |field: &str| present(object, &format!("/{field}")) != present(old, &format!("/{field}"));
    let sealed = old.get("immutable") == Some(&Value::Bool(true));
    let mut faults = Vec::new();
    if kind.kind == "Secret" && changed("type") {
        faults.push(Fault::invalid("type", object.get("type").unwrap_or(&Value::Null), "field is immutable"));
    }
    if matches!(kind.kind, "Secret" | "ConfigMap") && sealed {
        let why = "field is immutable when `immutable` is set";
        let fields: &[&str] = if kind.kind == "Secret" { &["data"] } else { &["data", "binaryData"] };
        if object.get("immutable") != Some(&Value::Bool(true)) {
            faults.push(Fault::forbidden("immutable", why));
        }
        faults.extend(fields.iter().filter(|field| changed(field)).map(|field| Fault::forbidden(*field, why)));
    }
    faults
}
