//! Namespace, core/v1: it is emptied before it goes, and `/finalize` lets it go.

mod columns;
mod strategy;
mod validation;

use super::Kind;
use super::SelectableField;
use super::subresource::Subresource;

pub(in crate::apiserver) const KIND: Kind = Kind {
    kind: "Namespace",
    plural: "namespaces",
    singular: "namespace",
    short_names: &["ns"],
    served: &[("", "v1")],
    namespaced: false,
    verbs: &["create", "delete", "get", "list", "patch", "update", "watch"],
    subresources: &[strategy::FINALIZE, Subresource::status(&strategy::NamespaceStatusStrategy)],
    columns: columns::COLUMNS,
    selectable_fields: &[SelectableField::path("status.phase")],
    storage_version_hash: "Q3oi5N2YM8M=",
    strategy: &strategy::NamespaceStrategy,
    ..Kind::BUILT_IN
};
