//! The HPAs of a set: what `autoscale` and `scale` warn about.

use crate::api::group_version::refers_to;
use crate::api::{GROUP, vmirs};
use crate::client::resource_paths;
use crate::client::{Call, Cluster};
use crate::printers::Ui;
use http::Method;
use k8s_openapi::List;
use k8s_openapi::api::autoscaling::v2::{CrossVersionObjectReference, HorizontalPodAutoscaler};
use std::time::Duration;

/// A warning is not worth a longer wait.
const PATIENCE: Duration = Duration::from_secs(2);

/// What an HPA means for the size of its set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HpaSummary {
    pub(crate) name: String,
    pub(crate) min: i32,
    pub(crate) max: i32,
    /// Its condition `ScalingActive` is False: it cannot compute a size, and only enforces its limits.
    pub(crate) is_blind: bool,
}

/// The HPAs of the namespace; none if the caller may not list them, or the server does not answer at once. The right to
/// list them is not required.
pub(crate) async fn list(cluster: &Cluster, ui: &mut Ui, namespace: &str) -> Vec<HorizontalPodAutoscaler> {
    let Ok(path) = resource_paths::autoscalers("v2", namespace) else { return Vec::new() };
    let call = Call::new(Method::GET, path);
    match tokio::time::timeout(PATIENCE, cluster.json::<List<HorizontalPodAutoscaler>>(ui, call)).await {
        Ok(Ok(list)) => list.items,
        _ => Vec::new(),
    }
}

/// Those that scale the set.
pub(crate) fn for_set(hpas: &[HorizontalPodAutoscaler], set: &str) -> Vec<HpaSummary> {
    hpas.iter().filter_map(|hpa| summary(hpa, set)).collect()
}

fn summary(hpa: &HorizontalPodAutoscaler, set: &str) -> Option<HpaSummary> {
    let spec = hpa.spec.as_ref().filter(|spec| targets(&spec.scale_target_ref, set))?;
    let conditions = hpa.status.iter().filter_map(|status| status.conditions.as_ref()).flatten();
    Some(HpaSummary {
        name: hpa.metadata.name.clone().unwrap_or_default(),
        min: spec.min_replicas.unwrap_or(1),
        max: spec.max_replicas,
        is_blind: conditions.into_iter().any(|found| found.type_ == "ScalingActive" && found.status == "False"),
    })
}

/// Whether the target of an HPA is this set, in whatever version of the API.
pub(crate) fn targets(target: &CrossVersionObjectReference, set: &str) -> bool {
    is_set(target.api_version.as_deref().unwrap_or_default(), &target.kind) && target.name == set
}

/// Whether a reference with this version and kind is to a set: the target of an HPA, or an owner.
pub(crate) fn is_set(api_version: &str, kind: &str) -> bool {
    refers_to(api_version, kind, GROUP, vmirs::KIND)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn hpa(name: &str, api_version: &str, kind: &str, set: &str) -> Value {
        let target = json!({"apiVersion": api_version, "kind": kind, "name": set});
        json!({"metadata": {"name": name}, "spec": {"scaleTargetRef": target, "maxReplicas": 5}})
    }

    #[test]
    fn an_hpa_belongs_to_its_target() {
        let mut blind = hpa("blind", "kubevirt.io/v1", vmirs::KIND, "web");
        blind["status"] = json!({"conditions": [{"type": "ScalingActive", "status": "False"}]});
        blind["spec"]["minReplicas"] = json!(2);
        let list = json!([
            hpa("a", "kubevirt.io/v1alpha3", vmirs::KIND, "web"),
            hpa("b", "kubevirt.io/v1", vmirs::KIND, "other"),
            hpa("c", "apps/v1", "Deployment", "web"),
            hpa("d", "elsewhere.io/v1", vmirs::KIND, "web"),
            blind,
        ]);
        let hpas: Vec<HorizontalPodAutoscaler> = serde_json::from_value(list).unwrap();
        let found = for_set(&hpas, "web");
        let expected = |name: &str, min, is_blind| HpaSummary { name: name.into(), min, max: 5, is_blind };
        assert_eq!(found, [expected("a", 1, false), expected("blind", 2, true)]);
        assert_eq!(for_set(&[], "web"), []);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_may_not_look_is_not_warned() {
        use crate::cli::client_sink::silent;
        use crate::client::scripted::{refusal, scripted};
        let (cluster, requests) = scripted(|_| (403, refusal("Forbidden")));
        assert_eq!(list(&cluster, &mut silent(), "n").await, []);
        assert_eq!(requests.lock().unwrap().len(), 1);
    }
}
