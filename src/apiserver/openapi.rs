//! `/openapi/v3`: what kubectl needs to validate, apply and explain. Custom kinds are described by the schemas of their
//! CustomResourceDefinitions, built-in ones by their Go types. There is no `/openapi/v2`; clients take its absence well.

mod models;

use super::discovery::Answer;
use crate::apiserver::kinds::{self, KINDS, Kind, Nature};
use crate::scheme::{self, Struct};
use serde_json::{Map, Value, json};

const METADATA: &str = "Standard object's metadata. More info: \
     https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata";
const LIST_METADATA: &str = "Standard list metadata. More info: \
     https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds";
const API_VERSION: &str = "APIVersion defines the versioned schema of this representation of an object. Servers should \
     convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: \
     https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources";
const KIND: &str = "Kind is a string value representing the REST resource this object represents. Servers may infer this \
     from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: \
     https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds";

/// Answers `/openapi/v3` and the documents it names; nothing where there is none.
pub fn answer(path: &str) -> Option<Answer> {
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    match parts.as_slice() {
        // The real server, too, calls its index plain text.
        ["openapi", "v3"] => Some(found("text/plain; charset=utf-8", index())),
        ["openapi", "v3", "api", version] => Some(found("application/json", document("", version)?)),
        ["openapi", "v3", "apis", group, version] if !group.is_empty() => {
            Some(found("application/json", document(group, version)?))
        }
        _ => None,
    }
}

fn found(content_type: &'static str, body: Value) -> Answer {
    Answer { status: 200, content_type, varies: false, body }
}

fn index() -> Value {
    let served = KINDS.iter().flat_map(|kind| kind.served);
    let paths: Map<String, Value> = served
        .map(|(group, version)| root(group, version))
        .map(|root| {
            let url = format!("/openapi/v3/{root}?hash={:016X}", fingerprint(&root));
            (root, json!({"serverRelativeURL": url}))
        })
        .collect();
    json!({"paths": paths})
}

/// `api/VERSION` or `apis/GROUP/VERSION`.
fn root(group: &str, version: &str) -> String {
    if group.is_empty() { format!("api/{version}") } else { format!("apis/{group}/{version}") }
}

/// Tells apart the documents of different releases of this program, for a client that caches them: FNV-1a.
fn fingerprint(root: &str) -> u64 {
    let release = concat!(env!("CARGO_PKG_VERSION"), "/");
    release
        .bytes()
        .chain(root.bytes())
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

fn document(group: &str, version: &str) -> Option<Value> {
    let kinds: Vec<&Kind> = KINDS.iter().filter(|kind| kind.is_served(group, version)).collect();
    if kinds.is_empty() {
        return None;
    }
    let mut paths = Map::new();
    let mut schemas = Map::new();
    add(scheme::object_meta(), &mut schemas);
    for kind in kinds {
        let name = schema_name(group, version, kind.kind);
        add_paths(&mut paths, kind, group, version, &name);
        let built_in = scheme::of(&kinds::api_version(group, version), kind.kind);
        built_in.inspect(|of| models::add_parts(of, &mut schemas));
        let schema = built_in.map(models::schema).or_else(|| kind.schema().cloned()).unwrap_or_else(|| json!({}));
        schemas.insert(name.clone(), described(kind, group, version, schema));
        if kind.nature != Nature::Review {
            add(scheme::list_meta(), &mut schemas);
            schemas.insert(format!("{name}List"), list(kind, group, version, &name));
        }
    }
    Some(json!({
        "openapi": "3.0.0",
        "info": {"title": "Kubernetes", "version": env!("CARGO_PKG_VERSION")},
        "paths": paths,
        "components": {"schemas": schemas},
    }))
}

fn add(of: &Struct, schemas: &mut Map<String, Value>) {
    schemas.insert(of.model_name(), models::schema(of));
    models::add_parts(of, schemas);
}

/// `io.kubevirt.v1.Kind` for custom kinds.
fn schema_name(group: &str, version: &str, kind: &str) -> String {
    match scheme::of(&kinds::api_version(group, version), kind) {
        Some(built_in) => built_in.model_name(),
        None => format!("io.kubevirt.{version}.{kind}"),
    }
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// The schema of a kind, with what every object has.
fn described(kind: &Kind, group: &str, version: &str, mut schema: Value) -> Value {
    if let Some(schema) = schema.as_object_mut() {
        let properties = schema.entry("properties").or_insert_with(|| json!({}));
        if let Some(properties) = properties.as_object_mut() {
            properties.extend(type_meta());
            let metadata = scheme::object_meta().model_name();
            properties.insert("metadata".to_owned(), json!({"description": METADATA, "allOf": [reference(&metadata)]}));
        }
        schema.insert("x-kubernetes-group-version-kind".to_owned(), json!([gvk(group, version, kind.kind)]));
    }
    schema
}

/// `apiVersion` and `kind`.
fn type_meta() -> Map<String, Value> {
    let text = |description: &str| json!({"description": description, "type": "string"});
    [("apiVersion".to_owned(), text(API_VERSION)), ("kind".to_owned(), text(KIND))].into_iter().collect()
}

fn list(kind: &Kind, group: &str, version: &str, name: &str) -> Value {
    let mut properties = type_meta();
    let metadata = scheme::list_meta().model_name();
    properties.insert("metadata".to_owned(), json!({"description": LIST_METADATA, "allOf": [reference(&metadata)]}));
    let description = format!("List of {}.", kind.plural);
    properties
        .insert("items".to_owned(), json!({"description": description, "type": "array", "items": reference(name)}));
    json!({
        "description": format!("{}List is a list of {}", kind.kind, kind.kind),
        "type": "object",
        "required": ["items"],
        "properties": properties,
        "x-kubernetes-group-version-kind": [gvk(group, version, &kind.list_kind())],
    })
}

fn gvk(group: &str, version: &str, kind: &str) -> Value {
    json!({"group": group, "version": version, "kind": kind})
}

/// A query parameter.
fn parameter(name: &str) -> Value {
    let kind = match name {
        "force" | "watch" => "boolean",
        "limit" | "gracePeriodSeconds" => "integer",
        _ => "string",
    };
    json!({"name": name, "in": "query", "schema": {"type": kind, "uniqueItems": true}})
}

fn add_paths(paths: &mut Map<String, Value>, kind: &Kind, group: &str, version: &str, name: &str) {
    let scope = if kind.namespaced { "namespaces/{namespace}/" } else { "" };
    let all = format!("/{}/{scope}{}", root(group, version), kind.plural);
    let operation = |action: &str, parameters: &[&str]| {
        json!({
            "x-kubernetes-action": action,
            "x-kubernetes-group-version-kind": gvk(group, version, kind.kind),
            "parameters": parameters.iter().map(|name| parameter(name)).collect::<Vec<_>>(),
            "responses": {"200": {"description": "OK", "content": {"application/json": {"schema": reference(name)}}}},
        })
    };
    let write = ["dryRun", "fieldManager", "fieldValidation"];
    if kind.nature == Nature::Review {
        paths.insert(all, json!({"post": operation("post", &write)}));
        return;
    }
    let one = format!("{all}/{{name}}");
    let read = ["labelSelector", "fieldSelector", "limit", "continue", "resourceVersion", "watch"];
    paths.insert(all, json!({"get": operation("list", &read), "post": operation("post", &write)}));
    let patch = ["dryRun", "fieldManager", "fieldValidation", "force"];
    paths.insert(
        one,
        json!({
            "get": operation("get", &[]),
            "put": operation("put", &write),
            "patch": operation("patch", &patch),
            "delete": operation("delete", &["dryRun", "gracePeriodSeconds", "propagationPolicy"]),
        }),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document_at(path: &str) -> Value {
        answer(path).unwrap().body
    }

    #[test]
    fn every_document_of_the_index_is_there() {
        let index = document_at("/openapi/v3");
        let paths = index["paths"].as_object().unwrap();
        assert!(paths.contains_key("apis/kubevirt.io/v1"));
        for entry in paths.values() {
            let url = entry["serverRelativeURL"].as_str().unwrap();
            let (path, hash) = url.split_once("?hash=").unwrap();
            assert_eq!(hash.len(), 16);
            assert_eq!(document_at(path)["openapi"], "3.0.0", "{url}");
        }
    }

    #[test]
    fn every_stored_kind_has_a_patch_that_takes_field_validation() {
        for kind in KINDS.iter().filter(|kind| kind.nature != Nature::Review) {
            for (group, version) in kind.served {
                let document = document(group, version).unwrap();
                let expected = gvk(group, version, kind.kind);
                let patch = document["paths"]
                    .as_object()
                    .unwrap()
                    .values()
                    .filter_map(|path| path.get("patch"))
                    .find(|patch| patch["x-kubernetes-group-version-kind"] == expected)
                    .unwrap();
                let names: Vec<_> =
                    patch["parameters"].as_array().unwrap().iter().map(|parameter| parameter["name"].clone()).collect();
                assert!(names.contains(&json!("fieldValidation")), "{}", kind.kind);
            }
        }
    }

    #[test]
    fn what_is_not_served_has_no_document() {
        for path in ["/openapi/v2", "/openapi/v3/apis/nope/v1", "/openapi/v3/api/v2", "/openapi"] {
            assert!(answer(path).is_none(), "{path}");
        }
    }
}
