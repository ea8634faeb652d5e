//! CustomResourceDefinition, apiextensions.k8s.io/v1. The server knows the definitions it was built with.

mod columns;
mod strategy;

use super::Kind;
use super::subresource::Subresource;

pub(in crate::apiserver) const KIND: Kind = Kind {
    kind: "CustomResourceDefinition",
    plural: "customresourcedefinitions",
    singular: "customresourcedefinition",
    short_names: &["crd", "crds"],
    categories: &["api-extensions"],
    served: &[("apiextensions.k8s.io", "v1")],
    namespaced: false,
    subresources: &[Subresource::STATUS],
    generation: true,
    columns: columns::COLUMNS,
    storage_version_hash: "jfWCUB31mvA=",
    strategy: &strategy::CustomResourceDefinitionStrategy,
    ..Kind::BUILT_IN
};
