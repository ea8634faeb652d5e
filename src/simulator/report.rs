//! What virt-controller and virt-handler write to a VMI, as merge patches.

use super::view::{LauncherPodView, VmiView};
use crate::api::vmi;
use serde_json::{Value, json};

/// KubeVirt's unprivileged user.
const RUNTIME_USER: u32 = 107;

/// What KubeVirt's webhook sets on creation.
pub(super) fn admitted(vmi: &VmiView, now: &str) -> Value {
    let mut finalizers: Vec<_> = vmi.metadata.finalizers.clone().unwrap_or_default();
    if !vmi.is_held() {
        finalizers.push(vmi::FINALIZER.to_owned());
    }
    let (_, memory) = vmi.guest_memory();
    let cpu = &vmi.spec["domain"]["cpu"];
    let count = |key: &str| cpu[key].as_u64().unwrap_or(1);
    let mut patch = phase(vmi, "Pending", now);
    patch["metadata"] = json!({
        "finalizers": finalizers,
        "annotations": {
            "kubevirt.io/latest-observed-api-version": "v1",
            "kubevirt.io/storage-observed-api-version": "v1",
            "kubevirt.io/pci-topology-version": "v3",
        },
    });
    patch["status"]["runtimeUser"] = json!(RUNTIME_USER);
    patch["status"]["guestOSInfo"] = json!({});
    patch["status"]["currentCPUTopology"] =
        json!({"cores": count("cores"), "sockets": count("sockets"), "threads": count("threads")});
    patch["status"]["memory"] = json!({"guestAtBoot": memory, "guestCurrent": memory, "guestRequested": memory});
    let missing = "virt-launcher pod has not yet been scheduled";
    patch["status"]["conditions"] = conditions(vmi, &ready("False", "PodNotExists", missing, now), &[]);
    patch
}

/// Phase Scheduling: the pod is there.
pub(super) fn scheduling(vmi: &VmiView, pod: &LauncherPodView, now: &str) -> Value {
    let mut patch = phase(vmi, "Scheduling", now);
    patch["status"]["activePods"] = json!({pod.metadata.uid.as_deref().unwrap_or_default(): ""});
    patch["status"]["launcherContainerImageVersion"] = pod.spec["containers"][0]["image"].clone();
    patch["status"]["conditions"] = conditions(vmi, &not_running(now), &[]);
    patch
}

/// The pod fits nowhere.
pub(super) fn unschedulable(vmi: &VmiView, why: &str, now: &str) -> Value {
    let condition = json!({
        "type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": why,
        "lastProbeTime": null, "lastTransitionTime": now,
    });
    json!({"status": {"conditions": conditions(vmi, &condition, &[])}})
}

/// The image cannot be pulled.
pub(super) fn not_pulled(vmi: &VmiView, reason: &str, now: &str) -> Value {
    let image = vmi.container_disks().next().map_or("", |(_, image)| image);
    let message = match reason {
        "ErrImagePull" => format!("failed to pull image {image:?}: not found"),
        _ => format!("Back-off pulling image {image:?}"),
    };
    let condition = json!({
        "type": "Synchronized", "status": "False", "reason": reason, "message": message,
        "lastProbeTime": null, "lastTransitionTime": now,
    });
    json!({"status": {"conditions": conditions(vmi, &condition, &[])}})
}

/// Phase Scheduled: the VMI is handed to its node.
pub(super) fn scheduled(vmi: &VmiView, pod: &LauncherPodView, now: &str) -> Value {
    let node = pod.node().unwrap_or_default();
    let mut patch = phase(vmi, "Scheduled", now);
    patch["metadata"] = json!({"labels": {"kubevirt.io/nodeName": node}});
    let status = &mut patch["status"];
    status["nodeName"] = json!(node);
    status["activePods"] = json!({pod.metadata.uid.as_deref().unwrap_or_default(): node});
    status["migrationTransport"] = json!("Unix");
    status["qosClass"] = json!("Burstable");
    status["interfaces"] = json!([{"name": "default", "podInterfaceName": "eth0"}]);
    let targets = vmi.container_disks().zip('a'..='z');
    status["volumeStatus"] =
        targets.map(|((name, _), letter)| json!({"name": name, "target": format!("vd{letter}")})).collect();
    status["conditions"] = conditions(vmi, &not_running(now), &["PodScheduled", "Synchronized"]);
    patch
}

/// Phase Running: the guest has started to boot.
pub(super) fn running(vmi: &VmiView, pod: &LauncherPodView, now: &str) -> Value {
    let ip = pod.ip().unwrap_or_default();
    let mut patch = phase(vmi, "Running", now);
    let status = &mut patch["status"];
    status["interfaces"] = json!([{
        "name": "default", "ipAddress": ip, "ipAddresses": [ip], "mac": mac(ip), "podInterfaceName": "eth0",
        "infoSource": "domain", "queueCount": 1, "linkState": "up",
    }]);
    status["machine"] = json!({"type": "pc-q35-10.0"});
    status["migrationMethod"] = json!("LiveMigration");
    status["selinuxContext"] = json!("none");
    let (migratable, why) = migratable(vmi);
    let mut live =
        json!({"type": "LiveMigratable", "status": migratable, "lastProbeTime": null, "lastTransitionTime": null});
    if let Some((reason, message)) = why {
        live["reason"] = json!(reason);
        live["message"] = json!(message);
    }
    let storage =
        json!({"type": "StorageLiveMigratable", "status": "True", "lastProbeTime": null, "lastTransitionTime": null});
    let mut all = conditions(vmi, &not_running(now), &[]);
    if let Some(list) = all.as_array_mut() {
        list.extend([live, storage]);
    }
    status["conditions"] = all;
    patch
}

/// The guest has booted: the pod's Ready condition counts.
pub(super) fn booted(vmi: &VmiView, now: &str) -> Value {
    let ready = json!({"type": "Ready", "status": "True", "lastProbeTime": null, "lastTransitionTime": now});
    json!({"status": {"conditions": conditions(vmi, &ready, &[])}})
}

/// Phase Failed or Succeeded.
pub(super) fn ended(vmi: &VmiView, phase_name: &str, now: &str) -> Value {
    let mut patch = phase(vmi, phase_name, now);
    patch["status"]["conditions"] = conditions(vmi, &not_running(now), &[]);
    patch
}

/// The pod is going.
pub(super) fn pod_terminating(vmi: &VmiView, now: &str) -> Value {
    let condition = ready("False", "PodTerminating", "virt-launcher pod is terminating", now);
    json!({"status": {"conditions": conditions(vmi, &condition, &[])}})
}

/// Nothing holds the VMI any more.
pub(super) fn released(vmi: &VmiView, now: &str) -> Value {
    let others: Vec<_> = vmi.metadata.finalizers.iter().flatten().filter(|other| *other != vmi::FINALIZER).collect();
    let last = match vmi.phase() {
        "Succeeded" | "Failed" => json!({}),
        // A VMI that was deleted before it ran has failed; one that ran was shut down.
        "Running" => phase(vmi, "Succeeded", now),
        _ => phase(vmi, "Failed", now),
    };
    let mut patch = last;
    patch["metadata"] = json!({"uid": vmi.metadata.uid, "finalizers": others});
    patch
}

/// The phase, and its stamp unless it has one.
fn phase(vmi: &VmiView, phase: &str, now: &str) -> Value {
    let mut stamps: Vec<_> = vmi.status["phaseTransitionTimestamps"].as_array().cloned().unwrap_or_default();
    if !stamps.iter().any(|stamp| stamp["phase"] == phase) {
        stamps.push(json!({"phase": phase, "phaseTransitionTimestamp": now}));
    }
    json!({"status": {"phase": phase, "phaseTransitionTimestamps": stamps}})
}

fn ready(status: &str, reason: &str, message: &str, now: &str) -> Value {
    json!({
        "type": "Ready", "status": status, "reason": reason, "message": message,
        "lastProbeTime": now, "lastTransitionTime": now,
    })
}

fn not_running(now: &str) -> Value {
    ready("False", "GuestNotRunning", "Guest VM is not reported as running", now)
}

/// The VMI's conditions with this one put in and those types taken out. One that says the same already keeps its time.
fn conditions(vmi: &VmiView, new: &Value, without: &[&str]) -> Value {
    let present = vmi.conditions().iter();
    let same = |old: &Value| ["type", "status", "reason"].iter().all(|key| old[*key] == new[*key]);
    let kept = present.clone().find(|old| same(old)).cloned();
    let others = present.filter(|old| old["type"] != new["type"]);
    let others = others.filter(|old| !without.iter().any(|gone| old["type"] == **gone)).cloned();
    std::iter::once(kept.unwrap_or_else(|| new.clone())).chain(others).collect()
}

/// A bridge on the pod network cannot migrate; nothing written counts as one.
fn migratable(vmi: &VmiView) -> (&'static str, Option<(&'static str, &'static str)>) {
    let interfaces = vmi.spec["domain"]["devices"]["interfaces"].as_array().map_or(&[][..], Vec::as_slice);
    if !interfaces.is_empty() && interfaces.iter().all(|interface| interface.get("masquerade").is_some()) {
        return ("True", None);
    }
    let message = "cannot migrate VMI which does not use masquerade, bridge with kubevirt.io/allow-pod-bridge-network-live-migration VM annotation or a migratable plugin to connect to the pod network";
    ("False", Some(("InterfaceNotLiveMigratable", message)))
}

/// A local address made of the IP address, so that it is as unique.
fn mac(ip: &str) -> String {
    let bytes: Vec<u8> = ip.split('.').filter_map(|part| part.parse::<u8>().ok()).collect();
    let tail: String = bytes.iter().map(|byte| format!(":{byte:02x}")).collect();
    format!("02:00{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-01-01T00:00:00Z";

    fn vmi(status: &Value) -> VmiView {
        serde_json::from_value(json!({"metadata": {"name": "a", "uid": "a"}, "spec": {}, "status": status})).unwrap()
    }

    #[test]
    fn each_phase_is_stamped_once() {
        let fresh = phase(&vmi(&json!({})), "Pending", NOW);
        assert_eq!(fresh["status"]["phaseTransitionTimestamps"].as_array().unwrap().len(), 1);
        let again = phase(&vmi(&fresh["status"]), "Pending", "2027-01-01T00:00:00Z");
        assert_eq!(again, fresh);
    }

    #[test]
    fn a_condition_that_says_the_same_keeps_its_time() {
        let before = vmi(&json!({"conditions": [not_running(NOW), {"type": "PodScheduled", "status": "False"}]}));
        let after = conditions(&before, &not_running("2027-01-01T00:00:00Z"), &["PodScheduled"]);
        assert_eq!(after, json!([not_running(NOW)]));
    }

    #[test]
    fn a_vmi_that_never_ran_ends_as_failed_and_one_that_ran_as_succeeded() {
        let end = |phase: &str| released(&vmi(&json!({"phase": phase})), NOW)["status"]["phase"].clone();
        assert_eq!(
            (end("Scheduling"), end("Running"), end("Failed")),
            (json!("Failed"), json!("Succeeded"), Value::Null)
        );
    }

    #[test]
    fn only_masquerade_can_migrate() {
        let mut masquerade = vmi(&json!({}));
        masquerade.spec = json!({"domain": {"devices": {"interfaces": [{"name": "default", "masquerade": {}}]}}});
        assert_eq!(migratable(&masquerade).0, "True");
        assert_eq!(migratable(&vmi(&json!({}))).0, "False");
        assert_eq!(mac("10.244.1.10"), "02:00:0a:f4:01:0a");
    }
}
