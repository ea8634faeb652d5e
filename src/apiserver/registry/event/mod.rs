//! Event: core/v1, and events.k8s.io/v1 with other names for the same fields.

mod columns;
mod conversion;
mod defaults;
mod fields;
mod strategy;
mod validation;

use super::Kind;

pub(in crate::apiserver) const KIND: Kind = Kind {
    kind: "Event",
    plural: "events",
    singular: "event",
    short_names: &["ev"],
    served: &[("", "v1"), ("events.k8s.io", "v1")],
    columns: columns::COLUMNS,
    selectable_fields: fields::SELECTABLE,
    storage_version_hash: "r2yiGXH7wu8=",
    strategy: &strategy::EventStrategy,
    ..Kind::BUILT_IN
};
