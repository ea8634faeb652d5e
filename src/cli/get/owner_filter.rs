//! Which VMIs, pods and HPAs belong to the sets.

use super::representation::Representation;
use super::resource_kind::ResourceKind;
use super::resource_query::ResourceQuery;
use crate::api::partial::{Partial, Reference};
use crate::api::vmi;
use crate::cli::error::Error;
use crate::cli::hpa;
use crate::cli::selection::{ListOptions, Selection};
use crate::client::Cluster;
use crate::printers::Ui;
use std::collections::HashSet;

/// Matches the objects that belong to the selected sets.
#[derive(Clone, Debug, Default)]
pub(super) struct OwnerFilter {
    /// Namespace and name of each set; `None`: any set.
    pub(super) sets: Option<HashSet<(String, String)>>,
    /// UIDs of their VMIs; known only where pods are shown.
    pub(super) vmis: HashSet<String>,
    /// UIDs of VMIs known to belong to no selected set.
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

    /// The VMI that a pod belongs to, if it is in neither list yet.
    pub(super) fn unknown_vmi<'a>(&self, pod: &'a Partial) -> Option<&'a Reference> {
        let owner = pod.controller().filter(|owner| owner.kind == vmi::KIND)?;
        (!self.vmis.contains(&owner.uid) && !self.others.contains(&owner.uid)).then_some(owner)
    }

    /// Whether an owner reference or a scale target names one of the sets.
    fn is_set(&self, namespace: &str, reference: &Reference) -> bool {
        let named = |sets: &HashSet<_>| sets.contains(&(namespace.to_owned(), reference.name.clone()));
        hpa::is_set(&reference.api_version, &reference.kind) && self.sets.as_ref().is_none_or(named)
    }
}

/// Reads what the filter needs to know of the cluster.
///
/// # Errors
/// That something could not be read.
pub(super) async fn read(
    cluster: &Cluster,
    ui: &mut Ui,
    resource_kind: ResourceKind,
    target: &Selection,
    found: Option<&[(String, String)]>,
    chunk: u32,
) -> Result<OwnerFilter, Error> {
    let mut owner_filter =
        OwnerFilter { sets: found.map(|sets| sets.iter().cloned().collect()), ..OwnerFilter::default() };
    if resource_kind == ResourceKind::Pods {
        let query = match target {
            Selection::List(query) => query.clone(),
            _ => ListOptions::default(),
        };
        let vmis = ResourceQuery::list(ResourceKind::Vmis, &query, cluster, chunk);
        let mut uids = std::collections::HashSet::new();
        vmis.read(cluster, ui, Representation::Metadata, |body| {
            vmis.each_object(body, &owner_filter, |vmi| {
                uids.extend(vmi["metadata"]["uid"].as_str().map(ToOwned::to_owned));
                Ok(())
            })?;
            Ok(String::new())
        })
        .await?;
        owner_filter.vmis = uids;
    }
    Ok(owner_filter)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::vmirs;
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
    fn an_hpa_belongs_to_its_target() {
        let target = |kind: &str, version: &str| {
            let target = json!({"kind": kind, "name": "a", "apiVersion": version});
            partial(json!({"metadata": {"namespace": "ns"}, "spec": {"scaleTargetRef": target}}))
        };
        assert!(of("a").matches(ResourceKind::Hpas, &target(vmirs::KIND, "kubevirt.io/v1alpha3")));
        assert!(!of("a").matches(ResourceKind::Hpas, &target(vmirs::KIND, "other.io/v1")));
        assert!(!of("a").matches(ResourceKind::Hpas, &target("Deployment", "apps/v1")));
    }
}
