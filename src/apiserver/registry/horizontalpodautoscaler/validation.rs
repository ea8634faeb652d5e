//! HorizontalPodAutoscaler, in autoscaling/v2.

use crate::apiserver::field;
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

pub(super) fn validate_fields(object: &Value, old: Option<&Value>) -> field::ErrorList {
    let mut errors = Vec::new();
    let least = number(object, "/spec/minReplicas");
    let most = number(object, "/spec/maxReplicas").unwrap_or_default();
    if least.is_some_and(|least| most < least) {
        errors.push(field::Error::invalid(
            "spec.maxReplicas",
            &json!(most),
            "must be greater than or equal to `minReplicas`",
        ));
    }
    errors.extend(target_errors(object, old));
    let metrics = items(object, "/spec/metrics");
    for (index, metric) in metrics.iter().enumerate() {
        errors.extend(metric_errors(&format!("spec.metrics[{index}]"), metric));
    }
    let outside = metrics.iter().any(|metric| matches!(text(metric, "/type"), "Object" | "External"));
    if least == Some(0) && !outside {
        let why = "must specify at least one Object or External metric to support scaling to zero replicas";
        errors.push(field::Error::forbidden("spec.metrics", why));
    }
    for direction in ["scaleUp", "scaleDown"] {
        if let Some(rules) = present(object, &format!("/spec/behavior/{direction}")) {
            errors.extend(rules_errors(&format!("spec.behavior.{direction}"), rules));
        }
    }
    // The rules that the real server has in declarations come last.
    if let Some(least) = least.filter(|least| *least < 0) {
        errors.push(field::Error::invalid("spec.minReplicas", &json!(least), "must be greater than or equal to 0"));
    }
    match most {
        0 => errors.push(field::Error::required("spec.maxReplicas", "")),
        ..0 => {
            errors.push(field::Error::invalid("spec.maxReplicas", &json!(most), "must be greater than or equal to 1"));
        }
        _ => {}
    }
    errors
}

/// Replicas in a status are counts.
pub(super) fn validate_status(object: &Value) -> field::ErrorList {
    let mut errors = Vec::new();
    for name in ["currentReplicas", "desiredReplicas"] {
        if let Some(count) = number(object, &format!("/status/{name}")).filter(|count| *count < 0) {
            errors.push(field::Error::invalid(
                format!("status.{name}"),
                &json!(count),
                "must be greater than or equal to 0",
            ));
        }
    }
    errors
}

fn target_errors(object: &Value, old: Option<&Value>) -> field::ErrorList {
    let Some(target) = object.pointer("/spec/scaleTargetRef") else {
        return reference_errors("spec.scaleTargetRef", &Value::Null, true, false);
    };
    let same = |name: &str| {
        let pointer = format!("/spec/scaleTargetRef/{name}");
        old.is_some_and(|old| text(old, &pointer) == text(object, &pointer))
    };
    let unchanged = same("apiVersion") && same("kind");
    let core = text(target, "/kind") == "ReplicationController";
    reference_errors("spec.scaleTargetRef", target, !unchanged, core)
}

fn reference_errors(field: &str, reference: &Value, check_version: bool, allow_core: bool) -> field::ErrorList {
    let mut errors = Vec::new();
    for name in ["kind", "name"] {
        let value = text(reference, &format!("/{name}"));
        let field = format!("{field}.{name}");
        if value.is_empty() {
            errors.push(field::Error::required(field, ""));
        } else {
            let why = names::path_segment_faults(value);
            errors.extend(why.iter().map(|why| field::Error::invalid(field.clone(), &json!(value), why)));
        }
    }
    let version = text(reference, "/apiVersion");
    let why = match version.matches('/').count() {
        0 if !allow_core => Some("apiVersion must specify API group".to_owned()),
        0 | 1 => None,
        _ => Some(format!("unexpected GroupVersion string: {version}")),
    };
    if let Some(why) = why.filter(|_| check_version) {
        errors.push(field::Error::invalid(format!("{field}.apiVersion"), &json!(version), &why));
    }
    errors
}

fn metric_errors(field: &str, metric: &Value) -> field::ErrorList {
    let mut errors = Vec::new();
    let named = text(metric, "/type");
    if named.is_empty() {
        errors.push(field::Error::required(format!("{field}.type"), "must specify a metric source type"));
    }
    if !SOURCE_NAMES.contains(&named) {
        errors.push(field::Error::not_supported(format!("{field}.type"), &json!(named), &SOURCE_NAMES));
    }
    let mut given: Vec<_> = SOURCES.iter().filter(|(_, key)| present(metric, &format!("/{key}")).is_some()).collect();
    if let Some((_, key)) = given.first() {
        errors.extend(source_errors(&format!("{field}.{key}"), key, &metric[*key]));
    }
    match SOURCES.iter().find(|(name, _)| *name == named) {
        Some((_, key)) => {
            if !given.iter().any(|(_, other)| other == key) {
                let why = "must populate information for the given metric source";
                errors.push(field::Error::required(format!("{field}.{key}"), why));
            }
        }
        None => errors.push(field::Error::not_supported(format!("{field}.type"), &json!(named), &SOURCE_NAMES)),
    }
    if given.len() > 1 {
        given.retain(|(name, _)| *name != named);
        let why = "must populate the given metric source only";
        errors.extend(given.iter().map(|(_, key)| field::Error::forbidden(format!("{field}.{key}"), why)));
    }
    // The same complaint twice is told once.
    let mut told: field::ErrorList = Vec::new();
    for error in errors {
        if !told.contains(&error) {
            told.push(error);
        }
    }
    told
}

fn source_errors(field: &str, key: &str, source: &Value) -> field::ErrorList {
    let mut errors = Vec::new();
    let has = |name: &str| present(source, &format!("/target/{name}")).is_some();
    if key == "object" {
        let described = source.get("describedObject").unwrap_or(&Value::Null);
        errors.extend(reference_errors(&format!("{field}.describedObject"), described, true, true));
    }
    if matches!(key, "object" | "external" | "pods") {
        let name = text(source, "/metric/name");
        if name.is_empty() {
            errors.push(field::Error::required(format!("{field}.metric.name"), "must specify a metric name"));
        }
        let why = names::path_segment_faults(name);
        errors.extend(why.iter().map(|why| field::Error::invalid(format!("{field}.metric.name"), &json!(name), why)));
    } else if text(source, "/name").is_empty() {
        errors.push(field::Error::required(format!("{field}.name"), "must specify a resource name"));
    }
    if key == "containerResource" {
        errors.extend(container_error(field, text(source, "/container")));
    }
    errors.extend(metric_target_errors(&format!("{field}.target"), source.get("target").unwrap_or(&Value::Null)));
    let missing = |name: &str, why: &str| field::Error::required(format!("{field}.target.{name}"), why);
    let extra = |name: &str, why: &str| field::Error::forbidden(format!("{field}.target.{name}"), why);
    match key {
        "object" if !has("value") && !has("averageValue") => {
            errors.push(missing("averageValue", "must set either a target value or averageValue"));
        }
        "external" if !has("value") && !has("averageValue") => {
            errors.push(missing("averageValue", "must set either a target value for metric or a per-pod target"));
        }
        "external" if has("value") && has("averageValue") => {
            errors.push(extra("value", "may not set both a target value for metric and a per-pod target"));
        }
        "pods" if !has("averageValue") => {
            errors.push(missing("averageValue", "must specify a positive target averageValue"));
        }
        "resource" | "containerResource" => match (has("averageUtilization"), has("averageValue")) {
            (false, false) => errors.push(missing("averageUtilization", NO_TARGET)),
            (true, true) => errors.push(extra("averageValue", TWO_TARGETS)),
            _ => {}
        },
        _ => {}
    }
    errors
}

fn container_error(field: &str, container: &str) -> field::ErrorList {
    let field = format!("{field}.container");
    if container.is_empty() {
        return vec![field::Error::required(field, "must specify a container")];
    }
    let why = names::dns_label_faults(container);
    why.iter().map(|why| field::Error::invalid(field.clone(), &json!(container), why)).collect()
}

fn metric_target_errors(field: &str, target: &Value) -> field::ErrorList {
    let mut errors = Vec::new();
    let named = text(target, "/type");
    if named.is_empty() {
        errors.push(field::Error::required(format!("{field}.type"), "must specify a metric target type"));
    }
    if !matches!(named, "Utilization" | "Value" | "AverageValue") {
        let why = "must be either Utilization, Value, or AverageValue";
        errors.push(field::Error::invalid(format!("{field}.type"), &json!(named), why));
    }
    for name in ["value", "averageValue"] {
        let Some(value) = present(target, &format!("/{name}")) else { continue };
        let amount =
            value.as_str().map(Quantity::parse).or_else(|| value.as_i64().map(|n| Quantity::parse(&n.to_string())));
        if amount.is_some_and(|amount| amount.is_ok_and(|amount| amount.milli() <= 0)) {
            errors.push(field::Error::invalid(format!("{field}.{name}"), value, "must be positive"));
        }
    }
    if let Some(percent) = number(target, "/averageUtilization").filter(|percent| *percent < 1) {
        errors.push(field::Error::invalid(
            format!("{field}.averageUtilization"),
            &json!(percent),
            "must be greater than 0",
        ));
    }
    errors
}

fn rules_errors(field: &str, rules: &Value) -> field::ErrorList {
    let mut errors = Vec::new();
    if let Some(seconds) = number(rules, "/stabilizationWindowSeconds") {
        let field = format!("{field}.stabilizationWindowSeconds");
        match seconds {
            ..0 => errors.push(field::Error::invalid(field, &json!(seconds), "must be greater than or equal to zero")),
            3601.. => errors.push(field::Error::invalid(field, &json!(seconds), "must be less than or equal to 3600")),
            _ => {}
        }
    }
    let select = present(rules, "/selectPolicy").filter(|policy| {
        let policy = policy.as_str().unwrap_or_default();
        !matches!(policy, "Max" | "Min" | "Disabled")
    });
    if let Some(policy) = select {
        errors.push(field::Error::not_supported(format!("{field}.selectPolicy"), policy, &["Disabled", "Max", "Min"]));
    }
    let policies = items(rules, "/policies");
    if policies.is_empty() {
        errors.push(field::Error::required(format!("{field}.policies"), "must specify at least one Policy"));
    }
    for (index, policy) in policies.iter().enumerate() {
        errors.extend(policy_errors(&format!("{field}.policies[{index}]"), policy));
    }
    errors
}

fn policy_errors(field: &str, policy: &Value) -> field::ErrorList {
    let mut errors = Vec::new();
    let named = text(policy, "/type");
    if !matches!(named, "Pods" | "Percent") {
        errors.push(field::Error::not_supported(format!("{field}.type"), &json!(named), &["Percent", "Pods"]));
    }
    for name in ["value", "periodSeconds"] {
        let value = number(policy, &format!("/{name}")).unwrap_or_default();
        if value <= 0 {
            errors.push(field::Error::invalid(format!("{field}.{name}"), &json!(value), "must be greater than zero"));
        }
        if name == "periodSeconds" && value > 1800 {
            errors.push(field::Error::invalid(
                format!("{field}.{name}"),
                &json!(value),
                "must be less than or equal to 1800",
            ));
        }
    }
    errors
}
