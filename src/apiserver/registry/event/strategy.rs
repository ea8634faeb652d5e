//! What creating and updating an Event fills in and checks: more in its own group than in core/v1.

use super::{conversion, defaults, validation};
use crate::apiserver::field;
use crate::apiserver::registry::Kind;
use crate::apiserver::registry::strategy::Strategy;
use serde_json::Value;

#[derive(Debug)]
pub(super) struct EventStrategy;

impl Strategy for EventStrategy {
    fn set_defaults(&self, object: &mut Value) {
        defaults::set_defaults(object);
    }

    fn convert(&self, object: &mut Value, to: (&str, &str)) {
        match to {
            ("", _) => conversion::to_core(object),
            _ => conversion::to_events(object),
        }
    }

    fn validate(&self, kind: &Kind, requested: (&str, &str), object: &Value) -> field::ErrorList {
        validation::validate(kind, requested, object)
    }

    fn validate_update(&self, kind: &Kind, requested: (&str, &str), object: &Value, old: &Value) -> field::ErrorList {
        validation::validate_update(kind, requested, object, old)
    }

    fn allows_create_on_update(&self) -> bool {
        true
    }
}
