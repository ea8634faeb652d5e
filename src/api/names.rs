//! Names of objects, as values.

use super::namespace::NamespaceName;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use serde_json::Value;
use std::fmt;

/// Namespace and name of an object: apimachinery's `types.NamespacedName`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NamespacedName {
    /// The object's namespace.
    pub namespace: NamespaceName,
    /// The object's name within it.
    pub name: String,
}

impl NamespacedName {
    /// The object of that name in that namespace.
    pub fn new(namespace: NamespaceName, name: impl Into<String>) -> Self {
        Self { namespace, name: name.into() }
    }

    /// What the metadata says; `None` where either is missing or empty.
    pub fn of(metadata: &ObjectMeta) -> Option<Self> {
        let namespace = NamespaceName::given(metadata.namespace.clone()?)?;
        let name = metadata.name.clone().filter(|name| !name.is_empty())?;
        Some(Self { namespace, name })
    }

    /// The same of an object as it is on the wire.
    pub fn of_json(object: &Value) -> Option<Self> {
        let text = |field: &str| object.get("metadata")?.get(field)?.as_str();
        let name = text("name").filter(|name| !name.is_empty())?;
        Some(Self::new(NamespaceName::given(text("namespace")?)?, name))
    }
}

/// `NAMESPACE/NAME`, as in Kubernetes' logs.
impl fmt::Display for NamespacedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}
