//! One object in the versions that serve it.

use super::{Kind, api_version};
use crate::apiserver::request_info::RequestInfo;
use serde_json::{Value, json};

/// The object as the group and version `to` show it. What a version has no field for travels as the real server lets it
/// travel (annotations of an autoscaler in v1); most kinds differ in `apiVersion` only.
pub fn convert(kind: &Kind, mut object: Value, to: (&str, &str)) -> Value {
    let target = api_version(to.0, to.1);
    if object.get("apiVersion").is_some_and(|current| *current == target) {
        return object;
    }
    kind.strategy.convert(&mut object, to);
    if let Some(fields) = object.as_object_mut() {
        fields.insert("apiVersion".to_owned(), json!(target));
    }
    object
}

/// From the version that the client speaks to the stored one.
pub(in crate::apiserver) fn to_storage(info: &RequestInfo, object: Value) -> Value {
    convert(info.kind, object, info.kind.storage_version())
}

/// From the stored version to the one that the client speaks.
pub(in crate::apiserver) fn to_requested(info: &RequestInfo, object: Value) -> Value {
    convert(info.kind, object, (&info.group, &info.version))
}
