//! Rules for its fields.

use crate::apiserver::field;
use crate::apiserver::object::{items, present, text};
use crate::apiserver::validation::is_standard_or_qualified;
use crate::text::names;
use serde_json::{Value, json};

pub(super) fn validate_fields(object: &Value) -> field::ErrorList {
    let mut errors = Vec::new();
    for finalizer in items(object, "/spec/finalizers") {
        errors.extend(finalizer_errors("spec.finalizers", finalizer));
    }
    errors
}

/// What is wrong with finalizers that come through `/finalize`.
pub(super) fn validate_finalizers(object: &Value) -> field::ErrorList {
    let finalizers = items(object, "/spec/finalizers").iter().enumerate();
    finalizers
        .flat_map(|(index, finalizer)| finalizer_errors(&format!("spec.finalizers[{index}]"), finalizer))
        .collect()
}

fn finalizer_errors(field: &str, finalizer: &Value) -> field::ErrorList {
    let name = finalizer.as_str().unwrap_or_default();
    let mut why = names::qualified_name_faults(name);
    if !is_standard_or_qualified(name) {
        why.push("name is neither a standard finalizer name nor is it fully qualified".to_owned());
    }
    why.iter().map(|why| field::Error::invalid(field, finalizer, why)).collect()
}

/// A namespace's phase follows from whether it is being deleted.
pub(super) fn validate_status(object: &Value) -> Option<field::Error> {
    let deleting = present(object, "/metadata/deletionTimestamp").is_some();
    let phase = text(object, "/status/phase");
    let why = match (deleting, phase) {
        (false, "Active") | (true, "Terminating") => return None,
        (false, _) => "may only be 'Active' if `deletionTimestamp` is empty",
        (true, _) => "may only be 'Terminating' if `deletionTimestamp` is not empty",
    };
    Some(field::Error::invalid("status.Phase", &json!(phase), why))
}
