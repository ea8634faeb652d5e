//! Writes recorded on a real API server 1.37 (`cases.json`), replayed.

use super::*;
use crate::manifests;
use crate::sandbox::kinds::by_path;
use crate::sandbox::server::apply::{ApplyError, apply};

/// The cases, each with the object it starts from.
fn cases() -> Vec<Value> {
    let mut cases: Vec<Value> = serde_json::from_str(include_str!("cases.json")).unwrap();
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
    let kind = by_path("kubevirt.io", "v1", text("resource")).unwrap();
    let version = if text("version").is_empty() { "v1" } else { text("version") };
    let api_version = format!("kubevirt.io/{version}");
    let change = Change {
        manager: text("manager"),
        api_version: &api_version,
        subresource: text("subresource"),
        schema: manifests::schema(kind),
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
    (track(old, new, &change), expected)
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
