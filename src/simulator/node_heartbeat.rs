//! Makes the simulated nodes and keeps them alive: a lease each and, rarely, a word at length, as a kubelet does.

use super::Error;
use super::executor::{Executor, now};
use super::nodes::{self, NodePool};
use crate::runtime::text;
use futures::StreamExt;
use futures::stream;
use jiff::Timestamp;
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::Node;
use kube::ResourceExt;
use kube::api::{Api, Patch, PatchParams};
use serde_json::json;
use std::time::Duration;
use tokio::time::{Instant, interval_at};
use tokio_util::sync::CancellationToken;

/// How many nodes are written at once.
const CONCURRENCY: usize = 16;

/// A node that was made: its number, name and UID.
pub(super) type Made = (usize, String, String);

/// Makes the nodes, or takes over those that an earlier run has left.
///
/// # Errors
/// [`Error::ForeignNode`] when a node of that name is not simulated; [`Error::Node`] when one cannot be made.
pub(super) async fn make(executor: &Executor, nodes: &NodePool) -> Result<Vec<Made>, Error> {
    let mut making = stream::iter(1..=nodes.count).map(|index| make_one(executor, nodes, index)).buffered(CONCURRENCY);
    let mut made = Vec::new();
    while let Some(node) = making.next().await {
        made.push(node?);
    }
    Ok(made)
}

/// Renews the leases until `stop` is cancelled. What cannot be written is written the next time.
pub(super) async fn keep(executor: &Executor, nodes: &NodePool, made: &[Made], stop: &CancellationToken) {
    let every = |period: Duration| interval_at(Instant::now() + period, period);
    let (mut renewal, mut heartbeat) = (every(nodes::RENEWAL), every(nodes::HEARTBEAT));
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = renewal.tick() => stream::iter(made).for_each_concurrent(CONCURRENCY, |node| renew(executor, nodes, node)).await,
            _ = heartbeat.tick() => stream::iter(made).for_each_concurrent(CONCURRENCY, |node| tell(executor, node)).await,
        }
    }
}

async fn make_one(executor: &Executor, nodes: &NodePool, index: usize) -> Result<Made, Error> {
    let name = nodes.name(index);
    let failed = |source| Error::Node { name: name.clone(), source };
    let api: Api<Node> = Api::all(executor.client.clone());
    let node = match executor.post("/api/v1/nodes", &nodes.body(index)).await {
        Err(kube::Error::Api(status)) if status.is_already_exists() => {
            take_over(&api, nodes, &name).await.map_err(failed)?
        }
        answer => Some(answer.and_then(super::executor::decode).map_err(failed)?),
    };
    let Some(node) = node else { return Err(Error::ForeignNode { name }) };
    let made = (index, name.clone(), node.uid().unwrap_or_default());
    // The lease first: without one a node that is well is taken for lost.
    renew(executor, nodes, &made).await;
    let patch = Patch::Merge(nodes.status(index, &now()));
    api.patch_status(&name, &PatchParams::default(), &patch).await.map_err(failed)?;
    Ok(made)
}

/// The node of that name, if it is a simulated one.
async fn take_over(api: &Api<Node>, nodes: &NodePool, name: &str) -> kube::Result<Option<Node>> {
    let node = api.get(name).await?;
    let taints = node.spec.iter().flat_map(|spec| spec.taints.iter().flatten());
    if !taints.into_iter().any(|taint| taint.key == nodes::TAINT) {
        return Ok(None);
    }
    let patch = json!({"metadata": {"uid": node.metadata.uid, "annotations": {nodes::HOLDER: nodes.holder}}});
    api.patch(name, &PatchParams::default(), &Patch::Merge(patch)).await.map(Some)
}

async fn renew(executor: &Executor, nodes: &NodePool, (_, name, uid): &Made) {
    let time = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string();
    let lease = nodes.lease(name, uid, &time);
    let api: Api<Lease> = Api::namespaced(executor.client.clone(), nodes::LEASE_NAMESPACE);
    let patched = api.patch(name, &PatchParams::default(), &Patch::Merge(&lease)).await.map(drop);
    let written = match patched {
        Err(kube::Error::Api(status)) if status.is_not_found() => {
            let path = format!("/apis/coordination.k8s.io/v1/namespaces/{}/leases", nodes::LEASE_NAMESPACE);
            executor.post(&path, &lease).await.map(drop)
        }
        other => other,
    };
    if let Err(error) = written {
        tracing::debug!(node = name, error = %text(&error), "the node's lease was not renewed");
    }
}

async fn tell(executor: &Executor, (_, name, _): &Made) {
    let api: Api<Node> = Api::all(executor.client.clone());
    let patch = Patch::Strategic(nodes::heartbeat(&now()));
    if let Err(error) = api.patch_status(name, &PatchParams::default(), &patch).await {
        tracing::debug!(node = name, error = %text(&error), "no heartbeat");
    }
}
