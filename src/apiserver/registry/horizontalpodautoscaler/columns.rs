//! `printHorizontalPodAutoscaler` and `formatHPAMetrics`, from an autoscaling/v2 object.

use crate::apiserver::object::{items, text};
use crate::apiserver::registry::column::{AGE, Column, NAME, NONE, UNKNOWN, number};
use jiff::Timestamp;
use serde_json::Value;

/// How many metrics are shown before `+ N more...`.
const SHOWN: usize = 2;

/// As kube-apiserver 1.37 describes them.
pub(super) const COLUMNS: &[Column] = &[
    NAME,
    Column::computed(
        "Reference",
        reference,
        "scaleTargetRef points to the target resource to scale, and is used to the pods for which metrics should be collected, as well as to actually change the replica count.",
    ),
    Column::computed(
        "Targets",
        targets,
        "metrics contains the specifications for which to use to calculate the desired replica count (the maximum replica count across all metrics will be used).  The desired replica count is calculated multiplying the ratio between the target value and the current value by the current number of pods.  Ergo, metrics used must decrease as the pod count is increased, and vice-versa.  See the individual metric source types for more information about how each type of metric must respond. If not set, the default metric will be set to 80% average CPU utilization.",
    ),
    Column::computed(
        "MinPods",
        min,
        "minReplicas is the lower limit for the number of replicas to which the autoscaler can scale down.  It defaults to 1 pod.  minReplicas is allowed to be 0 if the alpha feature gate HPAScaleToZero is enabled and at least one Object or External metric is configured.  Scaling is active as long as at least one metric value is available.",
    ),
    Column::computed(
        "MaxPods",
        max,
        "maxReplicas is the upper limit for the number of replicas to which the autoscaler can scale up. It cannot be less that minReplicas.",
    ),
    Column::computed(
        "Replicas",
        replicas,
        "currentReplicas is current number of replicas of pods managed by this autoscaler, as last seen by the autoscaler.",
    ),
    AGE,
];

/// REFERENCE: `Kind/name` of what is scaled.
fn reference(object: &Value, _: Timestamp) -> Value {
    format!("{}/{}", text(object, "/spec/scaleTargetRef/kind"), text(object, "/spec/scaleTargetRef/name")).into()
}

/// TARGETS: `current/target` of each metric.
fn targets(object: &Value, _: Timestamp) -> Value {
    let specs = items(object, "/spec/metrics");
    if specs.is_empty() {
        return NONE.into();
    }
    let statuses = items(object, "/status/currentMetrics");
    let shown: Vec<String> =
        specs.iter().enumerate().take(SHOWN).map(|(index, spec)| metric(spec, statuses.get(index))).collect();
    let shown = shown.join(", ");
    match specs.len().checked_sub(SHOWN) {
        Some(more @ 1..) => format!("{shown} + {more} more...").into(),
        _ => shown.into(),
    }
}

/// MINPODS.
fn min(object: &Value, _: Timestamp) -> Value {
    match object.pointer("/spec/minReplicas").and_then(Value::as_i64) {
        Some(minimum) => minimum.to_string().into(),
        None => "<unset>".into(),
    }
}

/// MAXPODS.
fn max(object: &Value, _: Timestamp) -> Value {
    number(object, "/spec/maxReplicas").into()
}

/// REPLICAS: as the autoscaler last saw them.
fn replicas(object: &Value, _: Timestamp) -> Value {
    number(object, "/status/currentReplicas").into()
}

fn metric(spec: &Value, status: Option<&Value>) -> String {
    let key = match text(spec, "/type") {
        "External" => "external",
        "Pods" => "pods",
        "Object" => "object",
        "Resource" => "resource",
        "ContainerResource" => "containerResource",
        _ => return "<unknown type>".to_owned(),
    };
    let target =
        |field: &str| spec.get(key).and_then(|source| source.get("target")).and_then(|target| target.get(field));
    let current = |field: &str| {
        status
            .and_then(|status| status.get(key))
            .and_then(|source| source.get("current"))
            .and_then(|current| current.get(field))
    };
    let average = target("averageValue").filter(|value| !value.is_null());
    match key {
        "pods" => format!("{}/{}", quantity(current("averageValue"), UNKNOWN), quantity(average, "<nil>")),
        "external" | "object" => match average {
            Some(average) => {
                format!("{}/{} (avg)", quantity(current("averageValue"), UNKNOWN), quantity(Some(average), UNKNOWN))
            }
            None => format!("{}/{}", quantity(current("value"), UNKNOWN), quantity(target("value"), "<nil>")),
        },
        _ => {
            let name = spec.get(key).map(|source| text(source, "/name")).unwrap_or_default();
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
