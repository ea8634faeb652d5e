//! Whose is which VMI: keep, adopt, release or ignore.
//!
//! The rules are those of KubeVirt's controller reference manager, and one more: that manager looks at the UID of the
//! controller reference alone. A UID is no secret (whoever may read a set knows it), so a reference that carries it makes
//! a VMI the set's only in the set's own namespace, and only when it names the kind and the group of a set. A VMI that
//! somebody else controls is never touched.

use crate::api::group_version::refers_to;
use crate::api::vmi::Vmi;
use crate::api::vmirs::{self, ReplicaSet};
use crate::api::{GROUP, controller_of};
use crate::text::labels::Selector;
use kube::api::ObjectMeta;
use std::sync::Arc;

/// A set as its VMIs name it: an owner reference reaches no further than its own namespace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Owner {
    /// The set's namespace, and so that of its VMIs.
    pub namespace: String,
    /// The set's UID.
    pub uid: String,
}

impl Owner {
    /// The set as its VMIs name it; `None` for one that no server has stored.
    pub fn of_set(set: &ReplicaSet) -> Option<Self> {
        let (namespace, uid) = (set.metadata.namespace.clone()?, set.metadata.uid.clone()?);
        (!namespace.is_empty() && !uid.is_empty()).then_some(Self { namespace, uid })
    }
}

/// Who controls an object.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ControlledBy {
    /// Nobody.
    Nobody,
    /// A set in the object's own namespace.
    Set(Owner),
    /// Something else, or something that cannot be.
    Another,
}

/// Who controls the object, by its controller reference and its namespace.
pub fn controlled_by(metadata: &ObjectMeta) -> ControlledBy {
    let Some(reference) = controller_of(metadata) else { return ControlledBy::Nobody };
    let namespace = metadata.namespace.clone().unwrap_or_default();
    let is_set = refers_to(&reference.api_version, &reference.kind, GROUP, vmirs::KIND);
    if !is_set || reference.uid.is_empty() || namespace.is_empty() {
        return ControlledBy::Another;
    }
    ControlledBy::Set(Owner { namespace, uid: reference.uid.clone() })
}

/// What becomes of the VMIs of a set's namespace.
#[derive(Clone, Debug, Default)]
pub struct Claim {
    /// Ours and selected.
    pub keep: Vec<Arc<Vmi>>,
    /// Selected and nobody's: to be taken over.
    pub adopt: Vec<Arc<Vmi>>,
    /// Ours and no longer selected: to be let go.
    pub release: Vec<Arc<Vmi>>,
}

/// Sorts the VMIs. `deleting` says whether the set itself is on its way out, when it neither adopts nor releases. VMIs of
/// another namespace are ignored whatever they say.
pub fn claim(set: &Owner, deleting: bool, selector: &Selector, vmis: impl IntoIterator<Item = Arc<Vmi>>) -> Claim {
    let mut claim = Claim::default();
    for vmi in vmis {
        if vmi.metadata.namespace.as_ref() != Some(&set.namespace) {
            continue;
        }
        let labels = vmi.metadata.labels.clone().unwrap_or_default();
        let selected = selector.matches(&labels);
        let terminating = vmi.metadata.deletion_timestamp.is_some();
        match (controlled_by(&vmi.metadata), selected) {
            (ControlledBy::Set(owner), true) if owner == *set => claim.keep.push(vmi),
            (ControlledBy::Set(owner), false) if owner == *set && !deleting => claim.release.push(vmi),
            (ControlledBy::Nobody, true) if !terminating && !deleting => claim.adopt.push(vmi),
            _ => {}
        }
    }
    claim
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::controller::decide::plan::fixtures::vmi;
    use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;

    /// `keep`, `adopt`, `release` or `ignore`.
    fn fate(vmi: Vmi, deleting: bool) -> &'static str {
        let selector = Selector::parse("app=web").unwrap();
        let set = Owner { namespace: "default".into(), uid: "set".into() };
        let claim = claim(&set, deleting, &selector, [Arc::new(vmi)]);
        match (claim.keep.len(), claim.adopt.len(), claim.release.len()) {
            (1, 0, 0) => "keep",
            (0, 1, 0) => "adopt",
            (0, 0, 1) => "release",
            _ => "ignore",
        }
    }

    #[test]
    fn a_living_set_claims_by_owner_and_selector() {
        assert_eq!(fate(vmi("a").owned_by("set"), false), "keep");
        assert_eq!(fate(vmi("a").owned_by("set").deleting(), false), "keep");
        assert_eq!(fate(vmi("a").owned_by("set").label("app", "other"), false), "release");
        assert_eq!(fate(vmi("a"), false), "adopt");
        assert_eq!(fate(vmi("a").deleting(), false), "ignore");
        assert_eq!(fate(vmi("a").label("app", "other"), false), "ignore");
        assert_eq!(fate(vmi("a").owned_by("another"), false), "ignore");
        assert_eq!(fate(vmi("a").owned_by("another").label("app", "other"), false), "ignore");
    }

    #[test]
    fn a_set_on_its_way_out_neither_adopts_nor_releases() {
        assert_eq!(fate(vmi("a").owned_by("set"), true), "keep");
        assert_eq!(fate(vmi("a").owned_by("set").label("app", "other"), true), "ignore");
        assert_eq!(fate(vmi("a"), true), "ignore");
    }

    /// A VMI whose controller reference is changed.
    fn reference(change: impl FnOnce(&mut OwnerReference)) -> Vmi {
        let mut vmi = vmi("a").owned_by("set");
        change(&mut vmi.metadata.owner_references.as_mut().unwrap()[0]);
        vmi
    }

    #[test]
    fn a_uid_alone_makes_nothing_ours() {
        let mut elsewhere = vmi("a").owned_by("set");
        elsewhere.metadata.namespace = Some("evil".into());
        let mut orphan_elsewhere = vmi("a");
        orphan_elsewhere.metadata.namespace = Some("evil".into());
        let another_kind = reference(|owner| owner.kind = "VirtualMachinePool".into());
        let another_group = reference(|owner| owner.api_version = "evil.example/v1".into());
        let no_group = reference(|owner| owner.api_version = "v1".into());
        for vmi in [elsewhere, orphan_elsewhere, another_kind, another_group, no_group] {
            for selected in ["web", "other"] {
                assert_eq!(fate(vmi.clone().label("app", selected), false), "ignore", "{vmi:?}");
            }
        }
    }

    #[test]
    fn every_version_of_the_group_is_the_same_kind() {
        assert_eq!(fate(reference(|owner| owner.api_version = "kubevirt.io/v1alpha3".into()), false), "keep");
    }
}
