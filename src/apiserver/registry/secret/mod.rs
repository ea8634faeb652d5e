//! Secret, core/v1.

mod columns;
mod defaults;
mod strategy;
mod validation;

use super::Kind;
use super::SelectableField;

pub(in crate::apiserver) const KIND: Kind = Kind {
    kind: "Secret",
    plural: "secrets",
    singular: "secret",
    served: &[("", "v1")],
    columns: columns::COLUMNS,
    selectable_fields: &[SelectableField::path("type")],
    storage_version_hash: "S6u1pOWzb84=",
    strategy: &strategy::SecretStrategy,
    ..Kind::BUILT_IN
};
