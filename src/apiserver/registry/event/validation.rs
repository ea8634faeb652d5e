//! Event, in core/v1; stricter for requests in events.k8s.io/v1.

use crate::apiserver::field;
use crate::apiserver::object::{number, present, text};
use crate::apiserver::registry::Kind;
use crate::apiserver::validation::{object_meta, object_meta_update};
use crate::text::names;
use serde_json::{Value, json};

const MOST_INSTANCE: usize = 128;
const MOST_ACTION: usize = 128;
const MOST_REASON: usize = 128;
const MOST_NOTE: usize = 1024;

pub(super) fn validate(kind: &Kind, requested: (&str, &str), object: &Value) -> field::ErrorList {
    let mut errors = legacy(requested, object);
    if requested.0.is_empty() {
        if text(object, "/metadata/name").is_empty() {
            errors.push(field::Error::required("metadata.name", "name or generateName is required"));
        }
        return errors;
    }
    errors.extend(object_meta(kind, object));
    errors.extend(series(object));
    if present(object, "/eventTime").is_none() {
        errors.push(field::Error::required("eventTime", ""));
    }
    let named = text(object, "/type");
    if !matches!(named, "Normal" | "Warning") {
        errors.push(field::Error::invalid("type", &json!(""), &format!("has invalid value: {named}")));
    }
    for field in ["firstTimestamp", "lastTimestamp"] {
        if present(object, &format!("/{field}")).is_some() {
            errors.push(unset(field));
        }
    }
    if number(object, "/count").unwrap_or_default() != 0 {
        errors.push(unset("count"));
    }
    if !text(object, "/source/component").is_empty() || !text(object, "/source/host").is_empty() {
        errors.push(unset("source"));
    }
    errors
}

pub(super) fn validate_update(kind: &Kind, requested: (&str, &str), object: &Value, old: &Value) -> field::ErrorList {
    let mut errors = legacy(requested, object);
    if requested.0.is_empty() {
        return errors;
    }
    errors.extend(object_meta_update(kind, object, old));
    if object.get("series") != old.get("series") {
        errors.extend(series(object));
    }
    let fields = [
        "involvedObject",
        "reason",
        "message",
        "source",
        "firstTimestamp",
        "lastTimestamp",
        "count",
        "type",
        "eventTime",
        "action",
        "related",
        "reportingComponent",
        "reportingInstance",
    ];
    for field in fields {
        let pointer = format!("/{field}");
        if present(object, &pointer) != present(old, &pointer) {
            let shown = if field == "reportingComponent" { "reportingController" } else { field };
            errors.push(field::Error::invalid(shown, object.get(field).unwrap_or(&Value::Null), "field is immutable"));
        }
    }
    errors
}

fn unset(field: &str) -> field::Error {
    field::Error::invalid(field, &json!(""), "needs to be unset")
}

fn series(object: &Value) -> field::ErrorList {
    let mut errors = Vec::new();
    let Some(series) = present(object, "/series") else { return errors };
    if number(series, "/count").unwrap_or_default() < 2 {
        errors.push(field::Error::invalid("series.count", &json!(""), "should be at least 2"));
    }
    if present(series, "/lastObservedTime").is_none() {
        errors.push(field::Error::required("series.lastObservedTime", ""));
    }
    errors
}

fn legacy(requested: (&str, &str), object: &Value) -> field::ErrorList {
    let namespace = text(object, "/metadata/namespace");
    let involved = text(object, "/involvedObject/namespace");
    let timed = present(object, "/eventTime").is_some();
    let agree = match (timed, involved.is_empty()) {
        (false, true) => matches!(namespace, "" | "default"),
        (false, false) => namespace == involved,
        (true, true) => matches!(namespace, "default" | "kube-system"),
        (true, false) => true,
    };
    let mut errors = Vec::new();
    if !agree {
        errors.push(field::Error::invalid(
            "involvedObject.namespace",
            &json!(involved),
            "does not match event.namespace",
        ));
    }
    if !timed {
        return errors;
    }
    let reporter_field = if requested.0.is_empty() { "reportingComponent" } else { "reportingController" };
    let reporter = text(object, "/reportingComponent");
    if reporter.is_empty() {
        errors.push(field::Error::required(reporter_field, ""));
    }
    let why = names::qualified_name_faults(reporter);
    errors.extend(why.iter().map(|why| field::Error::invalid(reporter_field, &json!(reporter), why)));
    let limits = [
        ("reportingInstance", MOST_INSTANCE),
        ("action", MOST_ACTION),
        ("reason", MOST_REASON),
        ("message", MOST_NOTE),
    ];
    for (field, most) in limits {
        let value = text(object, &format!("/{field}"));
        if value.is_empty() && field != "message" {
            errors.push(field::Error::required(field, ""));
        }
        if value.len() > most {
            errors.push(field::Error::invalid(field, &json!(""), &format!("can have at most {most} characters")));
        }
    }
    errors
}
