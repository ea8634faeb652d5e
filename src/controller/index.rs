//! What the watches have shown: sets, VMIs, and who belongs to whom. Fed by plain method calls.

use super::Key;
use crate::api::controller_of;
use crate::api::labels::Selector;
use crate::api::vmi::Vmi;
use crate::api::vmirs::{self, ReplicaSet};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What the watches have shown.
#[derive(Debug, Default)]
pub struct Index {
    sets: HashMap<Key, Arc<ReplicaSet>>,
    vmis: HashMap<String, Arc<Vmi>>,
    /// UIDs of VMIs by the UID of the set that controls them.
    owned: HashMap<String, HashSet<String>>,
    /// UIDs of VMIs that nobody controls, by namespace.
    orphans: HashMap<String, HashSet<String>>,
}

/// What a VMI's event means: whose pass is due, and what was seen of our own writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    /// The sets to look at.
    pub sets: Vec<Key>,
    /// The set (its UID) whose VMI was seen to be there.
    pub saw: Option<String>,
    /// The set (its UID) whose VMI was seen going or gone.
    pub saw_going: Option<String>,
}

impl Index {
    /// A set as it is now. An event that is older than what is known of the set changes nothing.
    pub fn apply_set(&mut self, set: ReplicaSet) -> Option<Key> {
        let key = key(&set.metadata)?;
        let older = |known: &Arc<ReplicaSet>| {
            known.metadata.uid == set.metadata.uid && revision(&known.metadata) > revision(&set.metadata)
        };
        if self.sets.get(&key).is_some_and(older) {
            return Some(key);
        }
        self.sets.insert(key.clone(), Arc::new(set));
        Some(key)
    }

    /// A set that is gone; returns its UID too.
    pub fn remove_set(&mut self, key: &Key) -> Option<String> {
        self.sets.remove(key)?.metadata.uid.clone()
    }

    /// The set of that name.
    pub fn set(&self, key: &Key) -> Option<Arc<ReplicaSet>> {
        self.sets.get(key).cloned()
    }

    /// The sets of a namespace, or all.
    pub fn sets(&self, namespace: Option<&str>) -> impl Iterator<Item = (&Key, &Arc<ReplicaSet>)> {
        self.sets.iter().filter(move |(key, _)| namespace.is_none_or(|namespace| key.0 == namespace))
    }

    /// Whether the VMI was seen.
    pub fn knows(&self, vmi: &str) -> bool {
        self.vmis.contains_key(vmi)
    }

    /// UIDs of the VMIs of a namespace, or of all: to find those that a new list no longer holds.
    pub fn vmi_uids(&self, namespace: Option<&str>) -> HashSet<String> {
        let here = |vmi: &Vmi| namespace.is_none() || vmi.metadata.namespace.as_deref() == namespace;
        self.vmis.iter().filter(|(_, vmi)| here(vmi)).map(|(uid, _)| uid.clone()).collect()
    }

    /// What the set controls and what nobody controls, in the set's namespace.
    pub fn candidates(&self, set: &ReplicaSet) -> Vec<Arc<Vmi>> {
        let uid = set.metadata.uid.as_deref().unwrap_or_default();
        let namespace = set.metadata.namespace.as_deref().unwrap_or_default();
        let owned = self.owned.get(uid).into_iter().flatten();
        let orphans = self.orphans.get(namespace).into_iter().flatten();
        owned.chain(orphans).filter_map(|uid| self.vmis.get(uid).cloned()).collect()
    }

    /// A VMI as it is now.
    pub fn apply_vmi(&mut self, vmi: Vmi) -> Effect {
        let Some(uid) = vmi.metadata.uid.clone() else { return Effect::default() };
        let before = self.vmis.get(&uid).cloned();
        if before.as_ref().is_some_and(|before| before.metadata.resource_version == vmi.metadata.resource_version) {
            return Effect::default();
        }
        self.unlink(&uid);
        let going = vmi.metadata.deletion_timestamp.is_some();
        let owner = controller_of(&vmi.metadata).map(|owner| owner.uid.clone());
        let mut effect = Effect { sets: self.concerned(&vmi), ..Effect::default() };
        match going {
            true => effect.saw_going = owner,
            false => effect.saw = owner,
        }
        if let Some(before) = before {
            // A set that has just lost the VMI, by reference or by label, has to replace it.
            effect.sets.extend(self.concerned(&before));
        }
        self.link(uid, vmi);
        effect
    }

    /// A VMI that is gone.
    pub fn remove_vmi(&mut self, uid: &str) -> Effect {
        self.unlink(uid);
        let Some(vmi) = self.vmis.remove(uid) else { return Effect::default() };
        let saw_going = controller_of(&vmi.metadata).map(|owner| owner.uid.clone());
        Effect { sets: self.concerned(&vmi), saw: None, saw_going }
    }

    /// The set that controls the VMI, or all those that could adopt it.
    fn concerned(&self, vmi: &Vmi) -> Vec<Key> {
        let namespace = vmi.metadata.namespace.clone().unwrap_or_default();
        if let Some(owner) = controller_of(&vmi.metadata) {
            let key = (namespace, owner.name.clone());
            let is_it =
                |set: &Arc<ReplicaSet>| owner.kind == vmirs::KIND && set.metadata.uid.as_ref() == Some(&owner.uid);
            return self.sets.get(&key).is_some_and(is_it).then_some(key).into_iter().collect();
        }
        let labels = vmi.metadata.labels.clone().unwrap_or_default();
        let matches = |set: &ReplicaSet| {
            let selector = set.spec.selector.as_ref().and_then(|selector| Selector::from_object(selector).ok());
            selector.is_some_and(|selector| selector.matches(&labels))
        };
        let here = self.sets.iter().filter(|((ns, _), set)| *ns == namespace && matches(set));
        here.map(|(key, _)| key.clone()).collect()
    }

    fn link(&mut self, uid: String, vmi: Vmi) {
        let place = match controller_of(&vmi.metadata) {
            Some(owner) => self.owned.entry(owner.uid.clone()).or_default(),
            None => self.orphans.entry(vmi.metadata.namespace.clone().unwrap_or_default()).or_default(),
        };
        place.insert(uid.clone());
        self.vmis.insert(uid, Arc::new(vmi));
    }

    fn unlink(&mut self, uid: &str) {
        let Some(vmi) = self.vmis.get(uid) else { return };
        match controller_of(&vmi.metadata) {
            Some(owner) => drop_from(&mut self.owned, &owner.uid.clone(), uid),
            None => drop_from(&mut self.orphans, &vmi.metadata.namespace.clone().unwrap_or_default(), uid),
        }
    }
}

/// Namespace and name.
pub fn key(metadata: &kube::api::ObjectMeta) -> Option<Key> {
    Some((metadata.namespace.clone()?, metadata.name.clone()?))
}

/// Revisions of one object can be compared as numbers (KEP-5504).
fn revision(metadata: &kube::api::ObjectMeta) -> u64 {
    metadata.resource_version.as_deref().and_then(|text| text.parse().ok()).unwrap_or_default()
}

fn drop_from(groups: &mut HashMap<String, HashSet<String>>, group: &str, uid: &str) {
    if let Some(members) = groups.get_mut(group) {
        members.remove(uid);
        if members.is_empty() {
            groups.remove(group);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::controller::plan::fixtures::{set, vmi};

    fn index() -> Index {
        let mut index = Index::default();
        index.apply_set(set(2));
        index
    }

    fn keys(effect: &Effect) -> Vec<&str> {
        effect.sets.iter().map(|(_, name)| name.as_str()).collect()
    }

    fn revision(mut vmi: Vmi, revision: &str) -> Vmi {
        vmi.metadata.resource_version = Some(revision.into());
        vmi
    }

    #[test]
    fn a_vmi_of_ours_concerns_its_set_and_counts_as_seen() {
        let mut index = index();
        let effect = index.apply_vmi(vmi("a").owned_by("set"));
        assert_eq!((keys(&effect), effect.saw.as_deref()), (vec!["set"], Some("set")));
        assert!(index.knows("a"));
        assert_eq!(index.candidates(&set(2)).len(), 1);
    }

    #[test]
    fn a_deletion_counts_as_seen_when_it_begins() {
        let mut index = index();
        index.apply_vmi(revision(vmi("a").owned_by("set"), "1"));
        let effect = index.apply_vmi(revision(vmi("a").owned_by("set").deleting(), "2"));
        assert_eq!((effect.saw.as_deref(), effect.saw_going.as_deref()), (None, Some("set")));
        assert_eq!(index.remove_vmi("a").saw_going.as_deref(), Some("set"));
        assert!(index.candidates(&set(2)).is_empty());
    }

    #[test]
    fn an_old_event_does_not_undo_what_is_known_of_a_set() {
        let mut index = Index::default();
        let mut newer = set(5);
        newer.metadata.resource_version = Some("10".into());
        index.apply_set(newer);
        index.apply_set(set(2));
        let key = ("default".to_owned(), "set".to_owned());
        assert_eq!(index.set(&key).unwrap().wanted(), 5);
        let mut recreated = set(3);
        recreated.metadata.uid = Some("another".into());
        index.apply_set(recreated);
        assert_eq!(index.set(&key).unwrap().wanted(), 3);
    }

    #[test]
    fn an_orphan_concerns_every_set_that_selects_it() {
        let mut index = index();
        assert_eq!(keys(&index.apply_vmi(vmi("a"))), ["set"]);
        assert!(keys(&index.apply_vmi(vmi("b").label("app", "other"))).is_empty());
        assert_eq!(index.candidates(&set(2)).len(), 2);
    }

    #[test]
    fn a_set_that_loses_a_vmi_is_looked_at() {
        let mut index = index();
        index.apply_vmi(revision(vmi("a").owned_by("set"), "1"));
        let effect = index.apply_vmi(revision(vmi("a").label("app", "other"), "2"));
        assert_eq!(keys(&effect), ["set"]);
    }

    #[test]
    fn a_vmi_of_somebody_else_concerns_nobody_and_is_no_candidate() {
        let mut index = index();
        assert!(keys(&index.apply_vmi(vmi("a").owned_by("another"))).is_empty());
        assert!(index.candidates(&set(2)).is_empty());
    }

    #[test]
    fn an_event_that_says_nothing_new_has_no_effect() {
        let mut index = index();
        index.apply_vmi(revision(vmi("a").owned_by("set"), "1"));
        assert_eq!(index.apply_vmi(revision(vmi("a").owned_by("set"), "1")), Effect::default());
        assert_eq!(index.remove_vmi("unknown"), Effect::default());
    }
}
