//! What creating and updating a Lease check.

use super::validation;
use crate::apiserver::field;
use crate::apiserver::registry::strategy::Strategy;
use serde_json::Value;

#[derive(Debug)]
pub(super) struct LeaseStrategy;

impl Strategy for LeaseStrategy {
    fn requires_qualified_finalizers(&self) -> bool {
        false
    }

    fn validate_fields(&self, object: &Value, _: Option<&Value>) -> field::ErrorList {
        validation::validate_fields(object)
    }

    fn allows_create_on_update(&self) -> bool {
        true
    }

    fn allows_unconditional_update(&self) -> bool {
        false
    }
}
