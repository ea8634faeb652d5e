//! ConfigMap, core/v1.

mod columns;
mod strategy;
mod validation;

use super::Kind;

pub(in crate::apiserver) const KIND: Kind = Kind {
    kind: "ConfigMap",
    plural: "configmaps",
    singular: "configmap",
    short_names: &["cm"],
    served: &[("", "v1")],
    columns: columns::COLUMNS,
    storage_version_hash: "qFsyl6wFWjQ=",
    strategy: &strategy::ConfigMapStrategy,
    ..Kind::BUILT_IN
};
