//! Brief schemas of built-in kinds: what `kubectl explain` shows of them. They never validate.

use super::{LIST_META, OBJECT_META, hpa};
use crate::apiserver::registry::Kind;
use serde_json::{Map, Value, json};

pub(super) const METADATA: &str = "Standard object's metadata. More info: \
     https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata";
pub(super) const LIST_METADATA: &str = "Standard list metadata. More info: \
     https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds";
const API_VERSION: &str = "APIVersion defines the versioned schema of this representation of an object. Servers should \
     convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: \
     https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources";
const KIND: &str = "Kind is a string value representing the REST resource this object represents. Servers may infer this \
     from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: \
     https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds";

/// `apiVersion` and `kind`.
pub(super) fn type_meta() -> Map<String, Value> {
    let text = |description: &str| json!({"description": description, "type": "string"});
    [("apiVersion".to_owned(), text(API_VERSION)), ("kind".to_owned(), text(KIND))].into_iter().collect()
}

/// A query parameter.
pub(super) fn parameter(name: &str) -> Value {
    let kind = match name {
        "force" | "watch" => "boolean",
        "limit" | "gracePeriodSeconds" => "integer",
        _ => "string",
    };
    json!({"name": name, "in": "query", "schema": {"type": kind, "uniqueItems": true}})
}

/// The schemas that every document shares.
pub(super) fn shared() -> Map<String, Value> {
    let mut schemas = Map::new();
    schemas.insert(OBJECT_META.to_owned(), object_meta());
    let list_meta = json!({
        "description": "ListMeta describes metadata that synthetic resources must have.",
        "type": "object",
        "properties": {
            "continue": text("Asks for the next page of a list."),
            "remainingItemCount": integer("How many items follow this page.", "int64"),
            "resourceVersion": text("The revision at which the list was read."),
        },
    });
    schemas.insert(LIST_META.to_owned(), list_meta);
    schemas
}

fn object_meta() -> Value {
    json!({
        "description": "ObjectMeta is metadata that all persisted resources must have, which includes all objects users must create.",
        "type": "object",
        "properties": {
            "annotations": strings("Unstructured values that tools keep with the object."),
            "creationTimestamp": time("When the object was created."),
            "deletionGracePeriodSeconds": integer("How long the object may take to end.", "int64"),
            "deletionTimestamp": time("When the object was, or is to be, deleted."),
            "finalizers": {
                "description": "Who must agree before the object goes.",
                "type": "array",
                "items": {"type": "string"},
                "x-kubernetes-list-type": "set",
            },
            "generateName": text("A prefix to which the server appends a random suffix if the name is not given."),
            "generation": integer("Counts the changes of the desired state.", "int64"),
            "labels": strings("Values to select objects by."),
            "managedFields": {
                "description": "Who manages which fields.",
                "type": "array",
                "items": {"type": "object", "x-kubernetes-preserve-unknown-fields": true},
                "x-kubernetes-list-type": "atomic",
            },
            "name": text("Unique within a namespace and kind."),
            "namespace": text("The space within which the name is unique."),
            "ownerReferences": {
                "description": "The objects this one depends on.",
                "type": "array",
                "items": owner(),
                "x-kubernetes-list-type": "map",
                "x-kubernetes-list-map-keys": ["uid"],
            },
            "resourceVersion": text("The revision of the object's last change; opaque."),
            "uid": text("Unique in time and space."),
        },
    })
}

fn owner() -> Value {
    json!({
        "type": "object",
        "required": ["apiVersion", "kind", "name", "uid"],
        "properties": {
            "apiVersion": text("API version of the owner."),
            "blockOwnerDeletion": {"description": "Whether the owner waits for this object when it is deleted.", "type": "boolean"},
            "controller": {"description": "Whether the owner manages this object; at most one does.", "type": "boolean"},
            "kind": text("Kind of the owner."),
            "name": text("Name of the owner."),
            "uid": text("UID of the owner."),
        },
        "x-kubernetes-map-type": "atomic",
    })
}

pub(super) fn text(description: &str) -> Value {
    json!({"description": description, "type": "string"})
}

pub(super) fn integer(description: &str, format: &str) -> Value {
    json!({"description": description, "type": "integer", "format": format})
}

pub(super) fn time(description: &str) -> Value {
    json!({"description": description, "type": "string", "format": "date-time"})
}

fn strings(description: &str) -> Value {
    json!({"description": description, "type": "object", "additionalProperties": {"type": "string"}})
}

fn anything(description: &str) -> Value {
    json!({"description": description, "type": "object", "x-kubernetes-preserve-unknown-fields": true})
}

/// What a built-in kind has besides `apiVersion`, `kind` and `metadata`.
pub(super) fn schema(kind: &Kind, version: &str) -> Value {
    let fields: Vec<(&str, Value)> = match kind.kind {
        "HorizontalPodAutoscaler" => return hpa::schema(version),
        "ConfigMap" => vec![
            ("binaryData", strings("Bytes in base64.")),
            ("data", strings("Texts.")),
            ("immutable", json!({"description": "Whether the data may change no more.", "type": "boolean"})),
        ],
        "Secret" => vec![
            ("data", strings("Bytes in base64.")),
            ("immutable", json!({"description": "Whether the data may change no more.", "type": "boolean"})),
            ("stringData", strings("Texts, merged into the data on write.")),
            ("type", text("What the data is for.")),
        ],
        "Event" => vec![
            ("count", integer("How often it occurred.", "int32")),
            ("firstTimestamp", time("When it first occurred.")),
            ("involvedObject", anything("What the event is about.")),
            ("lastTimestamp", time("When it last occurred.")),
            ("message", text("For a person.")),
            ("reason", text("For a machine.")),
            ("type", text("Normal or Warning.")),
        ],
        "ServiceAccount" => Vec::new(),
        "Lease" => vec![("spec", anything("Who holds the lease and until when."))],
        _ => vec![("spec", anything("What is wanted.")), ("status", anything("What was observed."))],
    };
    let properties: Map<String, Value> = fields.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect();
    json!({"description": format!("{} of the sandbox, described in brief.", kind.kind), "type": "object", "properties": properties})
}
