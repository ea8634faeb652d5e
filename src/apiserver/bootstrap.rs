//! What a fresh cluster has.

use crate::apiserver::registry::{customresourcedefinition, namespace};
use crate::apiserver::storage::{Key, Store};
use crate::apiserver::{Options, object};
use serde_json::{Value, json};

/// Puts the four namespaces and the definitions of the custom resources into an empty store.
pub(super) fn fill(store: &mut Store, options: &Options) {
    for name in ["kube-system", "kube-public", "default", "kube-node-lease"] {
        let namespace = json!({
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": name, "labels": {"kubernetes.io/metadata.name": name}},
            "spec": {"finalizers": ["kubernetes"]},
            "status": {"phase": "Active"},
        });
        put(store, options, namespace::KIND.resource(), name, namespace);
    }
    for mut definition in crate::manifests::crds().iter().cloned() {
        let name = object::meta(&definition, "name").to_owned();
        object::set_meta(&mut definition, "generation", 1);
        definition["status"] = established(&definition, &object::timestamp((options.now)()));
        put(store, options, customresourcedefinition::KIND.resource(), &name, definition);
    }
}

/// What an API server says of a definition that it serves.
fn established(definition: &Value, now: &str) -> Value {
    let names = &definition["spec"]["names"];
    let versions = definition["spec"]["versions"].as_array().map_or(&[][..], Vec::as_slice).iter();
    let stored: Vec<_> =
        versions.filter(|version| version["storage"] == true).map(|version| &version["name"]).collect();
    let condition = |r#type: &str, reason: &str, message: &str| json!({"type": r#type, "status": "True", "reason": reason, "message": message, "lastTransitionTime": now});
    json!({
        "acceptedNames": names,
        "conditions": [
            condition("NamesAccepted", "NoConflicts", "no conflicts found"),
            condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
        ],
        "storedVersions": stored,
    })
}

fn put(
    store: &mut Store,
    options: &Options,
    resource: crate::apiserver::storage::Resource,
    name: &str,
    mut value: Value,
) {
    object::set_meta(&mut value, "uid", (options.uid)().to_string());
    object::set_meta(&mut value, "creationTimestamp", object::timestamp((options.now)()));
    store.put(Key { resource, namespace: String::new(), name: name.to_owned() }, value);
}
