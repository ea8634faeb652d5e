//! Service, core/v1.

mod cluster_ip_allocator;
mod columns;
mod defaults;
mod strategy;
mod validation;

use super::Kind;
use super::SelectableField;
use super::subresource::Subresource;

pub(in crate::apiserver) const KIND: Kind = Kind {
    kind: "Service",
    plural: "services",
    singular: "service",
    short_names: &["svc"],
    categories: &["all"],
    served: &[("", "v1")],
    subresources: &[Subresource::status(&strategy::ServiceStatusStrategy)],
    columns: columns::COLUMNS,
    selectable_fields: &[SelectableField::path("spec.clusterIP"), SelectableField::path("spec.type")],
    storage_version_hash: "0/CO1lhkEBI=",
    strategy: &strategy::ServiceStrategy,
    ..Kind::BUILT_IN
};
