//! HorizontalPodAutoscaler, in autoscaling/v2.

use crate::apiserver::fault::Fault;
use crate::apiserver::object::{items, number, present, text};
use crate::text::names;
use crate::text::quantity::Quantity;
use serde_json::{Value, json};

const SOURCES: [(&str, &str); 5] = [
    ("Object", "object"),
    ("External", "external"),
    ("Pods", "pods"),
    ("Resource", "resource"),
    ("ContainerResource", "containerResource"),
];
const SOURCE_NAMES: [&str; 5] = ["ContainerResource", "External", "Object", "Pods", "Resource"];
const NO_TARGET: &str = "must set either a target raw value or a target utilization";
const TWO_TARGETS: &str = "may not set both a target raw value and a target utilization";

pub(super) fn validate_fields(object: &Value, old: Option<&Value>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let least = number(object, "/spec/minReplicas");
    let most = number(object, "/spec/maxReplicas").unwrap_or_default();
    if least.is_some_and(|least| most < least) {
        faults.push(Fault::invalid("spec.maxReplicas", &json!(most), "must be greater than or equal to `minReplicas`"));
    }
    faults.extend(target_faults(object, old));
    let metrics = items(object, "/spec/metrics");
    for (index, metric) in metrics.iter().enumerate() {
        faults.extend(metric_faults(&format!("spec.metrics[{index}]"), metric));
    }
    let outside = metrics.iter().any(|metric| matches!(text(metric, "/type"), "Object" | "External"));
    if least == Some(0) && !outside {
        let why = "must specify at least one Object or External metric to support scaling to zero replicas";
        faults.push(Fault::forbidden("spec.metrics", why));
    }
    for direction in ["scaleUp", "scaleDown"] {
        if let Some(rules) = present(object, &format!("/spec/behavior/{direction}")) {
            faults.extend(rules_faults(&format!("spec.behavior.{direction}"), rules));
        }
    }
    // The rules that the real server has in declarations come last.
    if let Some(least) = least.filter(|least| *least < 0) {
        faults.push(Fault::invalid("spec.minReplicas", &json!(least), "must be greater than or equal to 0"));
    }
    match most {
        0 => faults.push(Fault::required("spec.maxReplicas", "")),
        ..0 => faults.push(Fault::invalid("spec.maxReplicas", &json!(most), "must be greater than or equal to 1")),
        _ => {}
    }
    faults
}

/// Replicas in a status are counts.
pub(super) fn validate_status(object: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    for name in ["currentReplicas", "desiredReplicas"] {
        if let Some(count) = number(object, &format!("/status/{name}")).filter(|count| *count < 0) {
            faults.push(Fault::invalid(format!("status.{name}"), &json!(count), "must be greater than or equal to 0"));
        }
    }
    faults
}

fn target_faults(object: &Value, old: Option<&Value>) -> Vec<Fault> {
    let Some(target) = object.pointer("/spec/scaleTargetRef") else {
        return reference_faults("spec.scaleTargetRef", &Value::Null, true, false);
    };
    let same = |name: &str| {
        let pointer = format!("/spec/scaleTargetRef/{name}");
        old.is_some_and(|old| text(old, &pointer) == text(object, &pointer))
    };
    let unchanged = same("apiVersion") && same("kind");
    let core = text(target, "/kind") == "ReplicationController";
    reference_faults("spec.scaleTargetRef", target, !unchanged, core)
}

fn reference_faults(field: &str, reference: &Value, check_version: bool, allow_core: bool) -> Vec<Fault> {
    let mut faults = Vec::new();
    for name in ["kind", "name"] {
        let value = text(reference, &format!("/{name}"));
        let field = format!("{field}.{name}");
        if value.is_empty() {
            faults.push(Fault::required(field, ""));
        } else {
            let why = names::path_segment_faults(value);
            faults.extend(why.iter().map(|why| Fault::invalid(field.clone(), &json!(value), why)));
        }
    }
    let version = text(reference, "/apiVersion");
    let why = match version.matches('/').count() {
        0 if !allow_core => Some("apiVersion must specify API group".to_owned()),
        0 | 1 => None,
        _ => Some(format!("unexpected GroupVersion string: {version}")),
    };
    if let Some(why) = why.filter(|_| check_version) {
        faults.push(Fault::invalid(format!("{field}.apiVersion"), &json!(version), &why));
    }
    faults
}

fn metric_faults(field: &str, metric: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    let named = text(metric, "/type");
    if named.is_empty() {
        faults.push(Fault::required(format!("{field}.type"), "must specify a metric source type"));
    }
    if !SOURCE_NAMES.contains(&named) {
        faults.push(Fault::not_supported(format!("{field}.type"), &json!(named), &SOURCE_NAMES));
    }
    let mut given: Vec<_> = SOURCES.iter().filter(|(_, key)| present(metric, &format!("/{key}")).is_some()).collect();
    if let Some((_, key)) = given.first() {
        faults.extend(source_faults(&format!("{field}.{key}"), key, &metric[*key]));
    }
    match SOURCES.iter().find(|(name, _)| *name == named) {
        Some((_, key)) => {
            if !given.iter().any(|(_, other)| other == key) {
                let why = "must populate information for the given metric source";
                faults.push(Fault::required(format!("{field}.{key}"), why));
            }
        }
        None => faults.push(Fault::not_supported(format!("{field}.type"), &json!(named), &SOURCE_NAMES)),
    }
    if given.len() > 1 {
        given.retain(|(name, _)| *name != named);
        let why = "must populate the given metric source only";
        faults.extend(given.iter().map(|(_, key)| Fault::forbidden(format!("{field}.{key}"), why)));
    }
    // The same complaint twice is told once.
    let mut told: Vec<Fault> = Vec::new();
    for fault in faults {
        if !told.contains(&fault) {
            told.push(fault);
        }
    }
    told
}

fn source_faults(field: &str, key: &str, source: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    let has = |name: &str| present(source, &format!("/target/{name}")).is_some();
    if key == "object" {
        let described = source.get("describedObject").unwrap_or(&Value::Null);
        faults.extend(reference_faults(&format!("{field}.describedObject"), described, true, true));
    }
    if matches!(key, "object" | "external" | "pods") {
        let name = text(source, "/metric/name");
        if name.is_empty() {
            faults.push(Fault::required(format!("{field}.metric.name"), "must specify a metric name"));
        }
        let why = names::path_segment_faults(name);
        faults.extend(why.iter().map(|why| Fault::invalid(format!("{field}.metric.name"), &json!(name), why)));
    } else if text(source, "/name").is_empty() {
        faults.push(Fault::required(format!("{field}.name"), "must specify a resource name"));
    }
    if key == "containerResource" {
        faults.extend(container_fault(field, text(source, "/container")));
    }
    faults.extend(metric_target_faults(&format!("{field}.target"), source.get("target").unwrap_or(&Value::Null)));
    let missing = |name: &str, why: &str| Fault::required(format!("{field}.target.{name}"), why);
    let extra = |name: &str, why: &str| Fault::forbidden(format!("{field}.target.{name}"), why);
    match key {
        "object" if !has("value") && !has("averageValue") => {
            faults.push(missing("averageValue", "must set either a target value or averageValue"));
        }
        "external" if !has("value") && !has("averageValue") => {
            faults.push(missing("averageValue", "must set either a target value for metric or a per-pod target"));
        }
        "external" if has("value") && has("averageValue") => {
            faults.push(extra("value", "may not set both a target value for metric and a per-pod target"));
        }
        "pods" if !has("averageValue") => {
            faults.push(missing("averageValue", "must specify a positive target averageValue"));
        }
        "resource" | "containerResource" => match (has("averageUtilization"), has("averageValue")) {
            (false, false) => faults.push(missing("averageUtilization", NO_TARGET)),
            (true, true) => faults.push(extra("averageValue", TWO_TARGETS)),
            _ => {}
        },
        _ => {}
    }
    faults
}

fn container_fault(field: &str, container: &str) -> Vec<Fault> {
    let field = format!("{field}.container");
    if container.is_empty() {
        return vec![Fault::required(field, "must specify a container")];
    }
    let why = names::dns_label_faults(container);
    why.iter().map(|why| Fault::invalid(field.clone(), &json!(container), why)).collect()
}

fn metric_target_faults(field: &str, target: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    let named = text(target, "/type");
    if named.is_empty() {
        faults.push(Fault::required(format!("{field}.type"), "must specify a metric target type"));
    }
    if !matches!(named, "Utilization" | "Value" | "AverageValue") {
        let why = "must be either Utilization, Value, or AverageValue";
        faults.push(Fault::invalid(format!("{field}.type"), &json!(named), why));
    }
    for name in ["value", "averageValue"] {
        let Some(value) = present(target, &format!("/{name}")) else { continue };
        let amount =
            value.as_str().map(Quantity::parse).or_else(|| value.as_i64().map(|n| Quantity::parse(&n.to_string())));
        if amount.is_some_and(|amount| amount.is_ok_and(|amount| amount.milli() <= 0)) {
            faults.push(Fault::invalid(format!("{field}.{name}"), value, "must be positive"));
        }
    }
    if let Some(percent) = number(target, "/averageUtilization").filter(|percent| *percent < 1) {
        faults.push(Fault::invalid(format!("{field}.averageUtilization"), &json!(percent), "must be greater than 0"));
    }
    faults
}

fn rules_faults(field: &str, rules: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    if let Some(seconds) = number(rules, "/stabilizationWindowSeconds") {
        let field = format!("{field}.stabilizationWindowSeconds");
        match seconds {
            ..0 => faults.push(Fault::invalid(field, &json!(seconds), "must be greater than or equal to zero")),
            3601.. => faults.push(Fault::invalid(field, &json!(seconds), "must be less than or equal to 3600")),
            _ => {}
        }
    }
    let select = present(rules, "/selectPolicy").filter(|policy| {
        let policy = policy.as_str().unwrap_or_default();
        !matches!(policy, "Max" | "Min" | "Disabled")
    });
    if let Some(policy) = select {
        faults.push(Fault::not_supported(format!("{field}.selectPolicy"), policy, &["Disabled", "Max", "Min"]));
    }
    let policies = items(rules, "/policies");
    if policies.is_empty() {
        faults.push(Fault::required(format!("{field}.policies"), "must specify at least one Policy"));
    }
    for (index, policy) in policies.iter().enumerate() {
        faults.extend(policy_faults(&format!("{field}.policies[{index}]"), policy));
    }
    faults
}

fn policy_faults(field: &str, policy: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    let named = text(policy, "/type");
    if !matches!(named, "Pods" | "Percent") {
        faults.push(Fault::not_supported(format!("{field}.type"), &json!(named), &["Percent", "Pods"]));
    }
    for name in ["value", "periodSeconds"] {
        let value = number(policy, &format!("/{name}")).unwrap_or_default();
        if value <= 0 {
            faults.push(Fault::invalid(format!("{field}.{name}"), &json!(value), "must be greater than zero"));
        }
        if name == "periodSeconds" && value > 1800 {
            faults.push(Fault::invalid(format!("{field}.{name}"), &json!(value), "must be less than or equal to 1800"));
        }
    }
    faults
}
