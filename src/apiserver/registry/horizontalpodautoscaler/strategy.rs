//! What creating and updating a HorizontalPodAutoscaler prepare and check.

use super::{conversion, defaults, validation};
use crate::apiserver::field;
use crate::apiserver::registry::strategy::Strategy;
use crate::apiserver::registry::subresource::SubresourceStrategy;
use serde_json::{Value, json};

#[derive(Debug)]
pub(super) struct HorizontalPodAutoscalerStrategy;

impl Strategy for HorizontalPodAutoscalerStrategy {
    fn set_defaults(&self, object: &mut Value) {
        defaults::set_defaults(object);
    }

    fn convert(&self, object: &mut Value, to: (&str, &str)) {
        match to {
            (_, "v1") => conversion::to_v1(object),
            _ => conversion::to_v2(object),
        }
    }

    fn prepare_for_create(&self, object: &mut Value) {
        if let Some(fields) = object.as_object_mut() {
            fields.insert("status".to_owned(), json!({"currentMetrics": null, "desiredReplicas": 0}));
        }
    }

    fn validate_fields(&self, object: &Value, old: Option<&Value>) -> field::ErrorList {
        validation::validate_fields(object, old)
    }
}

#[derive(Debug)]
pub(super) struct HorizontalPodAutoscalerStatusStrategy;

impl SubresourceStrategy for HorizontalPodAutoscalerStatusStrategy {
    fn validate_fields(&self, object: &Value) -> field::ErrorList {
        validation::validate_status(object)
    }
}
