//! `ObjectMeta`, on create and on update.

use super::super::fault::Fault;
use super::{entries, items, number, present, text};
use crate::apiserver::kinds::{Kind, Nature};
use crate::text::names;
use serde_json::{Value, json};

const MOST_ANNOTATION_BYTES: usize = 256 * 1024;
const NEGATIVE: &str = "must be greater than or equal to 0";

/// What is wrong with the metadata of a new object, whose name has been generated where it should be.
pub fn object_meta(kind: &Kind, object: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    let prefix = text(object, "/metadata/generateName");
    if !prefix.is_empty() {
        let why = name_faults(kind, &mask_trailing_dash(prefix));
        faults.extend(why.iter().map(|why| Fault::invalid("metadata.generateName", &json!(prefix), why)));
    }
    let name = text(object, "/metadata/name");
    if name.is_empty() {
        faults.push(Fault::required("metadata.name", "name or generateName is required"));
    } else {
        faults.extend(name_faults(kind, name).iter().map(|why| Fault::invalid("metadata.name", &json!(name), why)));
    }
    faults.extend(namespace_faults(kind, object));
    faults.extend(generation_fault(object));
    faults.extend(label_faults("metadata.labels", object, "/metadata/labels"));
    faults.extend(annotation_faults(object));
    faults.extend(owner_faults(object));
    faults.extend(finalizer_faults(object));
    faults.extend(core_finalizer_faults(kind, object));
    faults
}

/// What is wrong with metadata that is to take the place of `old`'s.
pub fn object_meta_update(kind: &Kind, object: &Value, old: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    if present(old, "/metadata/deletionTimestamp").is_some() {
        faults.extend(new_finalizer_fault(object, old));
    }
    if text(object, "/metadata/resourceVersion").is_empty() {
        faults.push(Fault::invalid("metadata.resourceVersion", &json!(""), "must be specified for an update"));
    }
    faults.extend(generation_fault(object));
    if number(object, "/metadata/generation") < number(old, "/metadata/generation") {
        let generation = json!(number(object, "/metadata/generation").unwrap_or_default());
        faults.push(Fault::invalid("metadata.generation", &generation, "must not be decremented"));
    }
    for field in ["name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"] {
        let pointer = format!("/metadata/{field}");
        if present(object, &pointer) != present(old, &pointer) {
            let value = object.pointer(&pointer).unwrap_or(&Value::Null);
            faults.push(Fault::invalid(format!("metadata.{field}"), value, "field is immutable"));
        }
    }
    faults.extend(label_faults("metadata.labels", object, "/metadata/labels"));
    faults.extend(annotation_faults(object));
    faults.extend(owner_faults(object));
    let stricter = core_finalizer_faults(kind, object);
    if !stricter.is_empty() {
        faults.extend(finalizer_faults(object));
        faults.extend(stricter);
    }
    faults
}

/// Kinds that share the core group's validation want a finalizer to be a standard one or to have a domain.
fn core_finalizer_faults(kind: &Kind, object: &Value) -> Vec<Fault> {
    if kind.nature != Nature::BuiltIn || matches!(kind.kind, "Lease" | "CustomResourceDefinition") {
        return Vec::new();
    }
    let finalizers = items(object, "/metadata/finalizers").iter().enumerate();
    let why = "name is neither a standard finalizer name nor is it fully qualified";
    let short = finalizers.filter(|(_, finalizer)| !is_standard_or_qualified(finalizer.as_str().unwrap_or_default()));
    short.map(|(index, finalizer)| Fault::invalid(format!("metadata.finalizers[{index}]"), finalizer, why)).collect()
}

/// Whether a finalizer has a domain or is one of Kubernetes' own.
pub(super) fn is_standard_or_qualified(finalizer: &str) -> bool {
    finalizer.contains('/') || matches!(finalizer, "kubernetes" | "orphan" | "foregroundDeletion")
}

/// What is wrong with a map of labels, or with a plain selector.
pub(super) fn label_faults(field: &str, object: &Value, pointer: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (key, value) in entries(object, pointer) {
        faults.extend(names::qualified_name_faults(key).iter().map(|why| Fault::invalid(field, &json!(key), why)));
        faults.extend(names::label_value_faults(value).iter().map(|why| Fault::invalid(field, &json!(value), why)));
    }
    faults
}

fn name_faults(kind: &Kind, name: &str) -> Vec<String> {
    match kind.kind {
        "Namespace" | "Service" => names::dns_label_faults(name),
        _ => names::dns_subdomain_faults(name),
    }
}

/// As apimachinery does: the dash that a prefix may end with counts, with what precedes it, as one letter.
fn mask_trailing_dash(prefix: &str) -> String {
    match prefix.strip_suffix('-') {
        Some(rest) if !rest.is_empty() => {
            let kept: String = rest.chars().take(rest.chars().count() - 1).collect();
            kept + "a"
        }
        _ => prefix.to_owned(),
    }
}

fn namespace_faults(kind: &Kind, object: &Value) -> Vec<Fault> {
    let namespace = text(object, "/metadata/namespace");
    match (kind.namespaced, namespace.is_empty()) {
        (true, true) => vec![Fault::required("metadata.namespace", "")],
        (true, false) => {
            let why = names::dns_label_faults(namespace);
            why.iter().map(|why| Fault::invalid("metadata.namespace", &json!(namespace), why)).collect()
        }
        (false, true) => Vec::new(),
        (false, false) => vec![Fault::forbidden("metadata.namespace", "not allowed on this type")],
    }
}

fn generation_fault(object: &Value) -> Option<Fault> {
    let generation = number(object, "/metadata/generation").filter(|generation| *generation < 0)?;
    Some(Fault::invalid("metadata.generation", &json!(generation), NEGATIVE))
}

fn annotation_faults(object: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut bytes = 0;
    for (key, value) in entries(object, "/metadata/annotations") {
        bytes += key.len() + value.len();
        let why = names::qualified_name_faults(&key.to_lowercase());
        faults.extend(why.iter().map(|why| Fault::invalid("metadata.annotations", &json!(key), why)));
    }
    if bytes > MOST_ANNOTATION_BYTES {
        faults.push(Fault::too_long("metadata.annotations", MOST_ANNOTATION_BYTES));
    }
    faults
}

fn owner_faults(object: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    let owners = items(object, "/metadata/ownerReferences");
    let mut controller = None;
    for (index, owner) in owners.iter().enumerate() {
        let field = format!("metadata.ownerReferences[{index}]");
        let api_version = text(owner, "/apiVersion");
        if api_version.matches('/').count() > 1 || api_version.ends_with('/') {
            let why = "must be <group>/<version> or <version>";
            faults.push(Fault::invalid(format!("{field}.apiVersion"), &json!(api_version), why));
        }
        for name in ["apiVersion", "kind", "name", "uid"] {
            if text(owner, &format!("/{name}")).is_empty() {
                faults.push(Fault::required(format!("{field}.{name}"), "must not be empty"));
            }
        }
        if api_version == "v1" && text(owner, "/kind") == "Event" {
            faults.push(Fault::invalid_text(
                &field,
                &owner_json(owner),
                "/v1, Kind=Event is disallowed from being an owner",
            ));
        }
        if owner.get("controller") == Some(&Value::Bool(true)) {
            let this = format!("{}/{}", text(owner, "/kind"), text(owner, "/name"));
            if let Some(first) = &controller {
                let shown: Vec<_> = owners.iter().map(owner_json).collect();
                let why = format!(
                    "Only one reference can have Controller set to true. Found \"true\" in references for {first} and {this}"
                );
                let shown = format!("[{}]", shown.join(","));
                faults.push(Fault::invalid_text("metadata.ownerReferences", &shown, &why));
            } else {
                controller = Some(this);
            }
        }
    }
    faults
}

/// A reference as Go writes it: in the order of its declaration, the optional fields only where they are set.
fn owner_json(owner: &Value) -> String {
    let mut fields: Vec<_> = ["apiVersion", "kind", "name", "uid"]
        .map(|name| format!("\"{name}\":{}", crate::text::go::json::compact(&json!(text(owner, &format!("/{name}"))))))
        .into();
    for name in ["controller", "blockOwnerDeletion"] {
        fields.extend(owner.get(name).filter(|value| !value.is_null()).map(|value| format!("\"{name}\":{value}")));
    }
    format!("{{{}}}", fields.join(","))
}

fn finalizer_faults(object: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    let finalizers = items(object, "/metadata/finalizers");
    for finalizer in finalizers {
        let why = names::qualified_name_faults(finalizer.as_str().unwrap_or_default());
        faults.extend(why.iter().map(|why| Fault::invalid("metadata.finalizers", finalizer, why)));
    }
    let has = |name: &str| finalizers.iter().any(|finalizer| finalizer == name);
    if has("orphan") && has("foregroundDeletion") {
        let why = "finalizer orphan and foregroundDeletion cannot be both set";
        faults.push(Fault::invalid("metadata.finalizers", &Value::from(finalizers), why));
    }
    faults
}

fn new_finalizer_fault(object: &Value, old: &Value) -> Option<Fault> {
    let before = items(old, "/metadata/finalizers");
    let mut new: Vec<_> = items(object, "/metadata/finalizers").iter().filter(|name| !before.contains(name)).collect();
    if new.is_empty() {
        return None;
    }
    new.sort_by_key(|name| name.as_str());
    let shown: Vec<_> = new.into_iter().map(super::super::fault::shown).collect();
    let why = format!(
        "no new finalizers can be added if the object is being deleted, found new finalizers []string{{{}}}",
        shown.join(", ")
    );
    Some(Fault::forbidden("metadata.finalizers", &why))
}
