//! What is to be known of the informers themselves: whether they show everything, and what their lists have not shown yet.

use crate::api::NamespacedName;
use crate::api::namespace::NamespaceScope;
use crate::runtime::Event;
use std::collections::{BTreeMap, BTreeSet};

/// The informers of one kind, one for each scope; `T` identifies an object.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Watches<T> {
    scopes: BTreeMap<NamespaceScope, Watch<T>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Watch<T> {
    /// A whole list has been seen.
    listed: bool,
    /// The watch has been answered since the last list or failure.
    watching: bool,
    /// What the running list has not shown yet: what is left at its end is no more.
    unlisted: BTreeSet<T>,
}

impl<T: Ord> Watches<T> {
    pub(super) fn new(scopes: impl IntoIterator<Item = NamespaceScope>) -> Self {
        let blind = || Watch { listed: false, watching: false, unlisted: BTreeSet::new() };
        Self { scopes: scopes.into_iter().map(|scope| (scope, blind())).collect() }
    }

    /// What the informer's next event says about the informer; `None` stands for an interruption.
    pub(super) fn observe<K>(&mut self, scope: &NamespaceScope, event: Option<&Event<K>>) {
        let Some(watch) = self.scopes.get_mut(scope) else { return };
        match event {
            None | Some(Event::ListStarted) => watch.watching = false,
            Some(Event::ListFinished) => watch.listed = true,
            Some(Event::Watching) => watch.watching = true,
            Some(_) => {}
        }
    }

    /// Every list has been seen.
    pub(super) fn are_listed(&self) -> bool {
        self.scopes.values().all(|watch| watch.listed)
    }

    /// Whether all that happens in the namespace is seen at present. What was seen before says nothing about now.
    pub(super) fn see(&self, namespace: &str) -> bool {
        let within = self.scopes.iter().filter(|(scope, _)| scope.contains(namespace));
        within.map(|(_, watch)| watch).any(|watch| watch.listed && watch.watching)
    }

    /// Whether all that happens is seen at present, everywhere.
    pub(super) fn see_all(&self) -> bool {
        self.scopes.values().all(|watch| watch.listed && watch.watching)
    }

    /// A list begins; this is what was there before.
    pub(super) fn begin_list(&mut self, scope: &NamespaceScope, known: BTreeSet<T>) {
        if let Some(watch) = self.scopes.get_mut(scope) {
            watch.unlisted = known;
        }
    }

    /// The list shows it.
    pub(super) fn listed(&mut self, scope: &NamespaceScope, it: &T) {
        if let Some(watch) = self.scopes.get_mut(scope) {
            watch.unlisted.remove(it);
        }
    }

    /// The list ends; what it has not shown.
    pub(super) fn end_list(&mut self, scope: &NamespaceScope) -> BTreeSet<T> {
        self.scopes.get_mut(scope).map(|watch| std::mem::take(&mut watch.unlisted)).unwrap_or_default()
    }
}

/// What was known when a list of VMIs began.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct KnownBefore {
    /// VMIs that were created or deleted and had not been observed.
    pub(super) awaited: Vec<Awaited>,
    /// UIDs of VMIs that an answer had told to be gone.
    pub(super) gone: BTreeSet<String>,
}

/// A VMI that a set waits for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Awaited {
    pub(super) key: NamespacedName,
    /// The set's UID.
    pub(super) set: String,
    /// The VMI's UID.
    pub(super) vmi: String,
}
