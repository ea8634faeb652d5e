//! VirtualMachineInstanceReplicaSet (a set): a custom resource, defined in `manifests/crd-vmirs.yaml`.

mod columns;

use super::Kind;
use super::custom_resource::CustomResourceStatusStrategy;
use super::subresource::Subresource;

pub(in crate::apiserver) const KIND: Kind = Kind {
    kind: "VirtualMachineInstanceReplicaSet",
    plural: "virtualmachineinstancereplicasets",
    singular: "virtualmachineinstancereplicaset",
    short_names: &["vmirs", "vmirss"],
    categories: &["all"],
    served: &[("kubevirt.io", "v1"), ("kubevirt.io", "v1alpha3")],
    subresources: &[Subresource::status(&CustomResourceStatusStrategy), Subresource::SCALE],
    columns: columns::COLUMNS,
    storage_version_hash: "VyiLSe/5A2Q=",
    ..Kind::CUSTOM
};
