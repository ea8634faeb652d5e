//! Why an autoscaler may never act on a set (facts of the HPA controller and of KubeVirt's launcher pods).

use super::hpa::Wish;
use super::metric::Aim;
use crate::cli::autoscalers;
use serde_json::Value;

/// What is known of the cluster. What could not be found out is not warned about.
#[derive(Clone, Debug)]
pub(super) struct Known {
    /// The list of the autoscalers of the set's namespace, or null.
    pub(super) autoscalers: Value,
    /// Whether it serves `metrics.k8s.io`.
    pub(super) metrics: Metrics,
}

/// Where CPU and memory of pods are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Metrics {
    /// It answers, or it is not known whether it does.
    Fine,
    /// The API is not there.
    Missing,
    /// The API is there, and whoever is to serve it is not.
    Down,
}

/// What to warn about.
pub(super) fn about(set: &Value, wish: &Wish<'_>, known: &Known) -> Vec<String> {
    let name = wish.target;
    let mut advice = Vec::new();
    match set.pointer("/spec/replicas").and_then(Value::as_i64) {
        Some(0) => advice.push(format!("{name:?} has 0 replicas: an autoscaler does not act until it is scaled up")),
        None => advice
            .push(format!("{name:?} has no spec.replicas: an autoscaler cannot read its size until it is scaled once")),
        Some(_) => {}
    }
    if set.pointer("/spec/paused").and_then(Value::as_bool).unwrap_or_default() {
        advice.push(format!(
            "{name:?} is paused: an autoscaler changes its size, but nothing follows until it is resumed"
        ));
    }
    let selector = set.pointer("/status/labelSelector").and_then(Value::as_str).unwrap_or_default();
    if selector.is_empty() {
        advice.push(format!(
            "{name:?} has no status.labelSelector: an autoscaler finds no pods until a controller has reported one"
        ));
    }
    if aims_at_share_of_cpu(wish) && !requests_cpu(set) {
        advice.push(format!(
            "the template of {name:?} requests no CPU: percentages are relative to KubeVirt's default request of 100m per vCPU"
        ));
    }
    // Every metric that this program can name is one of them.
    match known.metrics {
        Metrics::Fine => {}
        Metrics::Missing => advice.push(
            "no metrics API (metrics.k8s.io): CPU and memory targets have no effect until metrics-server is installed"
                .to_owned(),
        ),
        Metrics::Down => advice.push(
            "the metrics API (metrics.k8s.io) does not answer: CPU and memory targets have no effect until it does"
                .to_owned(),
        ),
    }
    // One of the same name is refused by the server, or overwritten.
    for other in autoscalers::of_set(&known.autoscalers, name).iter().filter(|other| other.name != wish.name) {
        let other = &other.name;
        advice.push(format!("{name:?} already has the autoscaler {other:?}: two of them undo each other's work"));
    }
    advice
}

/// No metric at all means 80% of CPU.
fn aims_at_share_of_cpu(wish: &Wish<'_>) -> bool {
    wish.metrics.is_empty()
        || wish.metrics.iter().any(|metric| metric.resource == "cpu" && matches!(metric.target, Aim::Utilization(_)))
}

fn requests_cpu(set: &Value) -> bool {
    let resources = set.pointer("/spec/template/spec/domain/resources");
    ["/requests/cpu", "/limits/cpu"]
        .iter()
        .any(|pointer| resources.is_some_and(|found| found.pointer(pointer).is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const WISH: Wish<'static> = Wish { name: "web", namespace: "n", target: "web", min: 1, max: 3, metrics: &[] };

    const KNOWN: Known = Known { autoscalers: Value::Null, metrics: Metrics::Fine };

    fn healthy() -> Value {
        json!({
            "spec": {"replicas": 2, "template": {"spec": {"domain": {"resources": {"requests": {"cpu": "1"}}}}}},
            "status": {"labelSelector": "a=b"},
        })
    }

    fn advice(change: impl FnOnce(&mut Value)) -> Vec<String> {
        let mut set = healthy();
        change(&mut set);
        about(&set, &WISH, &KNOWN)
    }

    #[test]
    fn a_healthy_set_needs_no_advice() {
        assert_eq!(advice(|_| {}), [""; 0]);
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
            let found = advice(|set| *set.pointer_mut(pointer).unwrap() = value);
            assert_eq!(found.len(), 1, "{word}");
            assert!(found[0].contains(word), "{found:?}");
        }
    }

    #[test]
    fn a_second_autoscaler_is_named() {
        let target = |set: &str| json!({"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceReplicaSet", "name": set});
        let hpa = |name: &str, set: &str| json!({"metadata": {"name": name}, "spec": {"scaleTargetRef": target(set), "maxReplicas": 3}});
        let autoscalers = json!({"items": [hpa("web", "web"), hpa("old", "web"), hpa("far", "other")]});
        let found = about(&healthy(), &WISH, &Known { autoscalers, ..KNOWN });
        assert_eq!(found, ["\"web\" already has the autoscaler \"old\": two of them undo each other's work"]);
    }

    #[test]
    fn a_cluster_without_metrics_is_named() {
        for (metrics, word) in
            [(Metrics::Missing, "no metrics API (metrics.k8s.io)"), (Metrics::Down, "does not answer")]
        {
            let found = about(&healthy(), &WISH, &Known { metrics, ..KNOWN });
            assert!(found.len() == 1 && found[0].contains(word), "{found:?}");
        }
    }
}
