//! What people may do with the rights that KubeVirt gives them, and what the reconciler may do with those that we ask
//! for. Denials name verb, resource and namespace, and leave nothing half-done.

use crate::support::{Cluster, Transcript};
use insta::assert_snapshot;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

const SET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/vmirs.yaml");
const RBAC: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/manifests/rbac.yaml");

/// KubeVirt's `kubevirt.io:edit` and `kubevirt.io:view` as far as sets and VMIs go: neither has `…/scale`,
/// `…/status` or `…/finalizers`.
const EDIT: &str = "[get, delete, create, update, patch, list, watch]";
const VIEW: &str = "[get, list, watch]";

/// Gives a user a Role in the namespace, with Kubernetes' own shares of the role that it is aggregated to.
async fn grant(cluster: &Cluster, user: &str, verbs: &str, aggregates: &[&str]) {
    let mut manifest = format!(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {{name: {user}}}\nrules:\n\
         - apiGroups: [kubevirt.io]\n  resources: [virtualmachineinstancereplicasets, virtualmachineinstances]\n  verbs: {verbs}\n\
         ---\n{}",
        binding(user, user, "Role", user),
    );
    for aggregate in aggregates {
        manifest.push_str("---\n");
        manifest.push_str(&binding(aggregate, user, "ClusterRole", &format!("system:aggregate-to-{aggregate}")));
    }
    cluster.kubectl("create -f -").stdin(manifest).run().await.success();
}

fn binding(name: &str, user: &str, kind: &str, role: &str) -> String {
    format!(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {{name: {name}}}\n\
         roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: {kind}, name: {role}}}\n\
         subjects: [{{apiGroup: rbac.authorization.k8s.io, kind: User, name: {user}}}]\n"
    )
}

async fn size(cluster: &Cluster) -> String {
    let path = "get vmirs testreplicaset -o jsonpath={.spec.replicas}/{.spec.paused}/{.metadata.generation}";
    cluster.kubectl(path).run().await.success()
}

#[tokio::test]
async fn an_editor_does_the_days_work_and_scales_through_the_spec() {
    let cluster = Cluster::real("roles-editor").await;
    grant(&cluster, "editor", EDIT, &["view", "edit"]).await;
    let mut told = Transcript::new(&cluster);
    told.vmirs(&format!("create -f {SET} --context editor")).await;
    cluster
        .kubectl("wait vmirs/testreplicaset --for=jsonpath={.status.readyReplicas}=2 --timeout=30s")
        .run()
        .await
        .success();
    for words in [
        "scale testreplicaset --replicas=3",
        "scale testreplicaset --replicas=1 --current-replicas=7",
        "scale testreplicaset --replicas=3 --resource-version=1",
        "scale testreplicaset --replicas=4 --dry-run=server",
        "pause testreplicaset",
        "resume testreplicaset",
        "autoscale testreplicaset --min=2 --max=5",
        "get --hpas -o name",
        "delete testreplicaset",
        "create web --image=x --local",
        "get -o name",
    ] {
        told.vmirs(&format!("{words} --context editor")).await;
    }
    assert_snapshot!("an_editors_day", told.text());
    assert_eq!(cluster.kubectl("get vmirs -o name").run().await.success(), "", "--local was refused before it wrote");
}

#[tokio::test]
async fn a_viewer_sees_everything_and_changes_nothing() {
    let cluster = Cluster::real("roles-viewer").await;
    grant(&cluster, "viewer", VIEW, &["view"]).await;
    cluster.vmirs(&format!("create -f {SET}")).run().await.success();
    cluster
        .kubectl("wait vmirs/testreplicaset --for=jsonpath={.status.readyReplicas}=2 --timeout=30s")
        .run()
        .await
        .success();
    let before = size(&cluster).await;
    for words in
        ["get", "get --vmis", "get --pods", "get --hpas", "describe testreplicaset", "describe testreplicaset --full"]
    {
        cluster.vmirs(&format!("{words} --context viewer")).run().await.success();
    }
    let mut told = Transcript::new(&cluster);
    for words in [
        &format!("create -f {SET}"),
        "create web --image=x",
        "scale testreplicaset --replicas=3",
        "scale --all --replicas=0",
        "pause testreplicaset",
        "autoscale testreplicaset --max=5",
        "delete testreplicaset",
        "delete --all",
        "scale testreplicaset --replicas=3 --local",
        "get -A",
    ] {
        told.vmirs(&format!("{words} --context viewer")).await;
    }
    assert_snapshot!("a_viewers_denials", told.text());
    assert_eq!(size(&cluster).await, before);
    assert_eq!(cluster.kubectl("get vmirs,hpa -o name").run().await.success().lines().count(), 1);
}

#[tokio::test]
async fn nobody_is_told_what_he_lacks() {
    let cluster = Cluster::real("roles-nobody").await;
    cluster.vmirs(&format!("create -f {SET}")).run().await.success();
    let mut told = Transcript::new(&cluster);
    for words in [
        "get",
        "get testreplicaset --vmis",
        "get --pods",
        "get --hpas",
        "describe testreplicaset",
        "scale testreplicaset --replicas=3",
        "autoscale --max=5",
        "delete testreplicaset",
        "controller",
    ] {
        told.vmirs(&format!("{words} --context nobody")).await;
    }
    assert_snapshot!("what_nobody_lacks", told.text());
    assert_eq!(size(&cluster).await, "2//1");
}

/// Starts our controller for the namespace with the reconciler's rights, and collects what it says.
fn controller(cluster: &Cluster) -> (Child, tokio::task::JoinHandle<String>) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kubectl-vmirs"));
    command
        .args(["controller", "--context", "reconciler", "-n", &cluster.namespace])
        .arg("--leader-elect-resource-namespace=kubevirt")
        .env("KUBECONFIG", &cluster.kubeconfig);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let said = tokio::spawn(async move {
        let mut said = String::new();
        while let Ok(Some(line)) = lines.next_line().await {
            said.push_str(&line);
            said.push('\n');
        }
        said
    });
    (child, said)
}

#[tokio::test]
async fn the_reconciler_needs_no_more_than_the_role_that_we_ship() {
    let cluster = Cluster::uncontrolled(crate::support::ClusterKind::Real, "roles-reconciler").await;
    cluster.kubectl("create namespace kubevirt").run().await.success();
    cluster.kubectl(&format!("create -n kubevirt -f {RBAC}")).run().await.success();
    let role = "kubectl-vmirs-controller";
    cluster
        .kubectl(&format!("create clusterrolebinding reconciler --clusterrole={role} --user=reconciler"))
        .run()
        .await
        .success();
    cluster
        .kubectl(&format!("create rolebinding reconciler -n kubevirt --role={role} --user=reconciler"))
        .run()
        .await
        .success();
    let (mut running, said) = controller(&cluster);
    cluster.vmirs(&format!("create -f {SET}")).run().await.success();
    let settles = async |size: usize| {
        for field in ["readyReplicas", "replicas"] {
            let words = format!("wait vmirs/testreplicaset --for=jsonpath={{.status.{field}}}={size} --timeout=30s");
            cluster.kubectl(&words).run().await.success();
        }
    };
    settles(2).await;
    cluster.vmirs("scale testreplicaset --replicas=4").run().await.success();
    settles(4).await;
    cluster.vmirs("scale testreplicaset --replicas=1").run().await.success();
    settles(1).await;
    // Released, and adopted again once the set has lost the one that took its place.
    let released = cluster.kubectl("get vmi -o name").run().await.success().trim().to_owned();
    cluster.kubectl(&format!("label {released} myvmi=mine --overwrite")).run().await.success();
    cluster
        .kubectl(&format!("wait {released} --for=jsonpath={{.metadata.labels.myvmi}}=mine --timeout=30s"))
        .run()
        .await
        .success();
    let free = format!("get {released} -o jsonpath={{.metadata.ownerReferences}}");
    for _ in 0..300 {
        if cluster.kubectl(&free).run().await.success().is_empty() {
            break;
        }
    }
    assert_eq!(cluster.kubectl(&free).run().await.success(), "", "it was released");
    cluster.vmirs("scale testreplicaset --replicas=2").run().await.success();
    cluster.kubectl(&format!("label {released} myvmi=myvmi --overwrite")).run().await.success();
    settles(2).await;
    cluster.vmirs("pause testreplicaset").run().await.success();
    cluster.kubectl("wait vmirs/testreplicaset --for=condition=ReplicaPaused --timeout=30s").run().await.success();
    let events = "get events --field-selector involvedObject.kind=VirtualMachineInstanceReplicaSet -o name";
    assert!(!cluster.kubectl(events).run().await.success().is_empty());
    running.kill().await.unwrap();
    let said = said.await.unwrap();
    assert!(!said.contains("forbidden"), "{said}");
}
