//! Informers of one kind, one for each namespace that is to be seen: a role that may see two namespaces need not be
//! allowed to see all.

use super::Scope;
use crate::api::namespace::NamespaceScope;
use crate::runtime::{Event, Informer, Relist, informer};
use futures::StreamExt;
use futures::stream::{self, BoxStream, SelectAll};
use kube::core::NamespaceResourceScope;

/// What an informer says: an event, or why nothing is seen at present.
pub(super) type Informed<K> = Result<Event<K>, informer::Error>;

/// The informers of one kind.
pub(super) struct Informers<K> {
    streams: SelectAll<BoxStream<'static, (NamespaceScope, Informed<K>)>>,
    relists: Vec<(NamespaceScope, Relist)>,
}

impl<K> Informers<K>
where
    K: kube::Resource<DynamicType = (), Scope = NamespaceResourceScope>,
    K: Clone + serde::de::DeserializeOwned + Send + 'static,
{
    pub(super) fn new(client: &kube::Client, scope: &Scope) -> Self {
        let mut informers = Self { streams: stream::select_all([]), relists: Vec::new() };
        for scope in scope.namespaces() {
            let informer = Informer::<K>::new(client.clone(), &scope);
            informers.relists.push((scope.clone(), informer.relist()));
            informers.streams.push(informer.events().map(move |informed| (scope.clone(), informed)).boxed());
        }
        informers
    }

    /// Asks for a new list of the namespace's objects.
    pub(super) fn relist(&self, namespace: &str) {
        for (_, relist) in self.relists.iter().filter(|(scope, _)| scope.contains(namespace)) {
            relist.request();
        }
    }

    /// What happens next, and where; `None` when nothing is watched.
    pub(super) async fn next(&mut self) -> Option<(NamespaceScope, Informed<K>)> {
        self.streams.next().await
    }
}
