//! Who owns whom, and what follows from it. Pure: fed by plain method calls, answers with an [`Action`].
//!
//! The rules are those of kube-controller-manager's garbage collector. One of its habits is left out: a reference to
//! an owner that is gone is not removed from an object which another owner still holds.

use crate::apiserver::registry::Kind;
use kube::api::PropagationPolicy;
use std::collections::{BTreeSet, HashMap};

/// Set by the API server on an owner that waits for its dependents.
pub(super) const FOREGROUND: &str = "foregroundDeletion";
/// Set by the API server on an owner whose dependents are to stay.
pub(super) const ORPHAN: &str = "orphan";

pub(super) type Uid = String;

/// What the collector needs to know of an object.
#[derive(Clone, Debug)]
pub(super) struct Object {
    pub(super) kind: &'static Kind,
    pub(super) namespace: Option<String>,
    pub(super) name: String,
    pub(super) uid: Uid,
    pub(super) owners: Vec<Owner>,
    pub(super) finalizers: Vec<String>,
    pub(super) deleting: bool,
}

/// An owner reference.
#[derive(Clone, Debug)]
pub(super) struct Owner {
    pub(super) api_version: String,
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) uid: Uid,
    /// `blockOwnerDeletion`: a foreground deletion of the owner waits for this object.
    pub(super) blocks: bool,
}

/// What to do about one object.
#[derive(Clone, Debug)]
pub(super) enum Action {
    /// No owner is known: delete the object, unless one of its owners turns out to exist after all.
    Collect(Object),
    /// The owner goes in the foreground: delete these first.
    DeleteDependents(Vec<Object>),
    /// The owner goes alone: take its reference out of these.
    OrphanDependents(Uid, Vec<Object>),
    /// Nothing holds the object any more: take this finalizer out.
    Finish(Object, &'static str),
}

#[derive(Debug, Default)]
pub(super) struct Graph {
    objects: HashMap<Uid, Object>,
    dependents: HashMap<Uid, BTreeSet<Uid>>,
}

impl Graph {
    /// Takes in an object as it is now; returns whom to look at again.
    pub(super) fn apply(&mut self, object: Object) -> Vec<Uid> {
        let mut affected = self.unlink(&object.uid);
        for owner in &object.owners {
            self.dependents.entry(owner.uid.clone()).or_default().insert(object.uid.clone());
            affected.push(owner.uid.clone());
        }
        affected.push(object.uid.clone());
        self.objects.insert(object.uid.clone(), object);
        affected
    }

    /// Takes out an object that is gone; returns whom to look at again.
    pub(super) fn remove(&mut self, uid: &str) -> Vec<Uid> {
        let mut affected = self.unlink(uid);
        self.objects.remove(uid);
        affected.extend(self.dependents.get(uid).into_iter().flatten().cloned());
        affected
    }

    /// The objects of a kind, to find those that a new list no longer holds.
    pub(super) fn of_kind(&self, kind: &'static Kind) -> BTreeSet<Uid> {
        self.objects.values().filter(|object| std::ptr::eq(object.kind, kind)).map(|o| o.uid.clone()).collect()
    }

    /// Where an object is.
    pub(super) fn namespace_of(&self, uid: &str) -> Option<String> {
        self.objects.get(uid)?.namespace.clone()
    }

    /// How a dependent of an owner that goes in the foreground is deleted: in the foreground too where it has
    /// dependents of its own.
    pub(super) fn policy(&self, uid: &str) -> PropagationPolicy {
        if self.dependents.contains_key(uid) { PropagationPolicy::Foreground } else { PropagationPolicy::Background }
    }

    /// Whether anything is left in a namespace.
    pub(super) fn is_empty(&self, namespace: &str) -> bool {
        !self.objects.values().any(|object| object.namespace.as_deref() == Some(namespace))
    }

    /// What to do about the object, if anything.
    pub(super) fn decide(&self, uid: &str) -> Option<Action> {
        let object = self.objects.get(uid)?;
        if !object.deleting {
            let orphaned =
                !object.owners.is_empty() && !object.owners.iter().any(|owner| self.reaches(object, &owner.uid));
            return orphaned.then(|| Action::Collect(object.clone()));
        }
        if object.finalizers.iter().any(|finalizer| finalizer == ORPHAN) {
            let dependents = self.dependents_of(uid);
            return Some(match dependents.is_empty() {
                true => Action::Finish(object.clone(), ORPHAN),
                false => Action::OrphanDependents(object.uid.clone(), dependents),
            });
        }
        if !object.finalizers.iter().any(|finalizer| finalizer == FOREGROUND) {
            return None;
        }
        let dependents = self.dependents_of(uid);
        if !dependents.iter().any(|dependent| dependent.blocks(uid)) {
            return Some(Action::Finish(object.clone(), FOREGROUND));
        }
        let staying: Vec<_> = dependents.into_iter().filter(|dependent| !dependent.deleting).collect();
        (!staying.is_empty()).then_some(Action::DeleteDependents(staying))
    }

    fn dependents_of(&self, uid: &str) -> Vec<Object> {
        let uids = self.dependents.get(uid).into_iter().flatten();
        let dependents = uids.filter_map(|dependent| self.objects.get(dependent));
        dependents.filter(|dependent| self.reaches(dependent, uid)).cloned().collect()
    }

    /// Whether the object's reference to that UID names an owner: one that is known, and of its own namespace or of none. A
    /// UID of another namespace's object is no secret, and means nothing.
    fn reaches(&self, object: &Object, owner: &str) -> bool {
        let owner = self.objects.get(owner);
        owner.is_some_and(|owner| owner.namespace.is_none() || owner.namespace == object.namespace)
    }

    /// Forgets the object's own references; returns its former owners.
    fn unlink(&mut self, uid: &str) -> Vec<Uid> {
        let owners: Vec<_> = self.objects.get(uid).into_iter().flat_map(|o| &o.owners).map(|o| o.uid.clone()).collect();
        for owner in &owners {
            if let Some(siblings) = self.dependents.get_mut(owner) {
                siblings.remove(uid);
                if siblings.is_empty() {
                    self.dependents.remove(owner);
                }
            }
        }
        owners
    }
}

impl Object {
    fn blocks(&self, owner: &str) -> bool {
        self.owners.iter().any(|reference| reference.uid == owner && reference.blocks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static KIND: Kind = Kind { kind: "Thing", plural: "things", served: &[("", "v1")], ..Kind::BUILT_IN };

    fn object(uid: &str) -> Object {
        Object {
            kind: &KIND,
            namespace: Some("default".into()),
            name: uid.into(),
            uid: uid.into(),
            owners: Vec::new(),
            finalizers: Vec::new(),
            deleting: false,
        }
    }

    fn owned(uid: &str, owner: &str, blocks: bool) -> Object {
        let reference =
            Owner { api_version: "v1".into(), kind: "Thing".into(), name: owner.into(), uid: owner.into(), blocks };
        Object { owners: vec![reference], ..object(uid) }
    }

    fn deleting(object: Object, finalizer: &str) -> Object {
        Object { deleting: true, finalizers: vec![finalizer.into()], ..object }
    }

    fn graph(objects: impl IntoIterator<Item = Object>) -> Graph {
        let mut graph = Graph::default();
        for object in objects {
            graph.apply(object);
        }
        graph
    }

    fn decision(graph: &Graph, uid: &str) -> String {
        let names = |objects: Vec<Object>| objects.into_iter().map(|o| o.name).collect::<Vec<_>>().join(" ");
        match graph.decide(uid) {
            None => "leave".into(),
            Some(Action::Collect(object)) => format!("collect {}", object.name),
            Some(Action::DeleteDependents(objects)) => format!("delete {}", names(objects)),
            Some(Action::OrphanDependents(owner, objects)) => format!("orphan {} of {owner}", names(objects)),
            Some(Action::Finish(object, finalizer)) => format!("finish {} {finalizer}", object.name),
        }
    }

    #[test]
    fn an_object_goes_when_its_last_owner_is_gone() {
        let mut graph = graph([object("set"), owned("vmi", "set", true)]);
        assert_eq!(decision(&graph, "vmi"), "leave");
        assert_eq!(graph.remove("set"), ["vmi"]);
        assert_eq!(decision(&graph, "vmi"), "collect vmi");
    }

    #[test]
    fn an_object_with_a_living_owner_or_with_none_stays() {
        let mut second = owned("vmi", "gone", true);
        second.owners.extend(owned("vmi", "set", true).owners);
        let graph = graph([object("set"), second, object("free")]);
        assert_eq!(decision(&graph, "vmi"), "leave");
        assert_eq!(decision(&graph, "free"), "leave");
    }

    #[test]
    fn an_owner_in_another_namespace_is_none() {
        let forged = Object { namespace: Some("evil".into()), ..owned("forged", "set", true) };
        let mut graph = graph([object("set"), forged]);
        assert_eq!(decision(&graph, "forged"), "collect forged");
        graph.apply(deleting(object("set"), FOREGROUND));
        assert_eq!(decision(&graph, "set"), "finish set foregroundDeletion", "it waits for nobody elsewhere");
        graph.apply(deleting(object("set"), ORPHAN));
        assert_eq!(decision(&graph, "set"), "finish set orphan");
        let node = Object { namespace: None, ..object("node") };
        graph.apply(node);
        graph.apply(owned("lease", "node", true));
        assert_eq!(decision(&graph, "lease"), "leave", "one without a namespace reaches everywhere");
    }

    #[test]
    fn a_foreground_deletion_waits_for_blocking_dependents() {
        let mut graph = graph([deleting(object("set"), FOREGROUND), owned("a", "set", true), owned("b", "set", false)]);
        assert_eq!(decision(&graph, "set"), "delete a b");
        graph.apply(deleting(owned("a", "set", true), "x"));
        graph.apply(deleting(owned("b", "set", false), "x"));
        assert_eq!(decision(&graph, "set"), "leave");
        assert_eq!(graph.remove("a"), ["set"]);
        assert_eq!(decision(&graph, "set"), "finish set foregroundDeletion");
    }

    #[test]
    fn an_orphan_deletion_frees_the_dependents_first() {
        let mut graph = graph([deleting(object("set"), ORPHAN), owned("a", "set", true)]);
        assert_eq!(decision(&graph, "set"), "orphan a of set");
        assert_eq!(graph.apply(object("a")), ["set", "a"]);
        assert_eq!(decision(&graph, "set"), "finish set orphan");
    }

    #[test]
    fn a_deletion_held_by_somebody_elses_finalizer_is_left_alone() {
        let graph = graph([deleting(object("vmi"), "kubevirt.io/foregroundDeleteVirtualMachine")]);
        assert_eq!(decision(&graph, "vmi"), "leave");
    }

    #[test]
    fn a_namespace_is_empty_when_nothing_is_in_it() {
        let mut graph = graph([object("a")]);
        assert!(!graph.is_empty("default"));
        assert!(graph.is_empty("other"));
        graph.remove("a");
        assert!(graph.is_empty("default"));
    }
}
