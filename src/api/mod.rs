//! Typed objects as they are on the wire. Everything here is a plain value: no client, no clock, no terminal.

mod hash;
pub mod names;
pub mod namespace;
pub mod partial;
pub mod table;
pub mod vmi;
pub mod vmirs;

pub use names::NamespacedName;

use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, OwnerReference, Time};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

/// The API group of KubeVirt's core kinds.
pub const GROUP: &str = "kubevirt.io";
/// The served and stored version.
pub const VERSION: &str = "v1";
/// `GROUP/VERSION`.
pub const API_VERSION: &str = "kubevirt.io/v1";
/// Still served by KubeVirt, with a deprecation warning; only the `apiVersion` string differs.
pub const ALPHA_API_VERSION: &str = "kubevirt.io/v1alpha3";

/// Makes a struct with the field `metadata` a namespaced resource for kube's `Api` and `watcher`: type, kind, group,
/// version, `GROUP/VERSION`, plural.
macro_rules! resource {
    ($name:ty, $kind:expr, $group:expr, $version:expr, $api_version:expr, $plural:expr) => {
        impl kube::Resource for $name {
            type DynamicType = ();
            type Scope = kube::core::NamespaceResourceScope;
            fn kind((): &()) -> std::borrow::Cow<'_, str> {
                $kind.into()
            }
            fn group((): &()) -> std::borrow::Cow<'_, str> {
                $group.into()
            }
            fn version((): &()) -> std::borrow::Cow<'_, str> {
                $version.into()
            }
            fn api_version((): &()) -> std::borrow::Cow<'_, str> {
                $api_version.into()
            }
            fn plural((): &()) -> std::borrow::Cow<'_, str> {
                $plural.into()
            }
            fn meta(&self) -> &k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta {
                &self.metadata
            }
            fn meta_mut(&mut self) -> &mut k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta {
                &mut self.metadata
            }
        }
    };
}
pub(crate) use resource;

/// Reads an `ObjectMeta` without its `managedFields`, which make up most of an object's memory and are of no use to a
/// watcher. Use with `#[serde(deserialize_with = "light_meta")]`.
///
/// # Errors
/// Those of the underlying deserializer.
pub fn light_meta<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ObjectMeta, D::Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Light {
        name: Option<String>,
        generate_name: Option<String>,
        namespace: Option<String>,
        uid: Option<String>,
        resource_version: Option<String>,
        generation: Option<i64>,
        creation_timestamp: Option<Time>,
        deletion_timestamp: Option<Time>,
        labels: Option<BTreeMap<String, String>>,
        annotations: Option<BTreeMap<String, String>>,
        finalizers: Option<Vec<String>>,
        owner_references: Option<Vec<OwnerReference>>,
    }
    let light = Light::deserialize(deserializer)?;
    Ok(ObjectMeta {
        name: light.name,
        generate_name: light.generate_name,
        namespace: light.namespace,
        uid: light.uid,
        resource_version: light.resource_version,
        generation: light.generation,
        creation_timestamp: light.creation_timestamp,
        deletion_timestamp: light.deletion_timestamp,
        labels: light.labels,
        annotations: light.annotations,
        finalizers: light.finalizers,
        owner_references: light.owner_references,
        ..ObjectMeta::default()
    })
}

/// The owner reference with `controller: true`, of which an object has at most one.
pub fn controller_of(metadata: &ObjectMeta) -> Option<&OwnerReference> {
    metadata.owner_references.iter().flatten().find(|owner| owner.controller == Some(true))
}
