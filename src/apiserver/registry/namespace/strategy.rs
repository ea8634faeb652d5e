//! What creating, updating and deleting a Namespace prepare and check.

use super::validation;
use crate::apiserver::field;
use crate::apiserver::object::{self, items};
use crate::apiserver::registry::defaults::{fill_text, part};
use crate::apiserver::registry::strategy::Strategy;
use crate::apiserver::registry::subresource::{Storage, Subresource, SubresourceStrategy};
use crate::apiserver::storage::Store;
use crate::text::names;
use serde_json::{Value, json};

/// Lets a namespace be emptied before it goes. No manager owns it.
const FINALIZER: &str = "kubernetes";
const NAME_LABEL: &str = "kubernetes.io/metadata.name";

/// `/finalize`, which alone changes `spec.finalizers`.
pub(super) const FINALIZE: Subresource = Subresource {
    name: "finalize",
    verbs: &["update"],
    storage: Storage::Object(&NamespaceFinalizeStrategy),
    ..Subresource::STATUS
};

#[derive(Debug)]
pub(super) struct NamespaceStrategy;

impl Strategy for NamespaceStrategy {
    fn set_defaults(&self, object: &mut Value) {
        let name = object::meta(object, "name").to_owned();
        if !name.is_empty() {
            set_name_label(object, &name);
        }
        part(object, "spec");
        if let Some(status) = part(object, "status") {
            fill_text(status, "phase", "Active");
        }
    }

    fn name_errors(&self, name: &str) -> Vec<String> {
        names::dns_label_faults(name)
    }

    fn prepare_for_create(&self, object: &mut Value) {
        // Its name may have been generated only now.
        let name = object::meta(object, "name").to_owned();
        set_name_label(object, &name);
        if let Some(status) = part(object, "status") {
            status.insert("phase".to_owned(), "Active".into());
        }
    }

    fn begin_create(&self, object: &mut Value, _: &Store) {
        let Some(spec) = part(object, "spec") else { return };
        let finalizers = spec.entry("finalizers").or_insert_with(|| json!([]));
        if let Some(finalizers) = finalizers.as_array_mut()
            && !finalizers.iter().any(|finalizer| finalizer == FINALIZER)
        {
            finalizers.push(FINALIZER.into());
        }
    }

    fn prepare_for_update(&self, object: &mut Value, old: &Value) {
        if let (Some(spec), Some(finalizers)) = (part(object, "spec"), old.pointer("/spec/finalizers")) {
            spec.insert("finalizers".to_owned(), finalizers.clone());
        }
    }

    fn validate_fields(&self, object: &Value, old: Option<&Value>) -> field::ErrorList {
        // An update leaves the finalizers as they are.
        if old.is_some() { Vec::new() } else { validation::validate_fields(object) }
    }

    fn has_own_finalizers(&self, object: &Value) -> bool {
        !items(object, "/spec/finalizers").is_empty()
    }

    fn begin_delete(&self, object: &mut Value, _: i64) {
        if let Some(status) = object.get_mut("status").and_then(Value::as_object_mut) {
            status.insert("phase".to_owned(), "Terminating".into());
        }
    }
}

fn set_name_label(object: &mut Value, name: &str) {
    if let Some(labels) = object.get_mut("metadata").and_then(|metadata| part(metadata, "labels")) {
        labels.insert(NAME_LABEL.to_owned(), name.into());
    }
}

#[derive(Debug)]
pub(super) struct NamespaceStatusStrategy;

impl SubresourceStrategy for NamespaceStatusStrategy {
    fn validate_fields(&self, object: &Value) -> field::ErrorList {
        validation::validate_status(object).into_iter().collect()
    }
}

#[derive(Debug)]
struct NamespaceFinalizeStrategy;

impl SubresourceStrategy for NamespaceFinalizeStrategy {
    fn prepare_for_update(&self, object: &mut Value, old: &Value) {
        object::copy_field(object, old, "status");
    }

    fn validate_fields(&self, object: &Value) -> field::ErrorList {
        validation::validate_finalizers(object)
    }
}
