//! Go's `%v` and `%#v` of what its JSON decoder makes of a document.

use super::{number, quote};
use serde_json::Value;

/// `%v`: `map[a:1 b:2]`, `[1 2]`, `<nil>`.
pub fn value(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::String(text) => text.clone(),
        Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (None, Some(float)) => number::float(float),
            _ => number.to_string(),
        },
        Value::Array(items) => format!("[{}]", items.iter().map(self::value).collect::<Vec<_>>().join(" ")),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, field)| format!("{name}:{}", self::value(field)));
            format!("map[{}]", fields.collect::<Vec<_>>().join(" "))
        }
    }
}

/// `%#v`, Go's own syntax; kubectl shows it when a template does not fit an object.
pub fn syntax(value: &Value) -> String {
    match value {
        Value::Null => "interface {}(nil)".to_owned(),
        Value::String(text) => quote(text),
        Value::Array(items) => {
            format!("[]interface {{}}{{{}}}", items.iter().map(syntax).collect::<Vec<_>>().join(", "))
        }
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, field)| format!("{}:{}", quote(name), syntax(field)));
            format!("map[string]interface {{}}{{{}}}", fields.collect::<Vec<_>>().join(", "))
        }
        scalar => self::value(scalar),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_tree_looks_as_in_go() {
        let tree = json!({"b": [1, 1.5, true, null], "a": {"x": "é\"\n\u{200b}'"}});
        assert_eq!(value(&tree), "map[a:map[x:é\"\n\u{200b}'] b:[1 1.5 true <nil>]]");
        assert_eq!(
            syntax(&tree),
            r#"map[string]interface {}{"a":map[string]interface {}{"x":"é\"\n\u200b'"}, "b":[]interface {}{1, 1.5, true, interface {}(nil)}}"#
        );
    }
}
