//! Where the write path asks what a kind's rules say.

use super::convert::convert;
use super::fault::Fault;
use super::managed_fields::types::Type;
use super::managed_fields::{self, Change};
use super::request::Target;
use super::{go_types, object, schema, validation};
use crate::apiserver::kinds::{Kind, Nature};
use serde_json::Value;

/// The text of a `Warning` header for a version that is on its way out.
pub(super) fn deprecation(target: &Target) -> Option<String> {
    (target.group == crate::api::GROUP && target.version == "v1alpha3").then(|| {
        format!("{} is now deprecated and will be removed in a future release.", crate::api::ALPHA_API_VERSION)
    })
}

/// Notes in `managedFields` who wrote what.
pub(super) fn track(
    target: &Target,
    old: Option<&Value>,
    mut new: Value,
    manager: &str,
    now: jiff::Timestamp,
) -> Value {
    let version = target.api_version();
    let change = change(target, manager, &version, now);
    if target.kind.nature == Nature::Custom || target.kind.storage() == (target.group.as_str(), target.version.as_str())
    {
        return managed_fields::track(old, new, &change);
    }
    // Fields are named as in the version that was written.
    let old = old.map(|old| versioned(target, old.clone()));
    let tracked = managed_fields::track(old.as_ref(), versioned(target, new.clone()), &change);
    object::copy_meta(&mut new, &tracked, "managedFields");
    new
}

/// Who writes to the target, and how.
pub(super) fn change<'a>(target: &'a Target, manager: &'a str, version: &'a str, now: jiff::Timestamp) -> Change<'a> {
    Change {
        manager,
        api_version: version,
        subresource: target.subresource.as_deref().unwrap_or(""),
        r#type: match target.kind.schema() {
            Some(schema) => Type::Custom(schema),
            None => Type::built_in(version, target.kind.kind),
        },
        separate_status: target.kind.status,
        now,
    }
}

/// The object in a protobuf body.
pub(super) fn protobuf(body: &[u8]) -> Result<Value, String> {
    super::protobuf::decode(body).map_err(|error| error.to_string())
}

/// From the version that the client speaks to the stored one.
pub(super) fn stored(target: &Target, object: Value) -> Value {
    convert(target.kind, object, target.kind.storage())
}

/// From the stored version to the one that the client speaks.
pub(super) fn versioned(target: &Target, object: Value) -> Value {
    convert(target.kind, object, (&target.group, &target.version))
}

/// Drops the fields that the Go types do not have, and gives their paths.
///
/// # Errors
/// Go's words for a field of another type.
pub(super) fn fit(target: &Target, object: &mut Value) -> Result<Vec<String>, String> {
    if let Some(go_type) = go_types::built_in(&target.api_version(), target.kind.kind) {
        return go_type.fit(object);
    }
    match object.get_mut("metadata") {
        Some(metadata) if target.kind.nature == Nature::Custom => go_types::metadata().fit(metadata),
        _ => Ok(Vec::new()),
    }
}

/// Fields that a kind does not know, with their path.
pub(super) fn unknown_fields(target: &Target, object: &Value) -> Vec<String> {
    target.kind.schema().map(|schema| schema::unknown_fields(schema, object)).unwrap_or_default()
}

/// Drops unknown fields.
pub(super) fn prune(kind: &Kind, object: &mut Value) {
    if let Some(schema) = kind.schema() {
        schema::prune(schema, object);
    }
}

/// Fills in what the client left to the server.
pub(super) fn defaults(target: &Target, object: &mut Value) {
    if let Some(schema) = target.kind.schema() {
        schema::apply_defaults(schema, object);
    }
    // The defaults of a namespace would give back the finalizer that this very request takes away.
    if target.subresource.as_deref() != Some("finalize") {
        validation::apply_defaults(target.kind, object);
    }
}

/// What is wrong with a new object.
pub(super) fn faults_on_create(target: &Target, object: &Value) -> Vec<Fault> {
    let mut faults = validation::on_create(target.kind, (&target.group, &target.version), object);
    faults.extend(schema_faults(target, object, None));
    faults
}

/// What is wrong with a new state of an object.
pub(super) fn faults_on_update(target: &Target, old: &Value, new: &Value) -> Vec<Fault> {
    // The generic part of an update looks at metadata, and so does each kind's own validation: what is wrong is told
    // twice in the causes.
    let mut faults = validation::object_meta_update(target.kind, new, old);
    faults.extend(match target.subresource.as_deref() {
        Some("status") => validation::object_meta_update(target.kind, new, old),
        _ => validation::on_update(target.kind, (&target.group, &target.version), new, old),
    });
    faults.extend(schema_faults(target, new, Some(old)));
    faults
}

fn schema_faults(target: &Target, object: &Value, old: Option<&Value>) -> Vec<Fault> {
    let Some(schema) = target.kind.schema() else { return Vec::new() };
    match target.subresource.as_deref() {
        Some("status") => schema::status_faults(schema, target.kind.scale, object, old),
        _ => schema::faults(schema, target.kind.scale, object, old),
    }
}
