//! YAML as kubectl reads it, by serde-saphyr, whose budgets are for hostile input: here they follow from the size of the text,
//! so that honest text of any size is read.

use serde_json::{Number, Value};
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::options::DuplicateKeyPolicy;
use serde_saphyr::{Error, Options};

/// Levels of nesting. go-yaml reads 10000; no object of a cluster has a tenth of these.
const DEEPEST: usize = 64;

/// Values that aliases may add to a document, besides a tenth of its own size: the bounds of go-yaml.
const FREE_ALIASES: usize = 400_000;

/// How often one text is read again for the sake of another number that is none.
const MOST_MENDED: usize = 1000;

/// Text that is not YAML, or YAML that is not JSON.
#[derive(Debug, thiserror::Error)]
pub enum YamlError {
    /// The message carries line, column and the offending line.
    #[error("{0}")]
    Read(Box<Error>),
    /// Aliases that make far more of the document than is written in it.
    #[error("line {0}: document contains excessive aliasing")]
    Aliases(u64),
    /// Too many levels.
    #[error("line {0}: exceeded max depth of {DEEPEST}")]
    Depth(u64),
    /// Infinity, or no number at all.
    #[error("json: unsupported value: {0}")]
    NotFinite(&'static str),
    /// While writing; a value that YAML cannot hold.
    #[error("unable to write YAML: {0}")]
    Write(serde_json::Error),
}

/// Reads every document of a stream; empty ones are left out. JSON is read too.
///
/// Whole numbers with a leading zero are octal where they can be, as in YAML 1.1, which is what kubectl reads, and what
/// is no double though it looks like one, such as `12e4567`, is text. Of a key given twice the last one counts.
///
/// # Errors
/// [`YamlError`] for the first document that cannot be read.
pub fn documents(text: &str) -> Result<Vec<Value>, YamlError> {
    let mut text = std::borrow::Cow::Borrowed(text);
    let mut mended = 0;
    loop {
        match serde_saphyr::from_multiple_with_options::<Value>(&text, options(text.len())) {
            Ok(documents) => {
                let present = documents.into_iter().filter(|document| !document.is_null());
                return Ok(present.map(with_whole_numbers).collect());
            }
            Err(error) => match quoted(&text, &error).filter(|_| mended < MOST_MENDED) {
                Some(quoted) => {
                    text = quoted.into();
                    mended += 1;
                }
                None => return Err(fault(error)),
            },
        }
    }
}

/// No text has more parts than bytes.
fn options(size: usize) -> Options {
    let parts = size.saturating_add(1000);
    serde_saphyr::options! {
        legacy_octal_numbers: true,
        duplicate_keys: DuplicateKeyPolicy::LastWins,
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: FREE_ALIASES.saturating_add(size / 10),
        },
        budget: serde_saphyr::budget! {
            max_events: parts.saturating_mul(4).saturating_add(FREE_ALIASES),
            max_nodes: parts.saturating_mul(2).saturating_add(FREE_ALIASES),
            max_aliases: parts,
            max_anchors: parts,
            max_documents: parts,
            max_merge_keys: parts,
            max_recorded_anchor_events: parts.saturating_mul(4).saturating_add(FREE_ALIASES),
            max_depth: DEEPEST,
            max_total_scalar_bytes: usize::MAX,
            enforce_alias_anchor_ratio: false,
        },
    }
}

/// What the reader wraps in words about where.
fn innermost(mut error: &Error) -> &Error {
    while let Error::AliasError { error: inner, .. } | Error::WithSnippet { error: inner, .. } = error {
        error = inner;
    }
    error
}

/// The text with the number in quotes that was too large for a double.
fn quoted(text: &str, error: &Error) -> Option<String> {
    let Error::NonFiniteFloat { value, location } = innermost(error) else { return None };
    let at = usize::try_from(location.span().byte_offset()?).ok()?;
    let is_decimal = value.bytes().all(|byte| byte.is_ascii_digit() || b"+-._eE".contains(&byte));
    let (before, from) = text.split_at_checked(at)?;
    let after = from.strip_prefix(value.as_str()).filter(|_| is_decimal && !value.is_empty())?;
    Some(format!("{before}\"{value}\"{after}"))
}

fn fault(error: Error) -> YamlError {
    match innermost(&error) {
        Error::NonFiniteFloat { value, .. } => YamlError::NotFinite(match value.to_ascii_lowercase() {
            word if word.contains("nan") => "NaN",
            word if word.starts_with('-') => "-Inf",
            _ => "+Inf",
        }),
        Error::AliasReplayLimitExceeded { location, .. }
        | Error::AliasReplayStackDepthExceeded { location, .. }
        | Error::Budget {
            breach: BudgetBreach::RecordedAnchorEvents { .. } | BudgetBreach::Events { .. } | BudgetBreach::Nodes { .. },
            location,
        } => YamlError::Aliases(location.line()),
        Error::Budget { breach: BudgetBreach::Depth { .. }, location } => YamlError::Depth(location.line()),
        _ => YamlError::Read(Box::new(error)),
    }
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
        let message = documents("a: 1\nb: [\n").unwrap_err().to_string();
        assert!(message.contains("line 2 column 4"), "{message}");
        assert!(documents("a: [1\nb: 2").is_err());
    }

    #[test]
    fn of_a_key_given_twice_the_last_one_counts() {
        assert_eq!(documents("a: {x: 1}\na: {z: 2}\n").unwrap(), [json!({"a": {"z": 2}})]);
    }

    /// Read by sigs.k8s.io/yaml 1.6.0, which kubectl 1.37 holds.
    #[test]
    fn what_is_too_large_for_a_double_is_text() {
        let text =
            "é: [1e3, .5e3, 1E5, 0x1e3, 12e45, 017, 1.]\ncommit: 12e4567\nl: [1e400, -1.0e400, '1e400', 1e1.5]\n";
        let read = json!({
            "é": [1000, 500, 100_000, 483, 1.2e46, 15, 1], "commit": "12e4567",
            "l": ["1e400", "-1.0e400", "1e400", "1e1.5"],
        });
        assert_eq!(documents(text).unwrap(), [read]);
        for (text, fault) in [(".inf", "+Inf"), ("-.Inf", "-Inf"), (".nan", "NaN")] {
            assert_eq!(documents(text).unwrap_err().to_string(), format!("json: unsupported value: {fault}"));
        }
    }

    #[test]
    fn honest_text_of_any_size_is_read() {
        let many: String = (0..5000)
            .map(|n| format!("- {{a: {n}, b: [x, y, z], c: {{d: e, f: g}}, h: i, j: k, l: m, n: o}}\n"))
            .collect();
        assert_eq!(documents(&many).unwrap()[0].as_array().unwrap().len(), 5000);
        let used_often: String = (0..500).map(|_| "- *l\n".to_owned()).collect();
        let aliased = documents(&format!("- &l {{team: blue}}\n{used_often}")).unwrap();
        assert_eq!(aliased[0][500], json!({"team": "blue"}));
        assert_eq!(documents(&"---\na: 1\n".repeat(1100)).unwrap().len(), 1100);
    }

    #[test]
    fn text_that_grows_without_bounds_is_refused() {
        let mut laughs = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
        for level in 1..10 {
            let before = vec![format!("*a{}", level - 1); 10].join(", ");
            laughs.push_str(&format!("a{level}: &a{level} [{before}]\n"));
        }
        let message = documents(&laughs).unwrap_err().to_string();
        assert!(message.ends_with("document contains excessive aliasing"), "{message}");
        let deep = format!("{}{}", "[".repeat(100), "]".repeat(100));
        assert_eq!(documents(&deep).unwrap_err().to_string(), "line 1: exceeded max depth of 64");
    }
}
