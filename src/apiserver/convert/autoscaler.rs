//! HorizontalPodAutoscaler: v1 has one CPU percentage; all else of v2 travels in annotations, whose JSON has the order
//! of fields that the real server writes.

mod metrics;

use crate::text::go::json;
use metrics::{CURRENT, Field, Source, WANTED};
use serde_json::{Map, Value, json};

const METRICS: &str = "autoscaling.alpha.kubernetes.io/metrics";
const CURRENT_METRICS: &str = "autoscaling.alpha.kubernetes.io/current-metrics";
const BEHAVIOR: &str = "autoscaling.alpha.kubernetes.io/behavior";
const CONDITIONS: &str = "autoscaling.alpha.kubernetes.io/conditions";
const ANNOTATIONS: [&str; 6] = [
    METRICS,
    CURRENT_METRICS,
    BEHAVIOR,
    CONDITIONS,
    "autoscaling.alpha.kubernetes.io/scale-down-tolerance",
    "autoscaling.alpha.kubernetes.io/scale-up-tolerance",
];

/// In v2, and in the annotation of a behavior.
const RULES: [(&str, &str); 4] = [
    ("stabilizationWindowSeconds", "StabilizationWindowSeconds"),
    ("selectPolicy", "SelectPolicy"),
    ("policies", "Policies"),
    ("tolerance", "Tolerance"),
];
const POLICY: [(&str, &str); 3] = [("type", "Type"), ("value", "Value"), ("periodSeconds", "PeriodSeconds")];

pub(super) fn to_v1(object: &mut Value) {
    let metrics = take(object, "spec", "metrics");
    let behavior = take(object, "spec", "behavior");
    let current = take(object, "status", "currentMetrics");
    let conditions = take(object, "status", "conditions");
    let (cpu, others): (Vec<_>, Vec<_>) =
        list(&metrics).iter().partition(|metric| cpu_percent(metric, "target").is_some());
    if let Some(percent) = cpu.first().and_then(|metric| cpu_percent(metric, "target")) {
        put(object, "spec", "targetCPUUtilizationPercentage", percent.clone());
    }
    if let Some(percent) = list(&current).iter().rev().find_map(|metric| cpu_percent(metric, "current")) {
        put(object, "status", "currentCPUUtilizationPercentage", percent.clone());
    }
    for name in ["currentReplicas", "desiredReplicas"] {
        if object.pointer(&format!("/status/{name}")).is_none() {
            put(object, "status", name, json!(0));
        }
    }
    let mut notes = annotations(object);
    ANNOTATIONS.iter().for_each(|name| drop(notes.remove(*name)));
    let mut note = |name: &str, texts: Vec<String>| {
        if !texts.is_empty() {
            notes.insert(name.to_owned(), json!(format!("[{}]", texts.join(","))));
        }
    };
    note(METRICS, others.iter().map(|metric| metric_text(metric, &WANTED)).collect());
    note(CURRENT_METRICS, list(&current).iter().map(|metric| metric_text(metric, &CURRENT)).collect());
    note(CONDITIONS, list(&conditions).iter().map(condition_text).collect());
    if behavior.is_object() {
        notes.insert(BEHAVIOR.to_owned(), json!(behavior_text(&behavior)));
    }
    annotate(object, notes);
}

pub(super) fn to_v2(object: &mut Value) {
    let mut notes = annotations(object);
    let mut noted = |name: &str| -> Option<Value> { serde_json::from_str(notes.remove(name)?.as_str()?).ok() };
    let others = noted(METRICS).unwrap_or_default();
    let behavior = noted(BEHAVIOR).map(|behavior| behavior_value(&behavior));
    let current = noted(CURRENT_METRICS);
    let conditions = noted(CONDITIONS);
    ANNOTATIONS.iter().for_each(|name| drop(notes.remove(*name)));
    annotate(object, notes);

    let mut metrics: Vec<_> = list(&others).iter().map(|metric| metric_value(metric, &WANTED)).collect();
    let percent = take(object, "spec", "targetCPUUtilizationPercentage");
    if percent.is_number() {
        metrics.push(cpu_metric(&json!({"type": "Utilization", "averageUtilization": percent}), "target"));
    } else if metrics.is_empty() {
        metrics.push(cpu_metric(&json!({"type": "Utilization", "averageUtilization": 80}), "target"));
    }
    put(object, "spec", "metrics", Value::from(metrics));
    if let Some(behavior) = behavior.filter(|behavior| behavior.as_object().is_some_and(|rules| !rules.is_empty())) {
        put(object, "spec", "behavior", behavior);
    }

    let percent = take(object, "status", "currentCPUUtilizationPercentage");
    let current = match current {
        Some(current) => {
            Value::from(list(&current).iter().map(|metric| metric_value(metric, &CURRENT)).collect::<Vec<_>>())
        }
        None if percent.is_number() => json!([cpu_metric(&json!({"averageUtilization": percent}), "current")]),
        None => Value::Null,
    };
    put(object, "status", "currentMetrics", current);
    if let Some(conditions) = conditions.filter(|conditions| !list(conditions).is_empty()) {
        put(object, "status", "conditions", conditions);
    }
    if object.pointer("/status/currentReplicas") == Some(&json!(0)) {
        take(object, "status", "currentReplicas");
    }
    if object.pointer("/status/desiredReplicas").is_none() {
        put(object, "status", "desiredReplicas", json!(0));
    }
}

fn cpu_metric(amount: &Value, part: &str) -> Value {
    json!({"type": "Resource", "resource": {"name": "cpu", part: amount}})
}

/// The percentage of a metric that v1 has a field for.
fn cpu_percent<'a>(metric: &'a Value, part: &str) -> Option<&'a Value> {
    let is_cpu = metric.get("type")? == "Resource" && metric.pointer("/resource/name")? == "cpu";
    metric.pointer(&format!("/resource/{part}/averageUtilization")).filter(|percent| is_cpu && !percent.is_null())
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn take(object: &mut Value, part: &str, name: &str) -> Value {
    let part = object.get_mut(part).and_then(Value::as_object_mut);
    part.and_then(|part| part.remove(name)).unwrap_or_default()
}

fn put(object: &mut Value, part: &str, name: &str, value: Value) {
    let Some(fields) = object.as_object_mut() else { return };
    if let Some(part) = fields.entry(part).or_insert_with(|| json!({})).as_object_mut() {
        part.insert(name.to_owned(), value);
    }
}

fn annotations(object: &Value) -> Map<String, Value> {
    object.pointer("/metadata/annotations").and_then(Value::as_object).cloned().unwrap_or_default()
}

fn annotate(object: &mut Value, annotations: Map<String, Value>) {
    if annotations.is_empty() {
        take(object, "metadata", "annotations");
    } else {
        put(object, "metadata", "annotations", Value::from(annotations));
    }
}

/// A JSON object of fields that are JSON already, in the order given.
fn ordered(fields: impl IntoIterator<Item = (String, String)>) -> String {
    let fields: Vec<_> =
        fields.into_iter().map(|(name, json)| format!("{}:{json}", json::compact(&json!(name)))).collect();
    format!("{{{}}}", fields.join(","))
}

/// The named fields that are there, in the order given.
fn picked(object: &Value, names: &[&str]) -> String {
    let present = names.iter().filter_map(|name| Some((*name, object.get(*name).filter(|value| !value.is_null())?)));
    ordered(present.map(|(name, value)| (name.to_owned(), ordered_json(name, value))))
}

fn ordered_json(name: &str, value: &Value) -> String {
    match (name, value) {
        ("target", value) => picked(value, &["kind", "name", "apiVersion"]),
        ("selector" | "metricSelector", value) => picked(value, &["matchLabels", "matchExpressions"]),
        _ => json::compact(value),
    }
}

fn metric_text(metric: &Value, sources: &[Source]) -> String {
    let named = metric.get("type").cloned().unwrap_or_default();
    let mut fields = vec![("type".to_owned(), json::compact(&named))];
    for (key, parts) in sources {
        let Some(source) = metric.get(*key).filter(|source| source.is_object()) else { continue };
        let part = |part: &Field| {
            let value = source.pointer(part.v2).filter(|value| !value.is_null());
            let text =
                value.map(|value| ordered_json(part.v1, value)).or_else(|| part.zero.then(|| "\"0\"".to_owned()))?;
            Some((part.v1.to_owned(), text))
        };
        fields.push(((*key).to_owned(), ordered(parts.iter().filter_map(part))));
    }
    ordered(fields)
}

fn metric_value(metric: &Value, sources: &[Source]) -> Value {
    let mut converted = json!({"type": metric.get("type").cloned().unwrap_or_default()});
    for (key, parts) in sources {
        let Some(source) = metric.get(*key).filter(|source| source.is_object()) else { continue };
        let mut value = json!({});
        for part in *parts {
            let Some(found) = source.get(part.v1).filter(|found| !found.is_null()) else { continue };
            // In v1 this one cannot be left out, so zero next to an average means that it was.
            let absent =
                part.v1 == "targetValue" && *key == "object" && *found == "0" && source.get("averageValue").is_some();
            if !absent {
                set(&mut value, part.v2, found.clone());
            }
        }
        if part_of(sources) == "target" {
            let named = target_type(key, &value);
            set(&mut value, "/target/type", json!(named));
        }
        set(&mut converted, &format!("/{key}"), value);
    }
    converted
}

fn part_of(sources: &[Source]) -> &'static str {
    let wanted = sources.iter().flat_map(|(_, fields)| *fields).any(|field| field.v2.starts_with("/target"));
    if wanted { "target" } else { "current" }
}

fn target_type(key: &str, source: &Value) -> &'static str {
    let has = |name: &str| source.pointer(&format!("/target/{name}")).is_some();
    match key {
        "resource" | "containerResource" if has("averageUtilization") => "Utilization",
        "object" if !has("averageValue") => "Value",
        "external" if has("value") => "Value",
        _ => "AverageValue",
    }
}

/// Sets the field at a JSON pointer of one or two steps.
fn set(object: &mut Value, pointer: &str, value: Value) {
    match pointer.trim_start_matches('/').split_once('/') {
        Some((part, name)) => put(object, part, name, value),
        None => {
            if let Some(fields) = object.as_object_mut() {
                fields.insert(pointer.trim_start_matches('/').to_owned(), value);
            }
        }
    }
}

fn condition_text(condition: &Value) -> String {
    let mut condition = condition.clone();
    if let Some(fields) = condition.as_object_mut() {
        fields.retain(|name, value| *value != "" || matches!(name.as_str(), "type" | "status"));
    }
    let known = ["type", "status", "lastTransitionTime", "reason", "message", "observedGeneration"];
    picked(&condition, &known)
}

/// The real server writes its internal type here: capital letters, and null for what is absent.
fn behavior_text(behavior: &Value) -> String {
    let renamed = |value: &Value, names: &[(&str, &str)], write: &dyn Fn(&str, &Value) -> String| {
        let fields = names
            .iter()
            .map(|(name, shown)| ((*shown).to_owned(), write(name, value.get(*name).unwrap_or(&Value::Null))));
        ordered(fields)
    };
    let policy = |policy: &Value| renamed(policy, &POLICY, &|_, value| json::compact(value));
    let rule = |name: &str, value: &Value| match value {
        Value::Array(policies) if name == "policies" => {
            format!("[{}]", policies.iter().map(policy).collect::<Vec<_>>().join(","))
        }
        value => json::compact(value),
    };
    let rules =
        |_: &str, value: &Value| if value.is_object() { renamed(value, &RULES, &rule) } else { "null".to_owned() };
    renamed(behavior, &[("scaleUp", "ScaleUp"), ("scaleDown", "ScaleDown")], &rules)
}

fn behavior_value(behavior: &Value) -> Value {
    let mut converted = Map::new();
    for (name, shown) in [("scaleUp", "ScaleUp"), ("scaleDown", "ScaleDown")] {
        let Some(rules) = named(behavior, shown).filter(|rules| rules.is_object()) else { continue };
        let mut rules = renamed(rules, &RULES);
        if let Some(policies) = rules.get_mut("policies").and_then(Value::as_array_mut) {
            policies.iter_mut().for_each(|policy| *policy = Value::from(renamed(policy, &POLICY)));
        }
        converted.insert(name.to_owned(), Value::from(rules));
    }
    Value::from(converted)
}

fn renamed(value: &Value, names: &[(&str, &str)]) -> Map<String, Value> {
    let found = names.iter().filter_map(|(name, shown)| Some(((*name).to_owned(), named(value, shown)?.clone())));
    found.filter(|(_, value)| !value.is_null()).collect()
}

/// The field of that name in any case, as Go reads JSON.
fn named<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let mut fields = value.as_object()?.iter();
    fields.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}
