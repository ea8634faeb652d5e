//! From a set's template to the VMI that is created.

use crate::api::vmirs::{self, ReplicaSet};
use crate::api::{API_VERSION, vmi};
use serde_json::{Map, Value, json};

/// The body of the POST that creates one VMI of the set.
///
/// As in KubeVirt: all of the template's metadata is copied; the name becomes a `generateName`, verbatim and without a
/// dash (the template's name, else its `generateName`, else the set's name); the owner references are replaced by ours.
pub fn vmi(set: &ReplicaSet) -> Value {
    let template = set.spec.template.clone().unwrap_or_default();
    let mut metadata = match template.metadata {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    let own_name = metadata.remove("name").filter(is_text);
    let prefix = own_name.or_else(|| metadata.remove("generateName").filter(is_text));
    metadata.insert("generateName".to_owned(), prefix.unwrap_or_else(|| json!(set.metadata.name)));
    metadata.insert("ownerReferences".to_owned(), json!([owner_reference(set)]));
    json!({"apiVersion": API_VERSION, "kind": vmi::KIND, "metadata": metadata, "spec": template.spec})
}

/// The reference with which a VMI names its set.
pub fn owner_reference(set: &ReplicaSet) -> Value {
    json!({
        "apiVersion": API_VERSION,
        "kind": vmirs::KIND,
        "name": set.metadata.name,
        "uid": set.metadata.uid,
        "controller": true,
        "blockOwnerDeletion": true,
    })
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::controller::plan::fixtures::set;

    fn generate_name(metadata: Value) -> Value {
        let mut set = set(1);
        set.spec.template.as_mut().unwrap().metadata = metadata;
        vmi(&set)["metadata"]["generateName"].clone()
    }

    #[test]
    fn the_name_comes_from_the_template_or_else_from_the_set_without_a_dash() {
        assert_eq!(generate_name(json!({"name": "mine", "generateName": "gen-"})), "mine");
        assert_eq!(generate_name(json!({"generateName": "gen-"})), "gen-");
        assert_eq!(generate_name(json!({"name": ""})), "set");
        assert_eq!(generate_name(Value::Null), "set");
    }

    #[test]
    fn everything_else_of_the_template_is_kept() {
        let mut set = set(1);
        let template = set.spec.template.as_mut().unwrap();
        template.metadata = json!({
            "labels": {"app": "web"}, "annotations": {"a": "b"}, "finalizers": ["x/y"],
            "ownerReferences": [{"name": "other"}],
        });
        template.spec = json!({"domain": {"devices": {}}, "fieldOfTomorrow": [1]});
        assert_eq!(
            vmi(&set),
            json!({
                "apiVersion": "kubevirt.io/v1",
                "kind": "VirtualMachineInstance",
                "metadata": {
                    "generateName": "set",
                    "labels": {"app": "web"}, "annotations": {"a": "b"}, "finalizers": ["x/y"],
                    "ownerReferences": [{
                        "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceReplicaSet", "name": "set",
                        "uid": "set", "controller": true, "blockOwnerDeletion": true,
                    }],
                },
                "spec": {"domain": {"devices": {}}, "fieldOfTomorrow": [1]},
            })
        );
    }
}
