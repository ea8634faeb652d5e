//! The VMI: `VirtualMachineInstance`, `kubevirt.io/v1`, cut down to what a set's keeper and a table need.

use super::vmirs::Condition;
use super::{API_VERSION, GROUP, VERSION, light_meta, resource};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde::{Deserialize, Serialize};

/// The kind's name.
pub const KIND: &str = "VirtualMachineInstance";
/// The resource's name in URLs.
pub const PLURAL: &str = "virtualmachineinstances";
/// The singular name, as `-o name` prints it before `.kubevirt.io/NAME`.
pub const SINGULAR: &str = "virtualmachineinstance";
/// Holds a VMI until its launcher pod is gone.
pub const FINALIZER: &str = "kubevirt.io/foregroundDeleteVirtualMachine";

/// A VMI: about 1.5 KB in memory where the whole object takes 36.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
pub struct Vmi {
    /// Name, labels, owner references…; without `managedFields`.
    #[serde(default, deserialize_with = "light_meta")]
    pub metadata: ObjectMeta,
    /// What KubeVirt last reported.
    #[serde(default)]
    pub status: VmiStatus,
}

/// What KubeVirt last reported of a VMI.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct VmiStatus {
    /// Empty, Pending, Scheduling, Scheduled, Running, Succeeded, Failed, WaitingForSync or Unknown.
    #[serde(default)]
    pub phase: String,
    /// Ready, PodScheduled, Synchronized, Paused…
    #[serde(default)]
    pub conditions: Vec<Condition>,
    /// Where it runs, from Scheduled on.
    #[serde(default)]
    pub node_name: Option<String>,
    /// Network interfaces; the first one's address is the IP column.
    #[serde(default)]
    pub interfaces: Vec<Interface>,
    /// One word, for instance `NodeUnresponsive`.
    #[serde(default)]
    pub reason: Option<String>,
}

/// A network interface as the guest or the pod reports it.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Interface {
    /// Its primary address.
    #[serde(default)]
    pub ip_address: Option<String>,
}

impl Vmi {
    /// The condition of that type, if it is there.
    pub fn condition(&self, r#type: &str) -> Option<&Condition> {
        self.status.conditions.iter().find(|condition| condition.r#type == r#type)
    }

    /// The guest has stopped for good: phase Succeeded or Failed.
    pub fn is_final(&self) -> bool {
        matches!(self.status.phase.as_str(), "Succeeded" | "Failed")
    }

    /// Condition Ready is True. KubeVirt's controller does not look at the phase here.
    pub fn is_ready(&self) -> bool {
        self.condition("Ready").is_some_and(|condition| condition.status == "True")
    }
}

resource!(Vmi, KIND, GROUP, VERSION, API_VERSION, PLURAL);
