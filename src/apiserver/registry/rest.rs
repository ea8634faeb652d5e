//! What is done for every kind when objects are written, around its strategy. After
//! `k8s.io/apiserver/pkg/registry/rest`.

use crate::apiserver::field;
use crate::apiserver::request_info::RequestInfo;
use crate::apiserver::schema;
use crate::apiserver::validation::object_meta_update;
use serde_json::Value;

/// Fills in what the client left to the server.
pub(in crate::apiserver) fn set_defaults(info: &RequestInfo, object: &mut Value) {
    if let Some(schema) = info.kind.schema() {
        schema::apply_defaults(schema, object);
    }
    info.kind.strategy.set_defaults(object);
}

/// What is wrong with a new object.
pub(in crate::apiserver) fn validate_create(info: &RequestInfo, object: &Value) -> field::ErrorList {
    let mut errors = info.kind.strategy.validate(info.kind, (&info.group, &info.version), object);
    errors.extend(schema_errors(info, object, None));
    errors
}

/// What is wrong with a new state of an object.
pub(in crate::apiserver) fn validate_update(info: &RequestInfo, old: &Value, new: &Value) -> field::ErrorList {
    let mut errors = match info.subresource_strategy() {
        Some(strategy) => strategy.validate_update(info.kind, new, old),
        None => {
            // The generic part of an update looks at metadata, and so does each kind's own validation: what is wrong is
            // told twice in the causes.
            let mut errors = object_meta_update(info.kind, new, old);
            let requested = (info.group.as_str(), info.version.as_str());
            errors.extend(info.kind.strategy.validate_update(info.kind, requested, new, old));
            errors
        }
    };
    errors.extend(schema_errors(info, new, Some(old)));
    errors
}

fn schema_errors(info: &RequestInfo, object: &Value, old: Option<&Value>) -> field::ErrorList {
    let Some(schema) = info.kind.schema() else { return Vec::new() };
    match info.subresource.as_deref() {
        Some("status") => schema::status_errors(schema, info.kind.has_scale(), object, old),
        _ => schema::errors(schema, info.kind.has_scale(), object, old),
    }
}
