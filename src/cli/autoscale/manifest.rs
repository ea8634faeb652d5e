//! The HorizontalPodAutoscaler that was asked for.

use super::metric::{Metric, MetricTarget};
use crate::api::{API_VERSION, vmirs};
use crate::cli::error::Error;
use serde_json::{Value, json};

/// A version of the autoscaling API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum HpaVersion {
    #[value(alias = "autoscaling/v1")]
    V1,
    #[value(alias = "autoscaling/v2")]
    V2,
}

impl HpaVersion {
    /// As in a path.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::V1 => "v1",
            Self::V2 => "v2",
        }
    }
}

/// What was asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct HpaOptions<'a> {
    pub(super) name: &'a str,
    pub(super) namespace: &'a str,
    /// The set's name.
    pub(super) target: &'a str,
    /// Below 1 for the server's default.
    pub(super) min: i32,
    pub(super) max: i32,
    /// Empty for the server's default.
    pub(super) metrics: &'a [Metric],
}

/// Checks the limits as kubectl does before it sends anything.
///
/// # Errors
/// In kubectl's words.
pub(super) fn check_bounds(min: i32, max: i32) -> Result<(), Error> {
    if max < 1 {
        return Err(Error::plain(format!("--max=MAXPODS is required and must be at least 1, max: {max}")));
    }
    if max < min {
        return Err(Error::plain(format!(
            "--max=MAXPODS must be larger or equal to --min=MINPODS, max: {max}, min: {min}"
        )));
    }
    Ok(())
}

/// Writes the object.
///
/// # Errors
/// When v1 cannot say what was asked for.
pub(super) fn build(options: &HpaOptions<'_>, version: HpaVersion) -> Result<Value, Error> {
    let mut spec = json!({
        "scaleTargetRef": {"apiVersion": API_VERSION, "kind": vmirs::KIND, "name": options.target},
        "maxReplicas": options.max,
    });
    if options.min > 0 {
        spec["minReplicas"] = options.min.into();
    }
    let status = match version {
        HpaVersion::V1 => {
            if let Some(percent) = only_percentage(options.metrics)? {
                spec["targetCPUUtilizationPercentage"] = percent.into();
            }
            json!({"currentReplicas": 0, "desiredReplicas": 0})
        }
        HpaVersion::V2 => {
            if !options.metrics.is_empty() {
                spec["metrics"] = options.metrics.iter().map(metric).collect();
            }
            json!({"currentMetrics": null, "desiredReplicas": 0})
        }
    };
    Ok(json!({
        "apiVersion": format!("autoscaling/{}", version.name()),
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": options.name, "namespace": options.namespace},
        "spec": spec,
        "status": status,
    }))
}

/// A metric as v2 writes it.
pub(super) fn metric(metric: &Metric) -> Value {
    let target = match &metric.target {
        MetricTarget::Utilization(percent) => json!({"type": "Utilization", "averageUtilization": percent}),
        MetricTarget::AverageValue(quantity) => json!({"type": "AverageValue", "averageValue": quantity}),
    };
    json!({"type": "Resource", "resource": {"name": metric.resource, "target": target}})
}

/// The one thing that v1 can aim at.
///
/// # Errors
/// When something else was asked for.
pub(super) fn only_percentage(metrics: &[Metric]) -> Result<Option<i32>, Error> {
    match metrics {
        [] => Ok(None),
        [Metric { resource: "cpu", target: MetricTarget::Utilization(percent) }] => Ok(Some(*percent)),
        _ => Err(Error::plain("autoscaling/v1 supports only a CPU percentage")
            .hint("Use only --cpu=PERCENT%, or a server with autoscaling/v2.")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::metric;
    use super::*;

    #[test]
    fn limits_are_refused_in_kubectls_words() {
        let fault = |min, max| check_bounds(min, max).err().map(|error| error.to_string());
        assert_eq!(fault(-1, 3), None);
        assert_eq!(fault(-1, 0), Some("--max=MAXPODS is required and must be at least 1, max: 0".into()));
        let message = "--max=MAXPODS must be larger or equal to --min=MINPODS, max: 2, min: 5";
        assert_eq!(fault(5, 2), Some(message.into()));
    }

    #[test]
    fn both_versions_say_what_was_asked_for() {
        let metrics = metric::all(None, "80%", "200").unwrap();
        let options = HpaOptions { name: "h", namespace: "n", target: "web", min: 2, max: 3, metrics: &metrics };
        let v2 = build(&options, HpaVersion::V2).unwrap();
        assert_eq!(v2["spec"]["metrics"][1]["resource"]["target"]["averageValue"], "200Mi");
        assert_eq!(v2["spec"]["minReplicas"], 2);
        assert!(build(&options, HpaVersion::V1).is_err());
        let v1 = build(&HpaOptions { metrics: &metrics[..1], min: -1, ..options }, HpaVersion::V1).unwrap();
        assert_eq!(v1["spec"]["targetCPUUtilizationPercentage"], 80);
        assert_eq!(v1["spec"].get("minReplicas"), None);
    }
}
