//! Node, core/v1.

mod columns;
mod defaults;
mod strategy;

use super::Kind;
use super::SelectableField;
use super::subresource::Subresource;

pub(in crate::apiserver) const KIND: Kind = Kind {
    kind: "Node",
    plural: "nodes",
    singular: "node",
    short_names: &["no"],
    served: &[("", "v1")],
    namespaced: false,
    subresources: &[Subresource::STATUS],
    columns: columns::COLUMNS,
    selectable_fields: &[SelectableField::flag("spec.unschedulable")],
    storage_version_hash: "XwShjMxG9Fs=",
    strategy: &strategy::NodeStrategy,
    ..Kind::BUILT_IN
};
