//! `printService`.

use crate::apiserver::object::{items, text};
use crate::apiserver::registry::column::{AGE, Column, NAME, NONE, UNKNOWN, number, or};
use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeSet;

/// As kube-apiserver 1.37 describes them.
pub(super) const COLUMNS: &[Column] = &[
    NAME,
    Column::computed("Type", type_of, "type determines how the Service is exposed. Defaults to ClusterIP. Valid options are ExternalName, ClusterIP, NodePort, and LoadBalancer. \"ClusterIP\" allocates a cluster-internal IP address for load-balancing to endpoints. Endpoints are determined by the selector or if that is not specified, by manual construction of an Endpoints object or EndpointSlice objects. If clusterIP is \"None\", no virtual IP is allocated and the endpoints are published as a set of endpoints rather than a virtual IP. \"NodePort\" builds on ClusterIP and allocates a port on every node which routes to the same endpoints as the clusterIP. \"LoadBalancer\" builds on NodePort and creates an external load-balancer (if supported in the current cloud) which routes to the same endpoints as the clusterIP. \"ExternalName\" aliases this service to the specified externalName. Several other fields do not apply to ExternalName services. More info: https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types"),
    Column::computed("Cluster-IP", cluster_ip, "clusterIP is the IP address of the service and is usually assigned randomly. If an address is specified manually, is in-range (as per system configuration), and is not in use, it will be allocated to the service; otherwise creation of the service will fail. This field may not be changed through updates unless the type field is also being changed to ExternalName (which requires this field to be blank) or the type field is being changed from ExternalName (in which case this field may optionally be specified, as describe above).  Valid values are \"None\", empty string (\"\"), or a valid IP address. Setting this to \"None\" makes a \"headless service\" (no virtual IP), which is useful when direct endpoint connections are preferred and proxying is not required.  Only applies to types ClusterIP, NodePort, and LoadBalancer. If this field is specified when creating a Service of type ExternalName, creation will fail. This field will be wiped when updating a Service to type ExternalName. More info: https://kubernetes.io/docs/concepts/services-networking/service/#virtual-ips-and-service-proxies"),
    Column::computed("External-IP", external_ip, "externalIPs is a list of IP addresses for which nodes in the cluster will also accept traffic for this service.  These IPs are not managed by Kubernetes.  The user is responsible for ensuring that traffic arrives at a node with this IP.  A common example is external load-balancers that are not part of the Kubernetes system."),
    Column::computed("Port(s)", ports, "The list of ports that are exposed by this service. More info: https://kubernetes.io/docs/concepts/services-networking/service/#virtual-ips-and-service-proxies"),
    AGE,
    Column::computed("Selector", selector, "Route service traffic to pods with label keys and values matching this selector. If empty or not present, the service is assumed to have an external process managing its endpoints, which Kubernetes will not modify. Only applies to types ClusterIP, NodePort, and LoadBalancer. Ignored if type is ExternalName. More info: https://kubernetes.io/docs/concepts/services-networking/service/").wide(),
];

/// TYPE.
fn type_of(object: &Value, _: Timestamp) -> Value {
    text(object, "/spec/type").into()
}

/// CLUSTER-IP.
fn cluster_ip(object: &Value, _: Timestamp) -> Value {
    items(object, "/spec/clusterIPs").first().and_then(Value::as_str).unwrap_or(NONE).into()
}

/// EXTERNAL-IP, whose source depends on the type.
fn external_ip(object: &Value, _: Timestamp) -> Value {
    let external: Vec<&str> = items(object, "/spec/externalIPs").iter().filter_map(Value::as_str).collect();
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
    items(object, "/status/loadBalancer/ingress")
        .iter()
        .map(|ingress| or(text(ingress, "/ip"), text(ingress, "/hostname")))
        .filter(|address| !address.is_empty())
        .collect()
}

/// PORT(S).
fn ports(object: &Value, _: Timestamp) -> Value {
    let ports: Vec<String> = items(object, "/spec/ports").iter().map(port).collect();
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
fn selector(object: &Value, _: Timestamp) -> Value {
    let selector = object.pointer("/spec/selector").and_then(Value::as_object);
    let pairs: Vec<String> = selector
        .into_iter()
        .flatten()
        .map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or_default()))
        .collect();
    or(&pairs.join(","), NONE).into()
}
