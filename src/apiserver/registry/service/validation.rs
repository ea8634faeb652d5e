//! Service.

use crate::apiserver::field;
use crate::apiserver::object::{items, number, present, text};
use crate::apiserver::validation::label_errors;
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

pub(super) fn validate_fields(object: &Value) -> field::ErrorList {
    let mut errors = Vec::new();
    let ports = items(object, "/spec/ports");
    let service_type = text(object, "/spec/type");
    let headless = text(object, "/spec/clusterIP") == "None";
    if ports.is_empty() && !headless && service_type != "ExternalName" {
        errors.push(field::Error::required("spec.ports", ""));
    }
    if headless && matches!(service_type, "LoadBalancer" | "NodePort") {
        let why = format!("may not be set to 'None' for {service_type} services");
        errors.push(field::Error::invalid("spec.clusterIPs[0]", &json!("None"), &why));
    }
    if service_type == "ExternalName" {
        let name = text(object, "/spec/externalName").trim_end_matches('.');
        if name.is_empty() {
            errors.push(field::Error::required("spec.externalName", ""));
        } else {
            let why = names::dns_subdomain_faults(name);
            errors.extend(why.iter().map(|why| field::Error::invalid("spec.externalName", &json!(name), why)));
        }
    }
    for (index, port) in ports.iter().enumerate() {
        errors.extend(port_errors(&format!("spec.ports[{index}]"), port, ports, index));
    }
    errors.extend(label_errors("spec.selector", object, "/spec/selector"));
    let affinity = text(object, "/spec/sessionAffinity");
    if !matches!(affinity, "None" | "ClientIP") {
        errors.push(field::Error::not_supported("spec.sessionAffinity", &json!(affinity), &["ClientIP", "None"]));
    }
    for (index, address) in addresses(object).iter().enumerate() {
        if address != "None" && address.as_str().is_none_or(|text| text.parse::<IpAddr>().is_err()) {
            errors.push(field::Error::invalid(format!("spec.clusterIPs[{index}]"), address, NOT_AN_ADDRESS));
        }
    }
    for (index, address) in items(object, "/spec/externalIPs").iter().enumerate() {
        if address.as_str().is_none_or(|text| text.parse::<IpAddr>().is_err()) {
            errors.push(field::Error::invalid(format!("spec.externalIPs[{index}]"), address, NOT_AN_ADDRESS));
        }
    }
    if !matches!(service_type, "ClusterIP" | "NodePort" | "LoadBalancer" | "ExternalName") {
        let known = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
        errors.push(field::Error::not_supported("spec.type", &json!(service_type), &known));
    }
    errors.extend(outside_errors(object, ports));
    errors.extend(repeated_ports(ports));
    if errors.is_empty() {
        // The real server finds this out later, when it takes the ports out of their range.
        errors.extend(node_port_errors(ports));
    }
    errors
}

/// What is wrong with a status (`ValidateLoadBalancerStatus`).
pub(super) fn validate_status(object: &Value) -> field::ErrorList {
    const FIELD: &str = "status.loadBalancer.ingress";
    let ingress = items(object, "/status/loadBalancer/ingress");
    if !ingress.is_empty() && text(object, "/spec/type") != "LoadBalancer" {
        return vec![field::Error::forbidden(FIELD, "may only be used when `spec.type` is 'LoadBalancer'")];
    }
    let addresses = ingress.iter().enumerate().map(|(index, ingress)| (index, text(ingress, "/ip")));
    addresses
        .filter(|(_, address)| !address.is_empty() && address.parse::<IpAddr>().is_err())
        .map(|(index, address)| field::Error::invalid(format!("{FIELD}[{index}].ip"), &json!(address), NOT_AN_ADDRESS))
        .collect()
}

fn node_port_errors(ports: &[Value]) -> impl Iterator<Item = field::Error> {
    let ports = ports.iter().enumerate().filter_map(|(index, port)| Some((index, port.get("nodePort")?)));
    ports.filter(|(_, port)| port.as_i64().is_some_and(|port| port != 0 && !NODE_PORTS.contains(&port))).map(
        |(index, port)| {
            let why = "provided port is not in the valid range. The range of valid ports is 30000-32767";
            field::Error::invalid(format!("spec.ports[{index}].nodePort"), port, why)
        },
    )
}

/// An address stays, unless the Service is turned into a name or was one.
pub(super) fn validate_immutable_fields(object: &Value, old: &Value) -> Option<field::Error> {
    let named = |object: &Value| text(object, "/spec/type") == "ExternalName";
    let before = addresses(old).into_iter().next().filter(|_| !named(old) && !named(object))?;
    let addresses = addresses(object);
    if addresses.first() == Some(&before) {
        return None;
    }
    Some(field::Error::invalid("spec.clusterIPs[0]", &Value::from(addresses), "may not change once set"))
}

/// `clusterIPs`; where there are none, the one of `clusterIP`.
fn addresses(object: &Value) -> Vec<Value> {
    match items(object, "/spec/clusterIPs") {
        [] => object.pointer("/spec/clusterIP").filter(|address| *address != "").cloned().into_iter().collect(),
        addresses => addresses.to_vec(),
    }
}

/// What is allowed only to a Service that can be reached from outside.
fn outside_errors(object: &Value, ports: &[Value]) -> field::ErrorList {
    let service_type = text(object, "/spec/type");
    let mut errors = Vec::new();
    if service_type == "ClusterIP" {
        let given = ports.iter().enumerate().filter(|(_, port)| number(port, "/nodePort").unwrap_or_default() != 0);
        let why = "may not be used when `type` is 'ClusterIP'";
        errors.extend(given.map(|(index, _)| field::Error::forbidden(format!("spec.ports[{index}].nodePort"), why)));
    }
    if let Some(policy) = present(object, "/spec/externalTrafficPolicy").filter(|policy| **policy != "")
        && !matches!(service_type, "NodePort" | "LoadBalancer")
        && items(object, "/spec/externalIPs").is_empty()
    {
        let why = "may only be set for externally-accessible services";
        errors.push(field::Error::invalid("spec.externalTrafficPolicy", policy, why));
    }
    errors
}

fn port_errors(field: &str, port: &Value, ports: &[Value], index: usize) -> field::ErrorList {
    let mut errors = Vec::new();
    let name = text(port, "/name");
    if name.is_empty() && ports.len() > 1 {
        errors.push(field::Error::required(format!("{field}.name"), ""));
    }
    if !name.is_empty() {
        let why = names::dns_label_faults(name);
        errors.extend(why.iter().map(|why| field::Error::invalid(format!("{field}.name"), &json!(name), why)));
        if ports.iter().take(index).any(|other| text(other, "/name") == name) {
            errors.push(field::Error::duplicate(format!("{field}.name"), &json!(name)));
        }
    }
    errors.extend(port_number_error(format!("{field}.port"), port.get("port").unwrap_or(&json!(0))));
    let protocol = text(port, "/protocol");
    if !matches!(protocol, "TCP" | "UDP" | "SCTP") {
        let known = ["SCTP", "TCP", "UDP"];
        errors.push(field::Error::not_supported(format!("{field}.protocol"), &json!(protocol), &known));
    }
    let target = format!("{field}.targetPort");
    match present(port, "/targetPort") {
        Some(Value::String(name)) => {
            let why = names::port_name_faults(name);
            errors.extend(why.iter().map(|why| field::Error::invalid(target.clone(), &json!(name), why)));
        }
        Some(number) => errors.extend(port_number_error(target, number)),
        None => {}
    }
    errors
}

fn port_number_error(field: String, number: &Value) -> Option<field::Error> {
    let fits = number.as_i64().is_some_and(|number| (1..=65535).contains(&number));
    (!fits).then(|| field::Error::invalid(field, number, PORT_RANGE))
}

/// Two ports with the same protocol and number.
fn repeated_ports(ports: &[Value]) -> field::ErrorList {
    let key = |port: &Value| (text(port, "/protocol").to_owned(), port.get("port").cloned());
    let repeated =
        ports.iter().enumerate().filter(|(index, port)| ports.iter().take(*index).any(|other| key(other) == key(port)));
    let error = |(index, port): (usize, &Value)| {
        // The real server shows its internal type, with nothing but what is compared.
        let shown = format!(
            "{{\"Name\":\"\",\"Protocol\":{},\"AppProtocol\":null,\"Port\":{},\"TargetPort\":0,\"NodePort\":0}}",
            json::compact(port.get("protocol").unwrap_or(&Value::Null)),
            json::compact(port.get("port").unwrap_or(&Value::Null)),
        );
        field::Error::duplicate_text(format!("spec.ports[{index}]"), &shown)
    };
    repeated.map(error).collect()
}
