use super::*;
use insta::assert_snapshot;

fn set(name: &str) -> Value {
    json!({"apiVersion": "kubevirt.io/v1", "kind": "VirtualMachineInstanceReplicaSet", "metadata": {"name": name}, "spec": {"replicas": 2}})
}

fn path(text: &str) -> Format {
    let template = template(text).unwrap();
    Format::JsonPath(JsonPathOutput { text: text.to_owned(), template, as_json: false, allow_missing: true })
}

fn list(format: Format, items: &[Value]) -> String {
    let mut printer = ObjectPrinter::new(format, true);
    let mut text = printer.begin_list();
    for item in items {
        text.push_str(&printer.item(item.clone()).unwrap());
    }
    text + &printer.end_list().unwrap()
}

/// What one gets from writing the list as a whole.
fn as_a_whole(items: &[Value]) -> Value {
    json!({"apiVersion": "v1", "kind": "List", "items": items, "metadata": {"resourceVersion": ""}})
}

#[test]
fn a_list_that_is_written_item_by_item_is_the_list_as_a_whole() {
    for items in [vec![], vec![set("a")], vec![set("a"), json!({"x": {"y": [1]}}), set("b")]] {
        let whole = as_a_whole(&items);
        assert_eq!(list(Format::Json, &items), json::pretty(&whole));
        assert_eq!(list(Format::Yaml, &items), yaml::to_string(&whole).unwrap());
        assert_eq!(list(Format::Kyaml, &items), ObjectPrinter::new(Format::Kyaml, true).object(&whole).unwrap());
    }
}

#[test]
fn one_object_stands_alone_and_several_in_a_list() {
    assert_eq!(
        ObjectPrinter::new(path("{.kind}"), true).object(&set("a")).unwrap(),
        "VirtualMachineInstanceReplicaSet"
    );
    assert_eq!(list(path("{.kind}"), &[set("a")]), "List");
    assert_eq!(list(Format::Name, &[set("a"), set("b")]).lines().count(), 2);
}

#[test]
fn an_object_is_named_by_kind_and_group() {
    assert_eq!(full_name(&set("a")), "virtualmachineinstancereplicaset.kubevirt.io/a");
    assert_eq!(full_name(&json!({"apiVersion": "v1", "kind": "Pod"})), "pod/<unknown>");
}

#[test]
fn documents_are_kept_apart() {
    let mut printer = ObjectPrinter::new(Format::Yaml, true);
    let both = printer.object(&json!({"a": 1})).unwrap() + &printer.object(&json!({"b": 2})).unwrap();
    assert_eq!(both, "a: 1\n---\nb: 2\n");
    let mut printer = ObjectPrinter::new(Format::Kyaml, true);
    assert_eq!(printer.object(&json!({"a": 1})).unwrap(), "---\n{\n  a: 1,\n}\n");
}

#[test]
fn an_event_says_what_happened() {
    let event = |format| {
        ObjectPrinter::new(format, true).event("ADDED", &json!({"kind": "K", "metadata": {"name": "a"}})).unwrap()
    };
    assert_eq!(event(Format::Json), "{\"type\":\"ADDED\",\"object\":{\"kind\":\"K\",\"metadata\":{\"name\":\"a\"}}}\n");
    assert_eq!(event(Format::Yaml), "object:\n  kind: K\n  metadata:\n    name: a\ntype: ADDED\n");
    assert_eq!(event(Format::Name), "k/a\n");
    assert_eq!(event(path("{.type} {.object.kind}")), "ADDED K");
    assert_snapshot!(event(Format::Kyaml), @r#"
    ---
    {
      type: "ADDED",
      object: {
        kind: "K",
        metadata: {
          name: "a",
        },
      },
    }
    "#);
}

#[test]
fn columns_of_ones_own() {
    let columns = || Format::CustomColumns(columns("NAME:.metadata.name,SIZE:.spec.replicas,NOT:.nothing").unwrap());
    assert_snapshot!(list(columns(), &[set("a"), set("longer")]), @r"
    NAME     SIZE   NOT
    a        2      <none>
    longer   2      <none>
    ");
    let mut printer = ObjectPrinter::new(columns(), true);
    printer.object(&set("a-very-long-name")).unwrap();
    assert_eq!(printer.object(&set("b")).unwrap(), "b                  2      <none>\n");
}

#[test]
fn a_template_that_does_not_fit_is_shown_with_the_object() {
    let Format::JsonPath(strict) = path("{.nope}") else { unreachable!() };
    let strict = Format::JsonPath(JsonPathOutput { allow_missing: false, ..strict });
    let message = ObjectPrinter::new(strict, true).object(&json!({"kind": "K"})).unwrap_err().to_string();
    assert_eq!(
        message,
        "error executing jsonpath \"{.nope}\": Error executing template: nope is not found. Printing more information for \
         debugging the template:\n\ttemplate was:\n\t\t{.nope}\n\tobject given to jsonpath engine was:\n\t\t\
         map[string]interface {}{\"kind\":\"K\"}\n\n\n"
    );
}

#[test]
fn bad_columns_are_refused_in_kubectls_words() {
    let why = columns("A").unwrap_err().to_string();
    assert_eq!(why, "unexpected custom-columns spec: A, expected <header>:<json-path-expr>");
    let file = |text: &str| columns_in_lines(text).unwrap_err().to_string();
    assert!(file("").starts_with("invalid template, missing header line."));
    assert!(file("A\n").starts_with("invalid template, missing spec line."));
    assert_eq!(file("A B\n.a\n"), "number of headers (2) and field specifications (1) don't match");
    assert_eq!(columns_in_lines("A  B\n.a .b\n").unwrap().len(), 2);
}
