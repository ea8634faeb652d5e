//! What is shown: the sets, or what belongs to them.

use crate::api::partial::{Partial, Reference};
use crate::api::{API_VERSION, GROUP, vmi, vmirs};
use crate::cli::address;
use std::collections::HashSet;

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ResourceKind {
    /// The sets themselves.
    Sets,
    /// Their virtual machines.
    Vmis,
    /// The launcher pods of their virtual machines.
    Pods,
    /// The autoscalers that have them as their target.
    Hpas,
}

impl ResourceKind {
    /// Group and version in paths.
    pub(super) fn api(self) -> &'static str {
        match self {
            Self::Sets | Self::Vmis => address::KUBEVIRT_API,
            Self::Pods => address::CORE_API,
            Self::Hpas => "/apis/autoscaling/v2",
        }
    }

    pub(super) fn plural(self) -> &'static str {
        match self {
            Self::Sets => vmirs::PLURAL,
            Self::Vmis => vmi::PLURAL,
            Self::Pods => "pods",
            Self::Hpas => "horizontalpodautoscalers",
        }
    }

    /// As kubectl names the resource in messages about lists.
    pub(super) fn resource(self) -> String {
        let (api_version, _) = self.kind();
        let slash = if api_version.contains('/') { "" } else { "/" };
        format!("{slash}{api_version}, Resource={}", self.plural())
    }

    /// As `--show-kind` puts it before names.
    pub(super) fn prefix(self) -> String {
        match self {
            Self::Sets => format!("{}.{GROUP}", vmirs::SINGULAR),
            Self::Vmis => format!("{}.{GROUP}", vmi::SINGULAR),
            Self::Pods => "pod".to_owned(),
            Self::Hpas => "horizontalpodautoscaler.autoscaling".to_owned(),
        }
    }

    /// Version and kind of its objects.
    pub(super) fn kind(self) -> (&'static str, &'static str) {
        match self {
            Self::Sets => (API_VERSION, vmirs::KIND),
            Self::Vmis => (API_VERSION, vmi::KIND),
            Self::Pods => ("v1", "Pod"),
            Self::Hpas => ("autoscaling/v2", "HorizontalPodAutoscaler"),
        }
    }
}

/// Which objects belong to the sets that were meant.
#[derive(Clone, Debug, Default)]
pub(super) struct OwnerFilter {
    /// Namespace and name of each set; `None`: any set.
    pub(super) sets: Option<HashSet<(String, String)>>,
    /// UIDs of their VMIs; known only where pods are shown.
    pub(super) vmis: HashSet<String>,
    /// UIDs of VMIs that are none of theirs, as far as somebody asked.
    pub(super) others: HashSet<String>,
}

impl OwnerFilter {
    /// Whether the object belongs to one of the sets.
    pub(super) fn matches(&self, resource_kind: ResourceKind, object: &Partial) -> bool {
        let namespace = &object.metadata.namespace;
        match resource_kind {
            ResourceKind::Sets => true,
            ResourceKind::Vmis => object.controller().is_some_and(|owner| self.is_set(namespace, owner)),
            ResourceKind::Pods => object.controller().is_some_and(|owner| self.vmis.contains(&owner.uid)),
            ResourceKind::Hpas => {
                let target = object.spec.as_ref().and_then(|spec| spec.scale_target_ref.as_ref());
                target.is_some_and(|target| self.is_set(namespace, target))
            }
        }
    }

    /// The VMI that a pod belongs to, if nobody has asked yet whether it is one of a set's.
    pub(super) fn unknown_vmi<'a>(&self, pod: &'a Partial) -> Option<&'a Reference> {
        let owner = pod.controller().filter(|owner| owner.kind == vmi::KIND)?;
        (!self.vmis.contains(&owner.uid) && !self.others.contains(&owner.uid)).then_some(owner)
    }

    /// Whether an owner reference or a scale target names one of the sets.
    fn is_set(&self, namespace: &str, reference: &Reference) -> bool {
        let group = reference.api_version.split('/').next().unwrap_or_default();
        let named = |sets: &HashSet<_>| sets.contains(&(namespace.to_owned(), reference.name.clone()));
        reference.kind == vmirs::KIND && group == GROUP && self.sets.as_ref().is_none_or(named)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;
    use serde_json::{Value, json};

    fn partial(object: Value) -> Partial {
        Partial::deserialize(object).unwrap()
    }

    fn owned(kind: &str, name: &str, uid: &str) -> Partial {
        let owner = json!({"apiVersion": "kubevirt.io/v1", "kind": kind, "name": name, "uid": uid, "controller": true});
        partial(json!({"metadata": {"namespace": "ns", "ownerReferences": [owner]}}))
    }

    fn of(name: &str) -> OwnerFilter {
        let sets = Some([("ns".to_owned(), name.to_owned())].into());
        OwnerFilter { sets, vmis: ["u".to_owned()].into(), others: ["w".to_owned()].into() }
    }

    #[test]
    fn a_vmi_belongs_to_the_set_that_controls_it() {
        assert!(of("a").matches(ResourceKind::Vmis, &owned(vmirs::KIND, "a", "x")));
        assert!(!of("b").matches(ResourceKind::Vmis, &owned(vmirs::KIND, "a", "x")));
        assert!(!of("a").matches(ResourceKind::Vmis, &owned("VirtualMachine", "a", "x")));
        assert!(OwnerFilter::default().matches(ResourceKind::Vmis, &owned(vmirs::KIND, "a", "x")));
        assert!(!OwnerFilter::default().matches(ResourceKind::Vmis, &Partial::default()));
    }

    #[test]
    fn a_pod_belongs_to_the_set_of_its_vmi() {
        assert!(of("a").matches(ResourceKind::Pods, &owned(vmi::KIND, "a-x", "u")));
        assert!(!of("a").matches(ResourceKind::Pods, &owned(vmi::KIND, "a-x", "v")));
        assert_eq!(of("a").unknown_vmi(&owned(vmi::KIND, "a-x", "v")).unwrap().name, "a-x");
        for known in [owned(vmi::KIND, "a-x", "u"), owned(vmi::KIND, "a-x", "w"), owned("ReplicaSet", "r", "v")] {
            assert_eq!(of("a").unknown_vmi(&known), None);
        }
    }

    #[test]
    fn an_autoscaler_belongs_to_its_target() {
        let target = |kind: &str, version: &str| {
            let target = json!({"kind": kind, "name": "a", "apiVersion": version});
            partial(json!({"metadata": {"namespace": "ns"}, "spec": {"scaleTargetRef": target}}))
        };
        assert!(of("a").matches(ResourceKind::Hpas, &target(vmirs::KIND, "kubevirt.io/v1alpha3")));
        assert!(!of("a").matches(ResourceKind::Hpas, &target(vmirs::KIND, "other.io/v1")));
        assert!(!of("a").matches(ResourceKind::Hpas, &target("Deployment", "apps/v1")));
    }

    #[test]
    fn a_resource_is_named_as_in_kubectls_messages() {
        assert_eq!(ResourceKind::Pods.resource(), "/v1, Resource=pods");
        assert_eq!(ResourceKind::Sets.resource(), "kubevirt.io/v1, Resource=virtualmachineinstancereplicasets");
    }
}
