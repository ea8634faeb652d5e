//! VMIs and launcher pods, cut down to what the simulation looks at.

use crate::api::group_version::refers_to;
use crate::api::vmi;
use crate::api::{API_VERSION, GROUP, VERSION};
use crate::api::{light_meta, resource};
use crate::text::quantity::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::Deserialize;
use serde_json::Value;

/// What KubeVirt adds to a guest's memory for QEMU, libvirt and the launcher itself, in mebibytes; the real figure
/// depends on the guest and lies near this one for a small guest.
const OVERHEAD_MIB: i128 = 200;
/// KubeVirt's default CPU request: 100 m for each virtual CPU.
const MILLI_CPU_PER_VCPU: i128 = 100;

/// A VMI.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct VmiView {
    #[serde(default, deserialize_with = "light_meta")]
    pub(super) metadata: ObjectMeta,
    #[serde(default)]
    pub(super) spec: Value,
    #[serde(default)]
    pub(super) status: Value,
}

/// A launcher pod.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct LauncherPodView {
    #[serde(default, deserialize_with = "light_meta")]
    pub(super) metadata: ObjectMeta,
    #[serde(default)]
    pub(super) spec: Value,
    #[serde(default)]
    pub(super) status: Value,
}

/// What a pod takes of a node: milli-CPU and bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct ResourceRequest {
    pub(super) milli_cpu: i128,
    pub(super) memory: i128,
}

impl VmiView {
    pub(super) fn name(&self) -> &str {
        self.metadata.name.as_deref().unwrap_or_default()
    }

    pub(super) fn namespace(&self) -> &str {
        self.metadata.namespace.as_deref().unwrap_or_default()
    }

    pub(super) fn uid(&self) -> &str {
        self.metadata.uid.as_deref().unwrap_or_default()
    }

    pub(super) fn phase(&self) -> &str {
        self.status["phase"].as_str().unwrap_or_default()
    }

    pub(super) fn node(&self) -> Option<&str> {
        self.status["nodeName"].as_str().filter(|node| !node.is_empty())
    }

    pub(super) fn is_final(&self) -> bool {
        matches!(self.phase(), "Succeeded" | "Failed")
    }

    pub(super) fn is_deleting(&self) -> bool {
        self.metadata.deletion_timestamp.is_some()
    }

    /// Our finalizer holds it.
    pub(super) fn is_held(&self) -> bool {
        self.metadata.finalizers.iter().flatten().any(|finalizer| finalizer == vmi::FINALIZER)
    }

    pub(super) fn conditions(&self) -> &[Value] {
        self.status["conditions"].as_array().map_or(&[], Vec::as_slice)
    }

    /// Status and reason of a condition.
    pub(super) fn condition(&self, r#type: &str) -> Option<(&str, &str)> {
        let found = self.conditions().iter().find(|condition| condition["type"] == r#type)?;
        Some((found["status"].as_str()?, found["reason"].as_str().unwrap_or_default()))
    }

    /// Container disks: name and image of each.
    pub(super) fn container_disks(&self) -> impl Iterator<Item = (&str, &str)> {
        let volumes = self.spec["volumes"].as_array().map_or(&[][..], Vec::as_slice).iter();
        volumes.filter_map(|volume| Some((volume["name"].as_str()?, volume["containerDisk"]["image"].as_str()?)))
    }

    /// Sockets times cores times threads, at least one.
    pub(super) fn vcpus(&self) -> i128 {
        let cpu = &self.spec["domain"]["cpu"];
        let count = |key: &str| i128::from(cpu[key].as_u64().unwrap_or(1).clamp(1, 1024));
        count("sockets") * count("cores") * count("threads")
    }

    /// The guest's memory in bytes, and the text it was asked for with.
    pub(super) fn guest_memory(&self) -> (i128, String) {
        let domain = &self.spec["domain"];
        let texts = [
            &domain["memory"]["guest"],
            &domain["resources"]["requests"]["memory"],
            &domain["resources"]["limits"]["memory"],
        ];
        let text = texts.into_iter().find_map(Value::as_str).unwrap_or("0").to_owned();
        (Quantity::parse(&text).unwrap_or_default().value(), text)
    }

    /// What its launcher pod asks of a node.
    pub(super) fn request(&self) -> ResourceRequest {
        let asked =
            self.spec["domain"]["resources"]["requests"]["cpu"].as_str().and_then(|text| Quantity::parse(text).ok());
        let milli_cpu = asked.map_or(self.vcpus() * MILLI_CPU_PER_VCPU, Quantity::milli);
        ResourceRequest { milli_cpu, memory: self.guest_memory().0 + OVERHEAD_MIB * 1024 * 1024 }
    }
}

impl LauncherPodView {
    pub(super) fn name(&self) -> &str {
        self.metadata.name.as_deref().unwrap_or_default()
    }

    /// Whether this program made it.
    pub(super) fn is_ours(&self) -> bool {
        self.spec["schedulerName"] == super::pod::SCHEDULER
    }

    /// UID of the VMI that it claims to run.
    pub(super) fn vmi(&self) -> Option<&str> {
        let owner = crate::api::controller_of(&self.metadata)?;
        refers_to(&owner.api_version, &owner.kind, GROUP, vmi::KIND).then_some(owner.uid.as_str())
    }

    pub(super) fn node(&self) -> Option<&str> {
        self.spec["nodeName"].as_str().filter(|node| !node.is_empty())
    }

    pub(super) fn phase(&self) -> &str {
        self.status["phase"].as_str().unwrap_or("Pending")
    }

    pub(super) fn ip(&self) -> Option<&str> {
        self.status["podIP"].as_str()
    }

    pub(super) fn is_deleting(&self) -> bool {
        self.metadata.deletion_timestamp.is_some()
    }

    /// It still takes its share of the node.
    pub(super) fn takes_room(&self) -> bool {
        !matches!(self.phase(), "Succeeded" | "Failed")
    }

    /// The sum of its containers' requests.
    pub(super) fn request(&self) -> ResourceRequest {
        let containers = self.spec["containers"].as_array().map_or(&[][..], Vec::as_slice).iter();
        let requests = containers.map(|container| &container["resources"]["requests"]);
        requests.fold(ResourceRequest::default(), |sum, request| {
            let amount =
                |key: &str| request[key].as_str().and_then(|text| Quantity::parse(text).ok()).unwrap_or_default();
            ResourceRequest {
                milli_cpu: sum.milli_cpu + amount("cpu").milli(),
                memory: sum.memory + amount("memory").value(),
            }
        })
    }

    /// Why the scheduler could not place it.
    pub(super) fn unschedulable(&self) -> Option<&str> {
        let conditions = self.status["conditions"].as_array()?;
        let scheduled = conditions.iter().find(|condition| condition["type"] == "PodScheduled")?;
        (scheduled["status"] == "False").then(|| scheduled["message"].as_str().unwrap_or_default())
    }
}

resource!(VmiView, vmi::KIND, GROUP, VERSION, API_VERSION, vmi::PLURAL);
resource!(LauncherPodView, "Pod", "", "v1", "v1", "pods");
