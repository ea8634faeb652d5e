//! What creating, updating and deleting a Pod prepare and check.

use super::{columns, defaults, validation};
use crate::apiserver::field;
use crate::apiserver::object::{self, text};
use crate::apiserver::registry::strategy::Strategy;
use serde_json::{Value, json};

#[derive(Debug)]
pub(super) struct PodStrategy;

impl Strategy for PodStrategy {
    fn set_defaults(&self, object: &mut Value) {
        defaults::set_defaults(object);
    }

    fn prepare_for_create(&self, object: &mut Value) {
        if let Some(fields) = object.as_object_mut() {
            fields.insert("status".to_owned(), json!({"phase": "Pending", "qosClass": "BestEffort"}));
        }
    }

    fn validate_fields(&self, object: &Value, _: Option<&Value>) -> field::ErrorList {
        validation::validate_fields(object)
    }

    /// Only a pod that runs on a node is given time to stop.
    fn grace_period_seconds(&self, object: &Value, requested: Option<i64>) -> i64 {
        let done = matches!(text(object, "/status/phase"), "Succeeded" | "Failed");
        if text(object, "/spec/nodeName").is_empty() || done {
            return 0;
        }
        let usual = object::number(object, "/spec/terminationGracePeriodSeconds").unwrap_or(30);
        let wanted = requested.unwrap_or(usual).max(0);
        match object::number(object, "/metadata/deletionGracePeriodSeconds") {
            Some(left) if object::is_deleting(object) => wanted.min(left),
            _ => wanted,
        }
    }

    fn returns_deleted_object(&self) -> bool {
        true
    }

    fn row_conditions(&self, object: &Value) -> Option<Value> {
        columns::row_conditions(object)
    }
}
