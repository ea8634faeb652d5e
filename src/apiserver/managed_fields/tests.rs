//! Writes recorded on a real API server 1.37 (`cases.json`), replayed.

use super::*;
use crate::apiserver::apply::{ApplyError, apply};
use crate::apiserver::kinds::{KINDS, Nature};

/// The cases, each with the object it starts from.
fn cases() -> Vec<Value> {
    let mut cases: Vec<Value> = serde_json::from_str(include_str!("cases.json")).unwrap();
    let built_in: Vec<Value> = serde_json::from_str(include_str!("builtin_cases.json")).unwrap();
    cases.extend(built_in);
    let mut stored = Value::Null;
    for case in &mut cases {
        if case["old"] == "previous" {
            case["old"] = stored.clone();
        }
        if case["result"]["kind"] != "Status" {
            stored = case["result"].clone();
        }
    }
    cases
}

/// The result of replaying a case, and what is expected; without what the server fills in elsewhere.
fn replay(case: &Value) -> (Value, Value) {
    let text = |field: &str| case[field].as_str().unwrap_or_default();
    let kind = KINDS.iter().find(|kind| kind.plural == text("resource")).unwrap();
    let version = if text("version").is_empty() { "v1" } else { text("version") };
    let api_version = match text("apiVersion") {
        "" => format!("kubevirt.io/{version}"),
        built_in => built_in.to_owned(),
    };
    let change = Change {
        manager: text("manager"),
        api_version: &api_version,
        subresource: text("subresource"),
        r#type: kind.schema().map_or_else(|| Type::built_in(&api_version, kind.kind), Type::Custom),
        separate_status: kind.status,
        now: "2026-01-01T00:00:00Z".parse().unwrap(),
    };
    let old = Some(&case["old"]).filter(|old| !old.is_null());
    let expected = case["result"].clone();
    let conflict = |message: &str, causes: Value| {
        // The real server lists causes in no particular order.
        let mut causes = causes.as_array().cloned().unwrap_or_default();
        causes.sort_by_key(Value::to_string);
        json!([message, causes])
    };
    if text("kind") == "apply" {
        return match apply(old, &case["applied"], case["force"] == true, &change) {
            Ok(mut object) => {
                // A write to the object leaves the status to whoever writes the status.
                if change.subresource.is_empty() && !case["old"]["status"].is_null() {
                    object["status"] = case["old"]["status"].clone();
                }
                (object, expected)
            }
            Err(ApplyError::BadRequest(message)) => (message.into(), expected["message"].clone()),
            Err(ApplyError::Conflict { message, causes }) => {
                let causes: Vec<Value> = causes
                    .into_iter()
                    .map(|cause| json!({"reason": "FieldManagerConflict", "message": cause.message, "field": cause.field}))
                    .collect();
                let theirs = conflict(expected["message"].as_str().unwrap(), expected["details"]["causes"].clone());
                (conflict(&message, causes.into()), theirs)
            }
        };
    }
    let mut new = expected.clone();
    entry::remove(&mut new);
    if !case["carried"].is_null() {
        new["metadata"]["managedFields"] = case["carried"].clone();
    }
    let mut expected = expected;
    if kind.nature == Nature::BuiltIn && old.is_none() {
        without_late_fields(&mut new);
        without_late_fields(&mut expected);
    }
    (track(old, new, &change), expected)
}

/// What admission and allocators of the real server fill in after the managers are recorded.
const FILLED_IN_LATER: &[(&str, &str)] = &[
    ("/spec", "preemptionPolicy"),
    ("/spec", "priority"),
    ("/spec", "tolerations"),
    ("/spec", "taints"),
    ("/spec", "clusterIP"),
    ("/spec", "clusterIPs"),
    ("/spec", "ipFamilies"),
    ("/spec", "ipFamilyPolicy"),
];

fn without_late_fields(object: &mut Value) {
    for (parent, field) in FILLED_IN_LATER {
        if let Some(parent) = object.pointer_mut(parent).and_then(Value::as_object_mut) {
            parent.remove(*field);
        }
    }
}

#[test]
fn managers_are_recorded_as_the_real_server_records_them() {
    let mut failures = Vec::new();
    for case in cases() {
        let (ours, theirs) = replay(&case);
        if ours != theirs {
            failures.push(format!("{}\n  ours: {ours}\ntheirs: {theirs}", case["title"]));
        }
    }
    assert!(failures.is_empty(), "{} cases differ:\n{}", failures.len(), failures.join("\n"));
}
