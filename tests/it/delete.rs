//! `delete`: what goes, what stays, and what is said about it.

use crate::support::{Cluster, Transcript};
use insta::assert_snapshot;

const HELD: &str = "apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstanceReplicaSet\n\
                    metadata: {name: held, finalizers: [example.com/hold]}\n\
                    spec: {replicas: 0, selector: {matchLabels: {app: held}}, template: {metadata: {labels: {app: held}}, spec: {domain: {devices: {}}}}}\n";

async fn created(cluster: &Cluster, names: &[&str]) {
    for name in names {
        let words = format!("create {name} --image=x --replicas=1 --labels=app={name},tier=front");
        cluster.vmirs(&words).run().await.success();
        cluster.vmirs(&format!("wait {name} --for=ready --timeout=60s")).run().await.success();
    }
}

async fn sets(cluster: &Cluster) -> Vec<String> {
    let names = cluster.kubectl("get vmirs -o jsonpath={.items[*].metadata.name}").run().await.success();
    names.split_whitespace().map(str::to_owned).collect()
}

on_each_cluster! {
    async fn a_dry_run_deletes_nothing(cluster) {
        created(&cluster, &["a", "b"]).await;
        let mut told = Transcript::new(&cluster);
        for words in [
            "delete a --dry-run=server",
            "delete a --dry-run=client",
            "delete --all --dry-run=server -o name",
            "delete -l tier=front --dry-run=server --cascade=foreground --now",
            "delete a --dry-run=server --force",
            "delete nothing --dry-run=server",
        ] {
            told.vmirs(words).await;
        }
        assert_snapshot!("a_dry_run_deletes_nothing", told.text());
        let fixture = "get vmirs -o jsonpath={.items[*].metadata.name}{.items[*].metadata.deletionTimestamp}";
        assert_eq!(cluster.kubectl(fixture).run().await.success(), "a b");
    }

    async fn vmis_go_with_their_set_or_are_left_behind(cluster) {
        created(&cluster, &["a", "b", "c"]).await;
        cluster.vmirs("delete a --cascade=orphan").run().await.success();
        let left = cluster.kubectl("get vmi -l app=a -o jsonpath={.items[*].metadata.ownerReferences}").run().await;
        assert_eq!(left.success(), "");
        assert_eq!(cluster.kubectl("get vmi -l app=a -o name").run().await.success().lines().count(), 1);
        cluster.vmirs("delete b --cascade=foreground").run().await.success();
        assert_eq!(cluster.kubectl("get vmi -l app=b -o name").run().await.success(), "");
        cluster.vmirs("delete c").run().await.success();
        assert_eq!(sets(&cluster).await, [""; 0]);
        cluster.kubectl("wait vmi -l app=c --for=delete --timeout=60s").run().await.success();
    }

    async fn a_deletion_is_said_before_it_is_waited_for(cluster) {
        cluster.kubectl("create -f -").stdin(HELD).run().await.success();
        let said = cluster.vmirs("delete held").lines(1).await;
        let namespace = &cluster.namespace;
        let expected = format!("virtualmachineinstancereplicaset.kubevirt.io \"held\" deleted from {namespace} namespace");
        assert_eq!(said, [expected]);
        let late = cluster.vmirs("delete held held --timeout=1s").run().await;
        let message = "error: timed out waiting for the condition on virtualmachineinstancereplicasets/held\n";
        assert_eq!((late.stderr.as_str(), late.code), (message, Some(1)));
        let released = cluster.kubectl("patch vmirs held --type=merge -p {\"metadata\":{\"finalizers\":null}}").run();
        let (waited, released) = tokio::join!(cluster.vmirs("delete held --ignore-not-found --timeout=60s").run(), released);
        released.success();
        waited.success();
        assert_eq!(sets(&cluster).await, [""; 0]);
    }

    async fn whoever_is_asked_decides(cluster) {
        created(&cluster, &["a"]).await;
        let mut told = Transcript::new(&cluster);
        for (words, answer) in [
            ("delete a -i", "n\n"),
            ("delete a -i", ""),
            ("delete a -i", "y and more\n"),
            ("delete -l tier=none -i", "y\n"),
            ("delete a nothing -i --ignore-not-found", " Y \n"),
        ] {
            told.add(cluster.vmirs(words).stdin(answer)).await;
        }
        assert_snapshot!("whoever_is_asked_decides", told.text());
        assert_eq!(sets(&cluster).await, [""; 0]);
    }
}
