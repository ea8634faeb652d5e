//! Takes away what a run has made, and nothing else: each thing is looked at before it is deleted, and deleted by UID.

use super::install::{name, what};
use super::{Error, LEASE};
use crate::manifests::crds;
use crate::simulator::nodes::{HOLDER, LEASE_NAMESPACE, NodePool};
use crate::simulator::pod::SCHEDULER;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::{Node, Pod};
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition as Definition;
use kube::api::{Api, DeleteParams, ListParams, Preconditions};
use kube::runtime::wait::{await_condition, conditions};
use kube::{Resource, ResourceExt};
use serde::de::DeserializeOwned;
use std::fmt::Debug;
use std::time::Duration;

/// Deletes the definitions that the run has installed, and waits at most `limit` until they are gone with all their
/// objects. Returns what is left.
pub(super) async fn definitions(client: &kube::Client, holder: &str, limit: Duration) -> Vec<Error> {
    let api: Api<Definition> = Api::all(client.clone());
    let mut left = Vec::new();
    let mut going = Vec::new();
    for name in crds().iter().map(name) {
        match delete(&api, &name, &what(&name), holder).await {
            Ok(uid) => going.extend(uid.map(|uid| (name, uid))),
            Err(error) => left.push(error),
        }
    }
    let gone = async {
        for (name, uid) in &going {
            // What cannot be watched is given up below, too.
            let _ = await_condition(api.clone(), name, conditions::is_deleted(uid)).await;
        }
    };
    if tokio::time::timeout(limit, gone).await.is_err() {
        let slow = going.iter().map(|(name, _)| Error::Slow { what: what(name), state: "gone" });
        left.extend(slow);
    }
    left
}

/// Deletes the launcher pods of the run's nodes, the nodes and their leases. Returns what is left.
pub(super) async fn vmis(client: &kube::Client, fleet: &NodePool) -> Vec<Error> {
    let mut left = pods(client, fleet).await;
    let nodes: Api<Node> = Api::all(client.clone());
    let leases: Api<Lease> = Api::namespaced(client.clone(), LEASE_NAMESPACE);
    for name in fleet.names() {
        left.extend(delete(&nodes, &name, &format!("Node {name}"), &fleet.holder).await.err());
        left.extend(delete(&leases, &name, &format!("Lease {LEASE_NAMESPACE}/{name}"), &fleet.holder).await.err());
    }
    left
}

/// Deletes the attached controller's Lease, an earlier run's included.
pub(super) async fn election(client: &kube::Client) -> Result<(), Error> {
    let leases: Api<Lease> = Api::namespaced(client.clone(), "kube-system");
    match leases.delete(LEASE, &DeleteParams::default()).await {
        Err(kube::Error::Api(status)) if status.is_not_found() => Ok(()),
        other => other.map(drop).map_err(Error::request("delete", &format!("Lease kube-system/{LEASE}"))),
    }
}

async fn pods(client: &kube::Client, fleet: &NodePool) -> Vec<Error> {
    let everywhere: Api<Pod> = Api::all(client.clone());
    let launchers = ListParams::default().labels("kubevirt.io=virt-launcher");
    let pods = match everywhere.list(&launchers).await {
        Ok(pods) => pods,
        Err(source) => return vec![Error::request("read", "the launcher pods")(source)],
    };
    let mut left = Vec::new();
    for pod in pods {
        let spec = pod.spec.as_ref();
        let ours = spec.is_some_and(|spec| spec.scheduler_name.as_deref() == Some(SCHEDULER));
        // One without a node waits for ours; one on a node of another run is that run's.
        let here = spec.and_then(|spec| spec.node_name.as_deref()).is_none_or(|node| fleet.index(node).is_some());
        if ours && here {
            let namespace = pod.namespace().unwrap_or_default();
            let api: Api<Pod> = Api::namespaced(client.clone(), &namespace);
            let what = format!("Pod {namespace}/{}", pod.name_any());
            left.extend(delete_now(&api, &pod, &what).await.err());
        }
    }
    left
}

/// Deletes the object if it carries the run's name; its UID, if it did.
async fn delete<K>(api: &Api<K>, name: &str, what: &str, holder: &str) -> Result<Option<String>, Error>
where
    K: Resource<DynamicType = ()> + Clone + Debug + DeserializeOwned,
{
    let Some(object) = api.get_opt(name).await.map_err(Error::request("read", what))? else { return Ok(None) };
    if object.annotations().get(HOLDER).is_none_or(|found| found != holder) {
        return Ok(None);
    }
    delete_now(api, &object, what).await?;
    Ok(object.uid())
}

/// Deletes exactly this object, without grace: no kubelet will end it.
async fn delete_now<K>(api: &Api<K>, object: &K, what: &str) -> Result<(), Error>
where
    K: Resource<DynamicType = ()> + Clone + Debug + DeserializeOwned,
{
    let preconditions = Some(Preconditions { uid: object.uid(), resource_version: None });
    let params = DeleteParams { grace_period_seconds: Some(0), preconditions, ..DeleteParams::default() };
    match api.delete(&object.name_any(), &params).await {
        Err(kube::Error::Api(status)) if status.is_not_found() || status.is_conflict() => Ok(()),
        other => other.map(drop).map_err(Error::request("delete", what)),
    }
}
