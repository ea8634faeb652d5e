//! YAML in and out, in one place. It is read by serde-saphyr; it is written here, as no kept crate writes what kubectl
//! does: of 170 short texts serde-saphyr quotes 46 in another way, and it folds no lines.

mod kyaml;
mod order;
mod read;
mod resolve;
mod scalar;
mod timestamp;
mod write;

pub use kyaml::FieldOrder;
pub use read::{YamlError, documents};
use serde::Serialize;
use serde_json::Value;

/// Writes one document as kubectl's `-o yaml` does, ending with a newline. Text that another reader could take for a
/// number, a boolean or null is quoted.
///
/// # Errors
/// [`YamlError::Write`] for a value that is no JSON either.
pub fn to_string(value: &impl Serialize) -> Result<String, YamlError> {
    let value = serde_json::to_value(value).map_err(YamlError::Write)?;
    let mut text = String::new();
    append(&mut text, &value);
    Ok(text)
}

/// Appends one document, ending with a newline, to a text that is empty or ends with a newline.
pub fn append(text: &mut String, value: &Value) {
    write::Writer::new(text).document(value);
}

/// Appends one item of a list whose key stands at the left margin.
pub fn append_item(text: &mut String, item: &Value) {
    write::Writer::new(text).item(item);
}

/// Appends a value as kubectl's `-o kyaml` does (KEP-5295), without a newline at the end. `depth`: how many braces
/// stand around it.
pub fn append_kyaml(text: &mut String, value: &Value, depth: usize) {
    append_kyaml_in(text, value, depth, kyaml::Alphabetical);
}

/// The same with the fields in another order than that of the alphabet.
pub fn append_kyaml_in(text: &mut String, value: &Value, depth: usize, order: impl FieldOrder) {
    kyaml::node(text, value, depth, order);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The tree's other texts were written by go-yaml v2.4.4 and sigs.k8s.io/yaml/kyaml v1.6.0, which kubectl 1.37 holds.
    #[test]
    fn a_tree_is_written_as_kubectl_writes_it() {
        let tree: Value = serde_json::from_str(include_str!("yaml/golden/tree.json")).unwrap();
        assert_eq!(to_string(&tree).unwrap(), include_str!("yaml/golden/tree.yaml"));
        let mut text = String::from("---\n");
        append_kyaml(&mut text, &tree, 0);
        assert_eq!(text + "\n", include_str!("yaml/golden/tree.kyaml"));
    }

    #[test]
    fn an_item_stands_at_the_margin() {
        let mut text = String::from("items:\n");
        append_item(&mut text, &json!({"b": [1, {"c": "two\nlines\n"}], "a": {}}));
        append_item(&mut text, &json!("x"));
        assert_eq!(text, "items:\n- a: {}\n  b:\n  - 1\n  - c: |\n      two\n      lines\n- x\n");
    }

    #[test]
    fn what_commands_a_terminal_is_escaped() {
        let text = to_string(&json!(["\u{1b}[31m", "\u{202e}x", "\u{9b}", "\u{7f}"])).unwrap();
        assert_eq!(text, "- \"\\e[31m\"\n- \"\\u202Ex\"\n- \"\\x9B\"\n- \"\\x7F\"\n");
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
