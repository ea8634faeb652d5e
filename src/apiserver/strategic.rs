//! Strategic merge patch of built-in kinds: lists of the API are merged by the key that tells their items apart.

use serde_json::{Map, Value};

/// Merges a patch into an object.
///
/// # Errors
/// A directive that is not known.
pub(super) fn merge(object: &mut Value, patch: &Value) -> Result<(), String> {
    match (object, patch) {
        (Value::Object(object), Value::Object(patch)) => merge_map(object, patch),
        (object, patch) => {
            *object = patch.clone();
            Ok(())
        }
    }
}

fn merge_map(object: &mut Map<String, Value>, patch: &Map<String, Value>) -> Result<(), String> {
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
        Some(other) => return Err(format!("Unknown patch type: {other}")),
    }
    if let Some(kept) = patch.get("$retainKeys").and_then(Value::as_array) {
        object.retain(|key, _| kept.iter().any(|name| name == key));
    }
    for (key, value) in patch.iter().filter(|(key, _)| !key.starts_with('$')) {
        merge_field(object, key, value)?;
    }
    for (key, gone) in directives(patch, "$deleteFromPrimitiveList/") {
        if let (Some(Value::Array(list)), Some(gone)) = (object.get_mut(key), gone.as_array()) {
            list.retain(|item| !gone.contains(item));
        }
    }
    for (key, order) in directives(patch, "$setElementOrder/") {
        if let (Some(Value::Array(list)), Some(order)) = (object.get_mut(key), order.as_array()) {
            sort(list, key, order);
        }
    }
    Ok(())
}

fn directives<'a>(patch: &'a Map<String, Value>, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    patch.iter().filter_map(move |(key, value)| Some((key.strip_prefix(prefix)?, value)))
}

fn without_directives(patch: &Map<String, Value>) -> Map<String, Value> {
    patch.iter().filter(|(key, _)| !key.starts_with('$')).map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn merge_field(object: &mut Map<String, Value>, key: &str, value: &Value) -> Result<(), String> {
    match (object.get_mut(key), value) {
        (_, Value::Null) => {
            object.remove(key);
        }
        (Some(Value::Object(old)), Value::Object(new)) => merge_map(old, new)?,
        (Some(Value::Array(old)), Value::Array(new)) => merge_list(old, key, new)?,
        (_, Value::Object(new)) => {
            let mut fresh = Map::new();
            merge_map(&mut fresh, new)?;
            object.insert(key.to_owned(), Value::Object(fresh));
        }
        (_, Value::Array(new)) => {
            let mut fresh = Vec::new();
            merge_list(&mut fresh, key, new)?;
            object.insert(key.to_owned(), Value::Array(fresh));
        }
        (_, value) => {
            object.insert(key.to_owned(), value.clone());
        }
    }
    Ok(())
}

fn merge_list(list: &mut Vec<Value>, field: &str, patch: &[Value]) -> Result<(), String> {
    let replaces = patch.iter().any(|item| item.get("$patch").and_then(Value::as_str) == Some("replace"));
    if replaces {
        *list = patch.iter().filter(|item| item.get("$patch").is_none()).cloned().collect();
        return Ok(());
    }
    let Some(keys) = merge_keys(field) else {
        *list = patch.to_vec();
        return Ok(());
    };
    let before = list.clone();
    for item in patch {
        merge_item(list, keys, item)?;
    }
    interleave(list, keys, &before, patch);
    Ok(())
}

/// Puts the items of the patch into its order; the others stay among themselves, and come before an item of the patch
/// only where they did before. The order is that of `mergeSortedSlice`.
fn interleave(list: &mut Vec<Value>, keys: &[&str], before: &[Value], patch: &[Value]) {
    let same = |one: &Value, other: &Value| match keys.iter().find(|key| one.get(key).is_some()) {
        Some(key) => one.get(key) == other.get(key),
        None => one == other,
    };
    let place = |items: &[Value], item: &Value| items.iter().position(|known| same(known, item));
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

fn merge_item(list: &mut Vec<Value>, keys: &[&str], item: &Value) -> Result<(), String> {
    if keys.is_empty() {
        if !list.contains(item) {
            list.push(item.clone());
        }
        return Ok(());
    }
    let Some(key) = keys.iter().find(|key| item.get(key).is_some()) else {
        return Err(format!("map: {item} does not contain declared merge key: {}", keys.first().unwrap_or(&"")));
    };
    let place = list.iter().position(|known| known.get(key) == item.get(key));
    let deletes = item.get("$patch").and_then(Value::as_str) == Some("delete");
    match (place, deletes) {
        (Some(place), true) => {
            list.remove(place);
        }
        (None, true) => {}
        (Some(place), false) => {
            if let Some(known) = list.get_mut(place) {
                merge(known, item)?;
            }
        }
        (None, false) => {
            let mut fresh = Value::Object(Map::new());
            merge(&mut fresh, item)?;
            list.push(fresh);
        }
    }
    Ok(())
}

/// Puts the items that the order names into that order; others keep their place behind the item before them.
fn sort(list: &mut [Value], field: &str, order: &[Value]) {
    let keys = merge_keys(field).unwrap_or_default();
    let place = |item: &Value| {
        order.iter().position(|wanted| match keys.iter().find(|key| wanted.get(key).is_some()) {
            Some(key) => wanted.get(key) == item.get(key),
            None => wanted == item,
        })
    };
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

/// The key of a list's items: none for a set of plain values, `None` for a list that is replaced as a whole. From the
/// `patchMergeKey` tags of the API's types.
fn merge_keys(field: &str) -> Option<&'static [&'static str]> {
    Some(match field {
        "containers"
        | "initContainers"
        | "ephemeralContainers"
        | "env"
        | "volumes"
        | "imagePullSecrets"
        | "secrets"
        | "resourceClaims" => &["name"],
        "ports" => &["containerPort", "port"],
        "volumeMounts" => &["mountPath"],
        "volumeDevices" => &["devicePath"],
        "hostAliases" | "podIPs" | "hostIPs" => &["ip"],
        "conditions" | "addresses" => &["type"],
        "ownerReferences" => &["uid"],
        "topologySpreadConstraints" => &["topologyKey"],
        "finalizers" | "podCIDRs" => &[],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lists_are_merged_by_their_keys() {
        let cases = [
            (json!({"c": 1}), json!({"c": null, "d": {"e": null, "f": 1}}), json!({"d": {"f": 1}})),
            (
                json!({"containers": [{"name": "a", "image": "1"}, {"name": "b"}]}),
                json!({"containers": [{"name": "a", "tty": true}, {"name": "b", "$patch": "delete"}, {"name": "c"}]}),
                json!({"containers": [{"name": "a", "image": "1", "tty": true}, {"name": "c"}]}),
            ),
            (json!({"finalizers": ["a"]}), json!({"finalizers": ["a", "b"]}), json!({"finalizers": ["a", "b"]})),
            (
                json!({"finalizers": ["a", "b"]}),
                json!({"$deleteFromPrimitiveList/finalizers": ["a"]}),
                json!({"finalizers": ["b"]}),
            ),
            (json!({"args": [1, 2]}), json!({"args": [3]}), json!({"args": [3]})),
            (
                json!({"s": {"a": 1, "b": 2}}),
                json!({"s": {"$retainKeys": ["b", "c"], "c": 3}}),
                json!({"s": {"b": 2, "c": 3}}),
            ),
            (json!({"s": {"a": 1}}), json!({"s": {"$patch": "replace", "b": 2}}), json!({"s": {"b": 2}})),
            (
                json!({"env": [{"name": "a"}, {"name": "b"}]}),
                json!({"$setElementOrder/env": [{"name": "c"}, {"name": "b"}, {"name": "a"}], "env": [{"name": "c"}]}),
                json!({"env": [{"name": "c"}, {"name": "b"}, {"name": "a"}]}),
            ),
        ];
        for (mut object, patch, wanted) in cases {
            merge(&mut object, &patch).unwrap();
            assert_eq!(object, wanted, "{patch}");
        }
    }

    #[test]
    fn an_unknown_directive_is_refused() {
        assert!(merge(&mut json!({}), &json!({"$patch": "x"})).is_err());
        assert!(merge(&mut json!({"env": []}), &json!({"env": [{"value": "x"}]})).is_err());
    }

    #[test]
    fn items_of_the_patch_come_before_those_that_only_the_server_has() {
        let mut object = serde_json::json!({"finalizers": ["a", "b"]});
        merge(&mut object, &serde_json::json!({"finalizers": ["c", "b"]})).unwrap();
        assert_eq!(object["finalizers"], serde_json::json!(["c", "a", "b"]));
    }
}
