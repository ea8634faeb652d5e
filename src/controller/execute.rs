//! Sends the requests that were decided on, and turns what comes back into replies.

use super::decide::{
    Answer, Call, Failure, FailureKind, Found, OBSERVED_ANNOTATIONS, Reply, Request, status, template,
};
use super::metrics::Metrics;
use super::{SILENCE, text};
use crate::api::VERSION;
use crate::api::vmi::Vmi;
use crate::api::vmirs::ReplicaSet;
use kube::Resource;
use kube::api::{Api, DeleteParams, ObjectMeta, Patch, PatchParams, Preconditions};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// How long a request may take. A webhook may take 30 s, so an answer that comes at all has come by then.
pub(super) const REQUEST_LIMIT: Duration = Duration::from_secs(35);

/// Sends requests.
#[derive(Clone)]
pub(super) struct Executor {
    pub(super) client: kube::Client,
    pub(super) metrics: Metrics,
}

/// An object of which nothing but the metadata matters.
#[derive(Clone, Debug, Deserialize)]
struct Identified {
    #[serde(default, deserialize_with = "crate::api::light_meta")]
    metadata: ObjectMeta,
}

impl Executor {
    /// What becomes of the request, with a limit on the time.
    pub(super) async fn execute(&self, request: &Request) -> Reply {
        self.metrics.request_started();
        let result = bounded(self.send(&request.set, &request.call)).await;
        self.metrics.request_ended(matches!(result, Ok(_) | Err(kube::Error::Api(_))));
        result.map_err(|error| failure(&error))
    }

    async fn send(&self, set: &ReplicaSet, call: &Call) -> kube::Result<Answer> {
        let params = PatchParams::default();
        match call {
            Call::Annotate => {
                let patch = Patch::Merge(annotations(set));
                self.sets(set).patch(set_name(set), &params, &patch).await.map(|_| Answer::Done)
            }
            Call::ReadSet => self.sets(set).get_opt(set_name(set)).await.map(|live| Answer::Set(live.map(Arc::new))),
            Call::WriteStatus(next) => {
                let patch = Patch::Merge(status::merge_patch(set, next));
                let written = self.sets(set).patch_status(set_name(set), &params, &patch).await?;
                Ok(Answer::Set(Some(Arc::new(written))))
            }
            Call::Adopt(vmi) => {
                self.change_owners(set, vmi, |owners| owners.push(template::owner_reference(set))).await
            }
            Call::Release(vmi) => {
                let ours = json!(set.metadata.uid);
                self.change_owners(set, vmi, |owners| owners.retain(|owner| owner["uid"] != ours)).await
            }
            Call::Create(name) => self.create(set, name).await,
            Call::Delete(vmi) => self.delete(set, vmi).await,
            Call::ConfirmCreation(name) | Call::ConfirmDeletion { name, .. } => self.find(set, name).await,
        }
    }

    async fn create(&self, set: &ReplicaSet, name: &str) -> kube::Result<Answer> {
        let body = serde_json::to_vec(&template::vmi(set, name)).map_err(kube::Error::SerdeError)?;
        let request = http::Request::post(collection(set)).header(http::header::CONTENT_TYPE, "application/json");
        let request = request.body(body).map_err(kube::Error::HttpError)?;
        let created = self.client.request::<Identified>(request).await?;
        Ok(Answer::Found(Some(Found::from(&created.metadata))))
    }

    async fn delete(&self, set: &ReplicaSet, vmi: &Vmi) -> kube::Result<Answer> {
        let as_seen =
            Preconditions { uid: vmi.metadata.uid.clone(), resource_version: vmi.metadata.resource_version.clone() };
        let params = DeleteParams { preconditions: Some(as_seen), ..DeleteParams::default() };
        self.vmis(set).delete(vmi_name(vmi), &params).await.map(|_| Answer::Done)
    }

    /// The VMI of that name in the set's namespace, if there is one.
    async fn find(&self, set: &ReplicaSet, name: &str) -> kube::Result<Answer> {
        let path = format!("{}/{name}", collection(set));
        let request = http::Request::get(path).body(Vec::new()).map_err(kube::Error::HttpError)?;
        match self.client.request::<Identified>(request).await {
            Ok(found) => Ok(Answer::Found(Some(Found::from(&found.metadata)))),
            Err(kube::Error::Api(status)) if status.is_not_found() => Ok(Answer::Found(None)),
            Err(error) => Err(error),
        }
    }

    /// Changes a VMI's owner references as they were seen; a change in between is a conflict.
    async fn change_owners(
        &self,
        set: &ReplicaSet,
        vmi: &Vmi,
        change: impl FnOnce(&mut Vec<Value>) + Send,
    ) -> kube::Result<Answer> {
        let mut owners: Vec<_> = vmi.metadata.owner_references.iter().flatten().map(|owner| json!(owner)).collect();
        change(&mut owners);
        let metadata = json!({
            "uid": vmi.metadata.uid,
            "resourceVersion": vmi.metadata.resource_version,
            "ownerReferences": owners,
        });
        let patch = Patch::Merge(json!({"metadata": metadata}));
        let changed = self.vmis(set).patch(vmi_name(vmi), &PatchParams::default(), &patch).await?;
        Ok(Answer::Vmi(Arc::new(changed)))
    }

    fn sets(&self, set: &ReplicaSet) -> Api<ReplicaSet> {
        Api::namespaced(self.client.clone(), namespace(set))
    }

    /// The VMIs of the set's namespace: a set has none elsewhere.
    fn vmis(&self, set: &ReplicaSet) -> Api<Vmi> {
        Api::namespaced(self.client.clone(), namespace(set))
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
struct NoAnswer(Duration);

/// What the error means for what is decided next.
fn failure(error: &kube::Error) -> Failure {
    let kind = match error {
        kube::Error::Api(status) if status.is_not_found() => FailureKind::NotFound,
        kube::Error::Api(status) if status.is_already_exists() => FailureKind::AlreadyExists,
        kube::Error::Api(status) if status.is_conflict() => FailureKind::Conflict,
        kube::Error::Api(status) if status.code < 500 && status.code != 408 => FailureKind::Refused,
        _ => FailureKind::Unconfirmed,
    };
    Failure { kind, message: text(error), retry_after: retry_after(error) }
}

/// How long the server has asked to be left alone (429 and 503 may say so), if it has; one that does not answer is left
/// alone, too.
fn retry_after(error: &kube::Error) -> Option<Duration> {
    match error {
        // Others may get an answer meanwhile.
        kube::Error::Service(source) if source.is::<NoAnswer>() => Some(SILENCE),
        kube::Error::Api(status) => {
            let seconds = status.details.as_ref().map(|details| details.retry_after_seconds)?;
            (seconds > 0).then(|| Duration::from_secs(seconds.into()))
        }
        _ => None,
    }
}

fn annotations(set: &ReplicaSet) -> Value {
    let marks: Map<_, _> = OBSERVED_ANNOTATIONS.map(|mark| (mark.to_owned(), json!(VERSION))).into_iter().collect();
    json!({"metadata": {
        "uid": set.metadata.uid,
        "resourceVersion": set.metadata.resource_version,
        "annotations": marks,
    }})
}

/// The path of the VMIs of the set's namespace.
fn collection(set: &ReplicaSet) -> String {
    Vmi::url_path(&(), Some(namespace(set)))
}

fn namespace(set: &ReplicaSet) -> &str {
    set.metadata.namespace.as_deref().unwrap_or_default()
}

fn set_name(set: &ReplicaSet) -> &str {
    set.metadata.name.as_deref().unwrap_or_default()
}

fn vmi_name(vmi: &Vmi) -> &str {
    vmi.metadata.name.as_deref().unwrap_or_default()
}
