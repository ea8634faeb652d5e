//! LauncherPodView pods: what virt-controller creates, and what the kubelet reports of them.

use super::view::{LauncherPodView, VmiView};
use crate::api::{API_VERSION, vmi};
use serde_json::{Map, Value, json};

const LAUNCHER_IMAGE: &str = "registry.invalid/kubevirt/virt-launcher:sandbox";
/// No other scheduler places these pods; it also tells them from those of a real KubeVirt.
pub(crate) const SCHEDULER: &str = "kubectl-vmirs-sandbox";
/// How much longer than its guest a launcher may take to end, in seconds.
const EXTRA_GRACE: i64 = 30;
/// The grace that KubeVirt assumes where a VMI does not say, in seconds.
const USUAL_GRACE: i64 = 30;
/// Annotations that stay with the VMI.
const NOT_PASSED_ON: [&str; 3] =
    ["kubectl.kubernetes.io/", "kubevirt.io/latest-observed-api-version", "kubevirt.io/storage-observed-api-version"];

/// The body of the POST that creates a VMI's launcher pod, on that node if there is one.
pub(super) fn body(vmi: &VmiView, node: Option<&str>) -> Value {
    let grace = vmi.spec["terminationGracePeriodSeconds"].as_i64().unwrap_or(USUAL_GRACE);
    let mut containers = vec![compute(vmi)];
    containers.extend(vmi.container_disks().map(|(name, image)| disk(name, image)));
    let inits = vmi.container_disks().map(|(name, image)| {
        json!({"name": format!("volume{name}-init"), "image": image, "command": ["/usr/bin/container-disk"], "args": ["--no-op"]})
    });
    let mut spec = json!({
        "restartPolicy": "Never",
        "terminationGracePeriodSeconds": grace + EXTRA_GRACE,
        "containers": containers,
        "initContainers": inits.collect::<Vec<_>>(),
        "schedulerName": SCHEDULER,
        "nodeSelector": {"kubevirt.io/schedulable": "true"},
        "readinessGates": [{"conditionType": "kubevirt.io/virtual-machine-unpaused"}],
        "automountServiceAccountToken": false,
        "enableServiceLinks": false,
        "tolerations": [{"key": super::nodes::TAINT, "operator": "Exists"}],
    });
    if let Some(node) = node {
        spec["nodeName"] = json!(node);
    }
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata(vmi), "spec": spec})
}

fn metadata(vmi: &VmiView) -> Value {
    let name = vmi.name();
    let mut labels: Map<String, Value> =
        vmi.metadata.labels.iter().flatten().map(|(k, v)| (k.clone(), json!(v))).collect();
    labels.insert("kubevirt.io".into(), json!("virt-launcher"));
    labels.insert("kubevirt.io/created-by".into(), json!(vmi.uid()));
    labels.insert("vm.kubevirt.io/name".into(), json!(name.chars().take(63).collect::<String>()));
    labels.insert("vmi.kubevirt.io/id".into(), json!(name.chars().take(63).collect::<String>()));
    let passed = vmi.metadata.annotations.iter().flatten();
    let passed = passed.filter(|(key, _)| !NOT_PASSED_ON.iter().any(|prefix| key.starts_with(prefix)));
    let mut annotations: Map<String, Value> = passed.map(|(k, v)| (k.clone(), json!(v))).collect();
    annotations.insert("kubevirt.io/domain".into(), json!(name));
    annotations.insert("kubectl.kubernetes.io/default-container".into(), json!("compute"));
    annotations.insert("kubevirt.io/migrationTransportUnix".into(), json!("true"));
    json!({
        "generateName": format!("virt-launcher-{name}-"),
        "labels": labels,
        "annotations": annotations,
        "ownerReferences": [{
            "apiVersion": API_VERSION, "kind": vmi::KIND, "name": name, "uid": vmi.uid(),
            "controller": true, "blockOwnerDeletion": true,
        }],
    })
}

fn compute(vmi: &VmiView) -> Value {
    let request = vmi.request();
    json!({
        "name": "compute",
        "image": LAUNCHER_IMAGE,
        "command": ["/usr/bin/virt-launcher-monitor"],
        "resources": {"requests": {"cpu": format!("{}m", request.milli_cpu), "memory": request.memory.to_string()}},
    })
}

/// A container disk's own container; its figures are KubeVirt's.
fn disk(name: &str, image: &str) -> Value {
    json!({
        "name": format!("volume{name}"),
        "image": image,
        "command": ["/usr/bin/container-disk"],
        "resources": {"requests": {"cpu": "1m", "memory": "1M"}, "limits": {"cpu": "10m", "memory": "40M"}},
    })
}

/// The status of a pod that has a node and pulls its images.
pub(super) fn pulling(now: &str) -> Value {
    let waiting = |r#type: &str| condition(r#type, "False", now, Some("ContainersNotReady"));
    json!({"status": {
        "phase": "Pending",
        "startTime": now,
        "conditions": [
            condition("PodScheduled", "True", now, None),
            waiting("Initialized"), waiting("ContainersReady"), waiting("Ready"),
        ],
    }})
}

/// The status of a pod that has no node, with the scheduler's words.
pub(super) fn unschedulable(why: &str, now: &str) -> Value {
    let mut scheduled = condition("PodScheduled", "False", now, Some("Unschedulable"));
    scheduled["message"] = json!(why);
    json!({"status": {"phase": "Pending", "conditions": [scheduled]}})
}

/// The status of a pod whose containers run.
pub(super) fn running(pod: &LauncherPodView, ip: &str, host_ip: &str, now: &str) -> Value {
    let state = json!({"running": {"startedAt": now}});
    let done = json!({"terminated": {"exitCode": 0, "reason": "Completed", "startedAt": now, "finishedAt": now}});
    let all = ["PodScheduled", "Initialized", "ContainersReady", "Ready", "kubevirt.io/virtual-machine-unpaused"];
    json!({"status": {
        "phase": "Running",
        "podIP": ip,
        "podIPs": [{"ip": ip}],
        "hostIP": host_ip,
        "hostIPs": [{"ip": host_ip}],
        "startTime": now,
        "conditions": all.map(|r#type| condition(r#type, "True", now, None)),
        "containerStatuses": containers(pod, "containers", &state, true),
        "initContainerStatuses": containers(pod, "initContainers", &done, true),
    }})
}

/// The status of a pod whose image cannot be pulled.
pub(super) fn not_pulled(pod: &LauncherPodView, reason: &str, now: &str) -> Value {
    let state = json!({"waiting": {"reason": reason, "message": "the image cannot be pulled"}});
    let mut status = pulling(now);
    status["status"]["containerStatuses"] = containers(pod, "containers", &state, false);
    status
}

/// The status of a pod whose VMI has ended.
pub(super) fn ended(pod: &LauncherPodView, phase: &str, now: &str) -> Value {
    let exit_code = i32::from(phase == "Failed");
    let reason = if exit_code == 0 { "Completed" } else { "Error" };
    let state = json!({"terminated": {"exitCode": exit_code, "reason": reason, "finishedAt": now}});
    json!({"status": {
        "phase": phase,
        "conditions": [
            condition("PodScheduled", "True", now, None),
            condition("Initialized", "True", now, None),
            condition("ContainersReady", "False", now, Some("PodFailed")),
            condition("Ready", "False", now, Some("PodFailed")),
        ],
        "containerStatuses": containers(pod, "containers", &state, false),
    }})
}

fn containers(pod: &LauncherPodView, which: &str, state: &Value, ready: bool) -> Value {
    let containers = pod.spec[which].as_array().map_or(&[][..], Vec::as_slice).iter();
    let statuses = containers.map(|container| {
        let image = &container["image"];
        json!({
            "name": container["name"], "image": image, "imageID": image, "ready": ready, "started": ready,
            "restartCount": 0, "state": state,
        })
    });
    statuses.collect()
}

fn condition(r#type: &str, status: &str, now: &str, reason: Option<&str>) -> Value {
    let mut condition = json!({"type": r#type, "status": status, "lastTransitionTime": now});
    if let Some(reason) = reason {
        condition["reason"] = json!(reason);
    }
    condition
}

#[cfg(test)]
mod tests {
    use super::*;
    use insta::assert_json_snapshot;

    fn vmi() -> VmiView {
        serde_json::from_value(json!({
            "metadata": {
                "name": "web5x7kq", "namespace": "default", "uid": "u-1", "labels": {"app": "web"},
                "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}", "note": "hello"},
            },
            "spec": {
                "domain": {"cpu": {"cores": 2}, "resources": {"requests": {"memory": "1024M"}}, "devices": {}},
                "volumes": [{"name": "disk", "containerDisk": {"image": "quay.io/x:1"}}],
                "terminationGracePeriodSeconds": 0,
            },
        }))
        .unwrap()
    }

    #[test]
    fn a_launcher_pod_is_made_as_kubevirt_makes_it() {
        let body = body(&vmi(), Some("node01"));
        assert_json_snapshot!(body["metadata"], @r#"
        {
          "annotations": {
            "kubectl.kubernetes.io/default-container": "compute",
            "kubevirt.io/domain": "web5x7kq",
            "kubevirt.io/migrationTransportUnix": "true",
            "note": "hello"
          },
          "generateName": "virt-launcher-web5x7kq-",
          "labels": {
            "app": "web",
            "kubevirt.io": "virt-launcher",
            "kubevirt.io/created-by": "u-1",
            "vm.kubevirt.io/name": "web5x7kq",
            "vmi.kubevirt.io/id": "web5x7kq"
          },
          "ownerReferences": [
            {
              "apiVersion": "kubevirt.io/v1",
              "blockOwnerDeletion": true,
              "controller": true,
              "kind": "VirtualMachineInstance",
              "name": "web5x7kq",
              "uid": "u-1"
            }
          ]
        }
        "#);
        assert_eq!(body["spec"]["nodeName"], "node01");
        assert_eq!(body["spec"]["terminationGracePeriodSeconds"], 30);
        let requests = &body["spec"]["containers"][0]["resources"]["requests"];
        assert_eq!(*requests, json!({"cpu": "200m", "memory": "1233715200"}));
    }

    #[test]
    fn every_container_of_a_running_pod_is_ready() {
        let pod: LauncherPodView = serde_json::from_value(body(&vmi(), Some("node01"))).unwrap();
        let status = running(&pod, "10.244.1.2", "10.0.1.1", "2026-01-01T00:00:00Z");
        let ready = status["status"]["containerStatuses"].as_array().unwrap().iter().map(|status| &status["ready"]);
        assert_eq!(ready.collect::<Vec<_>>(), [&json!(true), &json!(true)]);
    }
}
