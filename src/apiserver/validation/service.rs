//! Service.

use super::super::fault::Fault;
use super::meta::label_faults;
use super::{items, present, text};
use crate::text::go::json;
use crate::text::names;
use serde_json::{Value, json};
use std::net::IpAddr;

const PORT_RANGE: &str = "must be between 1 and 65535, inclusive";
const NODE_PORTS: std::ops::RangeInclusive<i64> = 30_000..=32_767;
const NOT_AN_ADDRESS: &str = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";

/// What a Service asks for in vain, or not for much longer; the order and the words are those of apimachinery's
/// `GetWarningsForService`.
pub(super) fn warnings(object: &Value) -> Vec<String> {
    let headless = text(object, "/spec/clusterIP") == "None";
    let external = text(object, "/spec/type") == "ExternalName";
    let mut warnings = Vec::new();
    if headless && !text(object, "/spec/loadBalancerIP").is_empty() {
        warnings.push("spec.loadBalancerIP is ignored for headless services");
    }
    if !items(object, "/spec/externalIPs").is_empty() {
        warnings.push(match (headless, external) {
            (true, _) => "spec.externalIPs is ignored for headless services",
            (_, true) => "spec.externalIPs is ignored when spec.type is \"ExternalName\"",
            _ => "spec.externalIPs is deprecated and may no longer be implemented in some clusters",
        });
    }
    if headless && text(object, "/spec/sessionAffinity") == "ClientIP" {
        warnings.push("spec.SessionAffinity is ignored for headless services");
    }
    warnings.into_iter().map(str::to_owned).collect()
}

pub(super) fn faults(object: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    let ports = items(object, "/spec/ports");
    let kind = text(object, "/spec/type");
    let headless = text(object, "/spec/clusterIP") == "None";
    if ports.is_empty() && !headless && kind != "ExternalName" {
        faults.push(Fault::required("spec.ports", ""));
    }
    if kind == "ExternalName" {
        let name = text(object, "/spec/externalName").trim_end_matches('.');
        if name.is_empty() {
            faults.push(Fault::required("spec.externalName", ""));
        } else {
            let why = names::dns_subdomain_faults(name);
            faults.extend(why.iter().map(|why| Fault::invalid("spec.externalName", &json!(name), why)));
        }
    }
    for (index, port) in ports.iter().enumerate() {
        faults.extend(port_faults(&format!("spec.ports[{index}]"), port, ports, index));
    }
    faults.extend(label_faults("spec.selector", object, "/spec/selector"));
    let affinity = text(object, "/spec/sessionAffinity");
    if !matches!(affinity, "None" | "ClientIP") {
        faults.push(Fault::not_supported("spec.sessionAffinity", &json!(affinity), &["ClientIP", "None"]));
    }
    for (index, address) in addresses(object).iter().enumerate() {
        if address != "None" && address.as_str().is_none_or(|text| text.parse::<IpAddr>().is_err()) {
            faults.push(Fault::invalid(format!("spec.clusterIPs[{index}]"), address, NOT_AN_ADDRESS));
        }
    }
    for (index, address) in items(object, "/spec/externalIPs").iter().enumerate() {
        if address.as_str().is_none_or(|text| text.parse::<IpAddr>().is_err()) {
            faults.push(Fault::invalid(format!("spec.externalIPs[{index}]"), address, NOT_AN_ADDRESS));
        }
    }
    if !matches!(kind, "ClusterIP" | "NodePort" | "LoadBalancer" | "ExternalName") {
        let known = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
        faults.push(Fault::not_supported("spec.type", &json!(kind), &known));
    }
    faults.extend(outside_faults(object, ports));
    faults.extend(repeated_ports(ports));
    if faults.is_empty() {
        // The real server finds this out later, when it takes the ports out of their range.
        faults.extend(node_port_faults(ports));
    }
    faults
}

fn node_port_faults(ports: &[Value]) -> impl Iterator<Item = Fault> {
    let ports = ports.iter().enumerate().filter_map(|(index, port)| Some((index, port.get("nodePort")?)));
    ports.filter(|(_, port)| port.as_i64().is_some_and(|port| port != 0 && !NODE_PORTS.contains(&port))).map(
        |(index, port)| {
            let why = "provided port is not in the valid range. The range of valid ports is 30000-32767";
            Fault::invalid(format!("spec.ports[{index}].nodePort"), port, why)
        },
    )
}

/// An address stays, unless the Service is turned into a name or was one.
pub(super) fn immutable(object: &Value, old: &Value) -> Option<Fault> {
    let named = |object: &Value| text(object, "/spec/type") == "ExternalName";
    let before = addresses(old).into_iter().next().filter(|_| !named(old) && !named(object))?;
    let addresses = addresses(object);
    if addresses.first() == Some(&before) {
        return None;
    }
    Some(Fault::invalid("spec.clusterIPs[0]", &Value::from(addresses), "may not change once set"))
}

/// `clusterIPs`; where there are none, the one of `clusterIP`.
fn addresses(object: &Value) -> Vec<Value> {
    match items(object, "/spec/clusterIPs") {
        [] => object.pointer("/spec/clusterIP").filter(|address| *address != "").cloned().into_iter().collect(),
        addresses => addresses.to_vec(),
    }
}

/// What is allowed only to a Service that can be reached from outside.
fn outside_faults(object: &Value, ports: &[Value]) -> Vec<Fault> {
    let kind = text(object, "/spec/type");
    let mut faults = Vec::new();
    if kind == "ClusterIP" {
        let given =
            ports.iter().enumerate().filter(|(_, port)| super::number(port, "/nodePort").unwrap_or_default() != 0);
        let why = "may not be used when `type` is 'ClusterIP'";
        faults.extend(given.map(|(index, _)| Fault::forbidden(format!("spec.ports[{index}].nodePort"), why)));
    }
    if let Some(policy) = present(object, "/spec/externalTrafficPolicy").filter(|policy| **policy != "")
        && !matches!(kind, "NodePort" | "LoadBalancer")
        && items(object, "/spec/externalIPs").is_empty()
    {
        let why = "may only be set for externally-accessible services";
        faults.push(Fault::invalid("spec.externalTrafficPolicy", policy, why));
    }
    faults
}

fn port_faults(field: &str, port: &Value, ports: &[Value], index: usize) -> Vec<Fault> {
    let mut faults = Vec::new();
    let name = text(port, "/name");
    if name.is_empty() && ports.len() > 1 {
        faults.push(Fault::required(format!("{field}.name"), ""));
    }
    if !name.is_empty() {
        let why = names::dns_label_faults(name);
        faults.extend(why.iter().map(|why| Fault::invalid(format!("{field}.name"), &json!(name), why)));
        if ports.iter().take(index).any(|other| text(other, "/name") == name) {
            faults.push(Fault::duplicate(format!("{field}.name"), &json!(name)));
        }
    }
    faults.extend(port_number_fault(format!("{field}.port"), port.get("port").unwrap_or(&json!(0))));
    let protocol = text(port, "/protocol");
    if !matches!(protocol, "TCP" | "UDP" | "SCTP") {
        let known = ["SCTP", "TCP", "UDP"];
        faults.push(Fault::not_supported(format!("{field}.protocol"), &json!(protocol), &known));
    }
    let target = format!("{field}.targetPort");
    match present(port, "/targetPort") {
        Some(Value::String(name)) => {
            let why = names::port_name_faults(name);
            faults.extend(why.iter().map(|why| Fault::invalid(target.clone(), &json!(name), why)));
        }
        Some(number) => faults.extend(port_number_fault(target, number)),
        None => {}
    }
    faults
}

fn port_number_fault(field: String, number: &Value) -> Option<Fault> {
    let fits = number.as_i64().is_some_and(|number| (1..=65535).contains(&number));
    (!fits).then(|| Fault::invalid(field, number, PORT_RANGE))
}

/// Two ports with the same protocol and number.
fn repeated_ports(ports: &[Value]) -> Vec<Fault> {
    let key = |port: &Value| (text(port, "/protocol").to_owned(), port.get("port").cloned());
    let repeated =
        ports.iter().enumerate().filter(|(index, port)| ports.iter().take(*index).any(|other| key(other) == key(port)));
    let fault = |(index, port): (usize, &Value)| {
        // The real server shows its internal type, with nothing but what is compared.
        let shown = format!(
            "{{\"Name\":\"\",\"Protocol\":{},\"AppProtocol\":null,\"Port\":{},\"TargetPort\":0,\"NodePort\":0}}",
            json::compact(port.get("protocol").unwrap_or(&Value::Null)),
            json::compact(port.get("port").unwrap_or(&Value::Null)),
        );
        Fault::duplicate_text(format!("spec.ports[{index}]"), &shown)
    };
    repeated.map(fault).collect()
}
