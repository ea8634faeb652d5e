//! What is done for every kind when objects are written, around its strategy. After
//! `k8s.io/apiserver/pkg/registry/rest`.

use crate::apiserver::fault::Fault;
use crate::apiserver::request::Target;
use crate::apiserver::schema;
use crate::apiserver::validation::object_meta_update;
use serde_json::Value;

/// Fills in what the client left to the server.
pub(in crate::apiserver) fn set_defaults(target: &Target, object: &mut Value) {
    if let Some(schema) = target.kind.schema() {
        schema::apply_defaults(schema, object);
    }
    target.kind.strategy.set_defaults(object);
}

/// What is wrong with a new object.
pub(in crate::apiserver) fn validate_create(target: &Target, object: &Value) -> Vec<Fault> {
    let mut faults = target.kind.strategy.validate(target.kind, (&target.group, &target.version), object);
    faults.extend(schema_faults(target, object, None));
    faults
}

/// What is wrong with a new state of an object.
pub(in crate::apiserver) fn validate_update(target: &Target, old: &Value, new: &Value) -> Vec<Fault> {
    // The generic part of an update looks at metadata, and so does each kind's own validation: what is wrong is told
    // twice in the causes.
    let mut faults = object_meta_update(target.kind, new, old);
    faults.extend(match target.subresource_strategy() {
        Some(strategy) => strategy.validate_update(target.kind, new, old),
        None => target.kind.strategy.validate_update(target.kind, (&target.group, &target.version), new, old),
    });
    faults.extend(schema_faults(target, new, Some(old)));
    faults
}

fn schema_faults(target: &Target, object: &Value, old: Option<&Value>) -> Vec<Fault> {
    let Some(schema) = target.kind.schema() else { return Vec::new() };
    match target.subresource.as_deref() {
        Some("status") => schema::status_faults(schema, target.kind.has_scale(), object, old),
        _ => schema::faults(schema, target.kind.has_scale(), object, old),
    }
}
