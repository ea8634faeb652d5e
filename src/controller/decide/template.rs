//! From a set's template to the VMI that is created.

use crate::api::vmirs::{self, ReplicaSet};
use crate::api::{API_VERSION, vmi};
use serde_json::{Map, Value, json};

/// What a generated name is made of after its prefix; kube-apiserver's own letters: no vowels and no digits that look like
/// some, so that no word comes about.
const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
/// How many of them; and how long a name may be at most, by kube-apiserver's rule for generated names.
const SUFFIX: usize = 5;
const LONGEST: usize = 63;

/// Random numbers for a name: one for each letter.
pub type Chance = [u8; SUFFIX];

/// What the names of the set's VMIs begin with, verbatim and without a dash, as in KubeVirt: the template's name, else its
/// `generateName`, else the set's name.
pub fn name_prefix(set: &ReplicaSet) -> String {
    let template = set.spec.template.as_ref();
    let given = |field: &str| template?.metadata.get(field)?.as_str().filter(|text| !text.is_empty());
    let given = given("name").or_else(|| given("generateName")).or(set.metadata.name.as_deref());
    given.unwrap_or_default().to_owned()
}

/// A name for a VMI, as kube-apiserver generates it: the prefix, cut where it is too long, and five letters, one for each
/// number of `chance`.
pub fn generated_name(prefix: &str, chance: Chance) -> String {
    let prefix: String = prefix.chars().take(LONGEST - SUFFIX).collect();
    let letters = chance.map(|number| char::from(LETTERS[usize::from(number) % LETTERS.len()]));
    prefix + &letters.iter().collect::<String>()
}

/// The body of the POST that creates the VMI of that name for the set.
///
/// As in KubeVirt: all of the template's metadata is copied, and the owner references are replaced by ours. Other than
/// there the name is chosen here and not by the server, which is to be seen in nothing but that a creation can be repeated.
pub fn vmi(set: &ReplicaSet, name: &str) -> Value {
    let template = set.spec.template.clone().unwrap_or_default();
    let mut metadata = match template.metadata {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    metadata.insert("name".to_owned(), json!(name));
    metadata.insert("generateName".to_owned(), json!(name_prefix(set)));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::controller::decide::plan::fixtures::set;

    fn generate_name(metadata: Value) -> Value {
        let mut set = set(1);
        set.spec.template.as_mut().unwrap().metadata = metadata;
        let metadata = vmi(&set, "name")["metadata"].take();
        assert_eq!(metadata["name"], "name");
        metadata["generateName"].clone()
    }

    #[test]
    fn the_name_comes_from_the_template_or_else_from_the_set_without_a_dash() {
        assert_eq!(generate_name(json!({"name": "mine", "generateName": "gen-"})), "mine");
        assert_eq!(generate_name(json!({"generateName": "gen-"})), "gen-");
        assert_eq!(generate_name(json!({"name": ""})), "set");
        assert_eq!(generate_name(Value::Null), "set");
    }

    #[test]
    fn a_generated_name_looks_like_the_servers() {
        assert_eq!(generated_name("web", [0, 1, 26, 27, 255]), "webbc9bq");
        let long = generated_name(&"a".repeat(80), [0; 5]);
        assert_eq!((long.len(), long.ends_with("abbbbb")), (63, true));
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
            vmi(&set, "setbcdfg"),
            json!({
                "apiVersion": "kubevirt.io/v1",
                "kind": "VirtualMachineInstance",
                "metadata": {
                    "name": "setbcdfg",
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
