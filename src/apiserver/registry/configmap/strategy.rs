//! What creating and updating a ConfigMap checks.

use super::validation;
use crate::apiserver::field;
use crate::apiserver::registry::strategy::Strategy;
use crate::apiserver::validation::sealed_data_errors;
use serde_json::Value;

#[derive(Debug)]
pub(super) struct ConfigMapStrategy;

impl Strategy for ConfigMapStrategy {
    fn validate_fields(&self, object: &Value, _: Option<&Value>) -> field::ErrorList {
        validation::validate_fields(object)
    }

    fn validate_immutable_fields(&self, object: &Value, old: &Value) -> field::ErrorList {
        sealed_data_errors(object, old, &["data", "binaryData"])
    }
}
