//! A real control plane for the time of the benchmark, and what is in it.

use crate::Plan;
use futures::{StreamExt, stream};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Requests that are under way at once while the cluster is filled.
const CONCURRENCY: usize = 32;

pub struct Cluster {
    pub kubeconfig: PathBuf,
    pub runtime: tokio::runtime::Runtime,
    /// Ends when its stdin closes, which it does with this process.
    _script: Child,
}

impl Cluster {
    pub fn start() -> Self {
        let root = env!("CARGO_MANIFEST_DIR");
        let built =
            Command::new(format!("{root}/tests/controlplane/build.sh")).stderr(Stdio::inherit()).output().unwrap();
        assert!(built.status.success(), "the control plane cannot be built; see above");
        let assets = PathBuf::from(String::from_utf8(built.stdout).unwrap().trim());
        let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("controlplane-bench");
        let _ = std::fs::remove_dir_all(&directory);
        let mut command = Command::new(format!("{root}/tests/controlplane/start.sh"));
        command.arg(&assets).arg(&directory);
        let ports = [(); 3].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        command.args(ports.map(|port| port.local_addr().unwrap().port().to_string()));
        command.args(["crd-vmirs.yaml", "crd-vmi.yaml"].map(|file| format!("{root}/src/manifests/{file}")));
        command.env("CONTROLLERS", "namespace-controller").process_group_of_its_own();
        let mut script = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(script.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "ready\n", "logs are in {}", directory.display());
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        Self { kubeconfig: directory.join("kubeconfig"), runtime, _script: script }
    }

    pub fn client(&self) -> kube::Client {
        self.runtime.block_on(async {
            let kubeconfig = kube::config::Kubeconfig::read_from(&self.kubeconfig).unwrap();
            let config = kube::Config::from_custom_kubeconfig(kubeconfig, &Default::default()).await.unwrap();
            kube::Client::try_from(config).unwrap()
        })
    }

    /// Changes a VMI each second from now on, as somewhere in a cluster one always does. Where none has changed for
    /// long, the server has dropped what it keeps to answer for later pages, and reads each of them from etcd.
    pub fn keep_changing(&self) {
        let client = self.client();
        self.runtime.spawn(async move {
            let path = "/apis/kubevirt.io/v1/namespaces/some/virtualmachineinstances/web00000";
            for change in 0_u64.. {
                let body = json!({"metadata": {"annotations": {"change": change.to_string()}}});
                let request = http::Request::patch(path).header("content-type", "application/merge-patch+json");
                let changed = client.request::<Value>(request.body(serde_json::to_vec(&body).unwrap()).unwrap()).await;
                changed.expect("a VMI that can be changed");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
    }

    pub fn fill(&self, plan: &Plan) {
        let client = self.client();
        self.runtime.block_on(async {
            for (namespace, size) in ["some", "many", "most"].into_iter().zip(plan.sizes) {
                make_namespace(&client, namespace).await;
                let set = post(&client, &sets(namespace), &set("web", 1)).await;
                let vmis = (0..size).map(|index| vmi(&set, index));
                let path = format!("/apis/kubevirt.io/v1/namespaces/{namespace}/virtualmachineinstances");
                let posted = stream::iter(vmis).map(|vmi| {
                    let (client, path) = (&client, &path);
                    async move { post(client, path, &vmi).await }
                });
                posted.buffer_unordered(CONCURRENCY).for_each(async |_| {}).await;
            }
            make_namespace(&client, "sets").await;
            for index in 0..plan.sets {
                post(&client, &sets("sets"), &set(&format!("set-{index:03}"), 0)).await;
            }
        });
    }
}

/// kubectl, built from the same modules as the control plane, without its throttle.
pub fn unthrottled() -> PathBuf {
    let root = env!("CARGO_MANIFEST_DIR");
    let kubectl = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("kubectl-unthrottled");
    let mut go = Command::new("go");
    go.args(["build", "-C", &format!("{root}/tests/controlplane"), "-mod=mod", "-trimpath", "-ldflags", "-s -w", "-o"]);
    let built = go.arg(&kubectl).arg(format!("{root}/benches/cli/unthrottled.go")).env("CGO_ENABLED", "0").status();
    assert!(built.unwrap().success(), "kubectl cannot be built; see above");
    kubectl
}

pub async fn make_namespace(client: &kube::Client, name: &str) {
    post(client, "/api/v1/namespaces", &json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}))
        .await;
}

pub fn sets(namespace: &str) -> String {
    format!("/apis/kubevirt.io/v1/namespaces/{namespace}/virtualmachineinstancereplicasets")
}

pub async fn post(client: &kube::Client, path: &str, object: &Value) -> Value {
    let request = http::Request::post(path).header("content-type", "application/json");
    client.request(request.body(serde_json::to_vec(object).unwrap()).unwrap()).await.unwrap()
}

pub fn set(name: &str, replicas: usize) -> Value {
    json!({
        "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceReplicaSet", "metadata": {"name": name},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": spec()},
        },
    })
}

fn spec() -> Value {
    json!({
        "domain": {
            "cpu": {"cores": 2, "sockets": 1, "threads": 1},
            "devices": {
                "disks": [{"name": "root", "disk": {"bus": "virtio"}}, {"name": "init", "disk": {"bus": "virtio"}}],
                "interfaces": [{"name": "default", "masquerade": {}}],
            },
            "resources": {"requests": {"memory": "1024M"}},
        },
        "networks": [{"name": "default", "pod": {}}],
        "volumes": [
            {"name": "root", "containerDisk": {"image": "quay.io/kubevirt/cirros-container-disk-demo:latest"}},
            {"name": "init", "cloudInitNoCloud": {"userData": "#cloud-config\npassword: secret\nchpasswd: { expire: False }\n"}},
        ],
    })
}

/// A VMI that runs, with the status that KubeVirt gives it.
fn vmi(set: &Value, index: usize) -> Value {
    let name = format!("web{index:05}");
    let time = "2026-01-01T00:00:00Z";
    let condition =
        |r#type: &str| json!({"type": r#type, "status": "True", "lastTransitionTime": time, "lastProbeTime": null});
    let transition = |phase: &str| json!({"phase": phase, "phaseTransitionTimestamp": time});
    let conditions = ["Ready", "LiveMigratable", "StorageLiveMigratable"].map(condition);
    let transitions = ["Pending", "Scheduling", "Scheduled", "Running"].map(transition);
    json!({
        "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstance",
        "metadata": {
            "name": name, "labels": {"app": "web", "kubevirt.io/nodeName": "node01"},
            "annotations": {"kubevirt.io/latest-observed-api-version": "v1", "kubevirt.io/storage-observed-api-version": "v1"},
            "finalizers": ["kubevirt.io/foregroundDeleteVirtualMachine"],
            "ownerReferences": [{
                "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceReplicaSet", "name": "web",
                "uid": set["metadata"]["uid"], "controller": true, "blockOwnerDeletion": true,
            }],
        },
        "spec": spec(),
        "status": {
            "phase": "Running", "nodeName": "node01", "qosClass": "Burstable", "runtimeUser": 107,
            "activePods": {"8d9a4e0e-0000-4000-8000-000000000000": "node01"},
            "conditions": conditions,
            "guestOSInfo": {}, "machine": {"type": "pc-q35-rhel9.4.0"}, "migrationMethod": "LiveMigration",
            "interfaces": [{
                "infoSource": "domain, guest-agent", "ipAddress": "10.244.1.7", "ipAddresses": ["10.244.1.7"],
                "mac": "52:54:00:12:34:56", "name": "default", "podInterfaceName": "eth0", "queueCount": 1,
            }],
            "phaseTransitionTimestamps": transitions,
            "volumeStatus": [{"name": "root", "target": "vda"}, {"name": "init", "target": "vdb", "size": 1_048_576}],
        },
    })
}

trait Apart {
    fn process_group_of_its_own(&mut self) -> &mut Self;
}

impl Apart for Command {
    /// The script kills its whole group.
    fn process_group_of_its_own(&mut self) -> &mut Self {
        use std::os::unix::process::CommandExt;
        self.process_group(0)
    }
}
