//! What has to change in an autoscaler that is there, for it to be as wished. Pure.

use super::manifest::{self, HpaOptions, HpaVersion};
use crate::cli::error::Error;
use serde_json::{Value, json};

/// A merge patch with everything that was asked for. What was not asked for stays: an unnamed minimum, the behavior,
/// metrics other than those that were given.
///
/// # Errors
/// When v1 cannot say what was asked for.
pub(super) fn patch(present: &Value, options: &HpaOptions<'_>, version: HpaVersion) -> Result<Value, Error> {
    let mut spec = json!({"maxReplicas": options.max});
    if options.min > 0 {
        spec["minReplicas"] = options.min.into();
    }
    match version {
        HpaVersion::V1 => {
            if let Some(percent) = manifest::only_percentage(options.metrics)? {
                spec["targetCPUUtilizationPercentage"] = percent.into();
            }
        }
        HpaVersion::V2 if !options.metrics.is_empty() => spec["metrics"] = metrics(present, options),
        HpaVersion::V2 => {}
    }
    Ok(json!({"spec": spec}))
}

/// A merge patch replaces a list as a whole, so it holds the metrics that stay, too.
fn metrics(present: &Value, options: &HpaOptions<'_>) -> Value {
    let mut metrics = present.pointer("/spec/metrics").and_then(Value::as_array).cloned().unwrap_or_default();
    for wanted in options.metrics {
        let wanted_metric = manifest::metric(wanted);
        let same = |metric: &&mut Value| metric["type"] == "Resource" && metric["resource"]["name"] == wanted.resource;
        match metrics.iter_mut().find(same) {
            Some(metric) => *metric = wanted_metric,
            None => metrics.push(wanted_metric),
        }
    }
    metrics.into()
}

/// Whether a merge patch would change the object.
pub(super) fn changes(present: &Value, patch: &Value) -> bool {
    let mut patched = present.clone();
    json_patch::merge(&mut patched, patch);
    patched != *present
}

#[cfg(test)]
mod tests {
    use super::super::metric;
    use super::*;

    fn present() -> Value {
        json!({"spec": {
            "minReplicas": 2, "maxReplicas": 4, "behavior": {"scaleDown": {"stabilizationWindowSeconds": 60}},
            "metrics": [
                {"type": "Pods", "pods": {"metric": {"name": "sessions"}, "target": {"type": "AverageValue", "averageValue": "10"}}},
                {"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}},
            ],
        }})
    }

    fn after(min: i32, max: i32, cpu: &str, memory: &str) -> Option<Value> {
        let metrics = metric::all(None, cpu, memory).unwrap();
        let options = HpaOptions { name: "h", namespace: "n", target: "web", min, max, metrics: &metrics };
        let patch = patch(&present(), &options, HpaVersion::V2).unwrap();
        let mut patched = present();
        json_patch::merge(&mut patched, &patch);
        changes(&present(), &patch).then_some(patched)
    }

    #[test]
    fn what_was_not_asked_for_stays() {
        let changed = after(-1, 9, "", "").unwrap();
        let mut expected = present();
        expected["spec"]["maxReplicas"] = json!(9);
        assert_eq!(changed, expected);
        let changed = after(3, 4, "60%", "200Mi").unwrap();
        expected = present();
        expected["spec"]["minReplicas"] = json!(3);
        expected["spec"]["metrics"][1]["resource"]["target"]["averageUtilization"] = json!(60);
        let memory = json!({"type": "Resource", "resource": {"name": "memory", "target": {"type": "AverageValue", "averageValue": "200Mi"}}});
        expected["spec"]["metrics"].as_array_mut().unwrap().push(memory);
        assert_eq!(changed, expected);
    }

    #[test]
    fn an_autoscaler_that_is_as_wished_is_unchanged() {
        assert_eq!(after(2, 4, "80%", ""), None);
        assert_eq!(after(-1, 4, "", ""), None);
        assert!(after(-1, 4, "500m", "").is_some());
    }

    #[test]
    fn v1_says_what_it_can() {
        let metrics = metric::all(None, "70%", "").unwrap();
        let options = HpaOptions { name: "h", namespace: "n", target: "web", min: -1, max: 3, metrics: &metrics };
        let expected = json!({"spec": {"maxReplicas": 3, "targetCPUUtilizationPercentage": 70}});
        assert_eq!(patch(&json!({}), &options, HpaVersion::V1).unwrap(), expected);
        let metrics = metric::all(None, "", "1Gi").unwrap();
        assert!(patch(&json!({}), &HpaOptions { metrics: &metrics, ..options }, HpaVersion::V1).is_err());
    }
}
