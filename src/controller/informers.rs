//! Informers of one kind, one for each namespace that is to be seen: a role that may see two namespaces need not be
//! allowed to see all.

use super::Scope;
use crate::api::namespace::NamespaceScope;
use crate::runtime::{Event, Informer, Relist, informer};
use futures::StreamExt;
use futures::stream::{self, BoxStream, SelectAll};
use kube::core::NamespaceResourceScope;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::Hash;

/// What an informer tells: an event, or why nothing is seen at present.
pub(super) type Told<K> = Result<Event<K>, informer::Error>;

/// Informers, and which of them show everything at present.
pub(super) struct Informers<K> {
    streams: SelectAll<BoxStream<'static, (NamespaceScope, Told<K>)>>,
    status: BTreeMap<NamespaceScope, Status>,
    relists: Vec<(NamespaceScope, Relist)>,
}

#[derive(Clone, Copy, Default)]
struct Status {
    /// A whole list has been seen.
    listed: bool,
    /// The watch has been answered since the last list or failure.
    watching: bool,
}

impl<K> Informers<K>
where
    K: kube::Resource<DynamicType = (), Scope = NamespaceResourceScope>,
    K: Clone + serde::de::DeserializeOwned + Send + 'static,
{
    pub(super) fn new(client: &kube::Client, scope: &Scope) -> Self {
        let mut informers = Self { streams: stream::select_all([]), status: BTreeMap::new(), relists: Vec::new() };
        for scope in scope.namespaces() {
            let informer = Informer::<K>::new(client.clone(), &scope);
            informers.relists.push((scope.clone(), informer.relist()));
            informers.status.insert(scope.clone(), Status::default());
            informers.streams.push(informer.events().map(move |told| (scope.clone(), told)).boxed());
        }
        informers
    }

    /// Every list has been seen.
    pub(super) fn are_listed(&self) -> bool {
        self.status.values().all(|status| status.listed)
    }

    /// Whether all that happens in the namespace is seen at present. What was seen before says nothing about now.
    pub(super) fn see(&self, namespace: &str) -> bool {
        let within = self.status.iter().filter(|(scope, _)| scope.contains(namespace));
        within.map(|(_, status)| status).any(|status| status.listed && status.watching)
    }

    /// Whether all that happens is seen at present, everywhere.
    pub(super) fn see_all(&self) -> bool {
        self.status.values().all(|status| status.listed && status.watching)
    }

    /// Asks for a new list of the namespace's objects.
    pub(super) fn relist(&self, namespace: &str) {
        for (_, relist) in self.relists.iter().filter(|(scope, _)| scope.contains(namespace)) {
            relist.request();
        }
    }

    /// What happens next, and where; `None` when nothing is watched.
    pub(super) async fn next(&mut self) -> Option<(NamespaceScope, Told<K>)> {
        let (scope, told) = self.streams.next().await?;
        let status = self.status.entry(scope.clone()).or_default();
        match &told {
            Ok(Event::ListStarted) | Err(_) => status.watching = false,
            Ok(Event::ListFinished) => status.listed = true,
            Ok(Event::Watching) => status.watching = true,
            Ok(_) => {}
        }
        Some((scope, told))
    }
}

/// What running lists have not shown yet, by where they run: what is left at a list's end is no more.
pub(super) struct Unlisted<T> {
    lists: HashMap<NamespaceScope, HashSet<T>>,
}

impl<T> Default for Unlisted<T> {
    fn default() -> Self {
        Self { lists: HashMap::new() }
    }
}

impl<T: Eq + Hash> Unlisted<T> {
    /// A list begins; this is what was there before.
    pub(super) fn begin(&mut self, scope: NamespaceScope, known: HashSet<T>) {
        self.lists.insert(scope, known);
    }

    /// The list shows it.
    pub(super) fn listed(&mut self, scope: &NamespaceScope, it: &T) {
        if let Some(unlisted) = self.lists.get_mut(scope) {
            unlisted.remove(it);
        }
    }

    /// The list ends; what it has not shown.
    pub(super) fn end(&mut self, scope: &NamespaceScope) -> HashSet<T> {
        self.lists.remove(scope).unwrap_or_default()
    }
}
