//! Comparison in filters: the rules of Go's text/template, which client-go copied. Nothing is converted: an integer is
//! not comparable with a float, nor with a string.

use super::JsonPathError;
use serde_json::Value;
use std::cmp::Ordering;

/// Whether `left operator right` holds.
pub(super) fn holds(left: &Value, operator: &str, right: &Value) -> Result<bool, JsonPathError> {
    match operator {
        "==" => equal(left, right),
        "!=" => equal(left, right).map(|equal| !equal),
        "<" => less(left, right),
        "<=" => Ok(less(left, right)? || equal(left, right)?),
        ">" => Ok(!(less(left, right)? || equal(left, right)?)),
        ">=" => less(left, right).map(|less| !less),
        _ => Err(JsonPathError::new(format!("unrecognized filter operator {operator}"))),
    }
}

enum Basic<'a> {
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(&'a str),
}

fn basic(value: &Value) -> Result<Basic<'_>, JsonPathError> {
    match value {
        Value::Bool(value) => Ok(Basic::Bool(*value)),
        Value::String(text) => Ok(Basic::Text(text)),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(number), _) => Ok(Basic::Int(number)),
            (None, Some(number)) => Ok(Basic::Float(number)),
            (None, None) => Err(bad_type()),
        },
        Value::Null | Value::Array(_) | Value::Object(_) => Err(bad_type()),
    }
}

fn bad_type() -> JsonPathError {
    JsonPathError::new("invalid type for comparison")
}

fn incompatible() -> JsonPathError {
    JsonPathError::new("incompatible types for comparison")
}

fn equal(left: &Value, right: &Value) -> Result<bool, JsonPathError> {
    match (basic(left)?, basic(right)?) {
        (Basic::Bool(left), Basic::Bool(right)) => Ok(left == right),
        (left, right) => Ok(order(&left, &right)? == Some(Ordering::Equal)),
    }
}

fn less(left: &Value, right: &Value) -> Result<bool, JsonPathError> {
    match (basic(left)?, basic(right)?) {
        (Basic::Bool(_), Basic::Bool(_)) => Err(bad_type()),
        (left, right) => Ok(order(&left, &right)? == Some(Ordering::Less)),
    }
}

fn order(left: &Basic<'_>, right: &Basic<'_>) -> Result<Option<Ordering>, JsonPathError> {
    match (left, right) {
        (Basic::Int(left), Basic::Int(right)) => Ok(Some(left.cmp(right))),
        (Basic::Float(left), Basic::Float(right)) => Ok(left.partial_cmp(right)),
        (Basic::Text(left), Basic::Text(right)) => Ok(Some(left.cmp(right))),
        _ => Err(incompatible()),
    }
}
