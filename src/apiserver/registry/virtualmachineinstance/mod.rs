//! VirtualMachineInstance (VMI): a custom resource, defined in `manifests/crd-vmi.yaml`.

mod columns;

use super::Kind;

pub(in crate::apiserver) const KIND: Kind = Kind {
    kind: "VirtualMachineInstance",
    plural: "virtualmachineinstances",
    singular: "virtualmachineinstance",
    short_names: &["vmi", "vmis"],
    categories: &["all"],
    served: &[("kubevirt.io", "v1"), ("kubevirt.io", "v1alpha3")],
    columns: columns::COLUMNS,
    storage_version_hash: "1DClFQM6+os=",
    ..Kind::CUSTOM
};
