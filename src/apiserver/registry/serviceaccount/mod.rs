//! ServiceAccount, core/v1.

mod columns;
mod strategy;

use super::Kind;

pub(in crate::apiserver) const KIND: Kind = Kind {
    kind: "ServiceAccount",
    plural: "serviceaccounts",
    singular: "serviceaccount",
    short_names: &["sa"],
    served: &[("", "v1")],
    columns: columns::COLUMNS,
    storage_version_hash: "pbx9ZvyFpBE=",
    strategy: &strategy::ServiceAccountStrategy,
    ..Kind::BUILT_IN
};
