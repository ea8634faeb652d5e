//! Pod, core/v1.

mod binding;
mod columns;
mod defaults;
mod strategy;
mod validation;

use super::Kind;
use super::SelectableField;
use super::subresource::Subresource;

pub(in crate::apiserver) const KIND: Kind = Kind {
    kind: "Pod",
    plural: "pods",
    singular: "pod",
    short_names: &["po"],
    categories: &["all"],
    served: &[("", "v1")],
    subresources: &[binding::BINDING, Subresource::STATUS],
    generation: true,
    columns: columns::COLUMNS,
    selectable_fields: &[
        SelectableField::path("spec.nodeName"),
        SelectableField::path("spec.restartPolicy"),
        SelectableField::path("spec.schedulerName"),
        SelectableField::path("spec.serviceAccountName"),
        SelectableField::flag("spec.hostNetwork"),
        SelectableField::path("status.phase"),
        SelectableField::path("status.podIP"),
        SelectableField::path("status.podIPs"),
        SelectableField::path("status.nominatedNodeName"),
    ],
    storage_version_hash: "xPOwRZ+Yhw8=",
    strategy: &strategy::PodStrategy,
    ..Kind::BUILT_IN
};
