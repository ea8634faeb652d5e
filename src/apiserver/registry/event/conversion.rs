//! Event: core/v1 and events.k8s.io/v1 have the same fields under other names.

use serde_json::{Map, Value};

/// In core/v1, in events.k8s.io/v1.
const NAMES: [(&str, &str); 7] = [
    ("involvedObject", "regarding"),
    ("message", "note"),
    ("source", "deprecatedSource"),
    ("firstTimestamp", "deprecatedFirstTimestamp"),
    ("lastTimestamp", "deprecatedLastTimestamp"),
    ("count", "deprecatedCount"),
    ("reportingComponent", "reportingController"),
];

pub(super) fn to_events(object: &mut Value) {
    let Some(fields) = object.as_object_mut() else { return };
    NAMES.iter().for_each(|(core, events)| rename(fields, core, events));
    // Shown by core/v1 even when empty, but not here.
    for name in ["reportingController", "reportingInstance"] {
        if fields.get(name).is_some_and(|value| value == "") {
            fields.remove(name);
        }
    }
}

pub(super) fn to_core(object: &mut Value) {
    let Some(fields) = object.as_object_mut() else { return };
    NAMES.iter().for_each(|(core, events)| rename(fields, events, core));
    for name in ["reportingComponent", "reportingInstance"] {
        fields.entry(name).or_insert_with(|| Value::from(""));
    }
}

fn rename(fields: &mut Map<String, Value>, from: &str, to: &str) {
    if let Some(value) = fields.remove(from) {
        fields.insert(to.to_owned(), value);
    }
}
