//! Fields that a kind does not have: what `fieldValidation` reports, and what is dropped.

use super::registry::{Kind, StorageKind};
use super::request::Target;
use super::{go_types, schema};
use serde_json::Value;

/// Drops the fields that the Go types do not have, and gives their paths.
///
/// # Errors
/// Go's words for a field of another type.
pub(super) fn fit(target: &Target, object: &mut Value) -> Result<Vec<String>, String> {
    if let Some(go_type) = go_types::built_in(&target.api_version(), target.kind.kind) {
        return go_type.fit(object);
    }
    match object.get_mut("metadata") {
        Some(metadata) if target.kind.storage == StorageKind::Custom => go_types::metadata().fit(metadata),
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
