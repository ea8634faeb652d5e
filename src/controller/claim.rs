//! Whose is which VMI: keep, adopt, release or ignore.
//!
//! The rules are those of KubeVirt's controller reference manager. "Ours" is decided by the UID of the controller
//! reference alone; a VMI that another owner controls is never touched.

use crate::api::controller_of;
use crate::api::labels::Selector;
use crate::api::vmi::Vmi;
use std::sync::Arc;

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

/// Sorts the VMIs. `set` is the set's UID; `deleting` says whether the set itself is on its way out, when it neither
/// adopts nor releases.
pub fn claim(set: &str, deleting: bool, selector: &Selector, vmis: impl IntoIterator<Item = Arc<Vmi>>) -> Claim {
    let mut claim = Claim::default();
    for vmi in vmis {
        let labels = vmi.metadata.labels.clone().unwrap_or_default();
        let selected = selector.matches(&labels);
        let going = vmi.metadata.deletion_timestamp.is_some();
        match (controller_of(&vmi.metadata), selected) {
            (Some(owner), true) if owner.uid == set => claim.keep.push(vmi),
            (Some(owner), false) if owner.uid == set && !deleting => claim.release.push(vmi),
            (None, true) if !going && !deleting => claim.adopt.push(vmi),
            _ => {}
        }
    }
    claim
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::controller::plan::fixtures::vmi;

    /// `keep`, `adopt`, `release` or `ignore`.
    fn fate(vmi: Vmi, deleting: bool) -> &'static str {
        let selector = Selector::parse("app=web").unwrap();
        let claim = claim("set", deleting, &selector, [Arc::new(vmi)]);
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
}
