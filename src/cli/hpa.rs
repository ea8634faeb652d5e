//! The autoscalers that a set has: what `autoscale` and `scale` warn about.

use crate::api::{GROUP, vmirs};
use crate::client::resource_paths;
use crate::client::{Call, Cluster};
use crate::printers::Ui;
use http::Method;
use serde_json::Value;
use std::time::Duration;

/// A warning is not worth a longer wait.
const PATIENCE: Duration = Duration::from_secs(2);

/// An autoscaler, as far as it matters to the size of its set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HpaSummary {
    pub(crate) name: String,
    pub(crate) min: i64,
    pub(crate) max: i64,
    /// Its controller says that it cannot compute a size; it then only keeps the set within its limits.
    pub(crate) is_blind: bool,
}

/// The autoscalers of the namespace, as a list; null where they may not be seen, or not at once. To see them is a right
/// that the caller may lack, and need not have.
pub(crate) async fn list(cluster: &Cluster, ui: &mut Ui, namespace: &str) -> Value {
    let Ok(path) = resource_paths::autoscalers("v2", namespace) else { return Value::Null };
    let call = Call::new(Method::GET, path);
    match tokio::time::timeout(PATIENCE, cluster.json(ui, call)).await {
        Ok(Ok(list)) => list,
        _ => Value::Null,
    }
}

/// Those of a list that have the set as their target.
pub(crate) fn for_set(list: &Value, set: &str) -> Vec<HpaSummary> {
    let items = list.get("items").and_then(Value::as_array).into_iter().flatten();
    items.filter(|hpa| targets(hpa, set)).filter_map(summary).collect()
}

/// Whether an autoscaler has the set as its target, in whatever version of the API.
pub(crate) fn targets(hpa: &Value, set: &str) -> bool {
    let text = |key: &str| {
        let target = hpa.pointer("/spec/scaleTargetRef");
        target.and_then(|target| target.get(key)).and_then(Value::as_str).unwrap_or_default()
    };
    let group = text("apiVersion").split('/').next().unwrap_or_default();
    group == GROUP && text("kind") == vmirs::KIND && text("name") == set
}

fn summary(hpa: &Value) -> Option<HpaSummary> {
    let number = |pointer: &str| hpa.pointer(pointer).and_then(Value::as_i64);
    let conditions = hpa.pointer("/status/conditions").and_then(Value::as_array).into_iter().flatten();
    Some(HpaSummary {
        name: hpa.pointer("/metadata/name")?.as_str()?.to_owned(),
        min: number("/spec/minReplicas").unwrap_or(1),
        max: number("/spec/maxReplicas")?,
        is_blind: conditions.into_iter().any(|found| found["type"] == "ScalingActive" && found["status"] == "False"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn hpa(name: &str, api_version: &str, kind: &str, set: &str) -> Value {
        let target = json!({"apiVersion": api_version, "kind": kind, "name": set});
        json!({"metadata": {"name": name}, "spec": {"scaleTargetRef": target, "maxReplicas": 5}})
    }

    #[test]
    fn an_autoscaler_belongs_to_its_target() {
        let mut blind = hpa("blind", "kubevirt.io/v1", vmirs::KIND, "web");
        blind["status"] = json!({"conditions": [{"type": "ScalingActive", "status": "False"}]});
        blind["spec"]["minReplicas"] = json!(2);
        let list = json!({"items": [
            hpa("a", "kubevirt.io/v1alpha3", vmirs::KIND, "web"),
            hpa("b", "kubevirt.io/v1", vmirs::KIND, "other"),
            hpa("c", "apps/v1", "Deployment", "web"),
            hpa("d", "elsewhere.io/v1", vmirs::KIND, "web"),
            blind,
        ]});
        let found = for_set(&list, "web");
        let expected = |name: &str, min, is_blind| HpaSummary { name: name.into(), min, max: 5, is_blind };
        assert_eq!(found, [expected("a", 1, false), expected("blind", 2, true)]);
        assert_eq!(for_set(&Value::Null, "web"), []);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_may_not_look_is_not_warned() {
        use crate::cli::client_sink::silent;
        use crate::client::scripted::{refusal, scripted};
        let (cluster, requests) = scripted(|_| (403, refusal("Forbidden")));
        assert_eq!(list(&cluster, &mut silent(), "n").await, Value::Null);
        assert_eq!(requests.lock().unwrap().len(), 1);
    }
}
