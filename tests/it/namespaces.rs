//! Which namespaces a command is about: those that somebody named, and never all of them by mistake.

use crate::support::{Cluster, Invocation};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// The cluster's kubeconfig with an empty namespace in its context, as `kubectl config set-context --namespace=` writes it.
fn without_namespace(cluster: &Cluster, folder: &Path) -> PathBuf {
    let text = std::fs::read_to_string(&cluster.kubeconfig).unwrap();
    let mut known = serde_json::to_value(kube::config::Kubeconfig::from_yaml(&text).unwrap()).unwrap();
    for context in known["contexts"].as_array_mut().unwrap() {
        context["context"]["namespace"] = json!("");
    }
    let path = folder.join("kubeconfig");
    std::fs::write(&path, known.to_string()).unwrap();
    path
}

/// Our program in the context of that kubeconfig, without `-n`.
fn vmirs(kubeconfig: &Path, words: &str) -> Invocation {
    Invocation::new(env!("CARGO_BIN_EXE_kubectl-vmirs"), "kubectl vmirs", words).env("KUBECONFIG", kubeconfig)
}

fn manifest(name: &str, namespace: Option<&str>) -> String {
    let mut set = json!({
        "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceReplicaSet", "metadata": {"name": name, "labels": {"a": name}},
        "spec": {"replicas": 0, "selector": {"matchLabels": {"a": name}}, "template": {
            "metadata": {"labels": {"a": name}},
            "spec": {"domain": {"devices": {}, "resources": {"requests": {"memory": "64Mi"}}}},
        }},
    });
    if let Some(namespace) = namespace {
        set["metadata"]["namespace"] = json!(namespace);
    }
    set.to_string()
}

on_each_cluster! {
    without a controller:
    async fn an_empty_namespace_is_the_default_one(cluster) {
        let folder = tempfile::tempdir().unwrap();
        let empty = without_namespace(&cluster, folder.path());
        cluster.vmirs("create -f -").stdin(manifest("over-there", None)).run().await.success();
        let here = "in-the-default-namespace";
        // An empty namespace in the context, in the flag and in the object: none of them names one.
        let stdin = manifest(here, Some(""));
        let made = vmirs(&empty, "create -f - -o jsonpath={.metadata.namespace}").stdin(stdin).run().await.success();
        assert_eq!(made, "default");
        for (program, flag) in [(&empty, ""), (&empty, " -n ''"), (&cluster.kubeconfig, " -n default")] {
            for words in [
                "get -o name",
                "get -o name --watch-only=false",
                "describe --show-events=false",
                "delete --all --dry-run=server",
                "delete -l a --dry-run=server",
                "scale --all --replicas=0 --dry-run=server",
                "wait --all --for=jsonpath={.spec.replicas}=0 --timeout=10s",
                "get in-the-default-namespace -o name",
                "describe in-the-default-namespace --show-events=false",
                "delete in-the-default-namespace --dry-run=server",
                "scale in-the-default-namespace --replicas=0 --dry-run=server",
                "wait in-the-default-namespace --for=jsonpath={.spec.replicas}=0 --timeout=10s",
                "autoscale in-the-default-namespace --max=2 --dry-run=server",
                "expose in-the-default-namespace --port=80 --dry-run=server",
            ] {
                let told = vmirs(program, &format!("{words}{flag}")).run().await.success();
                assert!(told.contains(here), "{words}{flag}: {told}");
                assert!(!told.contains("over-there"), "{words}{flag}: {told}");
            }
        }
        let made = vmirs(&empty, "create x --image=x --dry-run=client -o jsonpath={.metadata.namespace}");
        assert_eq!(made.run().await.success(), "default");
        let listed = vmirs(&empty, "get -A -o jsonpath={.items[*].metadata.name}").run().await.success();
        assert!(listed.contains("over-there") && listed.contains(here), "{listed}");
        let sets = "/apis/kubevirt.io/v1/namespaces/default/virtualmachineinstancereplicasets/in-the-default-namespace";
        cluster.client.request::<Value>(http::Request::delete(sets).body(Vec::new()).unwrap()).await.unwrap();
    }

    async fn a_name_that_is_none_reaches_no_object(cluster) {
        cluster.vmirs("create web --image=x --replicas=0").run().await.success();
        for verb in ["get", "describe", "delete", "scale --replicas=3", "pause", "resume", "autoscale --max=3", "expose --port=80", "wait --for=ready"] {
            for (name, why) in [
                ("''", "resource name may not be empty"),
                ("vmirs/", "arguments in resource/name form must have a single resource and name"),
                (".", "invalid resource name \".\": [may not be '.']"),
                ("..", "invalid resource name \"..\": [may not be '..']"),
                ("web%2Fscale", "invalid resource name \"web%2Fscale\": [may not contain '%']"),
            ] {
                let told = cluster.vmirs(&format!("{verb} {name}")).run().await.failure();
                assert_eq!(told, format!("error: {why}\n"), "{verb} {name}");
            }
            for namespace in ["..", "a/b"] {
                let told = cluster.vmirs(&format!("{verb} web -n {namespace}")).run().await.failure();
                assert!(told.starts_with(&format!("error: invalid namespace {namespace:?}: [may not ")), "{verb}: {told}");
            }
        }
        assert_eq!(cluster.vmirs("get -o name").run().await.success().lines().count(), 1);
    }
}
