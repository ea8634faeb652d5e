//! `printService`.

use super::{NONE, UNKNOWN, list, number, or, text};
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeSet;

/// TYPE.
pub fn service_type(object: &Value, _: Timestamp) -> Value {
    text(object, "/spec/type").into()
}

/// CLUSTER-IP.
pub fn service_cluster_ip(object: &Value, _: Timestamp) -> Value {
    list(object, "/spec/clusterIPs").first().and_then(Value::as_str).unwrap_or(NONE).into()
}

/// EXTERNAL-IP, whose source depends on the type.
pub fn service_external_ip(object: &Value, _: Timestamp) -> Value {
    let external: Vec<&str> = list(object, "/spec/externalIPs").iter().filter_map(Value::as_str).collect();
    match text(object, "/spec/type") {
        "ClusterIP" | "NodePort" => or(&external.join(","), NONE).into(),
        "LoadBalancer" => {
            let addresses: Vec<&str> = ingress(object).into_iter().chain(external).collect();
            or(&addresses.join(","), "<pending>").into()
        }
        "ExternalName" => text(object, "/spec/externalName").into(),
        _ => UNKNOWN.into(),
    }
}

fn ingress(object: &Value) -> BTreeSet<&str> {
    list(object, "/status/loadBalancer/ingress")
        .iter()
        .map(|ingress| or(text(ingress, "/ip"), text(ingress, "/hostname")))
        .filter(|address| !address.is_empty())
        .collect()
}

/// PORT(S).
pub fn service_ports(object: &Value, _: Timestamp) -> Value {
    let ports: Vec<String> = list(object, "/spec/ports").iter().map(port).collect();
    or(&ports.join(","), NONE).into()
}

fn port(port: &Value) -> String {
    let (inner, protocol) = (number(port, "/port"), text(port, "/protocol"));
    match number(port, "/nodePort") {
        outer if outer > 0 => format!("{inner}:{outer}/{protocol}"),
        _ => format!("{inner}/{protocol}"),
    }
}

/// SELECTOR: the labels, sorted by key.
pub fn service_selector(object: &Value, _: Timestamp) -> Value {
    let selector = object.pointer("/spec/selector").and_then(Value::as_object);
    let pairs: Vec<String> = selector
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
        .collect();
    or(&pairs.join(","), NONE).into()
}
