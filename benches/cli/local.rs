//! `--local` beside a bare client that sends the same bodies.

use crate::Plan;
use crate::cluster::{Cluster, make_namespace, post, set, sets};
use crate::report::{Report, time};
use futures::{StreamExt, stream};
use kubectl_vmirs::api::namespace::NamespaceName;
use serde_json::{Value, json};
use std::time::Instant;

/// Requests that the bare client has under way at once: as many as the reconciler's largest batch.
const CONCURRENCY: usize = 250;

/// From nothing to so many VMIs. Nothing boots them, so the reconciler is given up as soon as all are there.
pub fn measure(report: &mut Report, plan: &Plan, cluster: &Cluster) {
    let count = plan.local;
    let client = cluster.client();
    let bare = cluster.runtime.block_on(async {
        make_namespace(&client, "bare").await;
        let made = post(&client, &sets("bare"), &set("web", count)).await;
        let body = body(&made);
        let begun = Instant::now();
        let path = "/apis/kubevirt.io/v1/namespaces/bare/virtualmachineinstances";
        let posted = stream::iter(0..count).map(|_| post(&client, path, &body));
        posted.buffer_unordered(CONCURRENCY).for_each(async |_| {}).await;
        make_namespace(&client, "local").await;
        begun.elapsed()
    });
    let begun = Instant::now();
    let reconciled = cluster.runtime.block_on(async {
        let stop = tokio_util::sync::CancellationToken::new();
        let scope = kubectl_vmirs::controller::Scope::Namespace(NamespaceName::given("local").unwrap());
        let options = kubectl_vmirs::controller::Options { scope, ..Default::default() };
        post(&client, &sets("local"), &set("web", count)).await;
        let running = tokio::spawn(kubectl_vmirs::controller::run(client.clone(), options, stop.clone()));
        wait(&client, "local", count).await;
        let took = begun.elapsed();
        stop.cancel();
        running.await.unwrap().unwrap();
        took
    });
    report.note(&format!(
        "The reconciler of `--local`, from 0 to {count} VMIs: {}. A bare client that POSTs the same bodies, {CONCURRENCY} at a \
         time: {}. That is {:.2} of its time.",
        time(reconciled),
        time(bare),
        reconciled.as_secs_f64() / bare.as_secs_f64(),
    ));
}

/// Waits until the set tells of so many VMIs.
async fn wait(client: &kube::Client, namespace: &str, count: usize) {
    use kubectl_vmirs::api::vmirs::ReplicaSet;
    let api: kube::Api<ReplicaSet> = kube::Api::namespaced(client.clone(), namespace);
    let there = |set: Option<&ReplicaSet>| {
        set.is_some_and(|set| usize::try_from(set.status().replicas).is_ok_and(|replicas| replicas == count))
    };
    kube::runtime::wait::await_condition(api, "web", there).await.unwrap();
}

fn body(set: &Value) -> Value {
    let owner = json!({
        "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceReplicaSet", "name": "web",
        "uid": set["metadata"]["uid"], "controller": true, "blockOwnerDeletion": true,
    });
    json!({
        "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstance",
        "metadata": {
            "generateName": "web", "labels": set["spec"]["template"]["metadata"]["labels"], "ownerReferences": [owner],
            "finalizers": ["kubevirt.io/foregroundDeleteVirtualMachine"],
        },
        "spec": set["spec"]["template"]["spec"],
    })
}
