//! `sandbox --attach`: simulated VMIs on a cluster that is not ours, and nothing left of them afterwards.

use crate::support::{Cluster, Ended, Invocation};
use rustix::process::{Pid, Signal, kill_process};
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

const PROGRAM: &str = env!("CARGO_BIN_EXE_kubectl-vmirs");
/// Runs a script on the attached cluster; `kubectl` in it is the real one.
async fn attached(cluster: &Cluster, flags: &str, script: &str) -> Ended {
    let kubectl = format!("kubectl() {{ {} \"$@\"; }}; set -e; {script}", cluster.kubectl_path().display());
    Invocation::new(PROGRAM, "kubectl vmirs", &format!("sandbox --attach --boot-time 100ms {flags} -- bash -c"))
        .arg(kubectl)
        .directory(env!("CARGO_MANIFEST_DIR").as_ref())
        .env("KUBECONFIG", &cluster.kubeconfig)
        .run()
        .await
}

/// Names of everything that an attached sandbox makes, on a cluster that has none of it.
async fn left(cluster: &Cluster) -> String {
    let kinds = "get nodes,crd,pods,leases.coordination.k8s.io -A -o name";
    let names = cluster.kubectl(kinds).run().await.success();
    names.lines().filter(|name| !name.contains("lease") || name.contains("sandbox")).collect::<Vec<_>>().join("\n")
}

/// Starts `sandbox --attach` without a command and waits until it says that it is ready.
async fn start(cluster: &Cluster, flags: &[&str]) -> Child {
    let mut command = Command::new(PROGRAM);
    command.args(["sandbox", "--attach"]).args(flags).env("KUBECONFIG", &cluster.kubeconfig);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let line = lines.next_line().await.unwrap().unwrap();
    assert!(line.starts_with("Attached to https://127.0.0.1:"), "{line}");
    child
}

fn signal(child: &Child, signal: Signal) {
    kill_process(Pid::from_raw(i32::try_from(child.id().unwrap()).unwrap()).unwrap(), signal).unwrap();
}

const FILLED: &str = "kubectl wait --for=jsonpath={.status.readyReplicas}=2 vmirs/testreplicaset --timeout=30s";

async fn a_cluster_without_kubevirt_has_it_for_a_commands_time(cluster: &Cluster) {
    let script = format!(
        "kubectl vmirs create -f examples/vmirs.yaml; {FILLED}; kubectl get nodes -o name; \
         kubectl get lease -n kube-node-lease -o name; kubectl get pods -o jsonpath={{.items[*].status.phase}}; exit 7"
    );
    let ended = attached(cluster, "--nodes 2", &script).await;
    assert_eq!(ended.code, Some(7), "{ended}");
    for shown in [
        "testreplicaset created",
        "node/sandbox-node01\nnode/sandbox-node02\n",
        "lease.coordination.k8s.io/sandbox-node02",
        "Running Running",
    ] {
        assert!(ended.stdout.contains(shown), "{ended}");
    }
    assert_eq!(left(cluster).await, "");
}

async fn an_interrupt_takes_everything_away(cluster: &Cluster) {
    let mut child = start(cluster, &[]).await;
    assert!(left(cluster).await.contains("node/sandbox-node03"));
    signal(&child, Signal::INT);
    assert_eq!(child.wait().await.unwrap().code(), Some(0));
    assert_eq!(left(cluster).await, "");
}

async fn a_second_sandbox_is_refused_until_the_first_is_known_to_be_dead(cluster: &Cluster) {
    let mut first = start(cluster, &[]).await;
    let refused = attached(cluster, "", "true").await.failure();
    assert!(refused.contains("another sandbox is attached already (\"sandbox-"), "{refused}");
    first.kill().await.unwrap();
    assert!(left(cluster).await.contains("node/sandbox-node01"));
    attached(cluster, "--force", "kubectl get vmi -A").await.success();
    assert_eq!(left(cluster).await, "", "what the killed one had made went, too");
}

async fn a_live_virt_controller_is_respected(cluster: &Cluster) {
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.000000Z");
    let lease = format!(
        "apiVersion: coordination.k8s.io/v1\nkind: Lease\nmetadata: {{name: virt-controller}}\n\
         spec: {{holderIdentity: virt-controller-7d9, leaseDurationSeconds: 15, renewTime: \"{now}\"}}\n"
    );
    cluster.kubectl("create -f -").stdin(lease).run().await.success();
    let refused = attached(cluster, "", "true").await.failure();
    assert!(refused.contains("\"virt-controller-7d9\" holds the lease") && refused.contains("--force"), "{refused}");
    assert_eq!(left(cluster).await, "");
    cluster.kubectl("delete lease virt-controller").run().await.success();
}

async fn a_controller_of_ours_is_respected(cluster: &Cluster) {
    let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S.000000Z");
    let lease = format!(
        "apiVersion: coordination.k8s.io/v1\nkind: Lease\n\
         metadata: {{name: theirs, labels: {{controller.kubectl-vmirs/namespace: some}}}}\n\
         spec: {{holderIdentity: keeper, leaseDurationSeconds: 15, renewTime: \"{now}\"}}\n"
    );
    cluster.kubectl("create -f -").stdin(lease).run().await.success();
    let refused = attached(cluster, "", "true").await.failure();
    assert!(refused.contains("\"keeper\" holds the lease") && refused.contains("--no-controller"), "{refused}");
    assert_eq!(left(cluster).await, "");
    attached(cluster, "--no-controller", "true").await.success();
    cluster.kubectl("delete lease theirs").run().await.success();
}

async fn two_do_not_keep_the_same_sets(cluster: &Cluster) {
    let refused = attached(cluster, "", "kubectl vmirs create web --image=x --local").await;
    assert_eq!(refused.code, Some(1), "{refused}");
    assert!(refused.stderr.contains("holds the lease kube-system/sandbox-controller"), "{refused}");
    assert_eq!(left(cluster).await, "");
}

async fn somebody_elses_definitions_are_used_when_told_and_stay(cluster: &Cluster) {
    for crd in ["crd-vmirs.yaml", "crd-vmi.yaml"] {
        let path = format!("{}/src/manifests/{crd}", env!("CARGO_MANIFEST_DIR"));
        let theirs = std::fs::read_to_string(path).unwrap().replace("app.kubernetes.io/part-of", "not-ours");
        cluster.kubectl("create -f -").stdin(theirs).run().await.success();
    }
    let refused = attached(cluster, "", "true").await.failure();
    let foreign =
        "CustomResourceDefinition virtualmachineinstancereplicasets.kubevirt.io is there already and is not ours";
    assert!(refused.contains(foreign), "{refused}");
    let script = format!("kubectl vmirs create -f examples/vmirs.yaml; {FILLED}");
    attached(cluster, "--force", &script).await.success();
    let fixture = "customresourcedefinition.apiextensions.k8s.io/virtualmachineinstancereplicasets.kubevirt.io\n\
                customresourcedefinition.apiextensions.k8s.io/virtualmachineinstances.kubevirt.io";
    assert_eq!(left(cluster).await, fixture);
    let sets = cluster.kubectl("get vmirs -A -o jsonpath={.items[*].status.replicas}").run().await.success();
    assert_eq!(sets, "2", "sets of definitions that were there before stay");
}

/// Steps in one order on one cluster: each finds it as the one before has left it.
#[tokio::test]
async fn a_real_cluster_is_as_it_was_before() {
    let cluster = Cluster::without_kubevirt("attach").await;
    a_cluster_without_kubevirt_has_it_for_a_commands_time(&cluster).await;
    an_interrupt_takes_everything_away(&cluster).await;
    a_second_sandbox_is_refused_until_the_first_is_known_to_be_dead(&cluster).await;
    a_live_virt_controller_is_respected(&cluster).await;
    a_controller_of_ours_is_respected(&cluster).await;
    two_do_not_keep_the_same_sets(&cluster).await;
    somebody_elses_definitions_are_used_when_told_and_stay(&cluster).await;
}

/// A sandbox has the kinds already: they, and the sets, outlive what is attached to it.
#[tokio::test]
async fn a_sandbox_can_be_attached_to() {
    let cluster = Cluster::guarded("attach-sandbox").await;
    let script = format!(
        "kubectl vmirs create -f examples/vmirs.yaml; {FILLED}; kubectl get vmi -o jsonpath={{.items[*].status.nodeName}}"
    );
    let ended = attached(&cluster, "--nodes 1 --force", &script).await;
    assert_eq!(ended.code, Some(0), "{ended}");
    let nodes = cluster.kubectl("get nodes -o name").run().await.success();
    assert!(!nodes.contains("sandbox-node"), "{nodes}");
    assert_eq!(cluster.kubectl("get vmirs -A -o name").run().await.success().lines().count(), 1);
}
