//! A tree in Go's syntax (`%#v`), which kubectl shows when a template does not fit an object.

use serde_json::Value;

/// Appends the value as Go's `%#v` prints what its JSON decoder made of it.
pub fn append(text: &mut String, value: &Value) {
    match value {
        Value::Null => text.push_str("interface {}(nil)"),
        Value::String(string) => quoted(text, string),
        Value::Array(items) => {
            text.push_str("[]interface {}{");
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index > 0 { ", " } else { "" });
                append(text, item);
            }
            text.push('}');
        }
        Value::Object(fields) => {
            text.push_str("map[string]interface {}{");
            for (index, (key, value)) in fields.iter().enumerate() {
                text.push_str(if index > 0 { ", " } else { "" });
                quoted(text, key);
                text.push(':');
                append(text, value);
            }
            text.push('}');
        }
        scalar => text.push_str(&crate::text::jsonpath::print::go_text(scalar)),
    }
}

/// Go's `%q`.
pub fn quoted(text: &mut String, string: &str) {
    text.push('"');
    for letter in string.chars() {
        match letter {
            '"' | '\\' => text.extend(['\\', letter]),
            '\u{7}' => text.push_str("\\a"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{b}' => text.push_str("\\v"),
            '\0'..='\u{1f}' | '\u{7f}' => text.push_str(&format!("\\x{:02x}", u32::from(letter))),
            ' '..='~' => text.push(letter),
            letter if String::from_iter(['x', letter]).escape_debug().count() == 2 => text.push(letter),
            letter if u32::from(letter) < 0x10000 => text.push_str(&format!("\\u{:04x}", u32::from(letter))),
            letter => text.push_str(&format!("\\U{:08x}", u32::from(letter))),
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn a_tree_looks_as_in_go() {
        let mut text = String::new();
        super::append(&mut text, &json!({"b": [1, 1.5, true, null], "a": {"x": "é\"\n\u{200b}'"}}));
        assert_eq!(
            text,
            r#"map[string]interface {}{"a":map[string]interface {}{"x":"é\"\n\u200b'"}, "b":[]interface {}{1, 1.5, true, interface {}(nil)}}"#
        );
    }
}
