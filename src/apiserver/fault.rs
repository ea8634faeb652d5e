//! What is wrong with one field, in the words of apimachinery's `field.Error`.

use crate::text::go::{fmt, json, quote};
use serde_json::Value;

/// What is wrong with one field. Becomes a cause of a `Status` with reason `Invalid`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The cause's reason, such as `FieldValueInvalid`.
    pub reason: &'static str,
    /// Path of the field, such as `spec.ports[0].name`; `<nil>` for the object itself.
    pub field: String,
    /// The cause's message; it does not name the field.
    pub message: String,
}

impl Fault {
    /// A value that is malformed or out of bounds.
    pub fn invalid(field: impl Into<String>, value: &Value, why: &str) -> Self {
        Self::with_value("FieldValueInvalid", "Invalid value", field.into(), value, why)
    }

    /// A value of another type than the schema's.
    pub fn type_invalid(field: impl Into<String>, value: &Value, why: &str) -> Self {
        Self::with_value("FieldValueTypeInvalid", "Invalid value", field.into(), value, why)
    }

    /// A field that must be there and is not. `why` may be empty.
    pub fn required(field: impl Into<String>, why: &str) -> Self {
        Self::bare("FieldValueRequired", "Required value", field.into(), why)
    }

    /// A field that must not be there, or not change.
    pub fn forbidden(field: impl Into<String>, why: &str) -> Self {
        Self::bare("FieldValueForbidden", "Forbidden", field.into(), why)
    }

    /// A value that is none of those listed; their order is kept.
    pub fn not_supported(field: impl Into<String>, value: &Value, supported: &[&str]) -> Self {
        let listed: Vec<_> = supported.iter().map(|text| quote(text)).collect();
        let why = if listed.is_empty() { String::new() } else { format!("supported values: {}", listed.join(", ")) };
        Self::with_value("FieldValueNotSupported", "Unsupported value", field.into(), value, &why)
    }

    /// A value that another item of the list has too.
    pub fn duplicate(field: impl Into<String>, value: &Value) -> Self {
        Self::with_value("FieldValueDuplicate", "Duplicate value", field.into(), value, "")
    }

    /// As [`Fault::invalid`], with a value that is shown as the given JSON, whose order of fields is the server's.
    pub fn invalid_text(field: impl Into<String>, json: &str, why: &str) -> Self {
        Self::bare("FieldValueInvalid", &format!("Invalid value: {json}"), field.into(), why)
    }

    /// As [`Fault::duplicate`], with a value that is shown as the given JSON, whose order of fields is the server's.
    pub fn duplicate_text(field: impl Into<String>, json: &str) -> Self {
        Self::bare("FieldValueDuplicate", &format!("Duplicate value: {json}"), field.into(), "")
    }

    /// A value that refers to nothing.
    pub fn not_found(field: impl Into<String>, value: &Value) -> Self {
        Self::with_value("FieldValueNotFound", "Not found", field.into(), value, "")
    }

    /// Text of more than `most` bytes. The text itself is not shown.
    pub fn too_long(field: impl Into<String>, most: usize) -> Self {
        let unit = if most == 1 { "byte" } else { "bytes" };
        Self::bare("FieldValueTooLong", "Too long", field.into(), &format!("may not be more than {most} {unit}"))
    }

    /// A list or map of `actual` items where `most` are allowed.
    pub fn too_many(field: impl Into<String>, actual: usize, most: usize) -> Self {
        let unit = if most == 1 { "item" } else { "items" };
        let why = format!("must have at most {most} {unit}");
        Self::with_value("FieldValueTooMany", "Too many", field.into(), &Value::from(actual), &why)
    }

    /// A failure that is not the client's.
    pub fn internal(field: impl Into<String>, why: &str) -> Self {
        Self::bare("InternalError", "Internal error", field.into(), why)
    }

    /// Field and message, as in the message of the `Status`.
    pub fn text(&self) -> String {
        format!("{}: {}", self.field, self.message)
    }

    fn bare(reason: &'static str, title: &str, field: String, why: &str) -> Self {
        let message = if why.is_empty() { title.to_owned() } else { format!("{title}: {why}") };
        Self { reason, field, message }
    }

    fn with_value(reason: &'static str, title: &str, field: String, value: &Value, why: &str) -> Self {
        Self::bare(reason, &format!("{title}: {}", shown(value)), field, why)
    }
}

/// A value as `field.Error` shows it: text quoted, simple values plain, others as JSON.
pub fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => quote(text),
        Value::Number(_) => fmt::value(value),
        other => json::compact(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn faults_read_as_those_of_apimachinery() {
        let cases = [
            (Fault::invalid("a", &json!("x"), "no"), "a: Invalid value: \"x\": no"),
            (Fault::invalid("a", &json!({"b": ["<"]}), "no"), "a: Invalid value: {\"b\":[\"\\u003c\"]}: no"),
            (Fault::invalid("a", &json!(-1), "no"), "a: Invalid value: -1: no"),
            (Fault::invalid("a", &json!(null), "no"), "a: Invalid value: null: no"),
            (Fault::required("a", ""), "a: Required value"),
            (Fault::required("a", "name is required"), "a: Required value: name is required"),
            (Fault::forbidden("a", "no"), "a: Forbidden: no"),
            (
                Fault::not_supported("a", &json!("x"), &["y", "z"]),
                "a: Unsupported value: \"x\": supported values: \"y\", \"z\"",
            ),
            (Fault::duplicate("a[1]", &json!("x")), "a[1]: Duplicate value: \"x\""),
            (Fault::too_long("a", 63), "a: Too long: may not be more than 63 bytes"),
            (Fault::too_many("a", 2, 1), "a: Too many: 2: must have at most 1 item"),
            (Fault::internal("a", "oh"), "a: Internal error: oh"),
        ];
        for (fault, text) in cases {
            assert_eq!(fault.text(), text);
        }
    }
}
