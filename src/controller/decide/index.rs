//! What the watches have shown: sets, VMIs, and who belongs to whom. Fed by plain method calls.
//!
//! Three sources tell of the same objects: lists, watches, and the answers to our own requests. They overtake one another,
//! so each has its own rule. A list is the truth, also where its revisions are lower than what is known (etcd may have been
//! restored from a backup). A watch follows its list, and an event that is older than what is known changes nothing.
//! An answer never brings anything in that is not known: what it is about may be gone by now.

use super::claim::{ControlledBy, Owner, controlled_by};
use crate::api::NamespacedName;
use crate::api::namespace::NamespaceScope;
use crate::api::vmi::Vmi;
use crate::api::vmirs::ReplicaSet;
use crate::text::labels::Selector;
use kube::api::ObjectMeta;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What the watches have shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Index {
    sets: BTreeMap<NamespacedName, Arc<ReplicaSet>>,
    /// Which set a VMI's owner reference names.
    keys: BTreeMap<Owner, NamespacedName>,
    vmis: BTreeMap<String, Arc<Vmi>>,
    /// UIDs of VMIs by the set that controls them.
    owned: BTreeMap<Owner, BTreeSet<String>>,
    /// UIDs of VMIs that nobody controls, by namespace.
    orphans: BTreeMap<String, BTreeSet<String>>,
    /// UIDs of VMIs that an answer has told to be gone before the watch did.
    gone: BTreeSet<String>,
}

/// What a VMI's event means: which sets are due, and what was observed of our own writes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effect {
    /// The sets to look at.
    pub sets: Vec<NamespacedName>,
    /// The set (its UID) whose VMI was observed to be there.
    pub created: Option<String>,
    /// The set (its UID) whose VMI was observed to be terminating or gone.
    pub deleted: Option<String>,
}

impl Index {
    /// A set as a list shows it. Returns its key, unless it has none.
    pub fn list_set(&mut self, set: ReplicaSet) -> Option<NamespacedName> {
        let key = NamespacedName::of(&set.metadata)?;
        self.remove_set(&key);
        if let Some(owner) = Owner::of_set(&set) {
            self.keys.insert(owner, key.clone());
        }
        self.sets.insert(key.clone(), Arc::new(set));
        Some(key)
    }

    /// A set as a watch shows it. An event that is older than what is known of the set changes nothing.
    pub fn apply_set(&mut self, set: ReplicaSet) -> Option<NamespacedName> {
        let key = NamespacedName::of(&set.metadata)?;
        if self.sets.get(&key).is_some_and(|known| is_older(&set.metadata, &known.metadata)) {
            return Some(key);
        }
        self.list_set(set)
    }

    /// A set as an answer shows it: only where that very set is known, and older.
    pub fn update_set(&mut self, set: ReplicaSet) {
        let same = |known: &ReplicaSet| known.metadata.uid == set.metadata.uid;
        if NamespacedName::of(&set.metadata).and_then(|key| self.sets.get(&key)).is_some_and(|known| same(known)) {
            self.apply_set(set);
        }
    }

    /// A set that is gone; returns its UID too.
    pub fn remove_set(&mut self, key: &NamespacedName) -> Option<String> {
        let set = self.sets.remove(key)?;
        if let Some(owner) = Owner::of_set(&set) {
            self.keys.remove(&owner);
        }
        set.metadata.uid.clone()
    }

    /// The set of that name.
    pub fn set(&self, key: &NamespacedName) -> Option<Arc<ReplicaSet>> {
        self.sets.get(key).cloned()
    }

    /// The sets within the scope.
    pub fn sets(&self, scope: &NamespaceScope) -> impl Iterator<Item = (&NamespacedName, &Arc<ReplicaSet>)> {
        self.sets.iter().filter(move |(key, _)| scope.contains(&key.namespace))
    }

    /// Whether the VMI is known.
    pub fn knows(&self, vmi: &str) -> bool {
        self.vmis.contains_key(vmi)
    }

    /// The VMI with that UID, as it was seen last.
    pub fn vmi(&self, uid: &str) -> Option<&Arc<Vmi>> {
        self.vmis.get(uid)
    }

    /// UIDs of the VMIs within the scope: to find those that a new list no longer holds.
    pub fn vmi_uids(&self, scope: &NamespaceScope) -> BTreeSet<String> {
        let within = |vmi: &Vmi| scope.contains(vmi.metadata.namespace.as_deref().unwrap_or_default());
        self.vmis.iter().filter(|(_, vmi)| within(vmi)).map(|(uid, _)| uid.clone()).collect()
    }

    /// UIDs of the VMIs that an answer has told to be gone, and no event since. A list that begins now will not show
    /// them, unless they are back.
    pub fn gone(&self) -> BTreeSet<String> {
        self.gone.clone()
    }

    /// A list that began when these were gone has ended.
    pub fn forget_gone(&mut self, uids: &BTreeSet<String>) {
        self.gone.retain(|uid| !uids.contains(uid));
    }

    /// What the set controls and what nobody controls, in the set's namespace.
    pub fn candidates(&self, set: &ReplicaSet) -> Vec<Arc<Vmi>> {
        let Some(owner) = Owner::of_set(set) else { return Vec::new() };
        let owned = self.owned.get(&owner).into_iter().flatten();
        let orphans = self.orphans.get(&owner.namespace).into_iter().flatten();
        owned.chain(orphans).filter_map(|uid| self.vmis.get(uid).cloned()).collect()
    }

    /// A VMI as a list shows it. `gone_before` are those that were known to be gone when the list began.
    pub fn list_vmi(&mut self, vmi: Vmi, gone_before: &BTreeSet<String>) -> Effect {
        let uid = vmi.metadata.uid.clone().unwrap_or_default();
        if gone_before.contains(&uid) {
            self.gone.remove(&uid);
        }
        self.insert_vmi(vmi)
    }

    /// A VMI as a watch shows it. An event that is older than what is known of the VMI changes nothing.
    pub fn apply_vmi(&mut self, vmi: Vmi) -> Effect {
        let known = vmi.metadata.uid.as_ref().and_then(|uid| self.vmis.get(uid));
        if known.is_some_and(|known| is_older(&vmi.metadata, &known.metadata)) {
            return Effect::default();
        }
        self.insert_vmi(vmi)
    }

    /// A VMI as an answer shows it: only where that very VMI is known, and older.
    pub fn update_vmi(&mut self, vmi: Vmi) {
        if vmi.metadata.uid.as_ref().is_some_and(|uid| self.knows(uid)) {
            self.apply_vmi(vmi);
        }
    }

    fn insert_vmi(&mut self, vmi: Vmi) -> Effect {
        let Some(uid) = vmi.metadata.uid.clone().filter(|uid| !self.gone.contains(uid)) else {
            return Effect::default();
        };
        let before = self.vmis.get(&uid).cloned();
        if before.as_ref().is_some_and(|before| before.metadata.resource_version == vmi.metadata.resource_version) {
            return Effect::default();
        }
        self.unlink(&uid);
        let terminating = vmi.metadata.deletion_timestamp.is_some();
        let mut effect = Effect { sets: self.concerned(&vmi), ..Effect::default() };
        match terminating {
            true => effect.deleted = self.known_owner(&vmi),
            false => effect.created = self.known_owner(&vmi),
        }
        if let Some(before) = before {
            // A set that has just lost the VMI, by reference or by label, has to replace it.
            effect.sets.extend(self.concerned(&before));
        }
        self.link(uid, vmi);
        effect
    }

    /// A VMI that a watch or a list shows to be gone.
    pub fn remove_vmi(&mut self, uid: &str) -> Effect {
        self.gone.remove(uid);
        self.unlink(uid);
        let Some(vmi) = self.vmis.remove(uid) else { return Effect::default() };
        Effect { sets: self.concerned(&vmi), created: None, deleted: self.known_owner(&vmi) }
    }

    /// A VMI that an answer tells to be gone. Events that are older than that and still on their way do not bring it back.
    pub fn expel_vmi(&mut self, uid: &str) -> Effect {
        let known = self.knows(uid);
        let effect = self.remove_vmi(uid);
        if known {
            self.gone.insert(uid.to_owned());
        }
        effect
    }

    /// The UID of the set that controls the VMI, if that set is known.
    fn known_owner(&self, vmi: &Vmi) -> Option<String> {
        match controlled_by(&vmi.metadata) {
            ControlledBy::Set(owner) if self.keys.contains_key(&owner) => Some(owner.uid),
            _ => None,
        }
    }

    /// The set that controls the VMI, or all those that could adopt it.
    fn concerned(&self, vmi: &Vmi) -> Vec<NamespacedName> {
        match controlled_by(&vmi.metadata) {
            ControlledBy::Another => return Vec::new(),
            ControlledBy::Set(owner) => return self.keys.get(&owner).cloned().into_iter().collect(),
            ControlledBy::Nobody => {}
        }
        let namespace = vmi.metadata.namespace.clone().unwrap_or_default();
        let labels = vmi.metadata.labels.clone().unwrap_or_default();
        let matches = |set: &ReplicaSet| {
            let selector = set.spec.selector.as_ref().and_then(|selector| Selector::from_object(selector).ok());
            selector.is_some_and(|selector| selector.matches(&labels))
        };
        let sets = self.sets.iter().filter(|(key, set)| *key.namespace == namespace && matches(set));
        sets.map(|(key, _)| key.clone()).collect()
    }

    fn link(&mut self, uid: String, vmi: Vmi) {
        let members = match controlled_by(&vmi.metadata) {
            ControlledBy::Set(owner) => Some(self.owned.entry(owner).or_default()),
            ControlledBy::Nobody => {
                Some(self.orphans.entry(vmi.metadata.namespace.clone().unwrap_or_default()).or_default())
            }
            ControlledBy::Another => None,
        };
        if let Some(members) = members {
            members.insert(uid.clone());
        }
        self.vmis.insert(uid, Arc::new(vmi));
    }

    fn unlink(&mut self, uid: &str) {
        let Some(vmi) = self.vmis.get(uid) else { return };
        match controlled_by(&vmi.metadata) {
            ControlledBy::Set(owner) => drop_from(&mut self.owned, &owner, uid),
            ControlledBy::Nobody => {
                drop_from(&mut self.orphans, &vmi.metadata.namespace.clone().unwrap_or_default(), uid);
            }
            ControlledBy::Another => {}
        }
    }
}

/// Whether `one` is an earlier state of the object than `other`. Revisions of one resource can be compared as numbers
/// (KEP-5504); those that are no numbers cannot, and none is older then.
pub fn is_older(one: &ObjectMeta, other: &ObjectMeta) -> bool {
    let revision = |metadata: &ObjectMeta| metadata.resource_version.as_deref()?.parse::<u64>().ok();
    match (revision(one), revision(other)) {
        (Some(first), Some(second)) => one.uid == other.uid && first < second,
        _ => false,
    }
}

fn drop_from<K: Ord>(groups: &mut BTreeMap<K, BTreeSet<String>>, group: &K, uid: &str) {
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
    use crate::api::namespace::NamespaceName;
    use crate::controller::decide::plan::fixtures::{set, vmi};

    fn index() -> Index {
        let mut index = Index::default();
        index.apply_set(set(2));
        index
    }

    fn key() -> NamespacedName {
        NamespacedName::new(NamespaceName::default(), "set")
    }

    fn keys(effect: &Effect) -> Vec<&str> {
        effect.sets.iter().map(|key| key.name.as_str()).collect()
    }

    fn revision(mut vmi: Vmi, revision: &str) -> Vmi {
        vmi.metadata.resource_version = Some(revision.into());
        vmi
    }

    #[test]
    fn a_vmi_of_ours_concerns_its_set_and_counts_as_seen() {
        let mut index = index();
        let effect = index.apply_vmi(vmi("a").owned_by("set"));
        assert_eq!((keys(&effect), effect.created.as_deref()), (vec!["set"], Some("set")));
        assert!(index.knows("a"));
        assert_eq!(index.candidates(&set(2)).len(), 1);
    }

    #[test]
    fn a_deletion_counts_as_seen_when_it_begins() {
        let mut index = index();
        index.apply_vmi(revision(vmi("a").owned_by("set"), "1"));
        let effect = index.apply_vmi(revision(vmi("a").owned_by("set").deleting(), "2"));
        assert_eq!((effect.created.as_deref(), effect.deleted.as_deref()), (None, Some("set")));
        assert_eq!(index.remove_vmi("a").deleted.as_deref(), Some("set"));
        assert!(index.candidates(&set(2)).is_empty());
    }

    #[test]
    fn an_old_event_does_not_undo_what_is_known_of_a_set() {
        let mut index = Index::default();
        let mut newer = set(5);
        newer.metadata.resource_version = Some("10".into());
        index.apply_set(newer);
        index.apply_set(set(2));
        let key = key();
        assert_eq!(index.set(&key).unwrap().desired(), 5);
        let mut recreated = set(3);
        recreated.metadata.uid = Some("another".into());
        index.apply_set(recreated);
        assert_eq!(index.set(&key).unwrap().desired(), 3);
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

    fn in_namespace(mut vmi: Vmi, namespace: &str) -> Vmi {
        vmi.metadata.namespace = Some(namespace.into());
        vmi
    }

    #[test]
    fn a_uid_that_is_used_in_another_namespace_reaches_no_set() {
        let mut index = index();
        let forged = index.apply_vmi(in_namespace(vmi("a").owned_by("set"), "evil"));
        assert_eq!(forged, Effect::default());
        assert!(index.candidates(&set(2)).is_empty());
        assert_eq!(index.remove_vmi("a"), Effect::default());
    }

    #[test]
    fn an_answer_about_a_set_that_is_gone_does_not_bring_it_back() {
        let mut index = index();
        let key = key();
        index.remove_set(&key);
        let mut answer = set(2);
        answer.metadata.resource_version = Some("7".into());
        index.update_set(answer.clone());
        assert!(index.set(&key).is_none());
        let mut another = set(3);
        another.metadata.uid = Some("another".into());
        index.apply_set(another);
        index.update_set(answer);
        assert_eq!(index.set(&key).unwrap().desired(), 3, "it is about another one of that name");
    }

    #[test]
    fn a_list_is_the_truth_also_where_its_revisions_are_lower() {
        let mut index = Index::default();
        let mut before = set(5);
        before.metadata.resource_version = Some("1000".into());
        index.apply_set(before);
        index.apply_vmi(revision(vmi("a").owned_by("set").ready(), "1001"));
        index.list_set(set(2));
        index.list_vmi(revision(vmi("a").owned_by("set"), "7"), &BTreeSet::new());
        assert_eq!(index.set(&key()).unwrap().desired(), 2);
        assert!(!index.candidates(&set(2))[0].is_ready(), "the backup is from before it was ready");
    }

    #[test]
    fn an_older_event_does_not_undo_what_is_known_of_a_vmi() {
        let mut index = index();
        index.apply_vmi(revision(vmi("a").owned_by("set").deleting(), "10"));
        assert_eq!(index.apply_vmi(revision(vmi("a").owned_by("set"), "9")), Effect::default());
        assert!(index.candidates(&set(2))[0].metadata.deletion_timestamp.is_some());
    }

    #[test]
    fn what_an_answer_told_to_be_gone_does_not_come_back_by_an_event_that_was_late() {
        let mut index = index();
        index.apply_vmi(revision(vmi("a").owned_by("set"), "1"));
        assert_eq!(index.expel_vmi("a").deleted.as_deref(), Some("set"));
        assert_eq!(index.apply_vmi(revision(vmi("a").owned_by("set"), "2")), Effect::default());
        // Nor by a list that began before.
        assert_eq!(index.list_vmi(revision(vmi("a").owned_by("set"), "2"), &BTreeSet::new()), Effect::default());
        assert!(!index.knows("a"));
        // But by one that began after: etcd has been restored.
        let gone_before = index.gone();
        assert_eq!(
            index.list_vmi(revision(vmi("a").owned_by("set"), "2"), &gone_before).created.as_deref(),
            Some("set")
        );
        assert!(index.knows("a"));
    }

    #[test]
    fn who_is_gone_is_remembered_no_longer_than_it_takes_the_watch_to_say_so() {
        let mut index = index();
        for uid in ["a", "b"] {
            index.apply_vmi(vmi(uid).owned_by("set"));
            index.expel_vmi(uid);
        }
        index.remove_vmi("a");
        assert_eq!(index.gone(), BTreeSet::from(["b".to_owned()]));
        index.forget_gone(&index.gone());
        assert!(index.gone().is_empty());
    }
}
