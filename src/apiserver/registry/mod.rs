//! The kinds that the server knows: a folder a kind, and one entry in [`KINDS`].
//!
//! A kind's folder has its [`Kind`] (names, verbs, subresources) in `mod.rs`, and beside it what the kind has of its own:
//! the columns of its Table, its [`Strategy`](strategy::Strategy) with its defaults and rules, and the conversion between
//! its versions. The cut is that of `k8s.io/kubernetes/pkg/registry`. Rules, order and wording are those of
//! `k8s.io/kubernetes/pkg/apis/*/validation` and `…/defaults.go` of 1.37; where the real server walks a map in random
//! order, here it is by key.

mod access_review;
pub mod column;
mod configmap;
pub mod conversion;
mod custom_resource;
pub(super) mod customresourcedefinition;
mod defaults;
mod event;
mod horizontalpodautoscaler;
mod kind;
mod lease;
pub(super) mod namespace;
pub(super) mod node;
mod pod;
pub(super) mod rest;
pub(super) mod scale;
mod secret;
mod selfsubjectaccessreview;
mod selfsubjectreview;
mod selfsubjectrulesreview;
mod service;
mod serviceaccount;
pub mod strategy;
mod subjectaccessreview;
pub mod subresource;
mod virtualmachineinstance;
mod virtualmachineinstancereplicaset;

#[cfg(test)]
mod tests;

use crate::api::group_version::GroupVersion;
pub use kind::{FieldValue, Kind, SelectableField, StorageKind};

/// Every kind, in the order in which the real server lists groups and, within a group, resources.
pub static KINDS: &[Kind] = &[
    configmap::KIND,
    event::KIND,
    namespace::KIND,
    node::KIND,
    pod::KIND,
    secret::KIND,
    serviceaccount::KIND,
    service::KIND,
    selfsubjectreview::KIND,
    selfsubjectaccessreview::KIND,
    selfsubjectrulesreview::KIND,
    subjectaccessreview::KIND,
    horizontalpodautoscaler::KIND,
    customresourcedefinition::KIND,
    lease::KIND,
    virtualmachineinstancereplicaset::KIND,
    virtualmachineinstance::KIND,
];

/// The kind behind `/apis/GROUP/VERSION/PLURAL` (`/api/VERSION/PLURAL` for the core group, `""`).
pub fn by_path(group: &str, version: &str, plural: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.plural == plural && kind.is_served(group, version))
}

/// The kind that an object's `apiVersion` and `kind` name.
pub fn by_kind(group: &str, version: &str, kind: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|candidate| candidate.kind == kind && candidate.is_served(group, version))
}

/// `GROUP/VERSION`, or the version alone for the core group: the text of `apiVersion`.
pub fn api_version(group: &str, version: &str) -> String {
    GroupVersion { group, version }.to_string()
}
