//! PATCH in its four languages.

use crate::api::group_version::GroupVersion;
use crate::apiserver::apply::ApplyError;
use crate::apiserver::decode::Decoded;
use crate::apiserver::field;
use crate::apiserver::handlers::write::WriteOptions;
use crate::apiserver::handlers::{create, update};
use crate::apiserver::registry::StorageKind;
use crate::apiserver::registry::conversion;
use crate::apiserver::response::Reply;
use crate::apiserver::status::{Status, StatusError};
use crate::apiserver::{RequestContext, apply, decode, field_manager, json_patch, strategic};
use crate::scheme;
use crate::text::go::json::name_of;
use serde_json::Value;

const CUSTOM_PATCHES: &str = "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml";

/// Answers PATCH.
pub(super) fn patch(context: &RequestContext<'_>) -> Result<Reply, StatusError> {
    let custom = context.info.kind.storage == StorageKind::Custom;
    match context.media_type() {
        "application/json-patch+json" | "application/merge-patch+json" => {}
        "application/strategic-merge-patch+json" if !custom => {}
        "application/apply-patch+yaml" => return server_side_apply(context),
        _ if custom => return Err(Status::unsupported_media_type(CUSTOM_PATCHES)),
        _ => return Err(Status::unsupported_patch()),
    }
    let options = WriteOptions::of(context, "PatchOptions")?;
    if context.query.optional_flag("force").is_some() {
        let error = field::Error::forbidden("force", "may not be specified for non-apply patch");
        return Err(Status::invalid_options("PatchOptions", error));
    }
    let name = context.info.object_name()?;
    let mut store = context.server.store();
    let old = store.get(&context.info.key(name)).cloned().ok_or_else(|| Status::not_found(context.info.kind, name))?;
    let shown = conversion::to_requested(context.info, (*old).clone());
    let patched = patched(context, shown)?;
    let new = context.patched(patched, &options)?;
    let kept = update::write(context, &mut store, &old, new, &options)?;
    drop(store);
    Ok(context.object(200, (*kept).clone()))
}

/// PATCH with a manager's whole wish; creates the object where there is none.
fn server_side_apply(context: &RequestContext<'_>) -> Result<Reply, StatusError> {
    let mut options = WriteOptions::of(context, "PatchOptions")?;
    if context.query.text("fieldManager").is_empty() {
        let error = field::Error::required("fieldManager", "is required for apply patch");
        return Err(Status::invalid_options("PatchOptions", error));
    }
    options.applied = true;
    let applied = context.decode_apply()?;
    if applied.get("kind").is_none() || applied.get("apiVersion").is_none() {
        let text = |field| applied.get(field).and_then(serde_json::Value::as_str).unwrap_or("");
        let GroupVersion { group, version } = GroupVersion::parse(text("apiVersion"));
        let why = format!("invalid object type: {group}/{version}, Kind={}", text("kind"));
        return Err(Status::bad_request(why));
    }
    let (kind, name) = (context.info.kind, context.info.object_name()?);
    let mut store = context.server.store();
    let old = store.get(&context.info.key(name)).cloned();
    let live = old.as_ref().map(|old| conversion::to_requested(context.info, (**old).clone()));
    let version = context.info.api_version();
    let change = field_manager::change(context.info, &options.manager, &version, context.server.now());
    let result = apply::apply(live.as_ref(), &applied, context.query.flag("force"), &change).map_err(refusal)?;
    let new = context.incoming(Decoded::plain(result), &options)?;
    let Some(old) = old else {
        drop(store);
        if context.info.subresource.is_some() {
            return Err(Status::not_found(kind, name));
        }
        return create::insert(context, new, &options);
    };
    let kept = update::write(context, &mut store, &old, new, &options)?;
    drop(store);
    Ok(context.object(200, (*kept).clone()))
}

fn refusal(error: ApplyError) -> StatusError {
    match error {
        ApplyError::Conflict { message, causes } => {
            Status::apply_conflict(message, causes.into_iter().map(|cause| (cause.field, cause.message)).collect())
        }
        ApplyError::BadRequest(message) => Status::bad_request(message),
    }
}

/// The object after the patch, in the version that the client speaks.
pub(super) fn patched(context: &RequestContext<'_>, mut object: Value) -> Result<Decoded, StatusError> {
    if context.media_type() == "application/json-patch+json" {
        let (operations, patch_faults) = operations(context.body)?;
        let value = json_patch::apply(object, &operations).map_err(|_| Status::patch_does_not_fit())?;
        return Ok(Decoded { patch_faults, ..Decoded::plain(value) });
    }
    if context.body.starts_with(b"[") {
        let why = "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}";
        return Err(Status::bad_request(why));
    }
    let patch = decode::json(context.body).map_err(|_| Status::bad_request("invalid JSON patch"))?;
    if context.media_type() == "application/merge-patch+json" {
        ::json_patch::merge(&mut object, &patch.value);
    } else {
        let of = scheme::of(&context.info.api_version(), context.info.kind.kind);
        strategic::merge(of, &mut object, &patch.value).map_err(Status::unexpected)?;
    }
    Ok(Decoded { value: object, ..patch })
}

/// The operations of a JSON Patch, and what a strict reader minds in them.
fn operations(body: &[u8]) -> Result<(Vec<Value>, Vec<String>), StatusError> {
    let decoded = decode::tree(body).map_err(|_| Status::bad_request("invalid JSON patch"))?;
    let operations = match decoded.value {
        Value::Array(operations) => operations,
        Value::Null => return Ok((Vec::new(), Vec::new())),
        other => return Err(undecoded(&other, "value of type []handlers.jsonPatchOp")),
    };
    let mut errors: Vec<_> =
        decoded.duplicates.iter().map(|path| format!("json patch duplicate field \"{path}\"")).collect();
    for (index, operation) in operations.iter().enumerate() {
        let unknown = check_operation(operation)?;
        errors.extend(unknown.map(|field| format!("json patch unknown field \"[{index}].{field}\"")));
    }
    if operations.len() > json_patch::MOST_OPERATIONS {
        let most = json_patch::MOST_OPERATIONS;
        let why = format!("The allowed maximum operations in a JSON patch is {most}, got {}", operations.len());
        return Err(Status::too_large(&why));
    }
    Ok((operations, errors))
}

/// Refuses what Go's decoder refuses; returns the fields that it does not know.
fn check_operation(operation: &Value) -> Result<impl Iterator<Item = &String>, StatusError> {
    let fields = match operation {
        Value::Object(fields) => Some(fields),
        Value::Null => None,
        other => return Err(undecoded(other, "value of type handlers.jsonPatchOp")),
    };
    for name in ["op", "path", "from"] {
        let value = fields.and_then(|fields| fields.get(name)).unwrap_or(&Value::Null);
        if !value.is_string() && !value.is_null() {
            return Err(undecoded(value, &format!("struct field jsonPatchOp.{name} of type string")));
        }
    }
    let known = |field: &&String| matches!(field.as_str(), "op" | "path" | "from" | "value");
    Ok(fields.into_iter().flat_map(serde_json::Map::keys).filter(move |field| !known(field)))
}

fn undecoded(found: &Value, into: &str) -> StatusError {
    Status::bad_request(format!("error decoding patch: json: cannot unmarshal {} into Go {into}", name_of(found)))
}
