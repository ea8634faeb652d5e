//! What the passes over the sets share.

use super::events::Recorder;
use super::expectations::Expectations;
use super::index::Index;
use super::metrics::Metrics;
use super::{Error, Key};
use crate::api::vmi::Vmi;
use crate::api::vmirs::ReplicaSet;
use kube::api::{Api, ObjectMeta};
use serde::Deserialize;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// How long a request may take. A webhook may take 30 s, so an answer that comes at all has come by then.
pub(super) const REQUEST_LIMIT: Duration = Duration::from_secs(35);

/// What the passes share.
pub(super) struct Context {
    pub(super) client: kube::Client,
    pub(super) cache: Mutex<Cache>,
    pub(super) recorder: Recorder,
    pub(super) burst: usize,
    pub(super) metrics: Metrics,
    /// Cancelled when no further write is to be begun.
    pub(super) stop: CancellationToken,
}

/// What was seen, and what is waited for.
#[derive(Debug, Default)]
pub(super) struct Cache {
    pub(super) index: Index,
    pub(super) expectations: Expectations,
}

/// An object of which nothing but the metadata matters.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Identified {
    #[serde(default, deserialize_with = "crate::api::light_meta")]
    pub(super) metadata: ObjectMeta,
}

impl Context {
    pub(super) fn cache(&self) -> MutexGuard<'_, Cache> {
        // The cache is only ever changed by whole method calls, so one that another thread left behind is whole.
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The answer to a request, or that none came in time.
    pub(super) async fn request<T>(&self, request: impl Future<Output = kube::Result<T>>) -> kube::Result<T> {
        self.metrics.request_started();
        let result = bounded(request).await;
        self.metrics.request_ended(matches!(result, Ok(_) | Err(kube::Error::Api(_))));
        result
    }

    /// Whether what was planned for the set as it was is still to be done: it is there, wants the same, and nobody has asked
    /// us to stop.
    pub(super) fn is_current(&self, key: &Key, planned: &ReplicaSet) -> bool {
        let now = self.cache().index.set(key);
        !self.stop.is_cancelled() && now.is_some_and(|now| is_same(&now, planned))
    }

    pub(super) fn sets(&self, set: &ReplicaSet) -> Api<ReplicaSet> {
        Api::namespaced(self.client.clone(), namespace(set))
    }

    /// The VMIs of the set's namespace: a set has none elsewhere.
    pub(super) fn vmis(&self, set: &ReplicaSet) -> Api<Vmi> {
        Api::namespaced(self.client.clone(), namespace(set))
    }

    /// The metadata of the VMI of that name in the set's namespace, if there is one.
    pub(super) async fn vmi_metadata(&self, set: &ReplicaSet, name: &str) -> Result<Option<ObjectMeta>, Error> {
        let path = format!("{}/{name}", collection(set));
        let read = async {
            let request = http::Request::get(path).body(Vec::new()).map_err(kube::Error::HttpError)?;
            self.client.request::<Identified>(request).await
        };
        match self.request(read).await {
            Ok(found) => Ok(Some(found.metadata)),
            Err(kube::Error::Api(status)) if status.is_not_found() => Ok(None),
            Err(source) => Err(Error::Confirm { vmi: name.to_owned(), source }),
        }
    }
}

/// The answer to a request, or that none came in time.
pub(super) async fn bounded<T>(request: impl Future<Output = kube::Result<T>>) -> kube::Result<T> {
    let result = timeout(REQUEST_LIMIT, request).await;
    result.unwrap_or_else(|_| Err(kube::Error::Service(NoAnswer(REQUEST_LIMIT).into())))
}

/// No answer came in time.
#[derive(Debug, thiserror::Error)]
#[error("no answer came within {0:?}")]
pub(super) struct NoAnswer(pub(super) Duration);

/// Whether the set is the one that was planned for, alive, and wants the same.
pub(super) fn is_same(now: &ReplicaSet, planned: &ReplicaSet) -> bool {
    now.metadata.uid == planned.metadata.uid
        && now.metadata.deletion_timestamp.is_some() == planned.metadata.deletion_timestamp.is_some()
        && now.spec == planned.spec
}

/// The path of the VMIs of the set's namespace.
pub(super) fn collection(set: &ReplicaSet) -> String {
    <Vmi as kube::Resource>::url_path(&(), Some(namespace(set)))
}

pub(super) fn namespace(set: &ReplicaSet) -> &str {
    set.metadata.namespace.as_deref().unwrap_or_default()
}

pub(super) fn uid(set: &ReplicaSet) -> &str {
    set.metadata.uid.as_deref().unwrap_or_default()
}

pub(super) fn name(vmi: &Vmi) -> &str {
    vmi.metadata.name.as_deref().unwrap_or_default()
}

/// Whether a request that failed may have taken effect all the same: no answer came, or one that does not say.
pub(super) fn may_have_happened(error: &kube::Error) -> bool {
    match error {
        kube::Error::Api(status) => status.code >= 500 || status.code == 408,
        _ => true,
    }
}

pub(super) fn tolerate_gone<T>(result: kube::Result<T>) -> kube::Result<()> {
    match result {
        Err(kube::Error::Api(status)) if status.is_not_found() => Ok(()),
        other => other.map(|_| ()),
    }
}
