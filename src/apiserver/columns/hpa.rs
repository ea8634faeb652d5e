//! `printHorizontalPodAutoscaler` and `formatHPAMetrics`, from an autoscaling/v2 object.

use super::{NONE, UNKNOWN, list, number, text};
use jiff::Timestamp;
use serde_json::Value;

/// How many metrics are shown before `+ N more...`.
const SHOWN: usize = 2;

/// REFERENCE: `Kind/name` of what is scaled.
pub fn hpa_reference(object: &Value, _: Timestamp) -> Value {
    format!("{}/{}", text(object, "/spec/scaleTargetRef/kind"), text(object, "/spec/scaleTargetRef/name")).into()
}

/// TARGETS: `current/target` of each metric.
pub fn hpa_targets(object: &Value, _: Timestamp) -> Value {
    let specs = list(object, "/spec/metrics");
    if specs.is_empty() {
        return NONE.into();
    }
    let statuses = list(object, "/status/currentMetrics");
    let shown: Vec<String> =
        specs.iter().enumerate().take(SHOWN).map(|(index, spec)| metric(spec, statuses.get(index))).collect();
    let shown = shown.join(", ");
    match specs.len().checked_sub(SHOWN) {
        Some(more @ 1..) => format!("{shown} + {more} more...").into(),
        _ => shown.into(),
    }
}

/// MINPODS.
pub fn hpa_min(object: &Value, _: Timestamp) -> Value {
    match object.pointer("/spec/minReplicas").and_then(Value::as_i64) {
        Some(minimum) => minimum.to_string().into(),
        None => "<unset>".into(),
    }
}

/// MAXPODS.
pub fn hpa_max(object: &Value, _: Timestamp) -> Value {
    number(object, "/spec/maxReplicas").into()
}

/// REPLICAS: as the autoscaler last saw them.
pub fn hpa_replicas(object: &Value, _: Timestamp) -> Value {
    number(object, "/status/currentReplicas").into()
}

fn metric(spec: &Value, status: Option<&Value>) -> String {
    let kind = match text(spec, "/type") {
        "External" => "external",
        "Pods" => "pods",
        "Object" => "object",
        "Resource" => "resource",
        "ContainerResource" => "containerResource",
        _ => return "<unknown type>".to_owned(),
    };
    let target =
        |field: &str| spec.get(kind).and_then(|source| source.get("target")).and_then(|target| target.get(field));
    let current = |field: &str| {
        status
            .and_then(|status| status.get(kind))
            .and_then(|source| source.get("current"))
            .and_then(|current| current.get(field))
    };
    let average = target("averageValue").filter(|value| !value.is_null());
    match kind {
        "pods" => format!("{}/{}", quantity(current("averageValue"), UNKNOWN), quantity(average, "<nil>")),
        "external" | "object" => match average {
            Some(average) => {
                format!("{}/{} (avg)", quantity(current("averageValue"), UNKNOWN), quantity(Some(average), UNKNOWN))
            }
            None => format!("{}/{}", quantity(current("value"), UNKNOWN), quantity(target("value"), "<nil>")),
        },
        _ => {
            let name = spec.get(kind).map(|source| text(source, "/name")).unwrap_or_default();
            match average {
                Some(average) => format!(
                    "{name}: {}/{}",
                    quantity(current("averageValue"), UNKNOWN),
                    quantity(Some(average), UNKNOWN)
                ),
                None => format!(
                    "{name}: {}/{}",
                    percent(current("averageUtilization"), UNKNOWN),
                    percent(target("averageUtilization"), "<auto>")
                ),
            }
        }
    }
}

/// A quantity as its author wrote it.
fn quantity(value: Option<&Value>, otherwise: &str) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => otherwise.to_owned(),
    }
}

fn percent(value: Option<&Value>, otherwise: &str) -> String {
    value.and_then(Value::as_i64).map_or_else(|| otherwise.to_owned(), |percent| format!("{percent}%"))
}
