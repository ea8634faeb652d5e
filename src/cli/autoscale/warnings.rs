//! Why an autoscaler may never act on a set (facts of the HPA controller and of KubeVirt's launcher pods).

use super::manifest::HpaOptions;
use super::metric::MetricTarget;
use crate::api::vmirs::ReplicaSet;
use crate::cli::hpa;
use k8s_openapi::api::autoscaling::v2::HorizontalPodAutoscaler;

/// What is known of the cluster. What could not be found out is not warned about.
#[derive(Clone, Debug)]
pub(super) struct ClusterFacts {
    /// The HPAs in the set's namespace.
    pub(super) hpas: Vec<HorizontalPodAutoscaler>,
    /// Whether it serves `metrics.k8s.io`.
    pub(super) metrics: MetricsApi,
}

/// Where CPU and memory of pods are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MetricsApi {
    /// It answers, or it is not known whether it does.
    Available,
    /// The API is not there.
    Missing,
    /// The API is there, and whoever is to serve it is not.
    Unavailable,
}

/// What to warn about.
pub(super) fn all(set: &ReplicaSet, options: &HpaOptions<'_>, facts: &ClusterFacts) -> Vec<String> {
    let name = options.target;
    let mut warnings = Vec::new();
    match set.spec.replicas {
        Some(0) => warnings.push(format!("{name:?} has 0 replicas: an HPA does nothing until it is scaled up")),
        None => {
            warnings
                .push(format!("{name:?} has no spec.replicas: an HPA cannot read its size until it is scaled once"));
        }
        Some(_) => {}
    }
    if set.spec.paused {
        warnings.push(format!(
            "{name:?} is paused: an HPA changes its size, but no VMI is created or deleted until it is resumed"
        ));
    }
    if set.status().label_selector.is_empty() {
        warnings.push(format!("{name:?} has no status.labelSelector: an HPA finds no pods until a controller sets it"));
    }
    if targets_cpu_utilization(options) && !requests_cpu(set) {
        warnings.push(format!(
            "the template of {name:?} requests no CPU: percentages are relative to KubeVirt's default request of 100m per vCPU"
        ));
    }
    // Every metric that this program can name is one of them.
    match facts.metrics {
        MetricsApi::Available => {}
        MetricsApi::Missing => warnings.push(
            "no metrics API (metrics.k8s.io): CPU and memory targets have no effect until metrics-server is installed"
                .to_owned(),
        ),
        MetricsApi::Unavailable => warnings.push(
            "the metrics API (metrics.k8s.io) does not answer: CPU and memory targets have no effect until it does"
                .to_owned(),
        ),
    }
    // One of the same name is refused by the server, or overwritten.
    for other in hpa::for_set(&facts.hpas, name).iter().filter(|other| other.name != options.name) {
        let other = &other.name;
        warnings.push(format!("{name:?} already has the HPA {other:?}: the two will undo each other's changes"));
    }
    warnings
}

/// No metric at all means 80% of CPU.
fn targets_cpu_utilization(options: &HpaOptions<'_>) -> bool {
    options.metrics.is_empty()
        || options
            .metrics
            .iter()
            .any(|metric| metric.resource == "cpu" && matches!(metric.target, MetricTarget::Utilization(_)))
}

fn requests_cpu(set: &ReplicaSet) -> bool {
    let Some(template) = &set.spec.template else { return false };
    let resources = &template.spec["domain"]["resources"];
    ["requests", "limits"].iter().any(|list| resources[list].get("cpu").is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde_json::{Value, json};

    const OPTIONS: HpaOptions<'static> =
        HpaOptions { name: "web", namespace: "n", target: "web", min: 1, max: 3, metrics: &[] };

    const FACTS: ClusterFacts = ClusterFacts { hpas: Vec::new(), metrics: MetricsApi::Available };

    fn typed(set: &Value) -> ReplicaSet {
        ReplicaSet::deserialize(set).unwrap()
    }

    fn healthy() -> Value {
        json!({
            "spec": {"replicas": 2, "template": {"spec": {"domain": {"resources": {"requests": {"cpu": "1"}}}}}},
            "status": {"labelSelector": "a=b"},
        })
    }

    fn warnings(change: impl FnOnce(&mut Value)) -> Vec<String> {
        let mut set = healthy();
        change(&mut set);
        all(&typed(&set), &OPTIONS, &FACTS)
    }

    #[test]
    fn a_healthy_set_needs_no_advice() {
        assert_eq!(warnings(|_| {}), [""; 0]);
    }

    #[test]
    fn whatever_keeps_an_autoscaler_from_acting_is_named() {
        for (change, word) in [
            (("/spec/replicas", json!(0)), "has 0 replicas"),
            (("/spec/replicas", Value::Null), "has no spec.replicas"),
            (("/status/labelSelector", json!("")), "has no status.labelSelector"),
            (("/spec/template/spec/domain/resources/requests", json!({})), "requests no CPU"),
        ] {
            let (pointer, value) = change;
            let found = warnings(|set| *set.pointer_mut(pointer).unwrap() = value);
            assert_eq!(found.len(), 1, "{word}");
            assert!(found[0].contains(word), "{found:?}");
        }
    }

    #[test]
    fn a_second_autoscaler_is_named() {
        let target = |set: &str| json!({"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceReplicaSet", "name": set});
        let hpa = |name: &str, set: &str| json!({"metadata": {"name": name}, "spec": {"scaleTargetRef": target(set), "maxReplicas": 3}});
        let hpas = json!([hpa("web", "web"), hpa("old", "web"), hpa("far", "other")]);
        let hpas = serde_json::from_value(hpas).unwrap();
        let found = all(&typed(&healthy()), &OPTIONS, &ClusterFacts { hpas, ..FACTS });
        assert_eq!(found, ["\"web\" already has the HPA \"old\": the two will undo each other's changes"]);
    }

    #[test]
    fn a_cluster_without_metrics_is_named() {
        for (metrics, word) in
            [(MetricsApi::Missing, "no metrics API (metrics.k8s.io)"), (MetricsApi::Unavailable, "does not answer")]
        {
            let found = all(&typed(&healthy()), &OPTIONS, &ClusterFacts { metrics, ..FACTS });
            assert!(found.len() == 1 && found[0].contains(word), "{found:?}");
        }
    }
}
