//! What the server knows of a kind.

use super::column::Column;
use super::strategy::{DefaultStrategy, Strategy};
use super::subresource::{Storage, Subresource};
use crate::apiserver::response::Reply;
use crate::apiserver::status::StatusError;
use crate::apiserver::{RequestContext, storage};
use crate::manifests;
use serde_json::Value;

/// One kind, under every group and version that serves it.
#[derive(Debug)]
pub struct Kind {
    /// For instance `Pod`.
    pub kind: &'static str,
    /// The name in URLs.
    pub plural: &'static str,
    /// As kubectl accepts and prints it.
    pub singular: &'static str,
    /// For instance `po`.
    pub short_names: &'static [&'static str],
    /// For instance `all`, for `kubectl get all`.
    pub categories: &'static [&'static str],
    /// `(group, version)` under which it is served; the first is the one it is stored in. The core group is `""`.
    pub served: &'static [(&'static str, &'static str)],
    /// Whether its objects live in a namespace.
    pub namespaced: bool,
    /// How its objects come to be and what the server does to them.
    pub storage: StorageKind,
    /// What discovery says can be done to it, in that order.
    pub verbs: &'static [&'static str],
    /// Paths below an object, in the order of discovery.
    pub subresources: &'static [Subresource],
    /// Whether `metadata.generation` counts the changes of everything but metadata (and status, where separate).
    pub generation: bool,
    /// What a Table shows, the object's name included.
    pub columns: &'static [Column],
    /// What field selectors know besides `metadata.name` and `metadata.namespace`.
    pub selectable_fields: &'static [SelectableField],
    /// What discovery says of the stored version: the first eight bytes of SHA-256 over `GROUP/VERSION/KIND` in base64.
    pub storage_version_hash: &'static str,
    /// What creating, updating and deleting an object prepare, check and warn of.
    pub strategy: &'static dyn Strategy,
    /// How POST of a virtual kind is answered.
    pub(in crate::apiserver) create: Option<Handler>,
}

/// Answers a request to a resource that is not simply stored.
pub(in crate::apiserver) type Handler = fn(&RequestContext<'_>) -> Result<Reply, StatusError>;

/// How a kind's objects come to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageKind {
    /// Defined by the named CustomResourceDefinition in `manifests`: structural schema, JSONPath columns, no strategic
    /// merge patch.
    Custom,
    /// Built into a real API server.
    BuiltIn,
    /// Built in and only ever answered, never stored (access reviews).
    Virtual,
}

/// A field that a field selector can ask for.
#[derive(Clone, Copy, Debug)]
pub struct SelectableField {
    /// Its label, which is its path for most fields.
    pub label: &'static str,
    /// Its value in an object in its stored version.
    pub value: FieldValue,
}

/// How the value of a selectable field is found.
#[derive(Clone, Copy, Debug)]
pub enum FieldValue {
    /// What stands at the label's path, empty where nothing does.
    AtPath,
    /// The same, `false` where nothing stands there.
    FlagAtPath,
    /// Some other text.
    Computed(fn(&Value) -> String),
}

impl SelectableField {
    /// A field whose label is its path.
    pub(super) const fn path(label: &'static str) -> Self {
        Self { label, value: FieldValue::AtPath }
    }

    /// A Boolean field whose label is its path.
    pub(super) const fn flag(label: &'static str) -> Self {
        Self { label, value: FieldValue::FlagAtPath }
    }
}

const BUILT_IN_VERBS: &[&str] = &["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
/// The same in the order in which the real server lists them for custom resources.
const CUSTOM_VERBS: &[&str] = &["delete", "deletecollection", "get", "list", "patch", "create", "update", "watch"];

impl Kind {
    /// A built-in kind in a namespace: what most of them have in common.
    pub(in crate::apiserver) const BUILT_IN: Self = Self {
        kind: "",
        plural: "",
        singular: "",
        short_names: &[],
        categories: &[],
        served: &[],
        namespaced: true,
        storage: StorageKind::BuiltIn,
        verbs: BUILT_IN_VERBS,
        subresources: &[],
        generation: false,
        columns: &[],
        selectable_fields: &[],
        storage_version_hash: "",
        strategy: &DefaultStrategy,
        create: None,
    };

    /// A kind of a CustomResourceDefinition.
    pub(super) const CUSTOM: Self = Self {
        storage: StorageKind::Custom,
        verbs: CUSTOM_VERBS,
        generation: true,
        strategy: &super::custom_resource::CustomResourceStrategy,
        ..Self::BUILT_IN
    };

    /// A kind that is answered and not stored.
    pub(super) const VIRTUAL: Self =
        Self { namespaced: false, storage: StorageKind::Virtual, verbs: &["create"], ..Self::BUILT_IN };

    /// The group and version its objects are stored in.
    pub fn storage_version(&self) -> (&'static str, &'static str) {
        self.served.first().copied().unwrap_or(("", "v1"))
    }

    /// The name of its objects in the store.
    pub fn resource(&self) -> storage::Resource {
        (self.storage_version().0, self.plural)
    }

    /// Whether it is served under this group and version.
    pub fn is_served(&self, group: &str, version: &str) -> bool {
        self.served.contains(&(group, version))
    }

    /// The name of its lists, for instance `PodList`.
    pub fn list_kind(&self) -> String {
        format!("{}List", self.kind)
    }

    /// The subresource of that name.
    pub fn subresource(&self, name: &str) -> Option<&'static Subresource> {
        self.subresources.iter().find(|subresource| subresource.name == name)
    }

    /// Whether `/status` is separate from the object.
    pub fn has_status(&self) -> bool {
        self.subresource("status").is_some()
    }

    /// Whether it has `/scale` (paths `.spec.replicas`, `.status.replicas`, `.status.labelSelector`).
    pub fn has_scale(&self) -> bool {
        self.subresources.iter().any(|subresource| matches!(subresource.storage, Storage::Scale))
    }

    /// What clients of a version that is on its way out are told; `None` for a version that stays.
    pub fn deprecation_warning(&self, version: &str) -> Option<&'static str> {
        let (group, _) = self.storage_version();
        manifests::deprecation_warning(group, version, self.plural)
    }

    /// The structural schema of a custom kind's objects (all its versions have the same); `None` for a built-in one.
    pub fn schema(&self) -> Option<&'static Value> {
        let (group, version) = self.storage_version();
        manifests::schema(group, version, self.plural)
    }
}

/// A kind is known by its name in its group.
impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.resource() == other.resource()
    }
}
