//! What `/scale` asks of the fields that it reads, beside the schema.

use super::super::fault::Fault;
use crate::text::go::fmt;
use serde_json::Value;

/// `spec.replicas` must fit a Scale.
pub(super) fn spec_faults(object: &Value) -> Vec<Fault> {
    replicas_fault(object, "spec").into_iter().collect()
}

/// `status.replicas` and `status.labelSelector` must fit a Scale.
pub(super) fn status_faults(object: &Value) -> Vec<Fault> {
    let mut faults: Vec<_> = replicas_fault(object, "status").into_iter().collect();
    let path = ".status.labelSelector";
    match field(object, "status", "labelSelector") {
        Err(why) => faults.push(Fault::invalid(path, &Value::from(""), &format!("{path} accessor error: {why}"))),
        Ok(Some(value)) if !value.is_string() => {
            let why = format!("{path} accessor error: {}", mismatch(value, "string"));
            faults.push(Fault::invalid(path, &Value::from(""), &why));
        }
        Ok(_) => {}
    }
    faults
}

fn replicas_fault(object: &Value, part: &str) -> Option<Fault> {
    let path = format!(".{part}.replicas");
    let unreadable =
        |why: String| Some(Fault::invalid(&path, &Value::from(0), &format!("{path} accessor error: {why}")));
    let value = match field(object, part, "replicas") {
        Err(why) => return unreadable(why),
        Ok(value) => value?,
    };
    match value.as_i64() {
        None => unreadable(mismatch(value, "int64")),
        Some(..0) => Some(Fault::invalid(&path, value, "should be a non-negative integer")),
        Some(count) if count > i64::from(i32::MAX) => {
            Some(Fault::invalid(&path, value, "should be less than or equal to 2147483647"))
        }
        Some(_) => None,
    }
}

fn field<'a>(object: &'a Value, part: &str, name: &str) -> Result<Option<&'a Value>, String> {
    match object.get(part) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(fields)) => Ok(fields.get(name)),
        Some(other) => Err(mismatch(other, "map[string]interface{}")),
    }
}

fn mismatch(value: &Value, expected: &str) -> String {
    let found = match value {
        Value::Null => "<nil>",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_i64() => "int64",
        Value::Number(_) => "float64",
        Value::String(_) => "string",
        Value::Array(_) => "[]interface {}",
        Value::Object(_) => "map[string]interface {}",
    };
    format!("{} is of the type {found}, expected {expected}", fmt::value(value))
}
