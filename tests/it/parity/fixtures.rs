//! What the cases find: sets, their VMIs, autoscalers, and files.

use crate::support::Cluster;
use serde_json::{Value, json};
use tempfile::TempDir;

const SETS: &str = "/apis/kubevirt.io/v1/namespaces/NS/virtualmachineinstancereplicasets";
const VMIS: &str = "/apis/kubevirt.io/v1/namespaces/NS/virtualmachineinstances";
const HPAS: &str = "/apis/autoscaling/v2/namespaces/NS/horizontalpodautoscalers";

async fn post(cluster: &Cluster, path: &str, object: &Value) -> Value {
    send(cluster, "POST", path, "application/json", object).await
}

async fn send(cluster: &Cluster, method: &str, path: &str, media_type: &str, object: &Value) -> Value {
    let path = path.replace("NS", &cluster.namespace);
    let request = http::Request::builder().method(method).uri(path).header("content-type", media_type);
    cluster.client.request(request.body(serde_json::to_vec(object).unwrap()).unwrap()).await.unwrap()
}

fn set(name: &str, replicas: u32, labels: &Value) -> Value {
    json!({
        "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceReplicaSet",
        "metadata": {"name": name, "labels": labels},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": {
                "metadata": {"labels": {"app": name}},
                "spec": {
                    "domain": {
                        "devices": {"disks": [{"name": "d", "disk": {"bus": "virtio"}}]},
                        "resources": {"requests": {"memory": "64M", "cpu": "1"}},
                    },
                    "volumes": [{"name": "d", "containerDisk": {"image": "registry.invalid/vm:1"}}],
                },
            },
        },
    })
}

async fn status(cluster: &Cluster, name: &str, replicas: u32, ready: u32) {
    let status =
        json!({"status": {"replicas": replicas, "readyReplicas": ready, "labelSelector": format!("app={name}")}});
    send(cluster, "PATCH", &format!("{SETS}/{name}/status"), "application/merge-patch+json", &status).await;
}

fn hpa(name: &str, target: &str) -> Value {
    json!({
        "apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "metadata": {"name": name, "labels": {"tier": "front"}},
        "spec": {
            "scaleTargetRef": {"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceReplicaSet", "name": target},
            "minReplicas": 2, "maxReplicas": 5,
            "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}}],
        },
    })
}

async fn vmi(cluster: &Cluster, owner: &Value, name: &str, phase: &str, ready: &str) {
    let (set, uid) = (owner["metadata"]["name"].as_str().unwrap(), &owner["metadata"]["uid"]);
    let owner = json!({
        "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceReplicaSet", "name": set, "uid": uid,
        "controller": true, "blockOwnerDeletion": true,
    });
    let mut vmi = json!({
        "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstance",
        "metadata": {"name": name, "labels": {"app": set, "zone": "a"}, "ownerReferences": [owner]},
        "spec": {"domain": {"devices": {}}},
    });
    if !phase.is_empty() {
        vmi["status"] = json!({
            "phase": phase, "nodeName": "node01",
            "interfaces": [{"ipAddress": "10.244.1.7", "name": "default"}],
            "conditions": [{"type": "Ready", "status": ready, "lastTransitionTime": "2026-01-01T00:00:00Z", "lastProbeTime": null}],
        });
    }
    post(cluster, VMIS, &vmi).await;
}

/// What is only looked at; returns the folder in which the cases run.
pub async fn fill(cluster: &Cluster) -> TempDir {
    let mut web = set("web", 3, &json!({"tier": "front", "wide": "yes"}));
    web["metadata"]["annotations"] =
        json!({"note": "漢字 wide, and a \u{1b}[31mcolour", "lines": "one\ntwo", "empty": ""});
    let web = post(cluster, SETS, &web).await;
    status(cluster, "web", 3, 2).await;
    for (name, phase, ready) in
        [("webaaaaa", "Running", "True"), ("webbbbbb", "Scheduling", "False"), ("webccccc", "", "")]
    {
        vmi(cluster, &web, name, phase, ready).await;
    }
    let odd = post(cluster, SETS, &set("odd.name-1", 1, &json!({"tier": "back"}))).await;
    vmi(cluster, &odd, "odd.name-1zzzzz", "Failed", "False").await;
    let mut paused = set("a-very-long-name-that-makes-its-column-rather-wide", 0, &json!({}));
    paused["spec"]["paused"] = json!(true);
    post(cluster, SETS, &paused).await;
    for (name, target) in [("web", "web"), ("second", "odd.name-1")] {
        post(cluster, HPAS, &hpa(name, target)).await;
    }
    files().await
}

/// What may be changed: two sets, and one of them autoscaled; returns the folder in which the cases run.
pub async fn writable(cluster: &Cluster) -> TempDir {
    for (name, replicas) in [("web", 3), ("other", 1)] {
        post(cluster, SETS, &set(name, replicas, &json!({"tier": name}))).await;
        status(cluster, name, replicas, replicas).await;
    }
    files().await
}

/// Sets, autoscalers and VMIs as they are now, without what differs between namespaces.
pub async fn objects(cluster: &Cluster) -> String {
    let mut all = Vec::new();
    for path in [SETS, HPAS, VMIS, "/api/v1/namespaces/NS/services"] {
        let path = path.replace("NS", &cluster.namespace);
        let request = http::Request::get(path).body(Vec::new()).unwrap();
        let list: Value = cluster.client.request(request).await.unwrap();
        for mut object in list["items"].as_array().cloned().unwrap_or_default() {
            let metadata = object["metadata"].as_object_mut().unwrap();
            for field in
                ["uid", "resourceVersion", "creationTimestamp", "namespace", "managedFields", "deletionTimestamp"]
            {
                metadata.remove(field);
            }
            all.push(object);
        }
    }
    format!("{:#}", json!(all)).replace(&cluster.namespace, "<namespace>")
}

/// Files that the words of the cases name.
async fn files() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: String| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let yaml = |name: &str, replicas: u32| format!("{:#}", set(name, replicas, &json!({"made": "here"})));
    write("web.json", yaml("web", 3));
    write("new.json", yaml("new", 2));
    write("missing.json", yaml("missing", 2));
    write("sets/web.json", yaml("web", 3));
    write("sets/deeper/odd.json", yaml("odd.name-1", 1));
    write("hpa.json", format!("{:#}", hpa("made", "web")));
    write("broken.yaml", "kind: [\n".to_owned());
    write("empty.yaml", String::new());
    write("kustomized/kustomization.yaml", "resources: [set.json]\nnamePrefix: pre-\n".to_owned());
    write("kustomized/set.json", yaml("fixed", 2));
    write("not-kustomized/readme.txt", "nothing".to_owned());
    write("list.yaml", format!("apiVersion: v1\nkind: List\nitems: [{}, {}]\n", yaml("one", 1), yaml("two", 2)));
    write("bad-replicas.json", yaml("bad", 1).replace("\"replicas\": 1", "\"replicas\": -1"));
    write("unknown-field.json", yaml("unknown", 1).replace("\"replicas\": 1", "\"replicas\": 1, \"replica\": 1"));
    write("path.txt", "{.metadata.name}{\"\\n\"}".to_owned());
    write("columns.txt", "NAME SIZE\n.metadata.name .spec.replicas\n".to_owned());
    write("config-broken", "apiVersion: v1\nkind: [\n".to_owned());
    write("config-empty", String::new());
    write("config-no-server", no_server());
    folder
}

fn no_server() -> String {
    json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "x",
        "clusters": [{"name": "x", "cluster": {"server": "https://127.0.0.1:1"}}],
        "users": [{"name": "x", "user": {"token": "t"}}],
        "contexts": [{"name": "x", "context": {"cluster": "x", "user": "x"}}],
    })
    .to_string()
}
