//! `/scale`: the size of a set, as an `autoscaling/v1` Scale.

use crate::apiserver::content_negotiation::Transform;
use crate::apiserver::field;
use crate::apiserver::handlers::write::WriteOptions;
use crate::apiserver::handlers::{patch, update};
use crate::apiserver::registry;
use crate::apiserver::response::Reply;
use crate::apiserver::status::{Status, StatusError};
use crate::apiserver::table::{self, Form, IncludeObject};
use crate::apiserver::{RequestContext, decode, object};
use crate::text::go::json::name_of;
use http::Method;
use serde_json::{Value, json};
use std::sync::Arc;

/// Answers GET, PUT and PATCH.
pub(super) fn answer(context: &RequestContext<'_>) -> Result<Reply, StatusError> {
    let (kind, name) = (context.info.kind, context.info.object_name()?);
    let mut store = context.server.store();
    let old = store.get(&context.info.key(name)).cloned().ok_or_else(|| Status::not_found(kind, name))?;
    let kept = match *context.method {
        Method::GET => {
            if replicas(&old).is_none() {
                let why = "the spec replicas field \".spec.replicas\" does not exist";
                return Err(Status::internal(why));
            }
            old
        }
        _ => write(context, &mut store, &old)?,
    };
    drop(store);
    let shown = scale_of(&kept);
    if context.wanted.transform == Transform::Table {
        return Ok(Reply::Object(200, as_table(context, shown)?, context.wanted.encoding));
    }
    Ok(Reply::Object(200, shown, context.wanted.encoding))
}

fn as_table(context: &RequestContext<'_>, scale: Value) -> Result<Value, StatusError> {
    let include = IncludeObject::parse(context.query.text("includeObject")).map_err(Status::bad_request)?;
    let form = Form { version: context.wanted.meta_version, include, headers: true, now: context.server.now() };
    let meta = table::meta_of(&scale);
    let scales = [scale];
    Ok(table::render(&registry::scale::KIND, &scales, &scales, &meta, form))
}

fn write(
    context: &RequestContext<'_>,
    store: &mut crate::apiserver::storage::Store,
    old: &Arc<Value>,
) -> Result<Arc<Value>, StatusError> {
    let name = object::meta(old, "name");
    let options =
        WriteOptions::of(context, if *context.method == Method::PUT { "UpdateOptions" } else { "PatchOptions" })?;
    let scale = if *context.method == Method::PUT { context.decode()?.value } else { patched(context, old)? };
    check(context, name, &scale)?;
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
    update::write(context, store, old, new, &options)
}

fn patched(context: &RequestContext<'_>, set: &Value) -> Result<Value, StatusError> {
    let mut scale = scale_of(set);
    // A size of nothing is left out of what is shown, and yet there to be replaced.
    if context.media_type() == "application/json-patch+json"
        && let Some(spec) = scale.get_mut("spec").and_then(Value::as_object_mut)
    {
        spec.entry("replicas").or_insert_with(|| json!(0));
    }
    let scale = match context.media_type() {
        "application/json-patch+json" | "application/merge-patch+json" => patch::patched(context, scale)?.value,
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

fn check(context: &RequestContext<'_>, name: &str, scale: &Value) -> Result<(), StatusError> {
    let kind = scale.get("kind").and_then(Value::as_str).unwrap_or("");
    if !["", registry::scale::KIND.kind].contains(&kind) {
        let why = "no kind is registered for the type v1.Scale in scheme \"pkg/runtime/scheme.go:111\"";
        return Err(Status::bad_request(why));
    }
    update::check_name(context.info, scale)?;
    let asked = scale.pointer("/spec/replicas").and_then(Value::as_i64);
    if let Some(negative) = asked.filter(|asked| *asked < 0) {
        let error = field::Error::invalid(".spec.replicas", &json!(negative), "should be a non-negative integer");
        return Err(Status::invalid(context.info.kind, name, vec![error]));
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
