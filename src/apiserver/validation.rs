//! What a real server checks and fills in of metadata and of built-in kinds. Objects are in their stored version.
//!
//! Rules, order and wording are those of `k8s.io/kubernetes/pkg/apis/*/validation` and `…/defaults.go` of 1.37; where
//! the real server walks a map in random order, here it is by key. Custom kinds have their metadata checked here and
//! everything else by [`super::schema`].

mod autoscaler;
mod core;
mod defaults;
mod event;
mod meta;
mod pod;
mod service;

#[cfg(test)]
mod tests;

pub use defaults::apply_defaults;
pub use meta::{object_meta, object_meta_update};

use super::fault::Fault;
use crate::apiserver::kinds::Kind;
use serde_json::Value;

/// What an object that is about to be kept asks for in vain, or not for much longer.
pub fn warnings(kind: &Kind, object: &Value) -> Vec<String> {
    if kind.kind == "Service" { service::warnings(object) } else { Vec::new() }
}

/// What is wrong with a new object, after [`apply_defaults`]. `requested` is the group and version of the request: to
/// events it makes a difference.
pub fn on_create(kind: &Kind, requested: (&str, &str), object: &Value) -> Vec<Fault> {
    if kind.kind == "Event" {
        return event::on_create(kind, requested, object);
    }
    let mut faults = object_meta(kind, object);
    faults.extend(content(kind, object, None));
    faults
}

/// What is wrong with an object that is to take the place of `old`.
pub fn on_update(kind: &Kind, requested: (&str, &str), object: &Value, old: &Value) -> Vec<Fault> {
    if kind.kind == "Event" {
        return event::on_update(kind, requested, object, old);
    }
    let mut faults = object_meta_update(kind, object, old);
    faults.extend(core::immutable(kind, object, old));
    if kind.kind == "Service" {
        faults.extend(service::immutable(object, old));
    }
    // A namespace's finalizers are its own subresource's affair.
    if kind.kind != "Namespace" {
        faults.extend(content(kind, object, Some(old)));
    }
    faults
}

/// What is wrong with an object that came through `/status`, whose other fields are `old`'s already.
pub fn on_status_update(kind: &Kind, object: &Value, old: &Value) -> Vec<Fault> {
    let mut faults = object_meta_update(kind, object, old);
    match kind.kind {
        "HorizontalPodAutoscaler" => faults.extend(autoscaler::status_faults(object)),
        "Namespace" => faults.extend(core::namespace_status(object)),
        _ => {}
    }
    faults
}

/// Gives an update what the server has given `old` and the client has left out: a Service's addresses. To be called
/// before [`apply_defaults`].
pub fn keep_allocated(kind: &Kind, object: &mut Value, old: &Value) {
    let addressed = |object: &Value| !matches!(text(object, "/spec/type"), "ExternalName");
    if kind.kind != "Service" || !addressed(object) || !addressed(old) || !text(object, "/spec/clusterIP").is_empty() {
        return;
    }
    let Some(spec) = object.get_mut("spec").and_then(Value::as_object_mut) else { return };
    for name in ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"] {
        let Some(value) = old.pointer(&format!("/spec/{name}")) else { continue };
        // A family that was asked for stays; an address that is empty was not.
        if name.starts_with("clusterIP") || !spec.contains_key(name) {
            spec.insert(name.to_owned(), value.clone());
        }
    }
}

fn content(kind: &Kind, object: &Value, old: Option<&Value>) -> Vec<Fault> {
    match kind.kind {
        "HorizontalPodAutoscaler" => autoscaler::faults(object, old),
        "Namespace" => core::namespace(object),
        "ConfigMap" => core::config_map(object),
        "Secret" => core::secret(object),
        "Lease" => core::lease(object),
        "Service" => service::faults(object),
        "Pod" => pod::faults(object),
        _ => Vec::new(),
    }
}

/// Text at a JSON pointer, empty if there is none.
fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// A whole number at a JSON pointer.
fn number(object: &Value, pointer: &str) -> Option<i64> {
    object.pointer(pointer).and_then(Value::as_i64)
}

/// The items at a JSON pointer, none if there is no list.
fn items<'a>(object: &'a Value, pointer: &str) -> &'a [Value] {
    object.pointer(pointer).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The entries at a JSON pointer whose values are text.
fn entries<'a>(object: &'a Value, pointer: &str) -> impl Iterator<Item = (&'a String, &'a str)> {
    let fields = object.pointer(pointer).and_then(Value::as_object).into_iter().flatten();
    fields.map(|(key, value)| (key, value.as_str().unwrap_or_default()))
}

/// The value at a JSON pointer, unless it is null.
fn present<'a>(object: &'a Value, pointer: &str) -> Option<&'a Value> {
    object.pointer(pointer).filter(|value| !value.is_null())
}
