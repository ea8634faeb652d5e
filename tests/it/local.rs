//! `--local` and `controller`, on a cluster whose sets nobody keeps.

use crate::support::Cluster;
use k8s_openapi::api::coordination::v1::Lease;
use kube::api::{Api, Patch, PatchParams, PostParams};
use serde_json::json;
use std::time::Duration;

async fn vmis(cluster: &Cluster) -> Vec<String> {
    cluster.vmirs("get --vmis -o name").run().await.success().lines().map(str::to_owned).collect()
}

on_each_cluster! {
    without a controller:
    async fn a_set_is_filled_scaled_and_emptied_by_its_own_commands(cluster) {
        let created = cluster.vmirs("create web --image=x --replicas=2 --local").run().await;
        assert!(created.stderr.ends_with("web: 2/2 VMIs, 2 ready\n"), "{created}");
        assert_eq!(created.success(), "virtualmachineinstancereplicaset.kubevirt.io/web created\n");
        assert_eq!(vmis(&cluster).await.len(), 2);
        cluster.vmirs("scale web --replicas=5 --local").run().await.success();
        assert_eq!(vmis(&cluster).await.len(), 5);
        cluster.vmirs("pause web").run().await.success();
        cluster.vmirs("scale web --replicas=1").run().await.success();
        assert_eq!(vmis(&cluster).await.len(), 5);
        cluster.vmirs("resume web --local").run().await.success();
        let row = cluster.vmirs("get web --no-headers").run().await.success();
        assert_eq!(row.split_whitespace().take(4).collect::<Vec<_>>(), ["web", "1", "1", "1"]);
    }

    async fn what_is_left_undone_when_time_runs_out_is_told(cluster) {
        let created = cluster.vmirs("create big --image=x --memory=900Gi --replicas=1 --local --timeout=1s").run().await;
        assert_eq!(created.code, Some(1), "{created}");
        assert!(
            created.stderr.contains("error: timed out waiting for \"big\" to settle: it waits for 1 VMI to become ready")
        );
        // Its neighbors may have taken the CPUs, too.
        assert!(created.stderr.contains("0/3 nodes are available: "), "{created}");
        assert!(created.stderr.contains("3 Insufficient memory."), "{created}");
    }

    async fn an_interrupt_says_what_is_left_and_leaves_no_lease(cluster) {
        let words = "create big --image=x --memory=900Gi --replicas=1 --local --timeout=60s";
        let mut running = cluster.vmirs(words).start();
        running.tells("big: 1/1 VMIs").await;
        running.signal(rustix::process::Signal::INT);
        let (code, told) = running.ended().await;
        assert_eq!(code, Some(1), "{told}");
        assert!(told.contains("error: interrupted while \"big\" settled: it waits for 1 VMI to become ready"), "{told}");
        assert_eq!(cluster.kubectl("get leases -o name").run().await.success(), "");
    }

    async fn a_command_that_leaves_no_set_to_settle_tells_its_failure_only(cluster) {
        let told = cluster.vmirs("scale nosuch --replicas=1 --local").run().await.failure();
        assert!(told.contains("\"nosuch\" not found"), "{told}");
        assert_eq!(told.lines().count(), 1, "{told}");
        assert_eq!(cluster.kubectl("get leases -o name").run().await.success(), "");
    }

    async fn flags_that_make_no_sense_together_are_refused(cluster) {
        let told = cluster.vmirs("create web --image=x --local --dry-run=server").run().await.failure();
        assert_eq!(told, "error: --local and --dry-run cannot be used together\n");
        assert_eq!(cluster.vmirs("get -o name").run().await.success(), "");
    }
}

#[tokio::test]
async fn a_live_controller_is_not_fought() {
    // A cluster of its own: the lease is everybody's.
    let cluster = Cluster::guarded("local-guarded").await;
    cluster.vmirs("create web --image=x --replicas=1").run().await.success();
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.000000Z");
    let lease = format!(
        "apiVersion: coordination.k8s.io/v1\nkind: Lease\nmetadata: {{name: virt-controller}}\n\
         spec: {{holderIdentity: virt-controller-7d9, leaseDurationSeconds: 15, renewTime: \"{now}\"}}\n"
    );
    cluster.kubectl("create -f -").stdin(lease).run().await.success();
    for words in ["scale web --replicas=2 --local", "create other --image=x --local", "controller"] {
        let refused = cluster.vmirs(words).run().await.failure();
        assert!(
            refused.contains("\"virt-controller-7d9\" holds the lease") && refused.contains("--force"),
            "{refused}"
        );
    }
    assert_eq!(cluster.vmirs("get -o name").run().await.success().lines().count(), 1);
    assert!(vmis(&cluster).await.is_empty());
    cluster.vmirs("scale web --replicas=2 --local --force").run().await.success();
    assert_eq!(vmis(&cluster).await.len(), 2);
}

#[tokio::test]
async fn a_controller_whose_clock_is_behind_is_found_out_by_its_renewals() {
    let cluster = Cluster::guarded("local-behind").await;
    cluster.vmirs("create web --image=x --replicas=1").run().await.success();
    let leases: Api<Lease> = Api::namespaced(cluster.client.clone(), &cluster.namespace);
    let spec = json!({"holderIdentity": "virt-controller-7d9", "leaseDurationSeconds": 15, "renewTime": behind()});
    let lease = serde_json::from_value(json!({"metadata": {"name": "virt-controller"}, "spec": spec})).unwrap();
    leases.create(&PostParams::default(), &lease).await.unwrap();
    let renewing = async {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let renewed = Patch::Merge(json!({"spec": {"renewTime": behind()}}));
            leases.patch("virt-controller", &PatchParams::default(), &renewed).await.unwrap();
        }
    };
    let refused = tokio::select! {
        () = renewing => unreachable!("it goes on for ever"),
        refused = cluster.vmirs("scale web --replicas=2 --local").run() => refused.failure(),
    };
    assert!(refused.contains("Watching lease local-behind/virt-controller"), "{refused}");
    assert!(refused.contains("is refused: KubeVirt's own controller reconciles the sets of this cluster"), "{refused}");
    // Once nobody renews it any more, it is nobody's.
    cluster.vmirs("scale web --replicas=2 --local --timeout=60s").run().await.success();
    assert_eq!(vmis(&cluster).await.len(), 2);
}

/// Ten minutes ago.
fn behind() -> String {
    let then = jiff::Timestamp::now() - jiff::SignedDuration::from_mins(10);
    then.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string()
}
