//! Builders for sets and VMIs.

use crate::api::vmi::{self, Vmi};
use crate::api::vmirs::{Condition, ReplicaSet};
use crate::api::{API_VERSION, vmirs};
use jiff::{SignedDuration, Timestamp};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{OwnerReference, Time};
use serde_json::json;

/// A set `set` with UID `set`, selector and template label `app=web`.
pub(crate) fn set(replicas: i32) -> ReplicaSet {
    serde_json::from_value(json!({
        "metadata": {"name": "set", "namespace": "default", "uid": "set", "resourceVersion": "1"},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {"metadata": {"labels": {"app": "web"}}, "spec": {"domain": {"devices": {}}}},
        },
    }))
    .unwrap()
}

/// A VMI with that name and UID, label `app=web`, nobody's, in phase Pending.
pub(crate) fn vmi(name: &str) -> Vmi {
    serde_json::from_value(json!({
        "metadata": {
            "name": name, "namespace": "default", "uid": name, "labels": {"app": "web"},
            "creationTimestamp": "2026-01-01T00:00:00Z",
        },
        "status": {"phase": "Pending"},
    }))
    .unwrap()
}

impl ReplicaSet {
    pub(crate) fn paused(mut self) -> Self {
        self.spec.paused = true;
        self
    }

    pub(crate) fn deleting(mut self) -> Self {
        self.metadata.deletion_timestamp = Some(Time(Timestamp::UNIX_EPOCH));
        self
    }
}

impl Vmi {
    pub(crate) fn owned_by(mut self, uid: &str) -> Self {
        self.metadata.owner_references = Some(vec![OwnerReference {
            api_version: API_VERSION.into(),
            kind: vmirs::KIND.into(),
            name: uid.into(),
            uid: uid.into(),
            controller: Some(true),
            block_owner_deletion: Some(true),
        }]);
        self
    }

    pub(crate) fn label(mut self, key: &str, value: &str) -> Self {
        self.metadata.labels.get_or_insert_default().insert(key.into(), value.into());
        self
    }

    pub(crate) fn deleting(mut self) -> Self {
        self.metadata.deletion_timestamp = Some(Time(Timestamp::UNIX_EPOCH));
        self.metadata.finalizers = Some(vec![vmi::FINALIZER.into()]);
        self
    }

    pub(crate) fn phase(mut self, phase: &str) -> Self {
        self.status.phase = phase.into();
        self
    }

    /// Created so many seconds before the fixtures' noon.
    pub(crate) fn age(mut self, seconds: i64) -> Self {
        let noon = Timestamp::from_second(1_767_268_800).unwrap();
        self.metadata.creation_timestamp = Some(Time(noon - SignedDuration::from_secs(seconds)));
        self
    }

    pub(crate) fn ready(self) -> Self {
        self.phase("Running").ready_is("True", None)
    }

    pub(crate) fn pod_terminating(self) -> Self {
        self.ready_is("False", Some("PodTerminating"))
    }

    pub(crate) fn ready_is(mut self, status: &str, reason: Option<&str>) -> Self {
        self.status.conditions = vec![Condition {
            r#type: "Ready".into(),
            status: status.into(),
            reason: reason.map(Into::into),
            ..Condition::default()
        }];
        self
    }
}
