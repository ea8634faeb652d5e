//! What stands in files: it is all read and checked before anything is written, and names what it is about.

use crate::support::Cluster;
use std::path::Path;

fn set(metadata: &str, labels: &str) -> String {
    format!(
        "apiVersion: kubevirt.io/v1\nkind: VirtualMachineInstanceReplicaSet\nmetadata: {metadata}\nspec:\n  replicas: 1\n  \
         selector: {{matchLabels: {{app: a}}}}\n  template:\n    metadata: {{labels: {labels}}}\n    \
         spec: {{domain: {{devices: {{}}, resources: {{requests: {{memory: 64Mi}}}}}}}}\n"
    )
}

fn named(name: &str) -> String {
    set(&format!("{{name: {name}}}"), "{app: a}")
}

fn autoscaler(name: &str) -> String {
    format!(
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {{name: {name}}}\nspec:\n  maxReplicas: 3\n  \
         scaleTargetRef: {{apiVersion: kubevirt.io/v1, kind: VirtualMachineInstanceReplicaSet, name: {name}}}\n"
    )
}

fn write(folder: &Path, name: &str, documents: &[String]) {
    std::fs::write(folder.join(name), documents.join("---\n")).unwrap();
}

const SERVICE: &str =
    "apiVersion: v1\nkind: Service\nmetadata: {name: first}\nspec: {selector: {app: a}, ports: [{port: 80}]}\n";

/// Everything that our verbs could have written, with what they could have changed.
async fn state(cluster: &Cluster) -> String {
    let columns = "custom-columns=K:.kind,N:.metadata.name,R:.spec.replicas,P:.spec.paused";
    let kinds = "vmirs,hpa,services";
    cluster.kubectl(&format!("get {kinds} -o {columns} --no-headers")).run().await.success()
}

on_each_cluster! {
    without a controller:
    async fn a_manifest_without_a_name_is_about_no_set(cluster) {
        // As much as a path without a name could be taken for its subresource.
        for name in ["scale", "status", "other"] {
            cluster.vmirs(&format!("create {name} --image=x --replicas=1")).run().await.success();
        }
        let folder = tempfile::tempdir().unwrap();
        let unnamed = set("{generateName: batch-}", "{app: a}");
        write(folder.path(), "set.yaml", std::slice::from_ref(&unnamed));
        let before = state(&cluster).await;
        let usual = "error: resource name may not be empty\n";
        for (verb, words) in [
            ("get", usual),
            ("get -o yaml", usual),
            ("get --ignore-not-found", usual),
            ("get -w", usual),
            ("get --vmis", usual),
            ("get --hpas -o name", usual),
            ("describe", "error: name is required\n"),
            ("scale --replicas=4", usual),
            ("scale --replicas=4 --dry-run=client", usual),
            ("scale --replicas=4 --dry-run=server", usual),
            ("scale --replicas=4 --local", usual),
            ("autoscale --max=3", usual),
            ("autoscale --max=3 --dry-run=client", usual),
            ("autoscale --max=3 --name=x", usual),
            ("expose --port=80", usual),
            ("expose --port=80 --dry-run=client", usual),
            ("expose --port=80 --name=x", usual),
            ("pause", usual),
            ("resume", usual),
            ("delete", "error: error when deleting \"set.yaml\": resource name may not be empty\n"),
            ("delete --ignore-not-found", "error: error when deleting \"set.yaml\": resource name may not be empty\n"),
            ("delete --dry-run=client", "error: error when deleting \"set.yaml\": resource name may not be empty\n"),
            ("wait --for=ready --timeout=1s", "error: resource name must be provided\n"),
            ("wait --for=delete --timeout=1s", "error: resource name must be provided\n"),
        ] {
            let ended = cluster.vmirs(&format!("{verb} -f set.yaml")).directory(folder.path()).run().await;
            assert_eq!((ended.code, ended.stderr.as_str()), (Some(1), words), "{ended}");
            let nobody = ["scale", "status", "other"].iter().all(|name| !ended.stdout.contains(name));
            assert!(nobody && !ended.stdout.contains("<unknown>"), "{ended}");
            // In an empty name nobody is called by it either.
            let empty = cluster.vmirs(&format!("{verb} -f -")).stdin(unnamed.replace("generateName: batch-", "name: ''")).run().await;
            assert_eq!((empty.code, empty.stderr.replace("STDIN", "set.yaml").as_str()), (Some(1), words), "{empty}");
        }
        assert_eq!(state(&cluster).await, before);
        let created = cluster.vmirs("create -f set.yaml -o name").directory(folder.path()).run().await.success();
        assert!(created.starts_with("virtualmachineinstancereplicaset.kubevirt.io/batch-"), "{created}");
    }

    async fn nothing_is_written_where_a_file_holds_something_else(cluster) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        write(path, "1.yaml", &[named("first"), autoscaler("first")]);
        write(path, "2.yaml", &[named("second"), SERVICE.to_owned()]);
        let words = "error: Service \"first\" in \"./2.yaml\" is neither a VirtualMachineInstanceReplicaSet nor a \
                     HorizontalPodAutoscaler\n";
        let told = cluster.vmirs("create -f .").directory(path).run().await.failure();
        assert!(told.starts_with(&words.replace("./", "")) || told.starts_with(words), "{told}");
        assert_eq!(state(&cluster).await, "");
        // Nor where a set could not work, or text is no manifest.
        write(path, "2.yaml", &[set("{name: second}", "{app: b}")]);
        let told = cluster.vmirs("create -f .").directory(path).run().await.failure();
        assert!(told.contains("selector does not match labels"), "{told}");
        write(path, "2.yaml", &["{a: [".to_owned()]);
        let told = cluster.vmirs("create -f .").directory(path).run().await.failure();
        assert!(told.contains("2.yaml"), "{told}");
        assert_eq!(state(&cluster).await, "");
        write(path, "2.yaml", &[named("second")]);
        cluster.vmirs("create -f .").directory(path).run().await.success();
        let before = state(&cluster).await;
        write(path, "2.yaml", &[named("second"), SERVICE.to_owned()]);
        for verb in ["scale --replicas=3", "autoscale --max=3 --name=other", "expose --port=80", "pause", "resume", "delete"] {
            let told = cluster.vmirs(&format!("{verb} -f .")).directory(path).run().await.failure();
            assert!(told.starts_with(&words.replace("./", "")) || told.starts_with(words), "{verb}: {told}");
            assert_eq!(state(&cluster).await, before, "{verb}");
        }
    }

    async fn what_a_file_creates_it_shows(cluster) {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "all.yaml", &[named("web"), autoscaler("web"), named("db")]);
        cluster.vmirs("create -f all.yaml").directory(folder.path()).run().await.success();
        let get = |words: &str| cluster.vmirs(&format!("get -f all.yaml {words}")).directory(folder.path()).run();
        let theirs = |words: &str| cluster.kubectl(&format!("get -f all.yaml {words}")).directory(folder.path()).run();
        for words in ["", "-o name", "-o wide", "-o json", "-o yaml", "--no-headers", "-o jsonpath={.items[*].kind}", "-l a=b"] {
            // An age may change between two looks.
            let mut both = (String::new(), String::from("-"));
            for _ in 0..4 {
                let (ours, kubectls) = tokio::join!(get(words), theirs(words));
                both = (ours.to_string().replace(" vmirs ", " "), kubectls.to_string());
                if both.0 == both.1 {
                    break;
                }
            }
            assert_eq!(both.0, both.1, "{words}");
        }
    }

    async fn an_autoscaler_of_a_file_is_watched_alone(cluster) {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "all.yaml", &[named("web"), autoscaler("web"), autoscaler("db")]);
        write(folder.path(), "hpa.yaml", &[autoscaler("web")]);
        cluster.vmirs("create -f all.yaml").directory(folder.path()).run().await.success();
        let told = cluster.vmirs("get -f all.yaml -w").directory(folder.path()).run().await;
        assert!(told.stderr.contains("you may only watch a single resource"), "{told}");
        let watching = cluster.vmirs("get -f hpa.yaml -w -o name").directory(folder.path()).lines(3);
        let changing = async {
            for count in 0.. {
                for name in ["db", "web"] {
                    cluster.kubectl(&format!("annotate --overwrite hpa {name} count={count}")).run().await.success();
                }
            }
        };
        tokio::select! {
            lines = watching => assert_eq!(lines, ["horizontalpodautoscaler.autoscaling/web"; 3]),
            () = changing => {}
        }
    }
}
