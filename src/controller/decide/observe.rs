//! What the informers' events mean for what is known, and which sets are due by them.

use super::index::Effect;
use super::state::State;
use super::turn::Cache;
use super::watches::{Awaited, KnownBefore};
use crate::api::NamespacedName;
use crate::api::namespace::NamespaceScope;
use crate::api::vmi::Vmi;
use crate::api::vmirs::ReplicaSet;
use crate::runtime::{Event, Tick};
use std::collections::BTreeSet;

impl State {
    pub(super) fn observe_sets(&mut self, scope: &NamespaceScope, event: Option<Event<ReplicaSet>>, now: Tick) {
        self.set_watches.observe(scope, event.as_ref());
        match event {
            None | Some(Event::Watching) => {}
            Some(Event::ListStarted) => {
                let known = self.cache.index.sets(scope).map(|(key, _)| key.clone()).collect();
                self.set_watches.begin_list(scope, known);
            }
            Some(Event::Listed(set)) => {
                if let Some(key) = NamespacedName::of(&set.metadata) {
                    self.set_watches.listed(scope, &key);
                }
                self.take_in_set(set, now, |cache, set| drop(cache.index.list_set(set)));
            }
            Some(Event::ListFinished) => {
                for key in self.set_watches.end_list(scope) {
                    self.remove_set(&key);
                }
            }
            Some(Event::Applied(set)) => self.take_in_set(set, now, |cache, set| drop(cache.index.apply_set(set))),
            Some(Event::Deleted(set)) => {
                if let Some(key) = NamespacedName::of(&set.metadata) {
                    self.remove_set(&key);
                }
            }
        }
    }

    fn take_in_set(&mut self, set: ReplicaSet, now: Tick, put: impl FnOnce(&mut Cache, ReplicaSet)) {
        let Some(key) = NamespacedName::of(&set.metadata).filter(|key| self.settings.scope.holds(key)) else { return };
        let before = self.cache.index.set(&key).and_then(|before| before.metadata.uid.clone());
        if let Some(before) = before.filter(|before| set.metadata.uid.as_ref() != Some(before)) {
            // Another one of the same name, whose predecessor was not seen going.
            self.cache.expectations.forget(&before);
        }
        put(&mut self.cache, set);
        self.queue.add(key, now);
    }

    fn remove_set(&mut self, key: &NamespacedName) {
        if let Some(uid) = self.cache.index.remove_set(key) {
            self.cache.expectations.forget(&uid);
        }
        self.failures.remove(key);
    }

    pub(super) fn observe_vmis(&mut self, scope: &NamespaceScope, event: Option<Event<Vmi>>, now: Tick) {
        self.vmi_watches.observe(scope, event.as_ref());
        match event {
            None | Some(Event::Watching) => {}
            Some(Event::ListStarted) => self.vmis_are_listed(scope),
            Some(Event::Listed(vmi)) => {
                let (uid, name) = identity(&vmi);
                self.vmi_watches.listed(scope, &uid);
                let nothing = BTreeSet::new();
                let gone = self.lists.get(scope).map_or(&nothing, |before| &before.gone);
                let effect = self.cache.index.list_vmi(vmi, gone);
                self.take_effect(&uid, &name, effect, now);
            }
            Some(Event::ListFinished) => self.vmis_have_been_listed(scope, now),
            Some(Event::Applied(vmi)) => {
                let (uid, name) = identity(&vmi);
                let effect = self.cache.index.apply_vmi(vmi);
                self.take_effect(&uid, &name, effect, now);
            }
            Some(Event::Deleted(vmi)) => self.remove_vmi(&vmi.metadata.uid.unwrap_or_default(), now),
        }
    }

    fn vmis_are_listed(&mut self, scope: &NamespaceScope) {
        let Cache { index, expectations } = &self.cache;
        let known = index.vmi_uids(scope);
        let mut before = KnownBefore { awaited: Vec::new(), gone: index.gone() };
        for (key, set) in index.sets(scope) {
            let set = set.metadata.uid.clone().unwrap_or_default();
            let vmis = expectations.awaited(&set).into_iter();
            before.awaited.extend(vmis.map(|vmi| Awaited { key: key.clone(), set: set.clone(), vmi }));
        }
        self.vmi_watches.begin_list(scope, known);
        self.lists.insert(scope.clone(), before);
    }

    /// What the list has not shown is gone, what was created before it began and never observed included. A deletion that
    /// it does not show has not happened.
    fn vmis_have_been_listed(&mut self, scope: &NamespaceScope, now: Tick) {
        for uid in self.vmi_watches.end_list(scope) {
            self.remove_vmi(&uid, now);
        }
        let before = self.lists.remove(scope).unwrap_or_default();
        self.cache.index.forget_gone(&before.gone);
        for Awaited { key, set, vmi } in before.awaited {
            if self.cache.index.knows(&vmi) {
                self.cache.expectations.deletion_refused(&set, &vmi);
                self.queue.add(key, now);
            } else {
                let gone = Effect { sets: vec![key], created: None, deleted: Some(set) };
                self.take_effect(&vmi, "", gone, now);
            }
        }
    }

    fn remove_vmi(&mut self, uid: &str, now: Tick) {
        let effect = self.cache.index.remove_vmi(uid);
        self.take_effect(uid, "", effect, now);
    }

    fn take_effect(&mut self, vmi: &str, name: &str, effect: Effect, now: Tick) {
        self.cache.expectations.observe(&effect, vmi, name);
        for key in effect.sets {
            self.queue.add(key, now);
        }
    }
}

fn identity(vmi: &Vmi) -> (String, String) {
    (vmi.metadata.uid.clone().unwrap_or_default(), vmi.metadata.name.clone().unwrap_or_default())
}
