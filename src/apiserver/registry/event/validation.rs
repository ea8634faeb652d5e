//! Event, in core/v1; stricter for requests in events.k8s.io/v1.

use crate::apiserver::fault::Fault;
use crate::apiserver::object::{number, present, text};
use crate::apiserver::registry::Kind;
use crate::apiserver::validation::{object_meta, object_meta_update};
use crate::text::names;
use serde_json::{Value, json};

const MOST_INSTANCE: usize = 128;
const MOST_ACTION: usize = 128;
const MOST_REASON: usize = 128;
const MOST_NOTE: usize = 1024;

pub(super) fn validate(kind: &Kind, requested: (&str, &str), object: &Value) -> Vec<Fault> {
    let mut faults = legacy(requested, object);
    if requested.0.is_empty() {
        if text(object, "/metadata/name").is_empty() {
            faults.push(Fault::required("metadata.name", "name or generateName is required"));
        }
        return faults;
    }
    faults.extend(object_meta(kind, object));
    faults.extend(series(object));
    if present(object, "/eventTime").is_none() {
        faults.push(Fault::required("eventTime", ""));
    }
    let named = text(object, "/type");
    if !matches!(named, "Normal" | "Warning") {
        faults.push(Fault::invalid("type", &json!(""), &format!("has invalid value: {named}")));
    }
    for field in ["firstTimestamp", "lastTimestamp"] {
        if present(object, &format!("/{field}")).is_some() {
            faults.push(unset(field));
        }
    }
    if number(object, "/count").unwrap_or_default() != 0 {
        faults.push(unset("count"));
    }
    if !text(object, "/source/component").is_empty() || !text(object, "/source/host").is_empty() {
        faults.push(unset("source"));
    }
    faults
}

pub(super) fn validate_update(kind: &Kind, requested: (&str, &str), object: &Value, old: &Value) -> Vec<Fault> {
    let mut faults = legacy(requested, object);
    if requested.0.is_empty() {
        return faults;
    }
    faults.extend(object_meta_update(kind, object, old));
    if object.get("series") != old.get("series") {
        faults.extend(series(object));
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
            faults.push(Fault::invalid(shown, object.get(field).unwrap_or(&Value::Null), "field is immutable"));
        }
    }
    faults
}

fn unset(field: &str) -> Fault {
    Fault::invalid(field, &json!(""), "needs to be unset")
}

fn series(object: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    let Some(series) = present(object, "/series") else { return faults };
    if number(series, "/count").unwrap_or_default() < 2 {
        faults.push(Fault::invalid("series.count", &json!(""), "should be at least 2"));
    }
    if present(series, "/lastObservedTime").is_none() {
        faults.push(Fault::required("series.lastObservedTime", ""));
    }
    faults
}

fn legacy(requested: (&str, &str), object: &Value) -> Vec<Fault> {
    let namespace = text(object, "/metadata/namespace");
    let involved = text(object, "/involvedObject/namespace");
    let timed = present(object, "/eventTime").is_some();
    let agree = match (timed, involved.is_empty()) {
        (false, true) => matches!(namespace, "" | "default"),
        (false, false) => namespace == involved,
        (true, true) => matches!(namespace, "default" | "kube-system"),
        (true, false) => true,
    };
    let mut faults = Vec::new();
    if !agree {
        faults.push(Fault::invalid("involvedObject.namespace", &json!(involved), "does not match event.namespace"));
    }
    if !timed {
        return faults;
    }
    let reporter_field = if requested.0.is_empty() { "reportingComponent" } else { "reportingController" };
    let reporter = text(object, "/reportingComponent");
    if reporter.is_empty() {
        faults.push(Fault::required(reporter_field, ""));
    }
    let why = names::qualified_name_faults(reporter);
    faults.extend(why.iter().map(|why| Fault::invalid(reporter_field, &json!(reporter), why)));
    let limits = [
        ("reportingInstance", MOST_INSTANCE),
        ("action", MOST_ACTION),
        ("reason", MOST_REASON),
        ("message", MOST_NOTE),
    ];
    for (field, most) in limits {
        let value = text(object, &format!("/{field}"));
        if value.is_empty() && field != "message" {
            faults.push(Fault::required(field, ""));
        }
        if value.len() > most {
            faults.push(Fault::invalid(field, &json!(""), &format!("can have at most {most} characters")));
        }
    }
    faults
}
