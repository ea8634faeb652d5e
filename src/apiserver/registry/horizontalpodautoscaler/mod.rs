//! HorizontalPodAutoscaler: autoscaling/v2, and v1 with one percentage of CPU.

mod columns;
mod conversion;
mod defaults;
mod strategy;
mod validation;

use super::Kind;
use super::subresource::Subresource;

pub(in crate::apiserver) const KIND: Kind = Kind {
    kind: "HorizontalPodAutoscaler",
    plural: "horizontalpodautoscalers",
    singular: "horizontalpodautoscaler",
    short_names: &["hpa"],
    categories: &["all"],
    served: &[("autoscaling", "v2"), ("autoscaling", "v1")],
    subresources: &[Subresource::status(&strategy::HorizontalPodAutoscalerStatusStrategy)],
    generation: true,
    columns: columns::COLUMNS,
    storage_version_hash: "qwQve8ut294=",
    strategy: &strategy::HorizontalPodAutoscalerStrategy,
    ..Kind::BUILT_IN
};
