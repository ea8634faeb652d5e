//! YAML that ships inside the binary.

use crate::sandbox::kinds::Kind;
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
        crd_texts().into_iter().flat_map(|text| crate::api::yaml::documents(text).unwrap_or_default()).collect()
    });
    &CRDS
}

/// The `openAPIV3Schema` of a custom kind in its stored version (all its versions have the same); `None` for a kind
/// that no CustomResourceDefinition here describes.
pub fn schema(kind: &Kind) -> Option<&'static Value> {
    let (group, version) = kind.served.first()?;
    let crd = crds().iter().find(|crd| {
        crd.pointer("/spec/group").is_some_and(|found| found == group)
            && crd.pointer("/spec/names/plural").is_some_and(|found| found == kind.plural)
    })?;
    let versions = crd.pointer("/spec/versions")?.as_array()?;
    versions.iter().find(|found| found["name"] == *version)?.pointer("/schema/openAPIV3Schema")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::kinds;

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
    fn custom_kinds_have_a_schema_and_built_in_ones_have_none() {
        for kind in kinds::KINDS {
            assert_eq!(schema(kind).is_some(), kind.nature == kinds::Nature::Custom, "{}", kind.kind);
        }
    }

    #[test]
    fn the_other_manifests_are_yaml() {
        for (text, documents) in [(RBAC, 5), (CONTROLLER, 1)] {
            assert_eq!(crate::api::yaml::documents(text).unwrap().len(), documents);
        }
    }
}
