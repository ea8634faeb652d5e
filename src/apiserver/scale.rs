//! `/scale`: the size of a set, as an `autoscaling/v1` Scale.

use super::accept::Shape;
use super::fault::Fault;
use super::respond::Reply;
use super::status::{Refused, Status};
use super::table::{self, Form, IncludeObject};
use super::write::WriteOptions;
use super::{Call, decode, object, patch, update};
use crate::apiserver::kinds;
use crate::text::go::json::name_of;
use http::Method;
use serde_json::{Value, json};
use std::sync::Arc;

/// Answers GET, PUT and PATCH.
pub(super) fn answer(call: &Call<'_>) -> Result<Reply, Refused> {
    let (kind, name) = (call.target.kind, call.target.object_name()?);
    let mut store = call.server.store();
    let old = store.get(&call.target.key(name)).cloned().ok_or_else(|| Status::not_found(kind, name))?;
    let kept = match *call.method {
        Method::GET => {
            if replicas(&old).is_none() {
                let why = "the spec replicas field \".spec.replicas\" does not exist";
                return Err(Status::internal(why));
            }
            old
        }
        _ => write(call, &mut store, &old)?,
    };
    drop(store);
    let shown = scale_of(&kept);
    if call.wanted.shape == Shape::Table {
        return Ok(Reply::Object(200, as_table(call, shown)?, call.wanted.language));
    }
    Ok(Reply::Object(200, shown, call.wanted.language))
}

fn as_table(call: &Call<'_>, scale: Value) -> Result<Value, Refused> {
    let include = IncludeObject::parse(call.query.text("includeObject")).map_err(Status::bad_request)?;
    let form = Form { version: call.wanted.meta_version, include, headers: true, now: call.server.now() };
    let meta = table::meta_of(&scale);
    let scales = [scale];
    Ok(table::render(&kinds::SCALE, &scales, &scales, &meta, form))
}

fn write(call: &Call<'_>, store: &mut super::store::Store, old: &Arc<Value>) -> Result<Arc<Value>, Refused> {
    let name = object::meta(old, "name");
    let options = WriteOptions::of(call, if *call.method == Method::PUT { "UpdateOptions" } else { "PatchOptions" })?;
    let scale = if *call.method == Method::PUT { call.decode()?.value } else { patched(call, old)? };
    check(call, name, &scale)?;
    let wanted = scale.pointer("/spec/replicas").cloned().unwrap_or_else(|| json!(0));
    let mut new = (**old).clone();
    let revision = object::meta(&scale, "resourceVersion");
    if !revision.is_empty() {
        object::set_meta(&mut new, "resourceVersion", revision);
    }
    let uid = object::meta(&scale, "uid");
    if !uid.is_empty() {
        object::set_meta(&mut new, "uid", uid);
    }
    if let Some(spec) = new.get_mut("spec").and_then(Value::as_object_mut) {
        spec.insert("replicas".to_owned(), wanted);
    }
    update::write(call, store, old, new, &options)
}

fn patched(call: &Call<'_>, set: &Value) -> Result<Value, Refused> {
    let mut scale = scale_of(set);
    // A size of nothing is left out of what is shown, and yet there to be replaced.
    if call.media_type() == "application/json-patch+json"
        && let Some(spec) = scale.get_mut("spec").and_then(Value::as_object_mut)
    {
        spec.entry("replicas").or_insert_with(|| json!(0));
    }
    let scale = match call.media_type() {
        "application/json-patch+json" | "application/merge-patch+json" => patch::patched(call, scale)?.value,
        _ => {
            return Err(Status::unsupported_media_type(
                "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml",
            ));
        }
    };
    if !scale.is_object() {
        let why = format!("couldn't get version/kind; json parse error: {}", decode::no_object(&scale));
        return Err(Status::unreadable_patch(&scale.to_string(), &why));
    }
    let found = match scale.pointer("/spec/replicas") {
        None | Some(Value::Null) => return Ok(scale),
        Some(Value::Number(number)) if number.as_i64().is_some_and(|size| i32::try_from(size).is_ok()) => {
            return Ok(scale);
        }
        Some(Value::Number(number)) => format!("number {number}"),
        Some(other) => name_of(other).to_owned(),
    };
    let why = format!("json: cannot unmarshal {found} into Go struct field ScaleSpec.spec.replicas of type int32");
    Err(Status::unreadable_patch(&scale.to_string(), &why))
}

fn check(call: &Call<'_>, name: &str, scale: &Value) -> Result<(), Refused> {
    let named = object::meta(scale, "name");
    let kind = scale.get("kind").and_then(Value::as_str).unwrap_or("");
    if !matches!(kind, "" | "Scale") {
        let why = "no kind is registered for the type v1.Scale in scheme \"pkg/runtime/scheme.go:111\"";
        return Err(Status::bad_request(why));
    }
    if named.is_empty() {
        let why = format!("the name of the object ({name} based on URL) was undeterminable: name must be provided");
        return Err(Status::bad_request(why));
    }
    if named != name {
        let why = format!("the name of the object ({named}) does not match the name on the URL ({name})");
        return Err(Status::bad_request(why));
    }
    let asked = scale.pointer("/spec/replicas").and_then(Value::as_i64);
    if let Some(negative) = asked.filter(|asked| *asked < 0) {
        let fault = Fault::invalid(".spec.replicas", &json!(negative), "should be a non-negative integer");
        return Err(Status::invalid(call.target.kind, name, vec![fault]));
    }
    Ok(())
}

fn replicas(set: &Value) -> Option<i64> {
    set.pointer("/spec/replicas").and_then(Value::as_i64)
}

fn scale_of(set: &Value) -> Value {
    let mut metadata = serde_json::Map::new();
    for field in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] {
        if let Some(value) = object::meta_value(set, field) {
            metadata.insert(field.to_owned(), value.clone());
        }
    }
    let spec = match replicas(set) {
        None | Some(0) => json!({}),
        Some(wanted) => json!({"replicas": wanted}),
    };
    let mut status = json!({"replicas": set.pointer("/status/replicas").and_then(Value::as_i64).unwrap_or(0)});
    let selector = set.pointer("/status/labelSelector").and_then(Value::as_str).unwrap_or("");
    if let (false, Some(status)) = (selector.is_empty(), status.as_object_mut()) {
        status.insert("selector".to_owned(), selector.into());
    }
    json!({"kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": metadata, "spec": spec, "status": status})
}
