use super::*;
use crate::apiserver::registry;
use proptest::prelude::*;
use serde_json::{Map, json};

fn set_schema() -> &'static Value {
    let kind = registry::by_path("kubevirt.io", "v1", "virtualmachineinstancereplicasets").unwrap();
    kind.schema().unwrap()
}

/// A set that is right, but for the fields given.
#[expect(clippy::needless_pass_by_value, reason = "takes a literal")]
fn set_with(fields: Value) -> Value {
    let mut spec = json!({
        "replicas": 1,
        "selector": {"matchLabels": {"a": "b"}},
        "template": {"metadata": {"labels": {"a": "b"}}, "spec": {"domain": {"devices": {}}}},
    });
    spec.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    json!({"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceReplicaSet", "metadata": {"name": "x"}, "spec": spec})
}

fn texts(object: &Value) -> Vec<String> {
    let mut object = object.clone();
    prune(set_schema(), &mut object);
    apply_defaults(set_schema(), &mut object);
    errors(set_schema(), true, &object, None).iter().map(field::Error::text).collect()
}

#[expect(clippy::needless_pass_by_value, reason = "takes a literal")]
fn with_vmi(fields: Value) -> Value {
    set_with(json!({"template": {"spec": fields}}))
}

#[test]
fn the_shipped_schemas_use_only_what_is_understood() {
    const KNOWN: [&str; 16] = [
        "additionalProperties",
        "anyOf",
        "description",
        "format",
        "items",
        "nullable",
        "pattern",
        "properties",
        "required",
        "type",
        "x-kubernetes-int-or-string",
        "x-kubernetes-list-map-keys",
        "x-kubernetes-list-type",
        "x-kubernetes-map-type",
        "x-kubernetes-preserve-unknown-fields",
        "default",
    ];
    fn check(schema: &Value) {
        for (keyword, value) in schema.as_object().unwrap() {
            assert!(KNOWN.contains(&keyword.as_str()), "{keyword}");
            match keyword.as_str() {
                "properties" => value.as_object().unwrap().values().for_each(check),
                "items" | "additionalProperties" => check(value),
                "anyOf" => value.as_array().unwrap().iter().for_each(check),
                "pattern" => assert_eq!(value, formats::QUANTITY),
                "format" => assert!(["int32", "int64", "date-time"].contains(&value.as_str().unwrap()), "{value}"),
                _ => {}
            }
        }
    }
    for kind in registry::KINDS {
        kind.schema().into_iter().for_each(check);
    }
}

#[test]
fn errors_are_those_that_a_real_server_reports() {
    let accessor = |path: &str, why: &str| format!("{path}: Invalid value: 0: {path} accessor error: {why}");
    let mistyped = |path: &str, wanted: &str, found: &str| {
        format!("{path}: Invalid value: \"{found}\": {path} in body must be of type {wanted}: \"{found}\"")
    };
    let checked = |format: &str, path: &str| {
        format!("<nil>: Invalid value: \"\": Checked value must be of type integer {format} in {path}")
    };
    let replicas = |value: Value| set_with(json!({"replicas": value}));
    let grace = "spec.template.spec.terminationGracePeriodSeconds";
    let guest = "spec.template.spec.domain.memory.guest";
    let any_of =
        |path: &str| format!("<nil>: Invalid value: \"\": \"{path}\" must validate at least one schema (anyOf)");
    let cases = [
        (replicas(json!(3)), vec![]),
        (replicas(Value::Null), vec![]),
        (
            replicas(json!("3")),
            vec![
                mistyped("spec.replicas", "integer", "string"),
                accessor(".spec.replicas", "3 is of the type string, expected int64"),
            ],
        ),
        (
            replicas(json!(1.5)),
            vec![
                mistyped("spec.replicas", "int32", "float64"),
                checked("with format int32", "spec.replicas"),
                accessor(".spec.replicas", "1.5 is of the type float64, expected int64"),
            ],
        ),
        (replicas(json!(3.0)), vec![accessor(".spec.replicas", "3 is of the type float64, expected int64")]),
        (
            replicas(json!(3_000_000_000_u64)),
            vec![
                checked("with format int32", "spec.replicas"),
                ".spec.replicas: Invalid value: 3000000000: should be less than or equal to 2147483647".to_owned(),
            ],
        ),
        (
            replicas(json!(3e22)),
            vec![
                mistyped("spec.replicas", "int32", "float64"),
                checked("with format int32", "spec.replicas"),
                accessor(".spec.replicas", "3e+22 is of the type float64, expected int64"),
            ],
        ),
        (replicas(json!(-1)), vec![".spec.replicas: Invalid value: -1: should be a non-negative integer".to_owned()]),
        (
            replicas(json!(true)),
            vec![
                mistyped("spec.replicas", "int32", ""),
                accessor(".spec.replicas", "true is of the type bool, expected int64"),
            ],
        ),
        (
            replicas(json!([1])),
            vec![
                mistyped("spec.replicas", "integer", "array"),
                accessor(".spec.replicas", "[1] is of the type []interface {}, expected int64"),
            ],
        ),
        (
            replicas(json!({"a": 1})),
            vec![
                mistyped("spec.replicas", "int32", ""),
                accessor(".spec.replicas", "map[] is of the type map[string]interface {}, expected int64"),
            ],
        ),
        (set_with(json!({"selector": null})), vec!["spec.selector: Required value".to_owned()]),
        (set_with(json!({"selector": "x"})), vec![mistyped("spec.selector", "object", "string")]),
        (set_with(json!({"paused": "yes"})), vec![mistyped("spec.paused", "boolean", "string")]),
        (set_with(json!({"selector": {"matchLabels": {"a": null}}})), vec![]),
        (
            set_with(json!({"selector": {"matchLabels": {"a": 1, "b": true}}})),
            vec![
                mistyped("spec.selector.matchLabels.a", "string", "integer"),
                mistyped("spec.selector.matchLabels.b", "string", "boolean"),
            ],
        ),
        (with_vmi(json!({"domain": null})), vec!["spec.template.spec.domain: Required value".to_owned()]),
        (
            with_vmi(json!({"domain": {"devices": {"disks": [{"x": 1}, {"name": 1}]}}})),
            vec![
                "spec.template.spec.domain.devices.disks[0].name: Required value".to_owned(),
                mistyped("spec.template.spec.domain.devices.disks[1].name", "string", "integer"),
            ],
        ),
        (
            with_vmi(json!({"domain": {"devices": {}}, "terminationGracePeriodSeconds": 1.5})),
            vec![mistyped(grace, "int64", "float64"), checked("with format int64", grace)],
        ),
        (
            with_vmi(json!({"domain": {"devices": {}}, "tolerations": [null, "x", {"tolerationSeconds": "1"}]})),
            vec![
                mistyped("spec.template.spec.tolerations[0]", "object", "null"),
                mistyped("spec.template.spec.tolerations[1]", "object", "string"),
                mistyped("spec.template.spec.tolerations[2].tolerationSeconds", "integer", "string"),
            ],
        ),
        (
            with_vmi(json!({"domain": {"devices": {}, "memory": {"guest": "bad q"}}})),
            vec![format!("{guest}: Invalid value: \"bad q\": {guest} in body should match '{}'", formats::QUANTITY)],
        ),
        (
            with_vmi(json!({"domain": {"devices": {}, "memory": {"guest": 1.5}}})),
            vec![
                mistyped(guest, "integer,string", "number"),
                any_of(guest),
                mistyped(guest, "integer", "number"),
                checked("(default format)", guest),
            ],
        ),
        (
            with_vmi(json!({"domain": {"devices": {}, "memory": {"guest": {}}}})),
            vec![mistyped(guest, "integer,string", "object"), any_of(guest), mistyped(guest, "integer", "object")],
        ),
        (
            with_vmi(json!({"domain": {"devices": {}}, "topologySpreadConstraints": [
                {"maxSkew": 1, "topologyKey": "a", "whenUnsatisfiable": "x"},
                {"maxSkew": 2, "topologyKey": "a", "whenUnsatisfiable": "x"},
            ]})),
            vec![
                "spec.template.spec.topologySpreadConstraints[1]: Duplicate value: \
                  {\"topologyKey\":\"a\",\"whenUnsatisfiable\":\"x\"}"
                    .to_owned(),
            ],
        ),
        (json!({"metadata": {}}), vec!["spec: Required value".to_owned()]),
        (
            json!({"metadata": {}, "spec": {}}),
            vec!["spec.selector: Required value".to_owned(), "spec.template: Required value".to_owned()],
        ),
        (
            json!({"metadata": {}, "spec": "x"}),
            vec![
                mistyped("spec", "object", "string"),
                accessor(".spec.replicas", "x is of the type string, expected map[string]interface{}"),
            ],
        ),
    ];
    for (object, expected) in cases {
        assert_eq!(texts(&object), expected, "{object}");
    }
}

#[test]
fn a_status_is_checked_alone() {
    let mut object = set_with(json!({"selector": "wrong, and not looked at"}));
    object["status"] = json!({
        "conditions": [{"lastProbeTime": "garbage", "lastTransitionTime": null, "type": "x", "status": "y"}, {"status": 1}],
        "replicas": -1,
        "labelSelector": 5,
    });
    let found: Vec<_> = status_errors(set_schema(), true, &object, None).iter().map(field::Error::text).collect();
    insta::assert_snapshot!(found.join("\n"), @r#"
    status.conditions[0].lastProbeTime: Invalid value: "garbage": conditions[0].lastProbeTime in body must be of type date-time: "garbage"
    status.conditions[1].status: Invalid value: "integer": conditions[1].status in body must be of type string: "integer"
    status.conditions[1].type: Required value
    status.labelSelector: Invalid value: "integer": labelSelector in body must be of type string: "integer"
    .status.replicas: Invalid value: -1: should be a non-negative integer
    .status.labelSelector: Invalid value: "": .status.labelSelector accessor error: 5 is of the type int64, expected string
    "#);
}

#[test]
fn what_was_wrong_before_may_stay_so() {
    let old = set_with(json!({"paused": "yes"}));
    let mut new = old.clone();
    new["spec"]["replicas"] = json!(2);
    assert!(errors(set_schema(), true, &new, Some(&old)).is_empty());
    new["spec"]["paused"] = json!("no");
    assert_eq!(errors(set_schema(), true, &new, Some(&old)).len(), 1);
}

#[test]
fn unknown_fields_are_named_and_those_of_vmis_are_kept() {
    let mut object = set_with(json!({
        "foo": 1,
        "selector": {"matchExpressions": [{"key": "a", "operator": "In", "bar": 1}]},
        "template": {
            "zz": 1,
            "metadata": {"zz": 1},
            "spec": {"zz": 1, "domain": {"zz": 1, "devices": {"zz": 1, "disks": [{"name": "d", "zz": 1}]}}},
        },
    }));
    object["top"] = json!(1);
    object["metadata"]["not ours to judge"] = json!(1);
    let unknown = unknown_fields(set_schema(), &object);
    assert_eq!(unknown, ["spec.foo", "spec.selector.matchExpressions[0].bar", "spec.template.zz", "top"]);
    prune(set_schema(), &mut object);
    assert_eq!(object["spec"]["template"]["spec"]["domain"]["devices"]["disks"][0]["zz"], 1);
    assert!(object["spec"].get("foo").is_none() && object.get("top").is_none());
}

#[test]
fn defaults_fill_what_is_absent_and_null() {
    let schema = json!({"type": "object", "properties": {
        "a": {"type": "integer", "default": 1},
        "b": {"type": "object", "default": {}, "properties": {"c": {"type": "string", "default": "d"}}},
        "e": {"type": "string", "nullable": true},
    }});
    let mut object = json!({"a": null, "e": null, "f": null});
    apply_defaults(&schema, &mut object);
    assert_eq!(object, json!({"a": 1, "b": {"c": "d"}, "e": null, "f": null}));
}

#[test]
fn the_plain_keywords_are_worded_as_in_kube_openapi() {
    let schema = json!({"type": "object", "minProperties": 1, "maxProperties": 1, "properties": {
        "n": {"type": "integer", "minimum": 1, "maximum": 5},
        "x": {"type": "number", "exclusiveMaximum": true, "maximum": 5},
        "s": {"type": "string", "minLength": 2, "maxLength": 3, "enum": ["ab"]},
        "l": {"type": "array", "maxItems": 1, "minItems": 1, "items": {"type": "string"}, "x-kubernetes-list-type": "set"},
    }});
    let cases = [
        (json!({"n": 0}), "n: Invalid value: 0: n in body should be greater than or equal to 1"),
        (json!({"n": 6}), "n: Invalid value: 6: n in body should be less than or equal to 5"),
        (json!({"x": 5}), "x: Invalid value: 5: x in body should be less than 5"),
        (json!({"s": "a"}), "s: Invalid value: \"a\": s in body should be at least 2 chars long"),
        (json!({"s": "abcd"}), "s: Too long: may not be more than 3 bytes"),
        (json!({"s": "xy"}), "s: Unsupported value: \"xy\": supported values: \"ab\""),
        (json!({"l": []}), "l: Invalid value: 0: l in body should have at least 1 items"),
        (json!({"l": ["a", "b"]}), "l: Too many: 2: must have at most 1 item"),
        (json!({"l": ["a", "a"]}), "l[1]: Duplicate value: \"a\""),
    ];
    for (object, expected) in cases {
        let found: Vec<_> = errors(&schema, false, &object, None).iter().map(field::Error::text).collect();
        assert!(found.iter().any(|text| text == expected), "{object}: {found:?}");
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,4}".prop_map(Value::from),
    ];
    let key = prop::sample::select(vec![
        "spec",
        "status",
        "selector",
        "template",
        "domain",
        "devices",
        "disks",
        "conditions",
        "x",
    ]);
    leaf.prop_recursive(6, 48, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(key.clone().prop_map(str::to_owned), inner, 0..4)
                .prop_map(|fields| Value::from(fields.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

proptest! {
    #[test]
    fn a_pruned_object_has_no_unknown_fields_and_stays_as_it_is(mut object in any_json()) {
        prune(set_schema(), &mut object);
        prop_assert!(unknown_fields(set_schema(), &object).is_empty());
        let before = object.clone();
        prune(set_schema(), &mut object);
        prop_assert_eq!(&before, &object);
        apply_defaults(set_schema(), &mut object);
        let _ = errors(set_schema(), true, &object, None);
    }
}
