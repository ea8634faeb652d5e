//! What a table has to know of the object behind a row. Everything else of the object is passed over while reading, which
//! is most of the time and of the memory that a large list costs.

use serde::Deserialize;
use std::collections::BTreeMap;

/// The few fields of an object that decide whether and how its row is shown.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Partial {
    /// Who it is.
    #[serde(default)]
    pub metadata: Metadata,
    /// Of autoscalers only.
    #[serde(default)]
    pub spec: Option<Spec>,
}

/// The few fields of `metadata`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Metadata {
    /// Empty for what has no namespace.
    pub namespace: String,
    /// Empty where a server left it out.
    pub name: String,
    /// Never given twice.
    pub uid: String,
    /// Changes with every write.
    pub resource_version: String,
    /// RFC 3339.
    pub creation_timestamp: Option<String>,
    /// May be null.
    pub labels: Option<BTreeMap<String, String>>,
    /// May be null.
    pub owner_references: Option<Vec<Reference>>,
}

/// What an autoscaler scales.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Spec {
    /// Of autoscalers only.
    pub scale_target_ref: Option<Reference>,
}

/// A pointer to another object: an owner, or what is to be scaled.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Reference {
    /// Group and version.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// Within the same namespace.
    pub name: String,
    /// Of owners only.
    pub uid: String,
    /// Of owners only: the one that is in charge.
    pub controller: Option<bool>,
}

impl Partial {
    /// The owner that is in charge.
    pub fn controller(&self) -> Option<&Reference> {
        self.metadata.owner_references.as_ref()?.iter().find(|owner| owner.controller == Some(true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn whatever_else_an_object_holds_is_passed_over() {
        let owner =
            |name: &str, controller: bool| json!({"kind": "K", "name": name, "uid": "u", "controller": controller});
        let object = json!({
            "kind": "VirtualMachineInstance",
            "metadata": {
                "name": "a", "labels": null, "managedFields": [{"x": 1}],
                "ownerReferences": [owner("other", false), owner("set", true)],
            },
            "spec": {"domain": {"devices": {}}},
        });
        let partial = Partial::deserialize(&object).unwrap();
        assert_eq!(partial.metadata.name, "a");
        assert_eq!(partial.controller().unwrap().name, "set");
        assert_eq!(Partial::deserialize(&json!({})).unwrap(), Partial::default());
    }
}
