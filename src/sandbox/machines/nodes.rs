//! Simulated nodes: what they are, and that they are alive.

use super::placement::Room;
use super::view::Request;
use serde_json::{Value, json};
use std::time::Duration;

/// Keeps pods off our nodes that nobody would run there.
pub(super) const TAINT: &str = "sandbox.kubectl-vmirs/simulated";
/// How often a node says that it is alive; a kubelet's period.
pub(super) const HEARTBEAT: Duration = Duration::from_secs(10);

const CPUS: i128 = 16;
const MEMORY_GIB: i128 = 64;
const PODS: usize = 110;

/// The name of the `index`th node, counted from 1.
pub(super) fn name(index: usize) -> String {
    format!("node{index:02}")
}

/// The address of the `index`th node.
pub(super) fn host_ip(index: usize) -> String {
    format!("10.0.{}.{}", index / 250, index % 250 + 1)
}

/// The `host`th address of the `index`th node's range.
pub(super) fn pod_ip(index: usize, host: u8) -> String {
    format!("10.244.{}.{host}", index % 256)
}

/// What a node has room for.
pub(super) fn room() -> Room {
    let capacity = Request { milli_cpu: CPUS * 1000, memory: MEMORY_GIB * 1024 * 1024 * 1024 };
    Room { capacity, pods: PODS, taken: Request::default(), running: 0 }
}

/// The body of the POST that creates a node.
pub(super) fn body(index: usize) -> Value {
    let name = name(index);
    let range = format!("10.244.{}.0/24", index % 256);
    json!({
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
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

/// The patch of a node's status: its size, and that it is well.
pub(super) fn status(index: usize, now: &str) -> Value {
    let size = json!({"cpu": CPUS.to_string(), "memory": format!("{MEMORY_GIB}Gi"), "pods": PODS.to_string(), "devices.kubevirt.io/kvm": "1k"});
    let well = |r#type: &str, status: &str, reason: &str| json!({"type": r#type, "status": status, "reason": reason, "lastHeartbeatTime": now, "lastTransitionTime": now});
    json!({"status": {
        "capacity": size,
        "allocatable": size,
        "addresses": [{"type": "InternalIP", "address": host_ip(index)}, {"type": "Hostname", "address": name(index)}],
        "conditions": [
            well("MemoryPressure", "False", "KubeletHasSufficientMemory"),
            well("DiskPressure", "False", "KubeletHasNoDiskPressure"),
            well("PIDPressure", "False", "KubeletHasSufficientPID"),
            well("Ready", "True", "KubeletReady"),
        ],
        "nodeInfo": {
            "architecture": "amd64", "operatingSystem": "linux", "kernelVersion": "simulated", "osImage": "simulated",
            "containerRuntimeVersion": "simulated://0", "kubeletVersion": "v1.37.2", "kubeProxyVersion": "",
            "machineID": "", "systemUUID": "", "bootID": "",
        },
    }})
}

/// The patch of a node's status that only says that it is still well.
pub(super) fn heartbeat(now: &str) -> Value {
    json!({"status": {"conditions": [
        {"type": "Ready", "status": "True", "reason": "KubeletReady", "lastHeartbeatTime": now},
    ]}})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_come_from_the_nodes_own_range() {
        assert_eq!((name(3), host_ip(3), pod_ip(3, 7)), ("node03".into(), "10.0.0.4".into(), "10.244.3.7".into()));
        assert_eq!(body(3)["spec"]["podCIDR"], "10.244.3.0/24");
    }
}
