//! kubectl itself on a cluster: the whole tutorial in its own commands, and the rest of what people type.
//!
//! Each scenario runs on the sandbox and on the real control plane, and both have to show the same.

use crate::support::{Cluster, Transcript};
use insta::assert_snapshot;

const SET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/vmirs.yaml");
const HPA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/vmirs-hpa.yaml");

async fn running(cluster: &Cluster, replicas: u32) {
    let words = format!("wait --for=jsonpath={{.status.readyReplicas}}={replicas} vmirs/testreplicaset --timeout=30s");
    cluster.kubectl(&words).run().await.success();
}

on_each_cluster! {
    async fn the_tutorial_in_kubectls_own_commands(cluster) {
        let mut told = Transcript::new(&cluster);
        told.kubectl(&format!("apply -f {SET}")).await;
        running(&cluster, 2).await;
        told.kubectl("get vmis").await;
        told.kubectl("get pod").await;
        told.kubectl("describe vmirs testreplicaset").await;
        told.kubectl(&format!("get -f {SET}")).await;
        told.kubectl("scale vmirs testreplicaset --replicas 5").await;
        running(&cluster, 5).await;
        told.kubectl("get vmirs,vmis").await;
        told.kubectl(&format!("apply -f {HPA}")).await;
        told.kubectl("delete hpa --all").await;
        told.kubectl("autoscale vmirs testreplicaset --min=2 --max=5").await;
        told.kubectl("delete vmirs testreplicaset").await;
        assert_snapshot!("the_tutorial_in_kubectls_own_commands", told.text());
    }

    async fn kubectl_reads_every_way(cluster) {
        cluster.kubectl(&format!("create -f {SET}")).run().await.success();
        running(&cluster, 2).await;
        let mut told = Transcript::new(&cluster);
        for words in [
            "get vmirs testreplicaset -o name",
            "get vmirs testreplicaset -o wide",
            "get vmirs testreplicaset -o jsonpath={.spec.replicas}/{.status.readyReplicas}",
            "get vmirs testreplicaset -o yaml",
            "get vmirs -o json",
            "get all",
            "get vmirs nothing",
            "get vmirs -l myvmi=other",
            "explain vmirs.spec",
            "auth can-i create vmirs",
            "api-resources --api-group=kubevirt.io",
            "version",
        ] {
            told.kubectl(words).await;
        }
        assert_snapshot!("kubectl_reads_every_way", told.text());
    }

    async fn kubectl_writes_every_way(cluster) {
        cluster.kubectl(&format!("create -f {SET}")).run().await.success();
        running(&cluster, 2).await;
        let mut told = Transcript::new(&cluster);
        for words in [
            "label vmirs testreplicaset tier=front",
            "annotate vmirs testreplicaset note=hello",
            "patch vmirs testreplicaset --type=merge -p {\"spec\":{\"paused\":true}}",
            "patch vmirs testreplicaset --type=json -p [{\"op\":\"remove\",\"path\":\"/spec/paused\"}]",
            "patch vmirs testreplicaset -p {\"spec\":{\"paused\":true}}",
            "scale vmirs testreplicaset --replicas=1 --current-replicas=7",
            "wait --for=condition=ReplicaPaused vmirs/testreplicaset --timeout=0",
            "delete vmirs testreplicaset --dry-run=server",
            "create namespace the-default-one --dry-run=server",
            "delete vmirs nothing",
            "delete vmirs testreplicaset --cascade=foreground",
            "get vmis",
        ] {
            told.kubectl(words).await;
        }
        assert_snapshot!("kubectl_writes_every_way", told.text());
    }

    async fn kubectl_edits_and_follows(cluster) {
        cluster.kubectl(&format!("create -f {SET}")).run().await.success();
        running(&cluster, 2).await;
        let mut told = Transcript::new(&cluster);
        let edit = cluster.kubectl("edit vmirs testreplicaset");
        told.add(edit.env("KUBE_EDITOR", "sed -i 's/^  replicas: 2/  replicas: 3/'")).await;
        running(&cluster, 3).await;
        told.kubectl("get vmirs testreplicaset -o jsonpath={.spec.replicas}").await;
        assert_snapshot!("kubectl_edits_and_follows", told.text());
        let followed = cluster.kubectl("get vmirs testreplicaset -w --no-headers");
        let change = cluster.kubectl("label vmirs testreplicaset a=b").run();
        let (followed, labelled) = tokio::join!(followed.lines(1), change);
        labelled.success();
        assert!(followed[0].starts_with("testreplicaset"), "{followed:?}");
    }

    async fn kubectl_reads_the_definitions(cluster) {
        let mut told = Transcript::new(&cluster);
        let set = "crd virtualmachineinstancereplicasets.kubevirt.io";
        for words in [
            "wait --for=condition=Established crd --all --timeout=10s".to_owned(),
            format!("get {set} -o custom-columns=NAME:.metadata.name,LABELS:.metadata.labels,SCOPE:.spec.scope"),
            format!("get {set} -o jsonpath={{.status.conditions[*].type}},{{.status.conditions[*].reason}},{{.status.storedVersions}}"),
            format!("get {set} -o jsonpath={{.status.acceptedNames}}"),
        ] {
            told.kubectl(&words).await;
        }
        let table = cluster.kubectl("get crd").run().await.success();
        for words in ["NAME SCOPE VERSIONS CREATED AT", "virtualmachineinstances.kubevirt.io Namespaced v1(storage),v1alpha3 "] {
            let squeezed = table.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(squeezed.contains(words), "{table}");
        }
        assert_snapshot!("kubectl_reads_the_definitions", told.text());
    }
}
