//! `printNode`.

use crate::apiserver::object::{items, text};
use crate::apiserver::registry::column::{AGE, Column, NAME, NONE, UNKNOWN, or};
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeSet;

const ROLE_PREFIX: &str = "node-role.kubernetes.io/";
const ROLE_LABEL: &str = "kubernetes.io/role";

/// As kube-apiserver 1.37 describes them.
pub(super) const COLUMNS: &[Column] = &[
    NAME,
    Column::computed("Status", status, "The status of the node"),
    Column::computed("Roles", roles, "The roles of the node"),
    AGE,
    Column::computed("Version", version, "Kubelet Version reported by the node."),
    Column::computed("Internal-IP", internal_ip, "List of addresses reachable to the node. Queried from cloud provider, if available. More info: https://kubernetes.io/docs/reference/node/node-status/#addresses Note: This field is declared as mergeable, but the merge key is not sufficiently unique, which can cause data corruption when it is merged. Callers should instead use a full-replacement patch. See https://pr.k8s.io/79391 for an example. Consumers should assume that addresses can change during the lifetime of a Node. However, there are some exceptions where this may not be possible, such as Pods that inherit a Node's address in its own status or consumers of the downward API (status.hostIP).").wide(),
    Column::computed("External-IP", external_ip, "List of addresses reachable to the node. Queried from cloud provider, if available. More info: https://kubernetes.io/docs/reference/node/node-status/#addresses Note: This field is declared as mergeable, but the merge key is not sufficiently unique, which can cause data corruption when it is merged. Callers should instead use a full-replacement patch. See https://pr.k8s.io/79391 for an example. Consumers should assume that addresses can change during the lifetime of a Node. However, there are some exceptions where this may not be possible, such as Pods that inherit a Node's address in its own status or consumers of the downward API (status.hostIP).").wide(),
    Column::computed("OS-Image", os_image, "OS Image reported by the node from /etc/os-release (e.g. Debian GNU/Linux 7 (wheezy)).").wide(),
    Column::computed("Kernel-Version", kernel_version, "Kernel Version reported by the node from 'uname -r' (e.g. 3.16.0-0.bpo.4-amd64).").wide(),
    Column::computed("Container-Runtime", container_runtime, "ContainerRuntime Version reported by the node through runtime remote API (e.g. containerd://1.4.2).").wide(),
];

/// STATUS: readiness, then whether pods may be scheduled.
fn status(object: &Value, _: Timestamp) -> Value {
    let ready = items(object, "/status/conditions").iter().rfind(|condition| text(condition, "/type") == "Ready");
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
fn roles(object: &Value, _: Timestamp) -> Value {
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
fn version(object: &Value, _: Timestamp) -> Value {
    text(object, "/status/nodeInfo/kubeletVersion").into()
}

/// INTERNAL-IP.
fn internal_ip(object: &Value, _: Timestamp) -> Value {
    address(object, "InternalIP")
}

/// EXTERNAL-IP.
fn external_ip(object: &Value, _: Timestamp) -> Value {
    address(object, "ExternalIP")
}

fn address(object: &Value, kind: &str) -> Value {
    items(object, "/status/addresses")
        .iter()
        .find(|address| text(address, "/type") == kind)
        .map_or(NONE, |address| text(address, "/address"))
        .into()
}

/// OS-IMAGE.
fn os_image(object: &Value, _: Timestamp) -> Value {
    or(text(object, "/status/nodeInfo/osImage"), UNKNOWN).into()
}

/// KERNEL-VERSION, with the architecture where it is known.
fn kernel_version(object: &Value, _: Timestamp) -> Value {
    let kernel = or(text(object, "/status/nodeInfo/kernelVersion"), UNKNOWN);
    match text(object, "/status/nodeInfo/architecture") {
        "" => kernel.into(),
        architecture => format!("{kernel} ({architecture})").into(),
    }
}

/// CONTAINER-RUNTIME.
fn container_runtime(object: &Value, _: Timestamp) -> Value {
    or(text(object, "/status/nodeInfo/containerRuntimeVersion"), UNKNOWN).into()
}
