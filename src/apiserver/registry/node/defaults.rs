//! What the server fills in.

use crate::apiserver::registry::defaults::{fill, part};
use serde_json::{Value, json};

pub(super) fn set_defaults(object: &mut Value) {
    let Some(fields) = object.as_object_mut() else { return };
    fill(fields, "spec", json!({}));
    if let Some(status) = part(object, "status") {
        fill(status, "daemonEndpoints", json!({"kubeletEndpoint": {"Port": 0}}));
        let names = [
            "machineID",
            "systemUUID",
            "bootID",
            "kernelVersion",
            "osImage",
            "containerRuntimeVersion",
            "kubeletVersion",
            "kubeProxyVersion",
            "operatingSystem",
            "architecture",
        ];
        if let Some(info) = status.entry("nodeInfo").or_insert_with(|| json!({})).as_object_mut() {
            names.into_iter().for_each(|name| fill(info, name, json!("")));
        }
    }
}
