//! What a fresh cluster has.

use super::store::{Key, Store};
use super::{Options, object};
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
        put(store, options, ("", "namespaces"), name, namespace);
    }
    for mut definition in crate::manifests::crds().iter().cloned() {
        let name = object::meta(&definition, "name").to_owned();
        object::set_meta(&mut definition, "generation", 1);
        put(store, options, ("apiextensions.k8s.io", "customresourcedefinitions"), &name, definition);
    }
}

fn put(store: &mut Store, options: &Options, resource: super::store::Resource, name: &str, mut value: Value) {
    object::set_meta(&mut value, "uid", (options.uid)().to_string());
    object::set_meta(&mut value, "creationTimestamp", object::timestamp((options.now)()));
    store.put(Key { resource, namespace: String::new(), name: name.to_owned() }, value);
}
