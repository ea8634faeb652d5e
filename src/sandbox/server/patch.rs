//! PATCH in its four languages.

use super::decode::Decoded;
use super::respond::Reply;
use super::status::{Refused, Status};
use super::write::WriteOptions;
use super::{Call, decode, rules, strategic, update};
use crate::sandbox::kinds::Nature;
use serde_json::Value;

const CUSTOM_PATCHES: &str = "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml";

/// Answers PATCH.
pub(super) fn patch(call: &Call<'_>) -> Result<Reply, Refused> {
    let custom = call.target.kind.nature == Nature::Custom;
    match call.media_type() {
        "application/json-patch+json" | "application/merge-patch+json" => {}
        "application/strategic-merge-patch+json" if !custom => {}
        "application/apply-patch+yaml" => return rules::apply(call),
        _ if custom => return Err(Status::unsupported_media_type(CUSTOM_PATCHES)),
        _ => return Err(Status::unsupported_patch()),
    }
    let options = WriteOptions::of(call, "PatchOptions")?;
    let name = call.target.object_name()?;
    let mut store = call.server.store();
    let old = store.get(&call.target.key(name)).cloned().ok_or_else(|| Status::not_found(call.target.kind, name))?;
    let shown = rules::versioned(call.target, (*old).clone());
    let patched = apply(call, shown)?;
    let new = call.incoming(patched, &options)?;
    let kept = update::write(call, &mut store, &old, new, &options)?;
    drop(store);
    Ok(call.object(200, (*kept).clone()))
}

/// The object after the patch, in the version that the client speaks.
pub(super) fn apply(call: &Call<'_>, mut object: Value) -> Result<Decoded, Refused> {
    let plain = |value| Decoded { value, duplicates: Vec::new() };
    if call.media_type() == "application/json-patch+json" {
        json_patch::patch(&mut object, &operations(call.body)?).map_err(|_| Status::patch_does_not_fit())?;
        return Ok(plain(object));
    }
    let patch = decode::json(call.body).map_err(|_| Status::bad_request("invalid JSON patch"))?;
    if call.media_type() == "application/merge-patch+json" {
        json_patch::merge(&mut object, &patch.value);
    } else {
        strategic::merge(&mut object, &patch.value).map_err(Status::bad_request)?;
    }
    Ok(Decoded { value: object, duplicates: patch.duplicates })
}

fn operations(body: &[u8]) -> Result<json_patch::Patch, Refused> {
    let undecoded = |why: &str| Status::bad_request(format!("error decoding patch: {why}"));
    let value: Value = serde_json::from_slice(body).map_err(|_| undecoded("invalid character"))?;
    let found = match &value {
        Value::Array(_) => return serde_json::from_value(value).map_err(|_| Status::patch_does_not_fit()),
        Value::Object(_) => "object",
        Value::String(_) => "string",
        Value::Number(_) => "number",
        Value::Bool(_) => "bool",
        Value::Null => return Ok(json_patch::Patch::default()),
    };
    Err(undecoded(&format!("json: cannot unmarshal {found} into Go value of type []handlers.jsonPatchOp")))
}
