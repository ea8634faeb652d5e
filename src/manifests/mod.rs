//! YAML that ships inside the binary.

use serde_json::Value;
use std::sync::LazyLock;

const VMIRS: &str = include_str!("crd-vmirs.yaml");
const VMI: &str = include_str!("crd-vmi.yaml");

/// The label that tells our CustomResourceDefinitions from KubeVirt's own, and its value.
pub const OURS: (&str, &str) = ("app.kubernetes.io/part-of", "kubectl-vmirs");

/// The role that `kubectl vmirs controller` needs, with its account and binding.
pub const RBAC: &str = include_str!("rbac.yaml");
/// The controller as a Deployment; the image is for the reader to fill in.
pub const CONTROLLER: &str = include_str!("controller.yaml");

/// The CustomResourceDefinitions of the set and of the virtual machine instance, as a real API server takes them.
pub const fn crd_texts() -> [&'static str; 2] {
    [VMIRS, VMI]
}

/// The CustomResourceDefinitions as objects, in the order of [`crd_texts`].
pub fn crds() -> &'static [Value] {
    static CRDS: LazyLock<Vec<Value>> = LazyLock::new(|| {
        crd_texts().into_iter().flat_map(|text| crate::text::yaml::documents(text).unwrap_or_default()).collect()
    });
    &CRDS
}

/// The `openAPIV3Schema` of a resource, by its plural name, in a version; `None` where no CustomResourceDefinition here
/// describes it.
pub fn schema(group: &str, version: &str, plural: &str) -> Option<&'static Value> {
    served_version(group, version, plural)?.pointer("/schema/openAPIV3Schema")
}

/// The `deprecationWarning` of a resource, by its plural name, in a version; `None` where it has none.
pub fn deprecation_warning(group: &str, version: &str, plural: &str) -> Option<&'static str> {
    served_version(group, version, plural)?["deprecationWarning"].as_str()
}

fn served_version(group: &str, version: &str, plural: &str) -> Option<&'static Value> {
    let crd = crds().iter().find(|crd| crd["spec"]["group"] == group && crd["spec"]["names"]["plural"] == plural)?;
    crd["spec"]["versions"].as_array()?.iter().find(|found| found["name"] == version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_of_a_definition_has_the_same_schema_and_columns() {
        assert_eq!(crds().len(), 2);
        for crd in crds() {
            let versions = crd["spec"]["versions"].as_array().unwrap();
            assert_eq!(versions.len(), 2);
            for part in ["schema", "additionalPrinterColumns", "subresources"] {
                assert_eq!(versions[0][part], versions[1][part], "{part}");
            }
        }
    }

    #[test]
    fn every_definition_carries_our_label() {
        for crd in crds() {
            assert_eq!(crd["metadata"]["labels"][OURS.0], OURS.1);
        }
    }

    #[test]
    fn a_schema_is_found_by_its_definition() {
        for plural in ["virtualmachineinstancereplicasets", "virtualmachineinstances"] {
            assert!(schema("kubevirt.io", "v1", plural).is_some(), "{plural}");
            assert!(
                schema("kubevirt.io", "v2", plural).is_none() && schema("apps", "v1", plural).is_none(),
                "{plural}"
            );
        }
    }

    #[test]
    fn the_other_manifests_are_yaml() {
        for (text, documents) in [(RBAC, 5), (CONTROLLER, 1)] {
            assert_eq!(crate::text::yaml::documents(text).unwrap().len(), documents);
        }
    }
}
