//! What creating and updating a Secret fills in and checks.

use super::{defaults, validation};
use crate::apiserver::field;
use crate::apiserver::object::present;
use crate::apiserver::registry::strategy::Strategy;
use crate::apiserver::validation::sealed_data_errors;
use serde_json::Value;

#[derive(Debug)]
pub(super) struct SecretStrategy;

impl Strategy for SecretStrategy {
    fn set_defaults(&self, object: &mut Value) {
        defaults::set_defaults(object);
    }

    fn validate_fields(&self, object: &Value, _: Option<&Value>) -> field::ErrorList {
        validation::validate_fields(object)
    }

    fn validate_immutable_fields(&self, object: &Value, old: &Value) -> field::ErrorList {
        let mut errors = Vec::new();
        if present(object, "/type") != present(old, "/type") {
            errors.push(field::Error::invalid(
                "type",
                object.get("type").unwrap_or(&Value::Null),
                "field is immutable",
            ));
        }
        errors.extend(sealed_data_errors(object, old, &["data"]));
        errors
    }
}
