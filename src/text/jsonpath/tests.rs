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

/// What is left of a document when only a template looks at is read.
fn pruned(template: &Template, object: &Value) -> Value {
    use serde::de::DeserializeSeed;
    template.projection().deserialize(object).unwrap()
}

#[test]
fn every_recorded_template_yields_the_same_from_its_projection() {
    let recorded: Recorded = serde_json::from_str(include_str!("cases.json")).unwrap();
    for (text, ..) in &recorded.cases {
        let Ok(template) = Template::parse(text) else { continue };
        let list = json!({"kind": "List", "items": [recorded.object, recorded.object]});
        for (object, allow_missing) in
            [(&recorded.object, true), (&recorded.object, false), (&list, true), (&list, false)]
        {
            let (whole, part) =
                (template.render(object, allow_missing), template.render(&pruned(&template, object), allow_missing));
            assert!(whole == part || (whole.is_err() && part.is_err()), "{text}: {whole:?} {part:?}");
        }
    }
}

#[test]
fn a_template_about_phases_keeps_phases() {
    let vmi = json!({"metadata": {"name": "a", "uid": "u"}, "status": {"phase": "Running", "nodeName": "n"}});
    let list = json!({"kind": "List", "items": [vmi, vmi]});
    for (text, item) in [
        ("{.items[*].status.phase}", json!({"status": {"phase": "Running"}})),
        ("{range .items[*]}{.metadata.name}{end}", json!({"metadata": {"name": "a"}})),
        (
            r#"{.items[?(@.status.phase=="Running")].metadata.uid}"#,
            json!({"metadata": {"uid": "u"}, "status": {"phase": "Running"}}),
        ),
        (
            "{.items[*]['metadata.name', 'status.phase']}",
            json!({"metadata": {"name": "a"}, "status": {"phase": "Running"}}),
        ),
        ("{.items.*.metadata.uid}", json!({"metadata": {"uid": "u"}})),
    ] {
        assert_eq!(pruned(&Template::parse(text).unwrap(), &list), json!({"items": [item, item]}), "{text}");
    }
    for text in ["{..name}", "{@}", "{range .items[*]}{.metadata.name}", "{end}", "{.items[*]}{.kind}"] {
        assert_eq!(pruned(&Template::parse(text).unwrap(), &list), list, "{text}");
    }
}

/// Expressions over few names, so that they often meet what is there.
fn expression() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => "[.](a|b|items)",
        1 => Just("[*]".to_owned()),
        1 => Just(".*".to_owned()),
        1 => "\\[-?[0-2]\\]",
        1 => Just("[0,1]".to_owned()),
        1 => "\\['(a|b)'\\]",
        1 => "\\[[?]\\(@[.](a|b)( == [12])?\\)\\]",
        1 => "[.][.](a|b)?",
    ];
    prop::collection::vec(part, 0..4).prop_map(|parts| parts.concat())
}

fn any_template() -> impl Strategy<Value = String> {
    let action = prop_oneof![
        4 => expression().prop_map(|text| format!("{{{text}}}")),
        2 => expression().prop_map(|text| format!("{{range {text}}}")),
        2 => Just("{end}".to_owned()),
        1 => Just("{\"x\"}".to_owned()),
        1 => expression().prop_map(|text| format!("{{{text} true}}")),
        1 => Just("t".to_owned()),
    ];
    prop::collection::vec(action, 0..5).prop_map(|actions| actions.concat())
}

fn any_list() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![Just(json!(1)), Just(json!(2)), Just(json!("s")), Just(Value::Null), Just(json!(true))];
    let tree = leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("a|b|c|items", inner, 0..4).prop_map(|map| map.into_iter().collect()),
        ]
    });
    (prop::collection::vec(tree.clone(), 0..3), tree)
        .prop_map(|(items, a)| json!({"items": items, "a": a, "kind": "List"}))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn a_template_yields_the_same_from_its_projection(text in any_template(), list in any_list(), allow: bool) {
        if let Ok(template) = Template::parse(&text) {
            let (whole, part) = (template.render(&list, allow), template.render(&pruned(&template, &list), allow));
            prop_assert!(whole == part || (whole.is_err() && part.is_err()), "{:?} {:?}", whole, part);
        }
    }
}
