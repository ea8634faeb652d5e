//! `ObjectMeta`, on create and on update.

use crate::apiserver::field;
use crate::apiserver::object::{entries, items, number, present, text};
use crate::apiserver::registry::Kind;
use crate::text::names;
use serde_json::{Value, json};

const MOST_ANNOTATION_BYTES: usize = 256 * 1024;
/// Kinds, by `apiVersion` and `kind`, that own nothing: they are too short-lived (`BannedOwners` of apimachinery).
const BANNED_OWNERS: [(&str, &str); 1] = [("v1", "Event")];
const NEGATIVE: &str = "must be greater than or equal to 0";

/// What is wrong with the metadata of a new object, whose name has been generated where it should be.
pub fn object_meta(kind: &Kind, object: &Value) -> field::ErrorList {
    let mut errors = Vec::new();
    let prefix = text(object, "/metadata/generateName");
    if !prefix.is_empty() {
        let why = kind.strategy.name_errors(&mask_trailing_dash(prefix));
        errors.extend(why.iter().map(|why| field::Error::invalid("metadata.generateName", &json!(prefix), why)));
    }
    let name = text(object, "/metadata/name");
    if name.is_empty() {
        errors.push(field::Error::required("metadata.name", "name or generateName is required"));
    } else {
        errors.extend(
            kind.strategy.name_errors(name).iter().map(|why| field::Error::invalid("metadata.name", &json!(name), why)),
        );
    }
    errors.extend(namespace_errors(kind, object));
    errors.extend(generation_error(object));
    errors.extend(label_errors("metadata.labels", object, "/metadata/labels"));
    errors.extend(annotation_errors(object));
    errors.extend(owner_errors(object));
    errors.extend(finalizer_errors(object));
    errors.extend(core_finalizer_errors(kind, object));
    errors
}

/// What is wrong with metadata that is to take the place of `old`'s.
pub fn object_meta_update(kind: &Kind, object: &Value, old: &Value) -> field::ErrorList {
    let mut errors = Vec::new();
    if present(old, "/metadata/deletionTimestamp").is_some() {
        errors.extend(new_finalizer_error(object, old));
    }
    if text(object, "/metadata/resourceVersion").is_empty() {
        errors.push(field::Error::invalid("metadata.resourceVersion", &json!(""), "must be specified for an update"));
    }
    errors.extend(generation_error(object));
    if number(object, "/metadata/generation") < number(old, "/metadata/generation") {
        let generation = json!(number(object, "/metadata/generation").unwrap_or_default());
        errors.push(field::Error::invalid("metadata.generation", &generation, "must not be decremented"));
    }
    for field in ["name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"] {
        let pointer = format!("/metadata/{field}");
        if present(object, &pointer) != present(old, &pointer) {
            let value = object.pointer(&pointer).unwrap_or(&Value::Null);
            errors.push(field::Error::invalid(format!("metadata.{field}"), value, "field is immutable"));
        }
    }
    errors.extend(label_errors("metadata.labels", object, "/metadata/labels"));
    errors.extend(annotation_errors(object));
    errors.extend(owner_errors(object));
    let stricter = core_finalizer_errors(kind, object);
    if !stricter.is_empty() {
        errors.extend(finalizer_errors(object));
        errors.extend(stricter);
    }
    errors
}

/// Kinds that share the core group's validation want a finalizer to be a standard one or to have a domain.
fn core_finalizer_errors(kind: &Kind, object: &Value) -> field::ErrorList {
    if !kind.strategy.requires_qualified_finalizers() {
        return Vec::new();
    }
    let finalizers = items(object, "/metadata/finalizers").iter().enumerate();
    let why = "name is neither a standard finalizer name nor is it fully qualified";
    let short = finalizers.filter(|(_, finalizer)| !is_standard_or_qualified(finalizer.as_str().unwrap_or_default()));
    short
        .map(|(index, finalizer)| field::Error::invalid(format!("metadata.finalizers[{index}]"), finalizer, why))
        .collect()
}

/// Whether a finalizer has a domain or is one of Kubernetes' own.
pub fn is_standard_or_qualified(finalizer: &str) -> bool {
    finalizer.contains('/') || matches!(finalizer, "kubernetes" | "orphan" | "foregroundDeletion")
}

/// What is wrong with a map of labels, or with a plain selector.
pub fn label_errors(field: &str, object: &Value, pointer: &str) -> field::ErrorList {
    let mut errors = Vec::new();
    for (key, value) in entries(object, pointer) {
        errors
            .extend(names::qualified_name_faults(key).iter().map(|why| field::Error::invalid(field, &json!(key), why)));
        errors.extend(
            names::label_value_faults(value).iter().map(|why| field::Error::invalid(field, &json!(value), why)),
        );
    }
    errors
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

fn namespace_errors(kind: &Kind, object: &Value) -> field::ErrorList {
    let namespace = text(object, "/metadata/namespace");
    match (kind.namespaced, namespace.is_empty()) {
        (true, true) => vec![field::Error::required("metadata.namespace", "")],
        (true, false) => {
            let why = names::dns_label_faults(namespace);
            why.iter().map(|why| field::Error::invalid("metadata.namespace", &json!(namespace), why)).collect()
        }
        (false, true) => Vec::new(),
        (false, false) => vec![field::Error::forbidden("metadata.namespace", "not allowed on this type")],
    }
}

fn generation_error(object: &Value) -> Option<field::Error> {
    let generation = number(object, "/metadata/generation").filter(|generation| *generation < 0)?;
    Some(field::Error::invalid("metadata.generation", &json!(generation), NEGATIVE))
}

fn annotation_errors(object: &Value) -> field::ErrorList {
    let mut errors = Vec::new();
    let mut bytes = 0;
    for (key, value) in entries(object, "/metadata/annotations") {
        bytes += key.len() + value.len();
        let why = names::qualified_name_faults(&key.to_lowercase());
        errors.extend(why.iter().map(|why| field::Error::invalid("metadata.annotations", &json!(key), why)));
    }
    if bytes > MOST_ANNOTATION_BYTES {
        errors.push(field::Error::too_long("metadata.annotations", MOST_ANNOTATION_BYTES));
    }
    errors
}

fn owner_errors(object: &Value) -> field::ErrorList {
    let mut errors = Vec::new();
    let owners = items(object, "/metadata/ownerReferences");
    let mut controller = None;
    for (index, owner) in owners.iter().enumerate() {
        let field = format!("metadata.ownerReferences[{index}]");
        let api_version = text(owner, "/apiVersion");
        if api_version.matches('/').count() > 1 || api_version.ends_with('/') {
            let why = "must be <group>/<version> or <version>";
            errors.push(field::Error::invalid(format!("{field}.apiVersion"), &json!(api_version), why));
        }
        for name in ["apiVersion", "kind", "name", "uid"] {
            if text(owner, &format!("/{name}")).is_empty() {
                errors.push(field::Error::required(format!("{field}.{name}"), "must not be empty"));
            }
        }
        if BANNED_OWNERS.contains(&(api_version, text(owner, "/kind"))) {
            errors.push(field::Error::invalid_text(
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
                errors.push(field::Error::invalid_text("metadata.ownerReferences", &shown, &why));
            } else {
                controller = Some(this);
            }
        }
    }
    errors
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

fn finalizer_errors(object: &Value) -> field::ErrorList {
    let mut errors = Vec::new();
    let finalizers = items(object, "/metadata/finalizers");
    for finalizer in finalizers {
        let why = names::qualified_name_faults(finalizer.as_str().unwrap_or_default());
        errors.extend(why.iter().map(|why| field::Error::invalid("metadata.finalizers", finalizer, why)));
    }
    let has = |name: &str| finalizers.iter().any(|finalizer| finalizer == name);
    if has("orphan") && has("foregroundDeletion") {
        let why = "finalizer orphan and foregroundDeletion cannot be both set";
        errors.push(field::Error::invalid("metadata.finalizers", &Value::from(finalizers), why));
    }
    errors
}

fn new_finalizer_error(object: &Value, old: &Value) -> Option<field::Error> {
    let before = items(old, "/metadata/finalizers");
    let mut new: Vec<_> = items(object, "/metadata/finalizers").iter().filter(|name| !before.contains(name)).collect();
    if new.is_empty() {
        return None;
    }
    new.sort_by_key(|name| name.as_str());
    let shown: Vec<_> = new.into_iter().map(crate::apiserver::field::shown).collect();
    let why = format!(
        "no new finalizers can be added if the object is being deleted, found new finalizers []string{{{}}}",
        shown.join(", ")
    );
    Some(field::Error::forbidden("metadata.finalizers", &why))
}
