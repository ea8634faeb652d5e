//! YAML in and out, in one place: serde-saphyr, with the options that agree best with what kubectl reads and writes.

use serde::Serialize;
use serde_json::{Number, Value};

/// Text that is not YAML. The message carries line, column and the offending line.
#[derive(Debug, thiserror::Error)]
pub enum YamlError {
    /// While reading.
    #[error("{0}")]
    Read(Box<serde_saphyr::Error>),
    /// While writing; a value that YAML cannot hold.
    #[error("unable to write YAML: {0}")]
    Write(serde_saphyr::SerializeError),
}

/// Reads every document of a stream; empty ones are left out. JSON is read too.
///
/// Whole numbers with a leading zero are octal where they can be, as in YAML 1.1, which is what kubectl reads. A key
/// given twice is an error, with its line.
///
/// # Errors
/// [`YamlError::Read`] for the first document that cannot be read.
pub fn documents(text: &str) -> Result<Vec<Value>, YamlError> {
    let options = serde_saphyr::options! { legacy_octal_numbers: true };
    let documents: Vec<Value> =
        serde_saphyr::from_multiple_with_options(text, options).map_err(|source| YamlError::Read(Box::new(source)))?;
    Ok(documents.into_iter().filter(|document| !document.is_null()).map(with_whole_numbers).collect())
}

/// Writes one document, ending with a newline. Text that another reader could take for a number, a boolean or null is
/// quoted.
///
/// # Errors
/// [`YamlError::Write`] for a value that YAML cannot hold.
pub fn to_string(value: &impl Serialize) -> Result<String, YamlError> {
    let options = serde_saphyr::ser_options! { prefer_block_scalars: true, folded_wrap_chars: usize::MAX };
    serde_saphyr::to_string_with_options(value, options).map_err(YamlError::Write)
}

/// The reader turns `08` into `8.0`; where a whole number is meant, a whole number is kept.
fn with_whole_numbers(value: Value) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(number) => match number.as_f64() {
            #[expect(clippy::cast_possible_truncation, reason = "whole, and within the exact range of f64")]
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < EXACT => {
                Value::Number(Number::from(float as i64))
            }
            _ => Value::Number(number),
        },
        Value::Array(items) => Value::Array(items.into_iter().map(with_whole_numbers).collect()),
        Value::Object(fields) => Value::Object(fields.into_iter().map(|(k, v)| (k, with_whole_numbers(v))).collect()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_stream_is_read_document_by_document() {
        let text = "---\na: 1\n---\n# nothing\n---\nb: [x, 'yes', 08, 010, 1.5]\n";
        assert_eq!(documents(text).unwrap(), [json!({"a": 1}), json!({"b": ["x", "yes", 8, 8, 1.5]})]);
        assert_eq!(documents("{\"a\": {\"b\": null}}").unwrap(), [json!({"a": {"b": null}})]);
        assert!(documents("").unwrap().is_empty());
    }

    #[test]
    fn a_fault_is_named_with_its_place() {
        let message = documents("a: 1\na: 2\n").unwrap_err().to_string();
        assert!(message.contains("line 2"), "{message}");
        assert!(documents("a: [1\nb: 2").is_err());
    }

    #[test]
    fn what_is_written_is_read_back_as_it_was() {
        let value = json!({
            "strings": ["yes", "on", "1_000", "<<", "08", "null", "", " x", "a: b", "- a", "#c", "1e3", "0x1F", "~", "two\nlines\n"],
            "numbers": [1, -2, 1.5],
            "none": null,
            "empty": [[], {}],
            "y": true,
        });
        assert_eq!(documents(&to_string(&value).unwrap()).unwrap(), [value]);
    }
}
