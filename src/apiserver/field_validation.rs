//! Fields that a kind does not have: what `fieldValidation` reports, and what is dropped.

use super::registry::{Kind, StorageKind};
use super::request::Target;
use super::{schema, typed};
use serde_json::Value;

/// Drops the fields that the Go types do not have, and gives their paths.
///
/// # Errors
/// Go's words for a field of another type.
pub(super) fn fit(target: &Target, object: &mut Value) -> Result<Vec<String>, String> {
    if let Some(typed) = typed::built_in(target.kind.kind, &target.version) {
        return typed.fit(object);
    }
    let typed = typed::metadata();
    match object.get_mut("metadata") {
        Some(metadata) if target.kind.storage == StorageKind::Custom => typed.fit(metadata),
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
