//! Watches of one kind, one for each namespace that is to be seen: a role that may see two namespaces need not be allowed
//! to see all.

use super::Scope;
use futures::stream::{BoxStream, SelectAll};
use futures::{StreamExt, stream};
use kube::Api;
use kube::core::NamespaceResourceScope;
use kube::runtime::{WatchStreamExt, watcher};
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// A namespace, or all of them.
pub(super) type Place = Option<String>;

type Change<K> = Result<watcher::Event<K>, watcher::Error>;

/// Watches, and which of them have shown a whole list.
pub(super) struct Watches<K> {
    streams: SelectAll<BoxStream<'static, (Place, Change<K>)>>,
    unlisted: HashSet<Place>,
}

impl<K> Watches<K>
where
    K: kube::Resource<DynamicType = (), Scope = NamespaceResourceScope>,
    K: Clone + std::fmt::Debug + serde::de::DeserializeOwned + Send + 'static,
{
    pub(super) fn new(client: &kube::Client, scope: &Scope) -> Self {
        let places = scope.namespaces();
        let streams = places.iter().map(|place| watch(client.clone(), place.clone()));
        Self { streams: stream::select_all(streams), unlisted: places.into_iter().collect() }
    }

    /// Every list has been seen.
    pub(super) fn is_listed(&self) -> bool {
        self.unlisted.is_empty()
    }

    /// The next change, and where; `None` when nothing is watched.
    pub(super) async fn next(&mut self) -> Option<(Place, Change<K>)> {
        let (place, change) = self.streams.next().await?;
        if matches!(change, Ok(watcher::Event::InitDone)) {
            self.unlisted.remove(&place);
        }
        Some((place, change))
    }
}

fn watch<K>(client: kube::Client, place: Place) -> BoxStream<'static, (Place, Change<K>)>
where
    K: kube::Resource<DynamicType = (), Scope = NamespaceResourceScope>,
    K: Clone + std::fmt::Debug + serde::de::DeserializeOwned + Send + 'static,
{
    let api: Api<K> = match &place {
        Some(namespace) => Api::namespaced(client, namespace),
        None => Api::all(client),
    };
    let changes = watcher(api, watcher::Config::default()).default_backoff();
    changes.map(move |change| (place.clone(), change)).boxed()
}

/// What running lists have not shown yet, by where they run: what is left at a list's end is no more.
pub(super) struct Missing<T> {
    places: HashMap<Place, HashSet<T>>,
}

impl<T> Default for Missing<T> {
    fn default() -> Self {
        Self { places: HashMap::new() }
    }
}

impl<T: Eq + Hash> Missing<T> {
    /// A list begins; this is what was there before.
    pub(super) fn begin(&mut self, place: Place, known: HashSet<T>) {
        self.places.insert(place, known);
    }

    /// The list, or anything else, shows it.
    pub(super) fn shown(&mut self, place: &Place, it: &T) {
        if let Some(missing) = self.places.get_mut(place) {
            missing.remove(it);
        }
    }

    /// The list ends; what it has not shown.
    pub(super) fn end(&mut self, place: &Place) -> HashSet<T> {
        self.places.remove(place).unwrap_or_default()
    }
}
