//! Strategic merge patch of built-in kinds: lists are merged by the key that tells their items apart, as the `patchMergeKey`
//! tags of the Go types say.

use crate::scheme::{Field, Patch, Struct, Type};
use crate::text::go::fmt;
use serde_json::{Map, Value};

/// Merges a patch into an object of a Go type.
///
/// # Errors
/// Go's words for a directive that is not known, or an item without its merge key.
pub(super) fn merge(of: Option<&Struct>, object: &mut Value, patch: &Value) -> Result<(), String> {
    match (object, patch) {
        (Value::Object(object), Value::Object(patch)) => merge_map(of, object, patch),
        (object, patch) => {
            *object = patch.clone();
            Ok(())
        }
    }
}

fn merge_map(of: Option<&Struct>, object: &mut Map<String, Value>, patch: &Map<String, Value>) -> Result<(), String> {
    match patch.get("$patch").and_then(Value::as_str) {
        Some("replace") => {
            *object = without_directives(patch);
            return Ok(());
        }
        Some("delete") => {
            object.clear();
            return Ok(());
        }
        Some("merge") | None => {}
        Some(other) => {
            let map = fmt::value(&Value::Object(patch.clone()));
            return Err(format!("unknown patch type: {other} in map: {map}"));
        }
    }
    if let Some(kept) = patch.get("$retainKeys").and_then(Value::as_array) {
        object.retain(|key, _| kept.iter().any(|name| name == key));
    }
    for (key, value) in patch.iter().filter(|(key, _)| !key.starts_with('$')) {
        merge_field(of, object, key, value)?;
    }
    for (key, gone) in directives(patch, "$deleteFromPrimitiveList/") {
        if let (Some(Value::Array(list)), Some(gone)) = (object.get_mut(key), gone.as_array()) {
            list.retain(|item| !gone.contains(item));
        }
    }
    for (key, order) in directives(patch, "$setElementOrder/") {
        if let (Some(Value::Array(list)), Some(order)) = (object.get_mut(key), order.as_array()) {
            sort(list, merge_key(field(of, key)).unwrap_or_default(), order);
        }
    }
    Ok(())
}

fn field(of: Option<&Struct>, name: &str) -> Option<&'static Field> {
    of.and_then(|of| of.field(name))
}

/// What tells the items of a list apart: empty for a set of plain values, `None` for a list that is replaced as a whole.
fn merge_key(field: Option<&Field>) -> Option<&'static str> {
    let Patch { strategy, key } = field?.patch?;
    strategy.split(',').any(|word| word == "merge").then_some(key)
}

fn directives<'a>(patch: &'a Map<String, Value>, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    patch.iter().filter_map(move |(key, value)| Some((key.strip_prefix(prefix)?, value)))
}

fn without_directives(patch: &Map<String, Value>) -> Map<String, Value> {
    patch.iter().filter(|(key, _)| !key.starts_with('$')).map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn merge_field(of: Option<&Struct>, object: &mut Map<String, Value>, name: &str, value: &Value) -> Result<(), String> {
    let field = field(of, name);
    match value {
        Value::Null => {
            object.remove(name);
        }
        Value::Object(new) => {
            let below = field.and_then(|field| match field.of.plain() {
                Type::Object(of) => Some(*of),
                _ => None,
            });
            let mut merged = match object.remove(name) {
                Some(Value::Object(old)) => old,
                _ => Map::new(),
            };
            merge_map(below, &mut merged, new)?;
            object.insert(name.to_owned(), Value::Object(merged));
        }
        Value::Array(new) => {
            let mut merged = match object.remove(name) {
                Some(Value::Array(old)) => old,
                _ => Vec::new(),
            };
            merge_list(field, &mut merged, new)?;
            object.insert(name.to_owned(), Value::Array(merged));
        }
        value => {
            object.insert(name.to_owned(), value.clone());
        }
    }
    Ok(())
}

fn merge_list(field: Option<&'static Field>, list: &mut Vec<Value>, patch: &[Value]) -> Result<(), String> {
    let replaces = patch.iter().any(|item| item.get("$patch").and_then(Value::as_str) == Some("replace"));
    if replaces {
        *list = patch.iter().filter(|item| item.get("$patch").is_none()).cloned().collect();
        return Ok(());
    }
    let Some(key) = merge_key(field) else {
        *list = patch.to_vec();
        return Ok(());
    };
    let of = field.and_then(|field| field.of.structure());
    let before = list.clone();
    for item in patch {
        merge_item(of, list, key, item)?;
    }
    interleave(list, key, &before, patch);
    Ok(())
}

/// Puts the items of the patch into its order; the others stay among themselves, and come before an item of the patch
/// only where they did before. The order is that of `mergeSortedSlice`.
fn interleave(list: &mut Vec<Value>, key: &str, before: &[Value], patch: &[Value]) {
    let place = |items: &[Value], item: &Value| items.iter().position(|known| is_same(known, item, key));
    let (mut patched, others): (Vec<Value>, Vec<Value>) = list.drain(..).partition(|item| place(patch, item).is_some());
    patched.sort_by_key(|item| place(patch, item));
    let mut others = others.into_iter().peekable();
    for item in patched {
        let until = place(before, &item);
        while let Some(other) = others.next_if(|other| until.is_some() && place(before, other) < until) {
            list.push(other);
        }
        list.push(item);
    }
    list.extend(others);
}

/// Whether both are the same item of a list.
fn is_same(one: &Value, other: &Value, key: &str) -> bool {
    if one.get(key).is_some() { one.get(key) == other.get(key) } else { one == other }
}

fn merge_item(of: Option<&Struct>, list: &mut Vec<Value>, key: &str, item: &Value) -> Result<(), String> {
    if key.is_empty() {
        if !list.contains(item) {
            list.push(item.clone());
        }
        return Ok(());
    }
    if item.get(key).is_none() {
        return Err(format!("map: {} does not contain declared merge key: {key}", fmt::value(item)));
    }
    let place = list.iter().position(|known| known.get(key) == item.get(key));
    let deletes = item.get("$patch").and_then(Value::as_str) == Some("delete");
    match (place, deletes) {
        (Some(place), true) => {
            list.remove(place);
        }
        (None, true) => {}
        (Some(place), false) => {
            if let Some(known) = list.get_mut(place) {
                merge(of, known, item)?;
            }
        }
        (None, false) => {
            let mut fresh = Value::Object(Map::new());
            merge(of, &mut fresh, item)?;
            list.push(fresh);
        }
    }
    Ok(())
}

/// Puts the items that the order names into that order; others keep their place behind the item before them.
fn sort(list: &mut [Value], key: &str, order: &[Value]) {
    let place = |item: &Value| order.iter().position(|wanted| is_same(wanted, item, key));
    let mut last = 0;
    let mut ranks: Vec<(usize, Value)> = list
        .iter()
        .map(|item| {
            last = place(item).unwrap_or(last);
            (last, item.clone())
        })
        .collect();
    ranks.sort_by_key(|(rank, _)| *rank);
    for (slot, (_, item)) in list.iter_mut().zip(ranks) {
        *slot = item;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheme;
    use serde_json::json;

    fn merged(api_version: &str, kind: &str, mut object: Value, patch: &Value) -> Result<Value, String> {
        merge(scheme::of(api_version, kind), &mut object, patch).map(|()| object)
    }

    #[test]
    fn lists_of_a_pod_are_merged_by_their_keys() {
        let cases = [
            (json!({"c": 1}), json!({"c": null, "d": {"e": null, "f": 1}}), json!({"d": {"f": 1}})),
            (
                json!({"containers": [{"name": "a", "image": "1"}, {"name": "b"}]}),
                json!({"containers": [{"name": "a", "tty": true}, {"name": "b", "$patch": "delete"}, {"name": "c"}]}),
                json!({"containers": [{"name": "a", "image": "1", "tty": true}, {"name": "c"}]}),
            ),
            (
                json!({"containers": [{"name": "a", "ports": [{"containerPort": 1}], "args": ["x", "y"]}]}),
                json!({"containers": [{"name": "a", "ports": [{"containerPort": 2}], "args": ["z"]}]}),
                json!({"containers": [{"name": "a", "ports": [{"containerPort": 2}, {"containerPort": 1}], "args": ["z"]}]}),
            ),
            (
                json!({"volumes": [{"name": "v", "emptyDir": {}}]}),
                json!({"volumes": [{"name": "v", "$retainKeys": ["name", "hostPath"], "hostPath": {"path": "/"}}]}),
                json!({"volumes": [{"name": "v", "hostPath": {"path": "/"}}]}),
            ),
            (
                json!({"nodeSelector": {"a": "1", "b": "2"}}),
                json!({"nodeSelector": {"$patch": "replace", "b": "2"}}),
                json!({"nodeSelector": {"b": "2"}}),
            ),
            (
                json!({"containers": [{"name": "x", "env": [{"name": "a"}, {"name": "b"}]}]}),
                json!({"containers": [{
                    "name": "x",
                    "$setElementOrder/env": [{"name": "c"}, {"name": "b"}, {"name": "a"}],
                    "env": [{"name": "c"}],
                }]}),
                json!({"containers": [{"name": "x", "env": [{"name": "c"}, {"name": "b"}, {"name": "a"}]}]}),
            ),
        ];
        for (spec, patch, wanted) in cases {
            let found = merged("v1", "Pod", json!({"spec": spec}), &json!({"spec": patch})).unwrap();
            assert_eq!(found["spec"], wanted, "{patch}");
        }
    }

    #[test]
    fn finalizers_are_a_set() {
        let cases = [
            (json!({"finalizers": ["a", "b"]}), json!(["a", "b"])),
            (json!({"$deleteFromPrimitiveList/finalizers": ["a"]}), json!([])),
            (json!({"finalizers": ["c", "a"]}), json!(["c", "a"])),
        ];
        for (patch, wanted) in cases {
            let object = json!({"metadata": {"finalizers": ["a"]}});
            let found = merged("v1", "ConfigMap", object, &json!({"metadata": patch})).unwrap();
            assert_eq!(found["metadata"]["finalizers"], wanted, "{patch}");
        }
    }

    #[test]
    fn one_name_has_another_key_in_another_type() {
        let service = json!({"spec": {"ports": [{"port": 80, "name": "http"}]}});
        let patch = json!({"spec": {"ports": [{"port": 80, "nodePort": 30080}]}});
        assert_eq!(
            merged("v1", "Service", service, &patch).unwrap(),
            json!({"spec": {"ports": [{"port": 80, "name": "http", "nodePort": 30080}]}})
        );
        let hpa = json!({"spec": {"metrics": [{"type": "Pods"}]}});
        let patch = json!({"spec": {"metrics": [{"type": "Resource"}]}});
        assert_eq!(merged("autoscaling/v2", "HorizontalPodAutoscaler", hpa, &patch).unwrap(), patch);
    }

    #[test]
    fn an_unknown_directive_is_refused() {
        assert!(merged("v1", "Pod", json!({}), &json!({"$patch": "x"})).is_err());
        let nameless = json!({"spec": {"containers": [{"image": "x"}]}});
        assert_eq!(
            merged("v1", "Pod", json!({}), &nameless).unwrap_err(),
            "map: map[image:x] does not contain declared merge key: name"
        );
    }

    #[test]
    fn items_of_the_patch_come_before_those_that_only_the_server_has() {
        let object = json!({"metadata": {"finalizers": ["a", "b"]}});
        let found = merged("v1", "ConfigMap", object, &json!({"metadata": {"finalizers": ["c", "b"]}})).unwrap();
        assert_eq!(found["metadata"]["finalizers"], json!(["c", "a", "b"]));
    }
}
