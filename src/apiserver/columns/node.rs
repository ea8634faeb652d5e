//! `printNode`.

use super::{NONE, UNKNOWN, list, or, text};
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeSet;

const ROLE_PREFIX: &str = "node-role.kubernetes.io/";
const ROLE_LABEL: &str = "kubernetes.io/role";

/// STATUS: readiness, then whether pods may be scheduled.
pub fn node_status(object: &Value, _: Timestamp) -> Value {
    let ready = list(object, "/status/conditions").iter().rfind(|condition| text(condition, "/type") == "Ready");
    let mut status = match ready.map(|condition| text(condition, "/status")) {
        Some("True") => "Ready",
        Some(_) => "NotReady",
        None => "Unknown",
    }
    .to_owned();
    if object.pointer("/spec/unschedulable").and_then(Value::as_bool) == Some(true) {
        status.push_str(",SchedulingDisabled");
    }
    status.into()
}

/// ROLES: from the labels, sorted.
pub fn node_roles(object: &Value, _: Timestamp) -> Value {
    let labels = object.pointer("/metadata/labels").and_then(Value::as_object);
    let roles: BTreeSet<&str> = labels
        .into_iter()
        .flatten()
        .filter_map(|(key, value)| match key.strip_prefix(ROLE_PREFIX) {
            Some(role) => Some(role),
            None if key == ROLE_LABEL => value.as_str(),
            None => None,
        })
        .filter(|role| !role.is_empty())
        .collect();
    or(&roles.into_iter().collect::<Vec<_>>().join(","), NONE).into()
}

/// VERSION of the kubelet.
pub fn node_version(object: &Value, _: Timestamp) -> Value {
    text(object, "/status/nodeInfo/kubeletVersion").into()
}

/// INTERNAL-IP.
pub fn node_internal_ip(object: &Value, _: Timestamp) -> Value {
    address(object, "InternalIP")
}

/// EXTERNAL-IP.
pub fn node_external_ip(object: &Value, _: Timestamp) -> Value {
    address(object, "ExternalIP")
}

fn address(object: &Value, kind: &str) -> Value {
    list(object, "/status/addresses")
        .iter()
        .find(|address| text(address, "/type") == kind)
        .map_or(NONE, |address| text(address, "/address"))
        .into()
}

/// OS-IMAGE.
pub fn node_os_image(object: &Value, _: Timestamp) -> Value {
    or(text(object, "/status/nodeInfo/osImage"), UNKNOWN).into()
}

/// KERNEL-VERSION, with the architecture where it is known.
pub fn node_kernel_version(object: &Value, _: Timestamp) -> Value {
    let kernel = or(text(object, "/status/nodeInfo/kernelVersion"), UNKNOWN);
    match text(object, "/status/nodeInfo/architecture") {
        "" => kernel.into(),
        architecture => format!("{kernel} ({architecture})").into(),
    }
}

/// CONTAINER-RUNTIME.
pub fn node_container_runtime(object: &Value, _: Timestamp) -> Value {
    or(text(object, "/status/nodeInfo/containerRuntimeVersion"), UNKNOWN).into()
}
