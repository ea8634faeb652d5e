//! Rules for its fields.

use crate::apiserver::field;
use crate::apiserver::object::number;
use serde_json::{Value, json};

pub(super) fn validate_fields(object: &Value) -> field::ErrorList {
    let mut errors = Vec::new();
    if let Some(seconds) = number(object, "/spec/leaseDurationSeconds").filter(|seconds| *seconds <= 0) {
        errors.push(field::Error::invalid("spec.leaseDurationSeconds", &json!(seconds), "must be greater than 0"));
    }
    if let Some(count) = number(object, "/spec/leaseTransitions").filter(|count| *count < 0) {
        errors.push(field::Error::invalid(
            "spec.leaseTransitions",
            &json!(count),
            "must be greater than or equal to 0",
        ));
    }
    errors
}
