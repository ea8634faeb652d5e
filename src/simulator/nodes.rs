//! Simulated nodes: what they are, and that they are alive.

use super::placement::NodeCapacity;
use super::view::ResourceRequest;
use serde_json::{Value, json};
use std::time::Duration;

/// Keeps pods off our nodes that nobody would run there, and tells our nodes from others.
pub(crate) const TAINT: &str = "sandbox.kubectl-vmirs/simulated";
/// Who keeps a node alive: the annotation that every object of an attached sandbox carries.
pub(crate) const HOLDER: &str = "sandbox.kubectl-vmirs/holder";
/// How often a node's lease is renewed; a kubelet's period.
pub(super) const RENEWAL: Duration = Duration::from_secs(10);
/// How often a node says at length that it is well; a kubelet's period where nothing changes.
pub(super) const HEARTBEAT: Duration = Duration::from_secs(5 * 60);
/// A node is lost when its lease is older than this, in seconds; a kubelet's.
pub(crate) const LEASE_SECONDS: i32 = 40;
/// Where the leases of nodes are.
pub(crate) const LEASE_NAMESPACE: &str = "kube-node-lease";

const CPUS: i128 = 16;
const MEMORY_GIB: i128 = 64;
const PODS: usize = 110;

/// The simulated nodes of one run.
#[derive(Clone, Debug)]
pub(crate) struct NodePool {
    /// Their names are this and a number.
    pub(crate) prefix: String,
    pub(crate) count: usize,
    /// Who keeps them alive.
    pub(crate) holder: String,
}

impl NodePool {
    /// The name of the `index`th node, counted from 1.
    pub(crate) fn name(&self, index: usize) -> String {
        format!("{}{index:02}", self.prefix)
    }

    /// All names.
    pub(crate) fn names(&self) -> impl Iterator<Item = String> {
        (1..=self.count).map(|index| self.name(index))
    }

    /// The number of the node with that name.
    pub(crate) fn index(&self, name: &str) -> Option<usize> {
        let index = name.strip_prefix(&self.prefix)?.parse().ok()?;
        ((1..=self.count).contains(&index) && self.name(index) == name).then_some(index)
    }

    /// The body of the POST that creates the `index`th node.
    pub(super) fn body(&self, index: usize) -> Value {
        let name = self.name(index);
        let range = format!("10.244.{}.0/24", index % 256);
        json!({
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {
                "name": name,
                "annotations": {HOLDER: self.holder},
                "labels": {
                    "kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
                    "kubevirt.io/schedulable": "true", "node-role.kubernetes.io/worker": "",
                    "type": "sandbox",
                },
            },
            "spec": {
                "podCIDR": range, "podCIDRs": [range],
                "taints": [{"key": TAINT, "effect": "NoSchedule"}],
            },
        })
    }

    /// The patch of the `index`th node's status: its size, and that it is well.
    pub(super) fn status(&self, index: usize, now: &str) -> Value {
        let size = json!({"cpu": CPUS.to_string(), "memory": format!("{MEMORY_GIB}Gi"), "pods": PODS.to_string(), "devices.kubevirt.io/kvm": "1k"});
        json!({"status": {
            "capacity": size,
            "allocatable": size,
            "addresses": [
                {"type": "InternalIP", "address": host_ip(index)}, {"type": "Hostname", "address": self.name(index)},
            ],
            "conditions": [
                well("MemoryPressure", "False", "KubeletHasSufficientMemory", now),
                well("DiskPressure", "False", "KubeletHasNoDiskPressure", now),
                well("PIDPressure", "False", "KubeletHasSufficientPID", now),
                well("Ready", "True", "KubeletReady", now),
            ],
            "nodeInfo": {
                "architecture": "amd64", "operatingSystem": "linux", "kernelVersion": "simulated",
                "osImage": "simulated", "containerRuntimeVersion": "simulated://0", "kubeletVersion": "v1.37.2",
                "kubeProxyVersion": "", "machineID": "", "systemUUID": "", "bootID": "",
            },
        }})
    }

    /// The lease of a node, renewed at `now` (microseconds, RFC 3339); it goes with the node.
    pub(super) fn lease(&self, node: &str, uid: &str, now: &str) -> Value {
        json!({
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": {
                "name": node, "namespace": LEASE_NAMESPACE, "annotations": {HOLDER: self.holder},
                "ownerReferences": [{"apiVersion": "v1", "kind": "Node", "name": node, "uid": uid}],
            },
            "spec": {"holderIdentity": self.holder, "leaseDurationSeconds": LEASE_SECONDS, "renewTime": now},
        })
    }
}

fn well(r#type: &str, status: &str, reason: &str, now: &str) -> Value {
    json!({"type": r#type, "status": status, "reason": reason, "lastHeartbeatTime": now, "lastTransitionTime": now})
}

/// The address of the `index`th node.
pub(super) fn host_ip(index: usize) -> String {
    format!("10.0.{}.{}", index / 250, index % 250 + 1)
}

/// The `host`th address of the `index`th node's range.
pub(super) fn pod_ip(index: usize, host: u8) -> String {
    format!("10.244.{}.{host}", index % 256)
}

/// The patch of a node's status that only says that it is still well.
pub(super) fn heartbeat(now: &str) -> Value {
    json!({"status": {"conditions": [
        {"type": "Ready", "status": "True", "reason": "KubeletReady", "lastHeartbeatTime": now},
    ]}})
}

/// What a node has capacity for.
pub(super) fn capacity() -> NodeCapacity {
    let capacity = ResourceRequest { milli_cpu: CPUS * 1000, memory: MEMORY_GIB * 1024 * 1024 * 1024 };
    NodeCapacity { capacity, pods: PODS, taken: ResourceRequest::default(), running: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_addresses_come_from_the_nodes_number() {
        let nodes = NodePool { prefix: "node".into(), count: 12, holder: "me".into() };
        assert_eq!(
            (nodes.name(3), host_ip(3), pod_ip(3, 7)),
            ("node03".into(), "10.0.0.4".into(), "10.244.3.7".into())
        );
        assert_eq!(nodes.body(3)["spec"]["podCIDR"], "10.244.3.0/24");
        let known = ["node03", "node12", "node13", "node3", "node00", "other03"].map(|name| nodes.index(name));
        assert_eq!(known, [Some(3), Some(12), None, None, None, None]);
    }
}
