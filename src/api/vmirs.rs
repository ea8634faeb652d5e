//! The set: `VirtualMachineInstanceReplicaSet`, `kubevirt.io/v1`.

use super::{API_VERSION, GROUP, VERSION, light_meta, resource};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The kind's name.
pub const KIND: &str = "VirtualMachineInstanceReplicaSet";
/// The resource's name in URLs.
pub const PLURAL: &str = "virtualmachineinstancereplicasets";
/// The singular name, as `-o name` prints it before `.kubevirt.io/NAME`.
pub const SINGULAR: &str = "virtualmachineinstancereplicaset";
/// The short names that KubeVirt registers.
pub const SHORT_NAMES: [&str; 2] = ["vmirs", "vmirss"];

/// A set, with the fields that we decide on. `template` is kept as raw JSON, so that a field which KubeVirt grows
/// tomorrow passes through.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
pub struct ReplicaSet {
    /// Name, labels, owner references…; without `managedFields`.
    #[serde(default, deserialize_with = "light_meta")]
    pub metadata: ObjectMeta,
    /// What is wanted.
    #[serde(default)]
    pub spec: ReplicaSetSpec,
    /// What was last seen by a controller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ReplicaSetStatus>,
}

/// What is wanted of a set.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct ReplicaSetSpec {
    /// Wanted VMIs; KubeVirt's controller takes an absent value as 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replicas: Option<i32>,
    /// Which VMIs belong to the set. An absent selector matches nothing, an empty one everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selector: Option<LabelSelector>,
    /// What a new VMI looks like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<Template>,
    /// While true, nothing is created or deleted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub paused: bool,
}

/// What a new VMI looks like.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
pub struct Template {
    /// The VMI's metadata, as written by the user.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub metadata: Value,
    /// The VMI's spec, as written by the user.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub spec: Value,
}

/// What a controller last saw.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct ReplicaSetStatus {
    /// Active VMIs: neither final nor on their way out.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub replicas: i32,
    /// Active VMIs whose Ready condition is True.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub ready_replicas: i32,
    /// The selector in its canonical text form; the HPA controller reads it through `/scale`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label_selector: String,
    /// `ReplicaFailure` and `ReplicaPaused`, present only while they are true.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub conditions: Vec<Condition>,
}

/// A condition of a set or of a VMI.
#[derive(Clone, Debug, Default, Deserialize, Serialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct Condition {
    /// For example `ReplicaFailure` or `Ready`.
    pub r#type: String,
    /// `True`, `False` or `Unknown`.
    pub status: String,
    /// KubeVirt writes it as null on sets.
    #[serde(default)]
    pub last_probe_time: Option<Time>,
    /// When `status` last changed.
    #[serde(default)]
    pub last_transition_time: Option<Time>,
    /// One CamelCase word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// For a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_zero(n: &i32) -> bool {
    *n == 0
}

impl ReplicaSet {
    /// Wanted VMIs, with KubeVirt's default of 1 for an absent value.
    pub fn desired(&self) -> i32 {
        self.spec.replicas.unwrap_or(1)
    }

    /// The labels that the template gives to a new VMI.
    pub fn template_labels(&self) -> BTreeMap<String, String> {
        self.spec.template.as_ref().map(Template::labels).unwrap_or_default()
    }

    /// The status, or an empty one.
    pub fn status(&self) -> ReplicaSetStatus {
        self.status.clone().unwrap_or_default()
    }
}

impl Template {
    /// The labels in the template's metadata; values that are not strings are left out.
    pub fn labels(&self) -> BTreeMap<String, String> {
        let labels = self.metadata.get("labels").and_then(Value::as_object);
        labels.into_iter().flatten().filter_map(|(k, v)| Some((k.clone(), v.as_str()?.to_owned()))).collect()
    }
}

resource!(ReplicaSet, KIND, GROUP, VERSION, API_VERSION, PLURAL);
