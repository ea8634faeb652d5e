//! The reconciler as a client of a bare API server: no VMIs, so that nothing moves but what it does itself.

use crate::support::Cluster;
use k8s_openapi::api::core::v1::{Event, Namespace};
use kube::api::{Api, ListParams, Patch, PatchParams, PostParams};
use kubectl_vmirs::api::NamespacedName;
use kubectl_vmirs::api::namespace::NamespaceName;
use kubectl_vmirs::api::vmi::Vmi;
use kubectl_vmirs::api::vmirs::ReplicaSet;
use kubectl_vmirs::controller::{self, Options, Scope};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

fn sets(cluster: &Cluster) -> Api<ReplicaSet> {
    Api::namespaced(cluster.client.clone(), &cluster.namespace)
}

fn vmis(cluster: &Cluster) -> Api<Vmi> {
    Api::namespaced(cluster.client.clone(), &cluster.namespace)
}

async fn count(cluster: &Cluster) -> usize {
    vmis(cluster).list_metadata(&ListParams::default()).await.unwrap().items.len()
}

async fn create(cluster: &Cluster, name: &str, replicas: u32) {
    let set: Value = json!({
        "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceReplicaSet", "metadata": {"name": name},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": {"domain": {"devices": {}}}},
        },
    });
    let path = format!("/apis/kubevirt.io/v1/namespaces/{}/virtualmachineinstancereplicasets", cluster.namespace);
    let body = serde_json::to_vec(&set).unwrap();
    let request = http::Request::post(path).header("content-type", "application/json").body(body).unwrap();
    cluster.client.request::<Value>(request).await.unwrap();
}

/// A controller for the scenario's namespace.
struct Running {
    stop: CancellationToken,
    task: JoinHandle<Result<(), controller::Error>>,
}

impl Running {
    fn start(cluster: &Cluster) -> Self {
        Self::with_burst(cluster, Options::default().burst)
    }

    /// With at most `burst` creations a pass.
    fn with_burst(cluster: &Cluster, burst: usize) -> Self {
        Self::with(
            cluster,
            Options {
                scope: Scope::Namespace(NamespaceName::given(&*cluster.namespace).unwrap()),
                burst,
                ..Options::default()
            },
        )
    }

    fn with(cluster: &Cluster, options: Options) -> Self {
        let stop = CancellationToken::new();
        let task = tokio::spawn(controller::run(cluster.client.clone(), options, stop.clone()));
        Self { stop, task }
    }

    async fn stop(self) {
        self.stop.cancel();
        self.task.await.unwrap().unwrap();
    }
}

/// Runs the controller until the set tells of so many replicas.
async fn run_until(cluster: &Cluster, name: &str, replicas: i32) {
    let running = Running::start(cluster);
    becomes(cluster, name, replicas).await;
    running.stop().await;
}

/// Waits until the set's status, written by a controller, tells of so many replicas.
async fn becomes(cluster: &Cluster, name: &str, replicas: i32) {
    let told =
        |set: Option<&ReplicaSet>| set.is_some_and(|set| set.status.is_some() && set.status().replicas == replicas);
    let waiting = kube::runtime::wait::await_condition(sets(cluster), name, told);
    tokio::time::timeout(Duration::from_secs(60), waiting).await.expect("the set never got there").unwrap();
}

async fn scale(cluster: &Cluster, name: &str, replicas: i32) {
    let patch = Patch::Merge(json!({"spec": {"replicas": replicas}}));
    sets(cluster).patch(name, &PatchParams::default(), &patch).await.unwrap();
}

async fn names(cluster: &Cluster, namespace: &str) -> BTreeSet<String> {
    let api: Api<Vmi> = Api::namespaced(cluster.client.clone(), namespace);
    let list = api.list_metadata(&ListParams::default()).await.unwrap();
    list.items.into_iter().filter_map(|vmi| vmi.metadata.name).collect()
}

async fn create_vmi(cluster: &Cluster, namespace: &str, mut vmi: Value) {
    vmi["apiVersion"] = json!("kubevirt.io/v1");
    vmi["kind"] = json!("VirtualMachineInstance");
    vmi["spec"] = json!({"domain": {"devices": {}}});
    let path = format!("/apis/kubevirt.io/v1/namespaces/{namespace}/virtualmachineinstances");
    let request = http::Request::post(path).header("content-type", "application/json");
    cluster.client.request::<Value>(request.body(vmi.to_string().into_bytes()).unwrap()).await.unwrap();
}

async fn events(cluster: &Cluster, reason: &str) -> usize {
    let api: Api<Event> = Api::namespaced(cluster.client.clone(), &cluster.namespace);
    let fields = format!("reason={reason},involvedObject.kind=VirtualMachineInstanceReplicaSet");
    api.list(&ListParams::default().fields(&fields)).await.unwrap().items.len()
}

on_each_server! {
    // Stops and starts the controller over and over while a set grows: in the end it has its VMIs and not one more.
    async fn a_controller_that_is_restarted_all_the_time_duplicates_nothing(cluster) {
        create(&cluster, "web", 40).await;
        for life in 0..60 {
            let running = Running::with_burst(&cluster, 3);
            tokio::time::sleep(Duration::from_millis(life)).await;
            running.stop().await;
            assert!(count(&cluster).await <= 40);
        }
        run_until(&cluster, "web", 40).await;
        assert_eq!(count(&cluster).await, 40);
        assert_eq!(events(&cluster, "SuccessfulDelete").await, 0, "nothing was created that had to be deleted again");
    }

    // The set is paused, so that it makes no other VMI in the meantime.
    async fn a_vmi_that_leaves_a_set_is_released_and_adopted_when_it_comes_back(cluster) {
        create(&cluster, "web", 2).await;
        run_until(&cluster, "web", 2).await;
        let pause = Patch::Merge(json!({"spec": {"paused": true}}));
        sets(&cluster).patch("web", &PatchParams::default(), &pause).await.unwrap();
        let vmi = vmis(&cluster).list(&ListParams::default()).await.unwrap().items.swap_remove(0);
        let name = vmi.metadata.name.unwrap();
        let running = Running::start(&cluster);
        for (label, owners) in [("other", 0), ("web", 1)] {
            let patch = Patch::Merge(json!({"metadata": {"labels": {"app": label}}}));
            vmis(&cluster).patch(&name, &PatchParams::default(), &patch).await.unwrap();
            let owned = |vmi: Option<&Vmi>| {
                vmi.is_some_and(|vmi| vmi.metadata.owner_references.iter().flatten().count() == owners)
            };
            let waiting = kube::runtime::wait::await_condition(vmis(&cluster), &name, owned);
            tokio::time::timeout(Duration::from_secs(60), waiting).await.expect("its owner never changed").unwrap();
        }
        running.stop().await;
        assert_eq!(vmis(&cluster).get(&name).await.unwrap().metadata.uid, vmi.metadata.uid);
        assert_eq!(count(&cluster).await, 2);
    }

    // Whoever may read a set knows its UID, and may write it into an owner reference in a namespace of his own.
    async fn a_tenant_who_forges_owners_in_another_namespace_costs_the_set_nothing(cluster) {
        let evil = "forged-owners".to_owned();
        let namespace = serde_json::from_value(json!({"metadata": {"name": evil}})).unwrap();
        let namespaces: Api<Namespace> = Api::all(cluster.client.clone());
        namespaces.create(&PostParams::default(), &namespace).await.unwrap();
        create(&cluster, "web", 3).await;
        let fixture = [cluster.namespace.as_str(), &evil].map(|namespace| NamespacedName::new(NamespaceName::given(namespace).unwrap(), "web"));
        let running = Running::with(&cluster, Options { scope: Scope::Sets(fixture.into()), ..Options::default() });
        becomes(&cluster, "web", 3).await;
        let before = names(&cluster, &cluster.namespace).await;
        let uid = sets(&cluster).get("web").await.unwrap().metadata.uid.unwrap();
        for number in 0..3 {
            let owner = json!({
                "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceReplicaSet", "name": "web", "uid": uid,
                "controller": true, "blockOwnerDeletion": true,
            });
            create_vmi(&cluster, &evil, json!({
                "metadata": {"name": format!("evil{number}"), "labels": {"app": "web"}, "ownerReferences": [owner]},
                "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]},
            })).await;
        }
        // Everything that could follow from it has been done once the next change has been.
        scale(&cluster, "web", 4).await;
        becomes(&cluster, "web", 4).await;
        let after = names(&cluster, &cluster.namespace).await;
        assert!(before.is_subset(&after) && after.len() == 4, "{before:?} -> {after:?}");
        scale(&cluster, "web", 0).await;
        becomes(&cluster, "web", 0).await;
        running.stop().await;
        // A garbage collector deletes what claims an owner in another namespace; the set deletes its own.
        assert_eq!(events(&cluster, "SuccessfulDelete").await, 4);
    }

    // A set's first status may be answered after its deletion has been watched.
    async fn sets_that_are_deleted_while_they_are_filled_do_not_come_back(cluster) {
        let running = Running::start(&cluster);
        for number in 0..20 {
            let name = format!("web{number}");
            create(&cluster, &name, 3).await;
            tokio::time::sleep(Duration::from_millis(number * 2)).await;
            sets(&cluster).delete(&name, &Default::default()).await.unwrap();
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        // As the garbage collector does; whoever still thought that a set is there would replace them.
        for name in names(&cluster, &cluster.namespace).await {
            vmis(&cluster).delete(&name, &Default::default()).await.unwrap();
        }
        tokio::time::sleep(Duration::from_secs(3)).await;
        assert_eq!(count(&cluster).await, 0);
        running.stop().await;
    }
}
