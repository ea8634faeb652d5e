//! What the server fills in.

use crate::apiserver::registry::defaults::{fill, part};
use serde_json::{Value, json};

pub(super) fn set_defaults(object: &mut Value) {
    if let Some(spec) = part(object, "spec") {
        fill(spec, "minReplicas", json!(1));
        if spec.get("metrics").and_then(Value::as_array).is_none_or(Vec::is_empty) {
            let target = json!({"type": "Utilization", "averageUtilization": 80});
            spec.insert(
                "metrics".to_owned(),
                json!([{"type": "Resource", "resource": {"name": "cpu", "target": target}}]),
            );
        }
        if let Some(behavior) = spec.get_mut("behavior").filter(|behavior| !behavior.is_null()) {
            let percent = json!({"type": "Percent", "value": 100, "periodSeconds": 15});
            let pods = json!({"type": "Pods", "value": 4, "periodSeconds": 15});
            if let Some(rules) = part(behavior, "scaleUp") {
                fill(rules, "stabilizationWindowSeconds", json!(0));
                fill(rules, "policies", json!([pods, percent]));
                fill(rules, "selectPolicy", json!("Max"));
            }
            if let Some(rules) = part(behavior, "scaleDown") {
                fill(rules, "policies", json!([percent]));
                fill(rules, "selectPolicy", json!("Max"));
            }
        }
    }
    if let Some(status) = part(object, "status") {
        fill(status, "desiredReplicas", json!(0));
        status.entry("currentMetrics").or_insert(Value::Null);
    }
}
