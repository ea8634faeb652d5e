//! Where the server asks what it does not know itself: rules of kinds, shapes of answers, documents.

use super::accept::Shape;
use super::fault::Fault;
use super::query::Query;
use super::request::Target;
use super::respond::Reply;
use super::status::{Refused, Status};
use super::{Body, Call};
use crate::sandbox::kinds::{Kind, Nature};
use http::Response;
use serde_json::{Value, json};

/// The text of a `Warning` header for a version that is on its way out.
pub(super) fn deprecation(target: &Target) -> Option<String> {
    (target.group == "kubevirt.io" && target.version == "v1alpha3")
        .then(|| "kubevirt.io/v1alpha3 is now deprecated and will be removed in a future release.".to_owned())
}

/// The definitions of the custom resources.
pub(super) fn definitions() -> Vec<Value> {
    Vec::new()
}

/// Documents outside the resources: discovery and the schema.
pub(super) fn document(_parts: &http::request::Parts, _query: &Query) -> Option<Response<Body>> {
    None
}

/// Server-side apply.
pub(super) fn apply(_call: &Call<'_>) -> Result<Reply, Refused> {
    Err(Status::unsupported_patch())
}

/// Notes in `managedFields` who wrote what.
pub(super) fn track(_: &Target, _: Option<&Value>, _: &mut Value, _: &str, _: jiff::Timestamp) {}

/// The object in a protobuf body.
pub(super) fn protobuf(_body: &[u8]) -> Result<Value, String> {
    Err("protobuf".to_owned())
}

/// From the version that the client speaks to the stored one.
pub(super) fn stored(target: &Target, object: Value) -> Value {
    let (group, version) = target.kind.storage();
    convert(object, group, version)
}

/// From the stored version to the one that the client speaks.
pub(super) fn versioned(target: &Target, object: Value) -> Value {
    convert(object, &target.group, &target.version)
}

fn convert(mut object: Value, group: &str, version: &str) -> Value {
    if let Some(fields) = object.as_object_mut() {
        fields.insert("apiVersion".to_owned(), crate::sandbox::kinds::api_version(group, version).into());
    }
    object
}

/// Fields that a kind does not know, with their path.
pub(super) fn unknown_fields(_: &Target, _: &Value) -> Vec<String> {
    Vec::new()
}

/// Drops unknown fields.
pub(super) fn prune(_: &Kind, _: &mut Value) {}

/// Fills in what the client left to the server.
pub(super) fn defaults(_: &Kind, _: &mut Value) {}

/// What is wrong with a new object.
pub(super) fn faults_on_create(_: &Kind, object: &Value) -> Vec<Fault> {
    if super::object::meta(object, "name").is_empty() {
        return vec![Fault::required("metadata.name", "name or generateName is required")];
    }
    Vec::new()
}

/// What is wrong with a new state of an object.
pub(super) fn faults_on_update(_: &Kind, _: &Value, _: &Value) -> Vec<Fault> {
    Vec::new()
}

/// One object in the shape asked for.
pub(super) fn shape(
    target: &Target,
    shape: Shape,
    _query: &Query,
    stored: Value,
    _columns: bool,
    _now: jiff::Timestamp,
) -> Value {
    match shape {
        Shape::Metadata => partial(&stored),
        _ => versioned(target, stored),
    }
}

/// A list in the shape asked for.
pub(super) fn shape_list(
    _target: &Target,
    _shape: Shape,
    _query: &Query,
    objects: Vec<Value>,
    meta: Value,
    _now: jiff::Timestamp,
) -> Value {
    let items: Vec<Value> = objects.iter().map(partial).collect();
    json!({"kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1", "metadata": meta, "items": items})
}

fn partial(object: &Value) -> Value {
    json!({"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": object.get("metadata")})
}

/// An otherwise empty object that only carries a revision.
pub(super) fn bookmark(target: &Target, shape: Shape, mut stored: Value) -> Value {
    if shape == Shape::Metadata {
        return partial(&stored);
    }
    if let Some(fields) = stored.as_object_mut() {
        fields.insert("kind".to_owned(), target.kind.kind.into());
        fields.insert("apiVersion".to_owned(), target.api_version().into());
        if target.kind.nature == Nature::BuiltIn && target.kind.status {
            fields.insert("spec".to_owned(), json!({}));
            fields.insert("status".to_owned(), json!({}));
        }
    }
    stored
}
