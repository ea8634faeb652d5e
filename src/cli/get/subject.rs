//! What is shown: the sets, or what belongs to them.

use crate::api::{API_VERSION, GROUP, vmi, vmirs};
use serde_json::Value;
use std::collections::HashSet;

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    /// The sets themselves.
    Sets,
    /// Their virtual machines.
    Vmis,
    /// The launcher pods of their virtual machines.
    Pods,
    /// The autoscalers that have them as their target.
    Autoscalers,
}

impl Subject {
    /// Group and version in paths.
    pub(super) fn api(self) -> String {
        match self {
            Self::Sets | Self::Vmis => format!("/apis/{API_VERSION}"),
            Self::Pods => "/api/v1".to_owned(),
            Self::Autoscalers => "/apis/autoscaling/v2".to_owned(),
        }
    }

    pub(super) fn plural(self) -> &'static str {
        match self {
            Self::Sets => vmirs::PLURAL,
            Self::Vmis => vmi::PLURAL,
            Self::Pods => "pods",
            Self::Autoscalers => "horizontalpodautoscalers",
        }
    }

    /// As `--show-kind` puts it before names.
    pub(super) fn prefix(self) -> String {
        match self {
            Self::Sets => format!("{}.{GROUP}", vmirs::SINGULAR),
            Self::Vmis => format!("{}.{GROUP}", vmi::SINGULAR),
            Self::Pods => "pod".to_owned(),
            Self::Autoscalers => "horizontalpodautoscaler.autoscaling".to_owned(),
        }
    }

    /// Kind and version of its objects, for lists whose items do not say.
    pub(super) fn kind(self) -> (&'static str, &'static str) {
        match self {
            Self::Sets => (API_VERSION, vmirs::KIND),
            Self::Vmis => (API_VERSION, vmi::KIND),
            Self::Pods => ("v1", "Pod"),
            Self::Autoscalers => ("autoscaling/v2", "HorizontalPodAutoscaler"),
        }
    }
}

/// Which objects belong to the sets that were meant.
#[derive(Clone, Debug, Default)]
pub(super) struct Members {
    /// Namespace and name of each set; `None`: any set.
    pub(super) sets: Option<HashSet<(String, String)>>,
    /// UIDs of their VMIs; known only where pods are shown.
    pub(super) vmis: HashSet<String>,
}

impl Members {
    /// Whether the object belongs to one of the sets. `object` holds metadata, and the spec where autoscalers are shown.
    pub(super) fn hold(&self, subject: Subject, object: &Value) -> bool {
        let namespace = text(&object["metadata"]["namespace"]);
        match subject {
            Subject::Sets => true,
            Subject::Vmis => controller(object).is_some_and(|owner| self.is_set(namespace, owner)),
            Subject::Pods => controller(object).is_some_and(|owner| self.vmis.contains(text(&owner["uid"]))),
            Subject::Autoscalers => self.is_set(namespace, &object["spec"]["scaleTargetRef"]),
        }
    }

    /// Whether an owner reference or a scale target names one of the sets.
    fn is_set(&self, namespace: &str, reference: &Value) -> bool {
        let group = text(&reference["apiVersion"]).split('/').next().unwrap_or_default();
        let named = |sets: &HashSet<_>| sets.contains(&(namespace.to_owned(), text(&reference["name"]).to_owned()));
        reference["kind"] == vmirs::KIND && group == GROUP && self.sets.as_ref().is_none_or(named)
    }
}

/// The owner reference with `controller: true`.
fn controller(object: &Value) -> Option<&Value> {
    object["metadata"]["ownerReferences"].as_array()?.iter().find(|owner| owner["controller"] == true)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn owned(kind: &str, name: &str, uid: &str) -> Value {
        let owner = json!({"apiVersion": "kubevirt.io/v1", "kind": kind, "name": name, "uid": uid, "controller": true});
        json!({"metadata": {"namespace": "ns", "ownerReferences": [owner]}})
    }

    fn of(name: &str) -> Members {
        Members { sets: Some([("ns".to_owned(), name.to_owned())].into()), vmis: ["u".to_owned()].into() }
    }

    #[test]
    fn a_vmi_belongs_to_the_set_that_controls_it() {
        assert!(of("a").hold(Subject::Vmis, &owned(vmirs::KIND, "a", "x")));
        assert!(!of("b").hold(Subject::Vmis, &owned(vmirs::KIND, "a", "x")));
        assert!(!of("a").hold(Subject::Vmis, &owned("VirtualMachine", "a", "x")));
        assert!(Members::default().hold(Subject::Vmis, &owned(vmirs::KIND, "a", "x")));
        assert!(!Members::default().hold(Subject::Vmis, &json!({"metadata": {}})));
    }

    #[test]
    fn a_pod_belongs_to_the_set_of_its_vmi() {
        assert!(of("a").hold(Subject::Pods, &owned(vmi::KIND, "a-x", "u")));
        assert!(!of("a").hold(Subject::Pods, &owned(vmi::KIND, "a-x", "v")));
    }

    #[test]
    fn an_autoscaler_belongs_to_its_target() {
        let target = |kind: &str, version: &str| {
            let target = json!({"kind": kind, "name": "a", "apiVersion": version});
            json!({"metadata": {"namespace": "ns"}, "spec": {"scaleTargetRef": target}})
        };
        assert!(of("a").hold(Subject::Autoscalers, &target(vmirs::KIND, "kubevirt.io/v1alpha3")));
        assert!(!of("a").hold(Subject::Autoscalers, &target(vmirs::KIND, "other.io/v1")));
        assert!(!of("a").hold(Subject::Autoscalers, &target("Deployment", "apps/v1")));
    }
}
