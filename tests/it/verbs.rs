//! Our own verbs, on the sandbox and on the real control plane: both have to show the same.

use crate::support::{Cluster, Transcript, mask};
use insta::assert_snapshot;

const SET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/vmirs.yaml");
const HPA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/vmirs-hpa.yaml");

async fn ready(cluster: &Cluster, name: &str, replicas: u32) {
    let words = format!("wait --for=jsonpath={{.status.readyReplicas}}={replicas} vmirs/{name} --timeout=30s");
    cluster.kubectl(&words).run().await.success();
}

on_each_cluster! {
    async fn a_sets_life(cluster) {
        let mut told = Transcript::new(&cluster);
        told.vmirs(&format!("create -f {SET}")).await;
        ready(&cluster, "testreplicaset", 2).await;
        for words in [
            "get",
            "get testreplicaset -o name",
            "get virtualmachineinstancereplicaset.kubevirt.io/testreplicaset --show-labels",
            "get testreplicaset -o jsonpath={.spec.replicas}/{.status.readyReplicas}",
            "get -o custom-columns=NAME:.metadata.name,SIZE:.spec.replicas",
            "get --vmis",
            "get --pods",
            "get testreplicaset --vmis -o wide -L myvmi",
            "describe testreplicaset",
            "describe testrep --full",
            "scale testreplicaset --replicas 3 --current-replicas 2 --timeout 30s",
            "pause testreplicaset",
            "pause testreplicaset",
            "resume testreplicaset",
            "scale testreplicaset --replicas 1 --dry-run=server",
            "scale testreplicaset --replicas 3 -o name",
        ] {
            told.vmirs(words).await;
        }
        told.vmirs(&format!("create -f {HPA}")).await;
        let hpas = [cluster.vmirs("get --hpas"), cluster.kubectl("get hpa")].map(|shown| shown.run());
        let [ours, kubectls] = futures::future::join_all(hpas).await.try_into().unwrap();
        assert_eq!(mask(ours.success()), mask(kubectls.success()));
        ready(&cluster, "testreplicaset", 3).await;
        told.vmirs("get testreplicaset nothing").await;
        told.vmirs("delete testreplicaset --dry-run=client").await;
        told.vmirs("delete testreplicaset").await;
        told.vmirs("get").await;
        assert_snapshot!("a_sets_life", told.text());
    }

    async fn a_set_from_nothing(cluster) {
        let mut told = Transcript::new(&cluster);
        told.vmirs("create web --image=quay.io/x:1 --cpu=1 --memory=64Mi --replicas=2 --dry-run=client -o yaml").await;
        told.vmirs("create web --image=quay.io/x:1 --cpu=1 --memory=64Mi --replicas=2").await;
        told.vmirs("create web --image=quay.io/x:1").await;
        ready(&cluster, "web", 2).await;
        told.vmirs("autoscale --min=2 --max=5 --cpu=70% --dry-run=client -o yaml").await;
        told.vmirs("autoscale --min=2 --max=5 --cpu=70%").await;
        told.vmirs("autoscale web --min=2 --max=5").await;
        let stdin = "apiVersion: v1\nkind: List\nitems: []\n---\nkind: Nonsense\n";
        told.add(cluster.vmirs("create -f -").stdin(stdin)).await;
        told.vmirs("delete web").await;
        assert_snapshot!("a_set_from_nothing", told.text());
    }

    async fn a_vmi_of_somebody_else_is_never_touched(cluster) {
        let owned = |name: &str, owners: &str| format!(
            "apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstance\nmetadata:\n  name: {name}\n  labels: {{kubevirt.io/vmReplicaSet: web}}\n{owners}\
             spec: {{domain: {{devices: {{}}, resources: {{requests: {{memory: 64M}}}}}}}}\n"
        );
        // An owner that is alive, of another kind, and controls.
        cluster.kubectl("create configmap owner").run().await.success();
        let uid = cluster.kubectl("get configmap owner -o jsonpath={.metadata.uid}").run().await.success();
        let owners = format!("  ownerReferences: [{{apiVersion: v1, kind: ConfigMap, name: owner, uid: {uid}, controller: true}}]\n");
        cluster.kubectl("create -f -").stdin(owned("foreign", &owners)).run().await.success();
        cluster.kubectl("create -f -").stdin(owned("orphan", "")).run().await.success();
        cluster.vmirs("create web --image=x --replicas=2").run().await.success();
        ready(&cluster, "web", 2).await;
        let owners = "get vmi -o custom-columns=NAME:.metadata.name,OWNER:.metadata.ownerReferences[0].kind --sort-by=.metadata.name";
        let listed = cluster.kubectl(owners).run().await.success();
        assert_eq!(listed.lines().count(), 1 + 3, "two of the set, of which one was adopted, and the foreign one: {listed}");
        let owner = |name: &str| {
            let row = listed.lines().find(|line| line.starts_with(name)).unwrap();
            row.split_whitespace().last().unwrap().to_owned()
        };
        assert_eq!((owner("foreign"), owner("orphan")), ("ConfigMap".into(), "VirtualMachineInstanceReplicaSet".into()));
        cluster.vmirs("scale web --replicas=0").run().await.success();
        cluster.kubectl("wait --for=delete vmi/orphan --timeout=30s").run().await.success();
        assert_eq!(cluster.kubectl("get vmi -o name").run().await.success().lines().last(), Some("virtualmachineinstance.kubevirt.io/foreign"));
    }

    async fn a_failed_vmi_is_replaced(cluster) {
        cluster.vmirs("create web --image=x --replicas=2").run().await.success();
        ready(&cluster, "web", 2).await;
        let names = cluster.vmirs("get --vmis -o name").run().await.success();
        let victim = names.lines().next().unwrap().rsplit('/').next().unwrap().to_owned();
        cluster.vmirs(&format!("sandbox crash {victim}")).run().await.success();
        cluster.kubectl(&format!("wait --for=delete vmi/{victim} --timeout=30s")).run().await.success();
        ready(&cluster, "web", 2).await;
        let after = cluster.vmirs("get --vmis -o name").run().await.success();
        assert!(after.lines().count() == 2 && !after.contains(&victim), "{after}");
    }
}
