//! The schemas of Go types. They never validate; `kubectl explain` shows them.

use super::reference;
use crate::scheme::{Elements, Field, Struct, Type};
use serde_json::{Map, Value, json};

/// The schema of a struct, which refers to others by name.
pub(super) fn schema(of: &Struct) -> Value {
    let fields = of.fields();
    let properties: Map<String, Value> = fields.iter().map(|field| (field.name.to_owned(), property(field))).collect();
    let required: Vec<&str> = fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    let mut schema = json!({"type": "object"});
    if !properties.is_empty() {
        schema["properties"] = properties.into();
    }
    if !required.is_empty() {
        schema["required"] = required.into();
    }
    if of.atomic {
        schema["x-kubernetes-map-type"] = "atomic".into();
    }
    schema
}

/// Adds the schemas of what a struct consists of, by name.
pub(super) fn add_parts(of: &Struct, schemas: &mut Map<String, Value>) {
    for field in of.fields() {
        if let Some((name, schema)) = scalar(field.of.innermost()) {
            schemas.insert(name.to_owned(), schema);
        }
        let Type::Object(part) = field.of.innermost() else { continue };
        if !schemas.contains_key(&part.model_name()) {
            schemas.insert(part.model_name(), schema(part));
            add_parts(part, schemas);
        }
    }
}

/// The name and the schema of a type that reads and writes itself.
fn scalar(of: &Type) -> Option<(&'static str, Value)> {
    Some(match of {
        Type::Time => ("io.k8s.apimachinery.pkg.apis.meta.v1.Time", json!({"type": "string", "format": "date-time"})),
        Type::MicroTime => {
            ("io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime", json!({"type": "string", "format": "date-time"}))
        }
        Type::Quantity => (
            "io.k8s.apimachinery.pkg.api.resource.Quantity",
            json!({"oneOf": [{"type": "string"}, {"type": "number"}]}),
        ),
        Type::IntOrString => (
            "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
            json!({"format": "int-or-string", "oneOf": [{"type": "integer"}, {"type": "string"}]}),
        ),
        _ => return None,
    })
}

fn property(field: &Field) -> Value {
    let mut schema = value(&field.of);
    let is_list = matches!(field.of.plain(), Type::List(_));
    match field.elements {
        Elements::Unsaid => {}
        Elements::Atomic if is_list => schema["x-kubernetes-list-type"] = "atomic".into(),
        Elements::Atomic => schema["x-kubernetes-map-type"] = "atomic".into(),
        Elements::Set => schema["x-kubernetes-list-type"] = "set".into(),
        Elements::Map(keys) => {
            schema["x-kubernetes-list-type"] = "map".into();
            schema["x-kubernetes-list-map-keys"] = keys.into();
        }
    }
    if let Some(patch) = field.patch {
        schema["x-kubernetes-patch-strategy"] = patch.strategy.into();
        if !patch.key.is_empty() {
            schema["x-kubernetes-patch-merge-key"] = patch.key.into();
        }
    }
    if let Some(default) = field.default {
        schema["default"] = default.into();
    }
    schema
}

fn value(of: &Type) -> Value {
    if let Some((name, _)) = scalar(of.plain()) {
        return reference(name);
    }
    match of.plain() {
        Type::Text(_) => json!({"type": "string"}),
        Type::Bool => json!({"type": "boolean"}),
        Type::Int32 => json!({"type": "integer", "format": "int32"}),
        Type::Int64 => json!({"type": "integer", "format": "int64"}),
        Type::Float64 => json!({"type": "number", "format": "double"}),
        Type::Bytes => json!({"type": "string", "format": "byte"}),
        Type::Map(of) => json!({"type": "object", "additionalProperties": value(of)}),
        Type::List(of) => json!({"type": "array", "items": value(of)}),
        Type::Object(of) => reference(&of.model_name()),
        _ => json!({"x-kubernetes-preserve-unknown-fields": true}),
    }
}
