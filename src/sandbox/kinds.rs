//! The kinds that the sandbox serves. A new kind is one entry in [`KINDS`].

use jiff::Timestamp;
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
    pub nature: Nature,
    /// Whether `/status` is separate from the object.
    pub status: bool,
    /// Whether it has `/scale` (paths `.spec.replicas`, `.status.replicas`, `.status.labelSelector`).
    pub scale: bool,
    /// Whether `metadata.generation` counts the changes of everything but metadata (and status, where separate).
    pub generation: bool,
    /// What a Table shows after NAME.
    pub columns: &'static [Column],
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
    /// As in a CustomResourceDefinition's `additionalPrinterColumns`.
    Path(&'static str),
    /// As a built-in kind's printer computes it, from the object in its stored version and the present time.
    Computed(fn(&Value, Timestamp) -> Value),
}

/// Every kind that is served.
pub static KINDS: &[Kind] = &[];
