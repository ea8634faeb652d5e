//! What the server fills in.

use crate::apiserver::registry::defaults::{fill, fill_text, part};
use serde_json::{Value, json};

pub(super) fn set_defaults(object: &mut Value) {
    if let Some(status) = part(object, "status") {
        fill(status, "loadBalancer", json!({}));
    }
    let Some(spec) = part(object, "spec") else { return };
    fill_text(spec, "sessionAffinity", "None");
    fill_text(spec, "type", "ClusterIP");
    if spec.get("sessionAffinity") == Some(&json!("ClientIP")) {
        fill(spec, "sessionAffinityConfig", json!({"clientIP": {"timeoutSeconds": 10800}}));
    }
    for port in spec.get_mut("ports").and_then(Value::as_array_mut).into_iter().flatten() {
        let Some(port) = port.as_object_mut() else { continue };
        fill_text(port, "protocol", "TCP");
        let unset = port.get("targetPort").is_none_or(|target| target.is_null() || *target == 0 || *target == "");
        if let Some(number) = port.get("port").cloned().filter(|_| unset) {
            port.insert("targetPort".to_owned(), number);
        }
    }
    let service_type = spec.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
    let reached_from_outside = matches!(service_type.as_str(), "NodePort" | "LoadBalancer")
        || service_type == "ClusterIP"
            && spec.get("externalIPs").and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    if reached_from_outside {
        fill_text(spec, "externalTrafficPolicy", "Cluster");
    }
    if service_type == "LoadBalancer" {
        fill(spec, "allocateLoadBalancerNodePorts", json!(true));
    }
    if service_type == "ExternalName" {
        return;
    }
    fill(spec, "internalTrafficPolicy", json!("Cluster"));
}
