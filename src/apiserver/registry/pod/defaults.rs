//! What the server fills in.

use crate::apiserver::registry::defaults::{fill, fill_text, part};
use serde_json::{Map, Value, json};

pub(super) fn set_defaults(object: &mut Value) {
    if let Some(status) = part(object, "status") {
        fill_text(status, "phase", "Pending");
        fill_text(status, "qosClass", "BestEffort");
    }
    let Some(spec) = part(object, "spec") else { return };
    for (key, value) in [
        ("restartPolicy", "Always"),
        ("dnsPolicy", "ClusterFirst"),
        ("schedulerName", "default-scheduler"),
        ("preemptionPolicy", "PreemptLowerPriority"),
    ] {
        fill_text(spec, key, value);
    }
    fill(spec, "terminationGracePeriodSeconds", json!(30));
    fill(spec, "securityContext", json!({}));
    fill(spec, "enableServiceLinks", json!(true));
    fill(spec, "priority", json!(0));
    tolerate_lost_nodes(spec);
    for list in ["initContainers", "containers"] {
        for container in spec.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            container_defaults(container);
        }
    }
}

/// As the admission plugin DefaultTolerationSeconds does.
fn tolerate_lost_nodes(spec: &mut Map<String, Value>) {
    let tolerations = spec.entry("tolerations").or_insert_with(|| json!([]));
    let Some(tolerations) = tolerations.as_array_mut() else { return };
    for key in ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] {
        let covers = |toleration: &Value| {
            let all = toleration.get("key").is_none_or(|found| found == "" || found == key);
            all && toleration.get("effect").is_none_or(|effect| effect == "NoExecute" || effect == "")
        };
        if !tolerations.iter().any(covers) {
            tolerations
                .push(json!({"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300}));
        }
    }
}

fn container_defaults(container: &mut Value) {
    let Some(fields) = container.as_object_mut() else { return };
    fill_text(fields, "terminationMessagePath", "/dev/termination-log");
    fill_text(fields, "terminationMessagePolicy", "File");
    fill(fields, "resources", json!({}));
    let image = fields.get("image").and_then(Value::as_str).unwrap_or_default();
    let last = image.rsplit('/').next().unwrap_or_default();
    let latest = !image.contains('@') && last.split_once(':').is_none_or(|(_, tag)| tag == "latest");
    fill_text(fields, "imagePullPolicy", if latest { "Always" } else { "IfNotPresent" });
    for port in fields.get_mut("ports").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(port) = port.as_object_mut() {
            fill_text(port, "protocol", "TCP");
        }
    }
}
