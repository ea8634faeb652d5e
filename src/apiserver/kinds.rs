//! The kinds that the sandbox serves. A new kind is one entry in [`KINDS`].

use crate::manifests;
use jiff::Timestamp;
use serde_json::Value;

mod columns;
mod table;

pub use table::{KINDS, SCALE};

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
    pub nature: Nature,
    /// Whether `/status` is separate from the object.
    pub status: bool,
    /// Whether it has `/scale` (paths `.spec.replicas`, `.status.replicas`, `.status.labelSelector`).
    pub scale: bool,
    /// Whether it has `/finalize`, which alone changes `spec.finalizers` (namespaces).
    pub finalize: bool,
    /// Whether `metadata.generation` counts the changes of everything but metadata (and status, where separate).
    pub generation: bool,
    /// What a Table shows, the object's name included.
    pub columns: &'static [Column],
    /// What discovery says of the stored version: the first eight bytes of SHA-256 over `GROUP/VERSION/KIND` in base64.
    pub storage_version_hash: &'static str,
}

/// How a kind's objects come to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nature {
    /// Defined by the named CustomResourceDefinition in `manifests`: structural schema, JSONPath columns, no strategic
    /// merge patch.
    Custom,
    /// Built into a real API server.
    BuiltIn,
    /// Built in and only ever answered, never stored (access reviews).
    Review,
}

/// A column of the Table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// As the real server spells it.
    pub name: &'static str,
    /// `string`, `integer`, `date`…
    pub r#type: &'static str,
    /// `name` on the column that holds the object's name, else empty.
    pub format: &'static str,
    /// 0 is always shown; 1 with `-o wide` only.
    pub priority: i32,
    /// For a person.
    pub description: &'static str,
    /// Where the cell comes from.
    pub cell: Cell,
}

/// Where a cell comes from.
#[derive(Clone, Copy, Debug)]
pub enum Cell {
    /// The object's name.
    Name,
    /// As in a CustomResourceDefinition's `additionalPrinterColumns`.
    Path(&'static str),
    /// As a built-in kind's printer computes it, from the object in its stored version and the present time.
    Computed(fn(&Value, Timestamp) -> Value),
}

impl Kind {
    /// The group and version its objects are stored in.
    pub fn storage(&self) -> (&'static str, &'static str) {
        self.served.first().copied().unwrap_or(("", "v1"))
    }

    /// Whether it is served under this group and version.
    pub fn is_served(&self, group: &str, version: &str) -> bool {
        self.served.contains(&(group, version))
    }

    /// The name of its lists, for instance `PodList`.
    pub fn list_kind(&self) -> String {
        format!("{}List", self.kind)
    }

    /// The structural schema of a custom kind's objects (all its versions have the same); `None` for a built-in one.
    pub fn schema(&self) -> Option<&'static Value> {
        let (group, version) = self.storage();
        manifests::schema(group, version, self.plural)
    }
}

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
    if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_found_by_its_path_and_by_its_name() {
        for kind in KINDS {
            for (group, version) in kind.served {
                assert_eq!(by_path(group, version, kind.plural).map(|found| found.kind), Some(kind.kind));
                assert_eq!(by_kind(group, version, kind.kind).map(|found| found.plural), Some(kind.plural));
            }
        }
        assert!(by_path("kubevirt.io", "v1alpha2", "virtualmachineinstances").is_none());
        assert!(by_kind("", "v1", "VirtualMachineInstance").is_none());
    }

    #[test]
    fn both_groups_of_events_name_one_kind() {
        let core = by_path("", "v1", "events").unwrap();
        let new = by_path("events.k8s.io", "v1", "events").unwrap();
        assert!(std::ptr::eq(core, new));
        assert_eq!(core.storage(), ("", "v1"));
    }

    #[test]
    fn autoscalers_are_stored_in_their_second_version() {
        let kind = by_path("autoscaling", "v1", "horizontalpodautoscalers").unwrap();
        assert_eq!(kind.storage(), ("autoscaling", "v2"));
    }

    #[test]
    fn custom_kinds_have_a_schema_and_built_in_ones_have_none() {
        for kind in KINDS {
            assert_eq!(kind.schema().is_some(), kind.nature == Nature::Custom, "{}", kind.kind);
        }
    }

    #[test]
    fn every_stored_kind_shows_its_name_and_reviews_show_nothing() {
        for kind in KINDS {
            let names = kind.columns.iter().filter(|column| matches!(column.cell, Cell::Name)).count();
            assert_eq!(names, usize::from(kind.nature != Nature::Review), "{}", kind.kind);
        }
    }
}
