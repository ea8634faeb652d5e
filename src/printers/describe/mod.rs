//! Objects told for a person, as kubectl's describers tell them: labels and values, indented, in aligned columns.
//!
//! The texts here hold tabs; [`super::tabwriter::align`] makes columns of them at the end.

pub mod events;
pub mod full;
pub mod set;

use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Never shown: it repeats the object.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";
/// Longer annotations get lines of their own, cut off after as many bytes.
const LONGEST_ANNOTATION: usize = 140;

/// `Labels:` or the like, one pair a line.
fn labels(rendered: &mut String, title: &str, labels: &Value) {
    let sorted: BTreeMap<_, _> = labels.as_object().into_iter().flatten().collect();
    let _ = write!(rendered, "{title}:\t");
    if sorted.is_empty() {
        rendered.push_str("<none>\n");
    }
    for (index, (key, value)) in sorted.iter().enumerate() {
        let indent = if index == 0 { "" } else { "\t" };
        let _ = writeln!(rendered, "{indent}{key}={}", value.as_str().unwrap_or_default());
    }
}

/// `Annotations:`, one pair a line where it fits.
fn annotations(rendered: &mut String, annotations: &Value) {
    let all = annotations.as_object().into_iter().flatten();
    let sorted: BTreeMap<_, _> = all.filter(|(key, _)| *key != LAST_APPLIED).collect();
    rendered.push_str("Annotations:\t");
    if sorted.is_empty() {
        rendered.push_str("<none>\n");
    }
    for (index, (key, value)) in sorted.iter().enumerate() {
        let value = value.as_str().unwrap_or_default();
        let value = value.strip_suffix('\n').unwrap_or(value);
        if index > 0 {
            rendered.push('\t');
        }
        if value.len() + key.len() + 2 <= LONGEST_ANNOTATION && !value.contains('\n') {
            let _ = writeln!(rendered, "{key}: {value}");
            continue;
        }
        let _ = writeln!(rendered, "{key}:");
        for line in value.split('\n') {
            let _ = writeln!(rendered, "\t  {}", shortened(line, LONGEST_ANNOTATION - 2));
        }
    }
}

/// The text's first so many bytes, and dots.
fn shortened(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let end = (0..=most).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    format!("{}...", text.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn labels_stand_below_each_other() {
        let mut rendered = String::new();
        labels(&mut rendered, "Labels", &json!({"b": "2", "a": "1"}));
        labels(&mut rendered, "None", &Value::Null);
        assert_eq!(rendered, "Labels:\ta=1\n\tb=2\nNone:\t<none>\n");
    }

    #[test]
    fn long_annotations_are_cut_and_the_last_applied_one_is_left_out() {
        let mut rendered = String::new();
        annotations(
            &mut rendered,
            &json!({LAST_APPLIED: "{}", "long": "x".repeat(200), "short": "v", "two": "a\nb\n"}),
        );
        let long = "x".repeat(138);
        assert_eq!(rendered, format!("Annotations:\tlong:\n\t  {long}...\n\tshort: v\n\ttwo:\n\t  a\n\t  b\n"));
    }
}
