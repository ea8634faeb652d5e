//! Templates applied by the real kubectl 1.37 (`cases.json`), and properties.

use super::*;
use proptest::prelude::*;
use serde_json::json;

#[derive(serde::Deserialize)]
struct Recorded {
    object: Value,
    /// A template, what came of it with missing keys allowed, and what without.
    cases: Vec<(String, Value, Value)>,
}

fn outcome(template: &str, object: &Value, allow_missing: bool) -> Value {
    match Template::parse(template) {
        Err(error) => json!({"parse": error.to_string()}),
        Ok(template) => match template.render(object, allow_missing) {
            Err(error) => json!({"run": error.to_string()}),
            Ok(text) => json!({"ok": text}),
        },
    }
}

#[test]
fn templates_yield_what_they_yield_in_kubectl() {
    let recorded: Recorded = serde_json::from_str(include_str!("cases.json")).unwrap();
    let mut failures = Vec::new();
    for (template, allowed, strict) in &recorded.cases {
        for (allow_missing, expected) in [(true, allowed), (false, strict)] {
            let ours = outcome(template, &recorded.object, allow_missing);
            if ours != *expected {
                failures.push(format!("{template} ({allow_missing})\n  ours {ours}\n  real {expected}"));
            }
        }
    }
    assert!(failures.is_empty(), "{} differ:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn the_relaxed_form_takes_a_path_with_or_without_dot_and_braces() {
    let object = json!({"spec": {"replicas": 3}});
    for text in ["spec.replicas", ".spec.replicas", "{spec.replicas}", "{.spec.replicas}"] {
        assert_eq!(relaxed(text).unwrap().render(&object, false).unwrap(), "3", "{text}");
    }
    assert_eq!(relaxed("").unwrap().render(&object, false).unwrap(), "");
    for text in ["{.spec", ".spec}", "{}", "{{.a}}"] {
        assert!(relaxed(text).unwrap_err().to_string().starts_with("unexpected path string"), "{text}");
    }
}

#[test]
fn numbers_print_as_in_go() {
    let printed = |number: Value| Template::parse("{.n}").unwrap().render(&json!({"n": number}), false).unwrap();
    for (number, expected) in [
        (json!(1.0), "1"),
        (json!(0.1), "0.1"),
        (json!(1e21), "1e+21"),
        (json!(123_456_789.5), "1.234567895e+08"),
        (json!(1e-5), "1e-05"),
        (json!(-0.0), "-0"),
        (json!([1.5, 1e21, 1e-7, 100_000_000.5]), "[1.5,1e+21,1e-7,100000000.5]"),
        (json!({"a": "<&>\u{2028}\u{1}"}), r#"{"a":"\u003c\u0026\u003e\u2028\u0001"}"#),
    ] {
        assert_eq!(printed(number), expected);
    }
}

#[test]
fn as_json_every_action_is_a_list() {
    let object = json!({"a": [{"b": 1}, {"c": []}]});
    let text = Template::parse("{.a[*]}").unwrap().render_as_json(&object, false).unwrap();
    assert_eq!(text, "[\n    {\n        \"b\": 1\n    },\n    {\n        \"c\": []\n    }\n]\n");
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "[{}\\[\\]().,:;$@?*<>=!'\"\\\\a-c0-9 \\-+é\n]{0,24}") {
        let object = json!({"a": {"b": [1, "x", {"c": null}], "c": 1.5}, "b": "text", "c": [[1], [2, 3]]});
        if let Ok(template) = Template::parse(&text) {
            let _ = template.render(&object, true);
            let _ = template.render_as_json(&object, false);
        }
        let _ = relaxed(&text);
    }

    #[test]
    fn no_program_makes_it_panic(parts in proptest::collection::vec(prop_oneof![
        Just("{range .a.b[*]}"), Just("{end}"), Just("{.c}"), Just("{..a}"), Just("{range .none}"), Just("x"), Just("{[0]}"),
        Just("{range ..*}"), Just("{..b[-1:]}"), Just("{.a.b[?(@.c)]}"), Just("{.c[0,1]['a',0]}"), Just("{.b.*}"),
    ], 0..8)) {
        let object = json!({"a": {"b": [1, "x", {"c": null}], "c": 1.5}, "b": "text", "c": [[1], [2, 3]]});
        if let Ok(template) = Template::parse(&parts.concat()) {
            let _ = template.render(&object, true);
        }
    }
}
