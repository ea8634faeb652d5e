use super::*;
use serde_json::json;

fn fault(text: &str) -> String {
    parse(text).unwrap_err().to_string()
}

fn met(condition: &str, object: &Value) -> bool {
    parse(condition).unwrap().is_met(object).unwrap()
}

#[test]
fn what_is_no_condition_is_refused_in_kubectls_words() {
    assert_eq!(all(&[]).unwrap_err().to_string(), "unrecognized condition: []");
    let format = "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'";
    let no_value =
        "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3";
    for (text, message) in [
        ("", "unrecognized condition: \"\""),
        ("foo", "unrecognized condition: \"foo\""),
        ("condition", "unrecognized condition: \"condition\""),
        ("Condition=a", "unrecognized condition: \"Condition=a\""),
        ("delete=now", "unrecognized condition: \"delete=now\""),
        ("jsonpath=", "jsonpath expression cannot be empty"),
        ("jsonpath={.a}=", no_value),
        ("jsonpath={.a}=''", no_value),
        ("jsonpath=a=b=c", format),
        ("replicas=", "invalid count \"\" in --for=replicas; use --for=replicas or --for=replicas=COUNT"),
        ("ready=-1", "invalid count \"-1\" in --for=ready; use --for=ready or --for=ready=COUNT"),
    ] {
        assert_eq!(fault(text), message, "{text}");
    }
    assert!(fault("jsonpath={.x.y").starts_with("unexpected path string"));
}

#[test]
fn what_is_typed_is_what_is_waited_for() {
    assert_eq!(parse("DELETE").unwrap(), Condition::Delete);
    assert_eq!(parse("Create").unwrap(), Condition::Create);
    let status = |name: &str, value: &str| Condition::Status { name: name.into(), value: value.into() };
    assert_eq!(parse("condition=Ready").unwrap(), status("Ready", "true"));
    assert_eq!(parse("condition=Ready=a=b").unwrap(), status("Ready", "a=b"));
    let count = |of, wanted| Condition::Count { of, wanted };
    assert_eq!(parse("ready").unwrap(), count(Counted::Ready, None));
    assert_eq!(parse("replicas=3").unwrap(), count(Counted::Replicas, Some(3)));
    let Condition::JsonPath { value, .. } = parse("jsonpath={.a[?(@.b==\"c\")].d}='x'").unwrap() else { panic!() };
    assert_eq!(value.as_deref(), Some("x"));
}

#[test]
fn only_a_single_equals_sign_splits() {
    assert_eq!(split_at_single_equals("a.b.c====d.e.f===g.h.i==="), ["a.b.c====d.e.f==", "g.h.i==", ""]);
    assert_eq!(split_at_single_equals("{.ä}=ö"), ["{.ä}", "ö"]);
}

#[test]
fn a_condition_counts_once_it_was_observed() {
    let object = |observed: Value| {
        json!({
            "metadata": {"generation": 3},
            "status": {"conditions": [
                {"type": "Other", "status": "True"},
                {"type": "ReplicaPaused", "status": "True", "observedGeneration": observed},
                {"type": "ReplicaPaused", "status": "False"},
            ]},
        })
    };
    for (condition, observed, expected) in [
        ("condition=ReplicaPaused", Value::Null, true),
        ("condition=replicapaused=TRUE", json!(3), true),
        ("condition=ReplicaPaused", json!(2), false),
        ("condition=ReplicaPaused=False", json!(3), false),
        ("condition=Nothing", json!(3), false),
    ] {
        assert_eq!(met(condition, &object(observed.clone())), expected, "{condition} {observed}");
    }
    let mut old = object(Value::Null);
    old["status"]["observedGeneration"] = json!(2);
    assert!(!met("condition=ReplicaPaused", &old));
    assert!(!met("condition=ReplicaPaused", &json!({})));
}

#[test]
fn a_field_is_compared_as_go_prints_it() {
    let object = json!({"n": 2, "t": " x ", "b": true, "o": {}, "l": [1, 2], "z": null});
    for (condition, expected) in [
        ("jsonpath={.n}=2", true),
        ("jsonpath=.n", true),
        ("jsonpath=n=3", false),
        ("jsonpath={.t}=x", true),
        ("jsonpath={.b}=true", true),
        ("jsonpath={.z}=<nil>", true),
        ("jsonpath={.o}", true),
        ("jsonpath={.missing}", false),
        ("jsonpath={.missing}=1", false),
    ] {
        assert_eq!(met(condition, &object), expected, "{condition}");
    }
    let fault = |condition: &str| parse(condition).unwrap().is_met(&object).unwrap_err();
    assert_eq!(fault("jsonpath={.o}=1"), ConditionError::Nested);
    assert_eq!(fault("jsonpath={.l[*]}"), ConditionError::ManyValues);
}

#[test]
fn vmis_are_counted_against_the_sets_own_wish() {
    let set = json!({"spec": {"replicas": 3}, "status": {"replicas": 3, "readyReplicas": 2}});
    for (condition, expected) in
        [("replicas", true), ("ready", false), ("ready=2", true), ("replicas=2", false), ("ready=0", false)]
    {
        assert_eq!(met(condition, &set), expected, "{condition}");
    }
    assert!(met("ready", &json!({"spec": {"replicas": 0}})));
    assert!(!met("ready", &json!({"spec": {}})));
}

#[test]
fn letters_are_folded_as_go_folds_them() {
    assert!(equal_folded("\u{212a}ind", "kIND"));
    assert!(equal_folded("\u{17f}", "S"));
    assert!(!equal_folded("ß", "ss"));
}
