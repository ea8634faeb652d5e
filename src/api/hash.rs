//! Sets and VMIs as parts of a state: equal or not, and hashed.
//!
//! `k8s_openapi`'s types are compared but not hashed, so their fields are hashed here one by one: all those that
//! [`light_meta`](super::light_meta) keeps, because a model checker takes two states with one hash for the same.

use super::vmi::{Vmi, VmiStatus};
use super::vmirs::{Condition, ReplicaSet, ReplicaSetSpec, ReplicaSetStatus};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta, OwnerReference, Time};
use std::hash::{Hash, Hasher};

impl Eq for Vmi {}

impl Hash for Vmi {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash_metadata(&self.metadata, state);
        let VmiStatus { phase, conditions, node_name, interfaces, reason } = &self.status;
        (phase, conditions, node_name, reason, interfaces.len()).hash(state);
        interfaces.iter().for_each(|interface| interface.ip_address.hash(state));
    }
}

impl Eq for ReplicaSet {}

impl Hash for ReplicaSet {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash_metadata(&self.metadata, state);
        let ReplicaSetSpec { replicas, selector, template, paused } = &self.spec;
        (replicas, paused, template.as_ref().map(|template| (&template.metadata, &template.spec))).hash(state);
        selector.is_some().hash(state);
        selector.iter().for_each(|selector| hash_selector(selector, state));
        self.status.hash(state);
    }
}

impl Eq for ReplicaSetStatus {}

impl Hash for ReplicaSetStatus {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.replicas, self.ready_replicas, &self.label_selector, &self.conditions).hash(state);
    }
}

impl Eq for Condition {}

impl Hash for Condition {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let Self { r#type, status, last_probe_time, last_transition_time, reason, message } = self;
        (r#type, status, reason, message, moment(last_probe_time), moment(last_transition_time)).hash(state);
    }
}

fn hash_metadata<H: Hasher>(metadata: &ObjectMeta, state: &mut H) {
    let ObjectMeta { name, generate_name, namespace, uid, resource_version, generation, .. } = metadata;
    (name, generate_name, namespace, uid, resource_version, generation).hash(state);
    (moment(&metadata.creation_timestamp), moment(&metadata.deletion_timestamp)).hash(state);
    (&metadata.labels, &metadata.annotations, &metadata.finalizers).hash(state);
    metadata.owner_references.as_ref().map(Vec::len).hash(state);
    for OwnerReference { api_version, kind, name, uid, controller, block_owner_deletion } in
        metadata.owner_references.iter().flatten()
    {
        (api_version, kind, name, uid, controller, block_owner_deletion).hash(state);
    }
}

fn hash_selector<H: Hasher>(selector: &LabelSelector, state: &mut H) {
    selector.match_labels.hash(state);
    for requirement in selector.match_expressions.iter().flatten() {
        (&requirement.key, &requirement.operator, &requirement.values).hash(state);
    }
}

fn moment(time: &Option<Time>) -> Option<jiff::Timestamp> {
    time.as_ref().map(|time| time.0)
}
