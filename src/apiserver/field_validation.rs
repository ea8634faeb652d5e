//! Fields that a kind does not have: what `fieldValidation` reports, and what is dropped.

use crate::apiserver::registry::{Kind, StorageKind};
use crate::apiserver::request_info::RequestInfo;
use crate::apiserver::{go_types, schema};
use serde_json::Value;

/// Drops the fields that the Go types do not have, and gives their paths.
///
/// # Errors
/// Go's words for a field of another type.
pub(super) fn fit(info: &RequestInfo, object: &mut Value) -> Result<Vec<String>, String> {
    if let Some(go_type) = go_types::built_in(&info.api_version(), info.kind.kind) {
        return go_type.fit(object);
    }
    match object.get_mut("metadata") {
        Some(metadata) if info.kind.storage == StorageKind::Custom => go_types::metadata().fit(metadata),
        _ => Ok(Vec::new()),
    }
}

/// Fields that a kind does not know, with their path.
pub(super) fn unknown_fields(info: &RequestInfo, object: &Value) -> Vec<String> {
    info.kind.schema().map(|schema| schema::unknown_fields(schema, object)).unwrap_or_default()
}

/// Drops unknown fields.
pub(super) fn prune(kind: &Kind, object: &mut Value) {
    if let Some(schema) = kind.schema() {
        schema::prune(schema, object);
    }
}
